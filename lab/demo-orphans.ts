/** Files on the disk of the demo that no torrent has (any more): what people forget. */
import {join} from 'node:path'
import type {EpochMs} from '#model/units.ts'
import {layFile} from './demo-story.ts'

const GIB = 2 ** 30
const DAY = 86_400_000

const orphans: readonly (readonly [path: string, bytes: number])[] = [
  [
    'films/Quiet.Harbour.2019.1080p.BluRay.x264-WREN/Quiet.Harbour.2019.1080p.BluRay.x264-WREN.mkv',
    9.4 * GIB,
  ],
  ['films/Second.Point.1998.720p.WEB-DL.x264-TIDE/Second.Point.1998.720p.WEB-DL.x264-TIDE.mkv', 3.1 * GIB],
  [
    'series/Paper.Orchard.S02E04.1080p.WEBRip.x264-KELP/Paper.Orchard.S02E04.1080p.WEBRip.x264-KELP.mkv',
    1.7 * GIB,
  ],
  [
    'series/Paper.Orchard.S02E05.1080p.WEBRip.x264-KELP/Paper.Orchard.S02E05.1080p.WEBRip.x264-KELP.mkv',
    1.6 * GIB,
  ],
  ['iso/Debian 11.2 netinst amd64.iso', 0.4 * GIB],
  ['music/Low Tide Choir - Slow Weather/03.flac', 0.03 * GIB],
]

/** @param disk ours, the folder that its server saves to */
export function layOrphans(disk: string, now: EpochMs): void {
  for (const [at, [path, bytes]] of orphans.entries())
    layFile(join(disk, path), Math.floor(bytes), now - (40 + at) * DAY)
}
