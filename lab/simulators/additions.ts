/** What a .torrent file or a magnet link becomes when a simulated server adds it (`WorldCommands.add`). */
import {readMagnet} from '#clients/magnet.ts'
import {readMetainfo} from '#clients/metainfo.ts'
import type {NewTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'

/**
 * @param options what the client asked for besides (`running`, `category`, `savePath` …)
 * @throws {CommodarrError} `torrent_invalid`
 */
export function fromTorrent(world: World, bytes: Uint8Array, options: Partial<NewTorrent> = {}): NewTorrent {
  const found = readMetainfo(bytes)
  const trackers = found.trackers.flatMap((urls, tier) =>
    urls.map((url) => world.commands.tracker(url, tier)),
  )
  return {
    ...hashes(found),
    name: found.name,
    rootName: found.name,
    sizeTotal: found.size,
    size: found.size,
    pieceSize: found.pieceSize,
    fileCount: found.files.length,
    files: found.files.map(({path, size}) => ({path, size, done: 0, priority: 'normal'})),
    isPrivate: found.isPrivate,
    trackers,
    metainfo: bytes,
    ...options,
  }
}

/**
 * Without metadata: `Motion` brings it when the torrent runs. A v2-only magnet is named by its shortened hash.
 * @throws {CommodarrError} `torrent_invalid`
 */
export function fromMagnet(world: World, uri: string, options: Partial<NewTorrent> = {}): NewTorrent {
  const found = readMagnet(uri)
  const ids = hashes(found)
  return {
    ...ids,
    name: found.name || ids.hash,
    rootName: found.name || ids.hash,
    hasMetadata: false,
    pieceCount: 0,
    fileCount: 0,
    trackers: found.trackers.map((url, tier) => world.commands.tracker(url, tier)),
    ...options,
  }
}

/** As libtorrent 2 names them: the v2 hash cut to 40 digits where there is one. */
function hashes(found: {infoHashV1: string | null; infoHashV2: string | null}): {
  hash: string
  hashV1: string | null
  hashV2: string | null
} {
  const hash = found.infoHashV2?.slice(0, 40) ?? found.infoHashV1!
  return {hash, hashV1: found.infoHashV1, hashV2: found.infoHashV2}
}
