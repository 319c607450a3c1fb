/**
 * Files in the folder of a finished torrent that nobody wants. Whatever is in doubt is wanted: a torrent must never
 * miss a file that it would seed. Source: qbitrr-config.md B.7.
 */
import {basename} from 'node:path'
import type {FoundFile} from '#disk/folder-files.ts'
import {toOurs} from '#disk/path-mapping.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {HOUR, type EpochMs} from '#model/units.ts'
import {unknown, type Seen} from '#lookups/seen.ts'
import {notMapped, ownFolderOf, pathsOfFiles} from '#lookups/torrent-paths.ts'

/** Somebody may be writing it: who unpacks, or an Arr. */
const SETTLED_MS = HOUR * 1_000
/** How servers and other programs call what they have not finished. */
const unfinished = /\.(?:!qb|part|parts|meta|tmp|crdownload|aria2)$/i

/** Our path of the folder that is the torrent's own. */
export function folderOfExtras(
  torrent: TorrentRecord | null,
  listed: readonly TorrentFile[],
  mappings: readonly PathMapping[],
): Seen<string> {
  if (!torrent?.contentPath) return unknown('missing', 'Its server does not say where its data lies.')
  if (toOurs(torrent.contentPath, mappings) === null) return notMapped
  const folder = ownFolderOf(torrent, listed, mappings)
  return folder === null ? unknown('notSupported', 'It has no folder of its own.') : {value: folder}
}

export interface ExtrasWish {
  readonly torrent: Pick<TorrentRecord, 'contentPath'>
  /** All of it, as its server tells it now. */
  readonly listed: readonly TorrentFile[]
  /** All that lies in its folder. */
  readonly found: readonly FoundFile[]
  readonly mappings: readonly PathMapping[]
  /** By its name. */
  readonly allows: (name: string) => boolean
  /** Our paths of what somebody took back from the trash. */
  readonly takenBack: ReadonlySet<string>
  readonly now: EpochMs
}

/** Unknown when a file that it wants is not found where its server says: then nobody knows which are its own. */
export function extraFilesAmong(wish: ExtrasWish): Seen<readonly FoundFile[]> {
  const {torrent, listed, found, mappings, allows, takenBack, now} = wish
  const paths = pathsOfFiles(torrent, listed, listed, mappings)
  if ('unknown' in paths) return paths
  const byPath = new Map(found.map((file) => [file.path, file]))
  const own = new Set<string>()
  const nodes = new Set<string>()
  for (const [at, file] of listed.entries()) {
    if (isUnwanted(file)) continue
    const path = paths.value[at]!
    const there = byPath.get(path)
    own.add(folded(path))
    if (there) nodes.add(there.inode)
    // What is skipped, but for its edges, and what is empty need not be there.
    else if (file.priority !== 'skip' && file.size > 0)
      return unknown('missing', 'A file that it wants is not where its server says.')
  }
  const isExtra = ({path, inode, changedAt}: FoundFile) =>
    !allows(basename(path)) &&
    !unfinished.test(path) &&
    !own.has(folded(path)) &&
    !nodes.has(inode) &&
    !takenBack.has(path) &&
    now - changedAt >= SETTLED_MS
  return {value: found.filter(isExtra)}
}

/** Of a file that was begun pieces at its edge may be seeded with those of its neighbours. */
function isUnwanted({priority, progress}: TorrentFile): boolean {
  return priority === 'skip' && progress === 0
}

/** Disks differ in whether capitals and accents are the same. */
function folded(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
