/**
 * Files that no torrent of any server claims: pure. Whether it can be said at all comes first: a server that was never
 * listed, or is away, may claim any of them, and then there is no result. Switched-off servers claim with their last
 * known rows until they are deleted. Source: safety scenario 9.
 */
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {recycleArea} from './recycle.ts'

export interface ScannedFile {
  /** Absolute, of ours. */
  readonly path: string
  readonly size: Bytes
  readonly changedAt: EpochMs
}

/** A server whose disk may be the one of the path. */
export interface ClaimingServer {
  readonly id: ServerId
  readonly enabled: boolean
  /** Its whole list is known, and of now; of a switched-off one: was ever known. */
  readonly told: boolean
}

export interface Claim {
  readonly serverId: ServerId
  readonly hash: InfoHash
  /** Absolute, of ours: file or folder; `null` = not known, or not mapped. A torrent without metadata claims nothing. */
  readonly contentPath: string | null
}

export type OrphanVerdict =
  | {readonly complete: true; readonly orphans: readonly ScannedFile[]}
  | {
      readonly complete: false
      readonly missing: readonly {
        readonly serverId: ServerId
        readonly why: 'offline' | 'neverListed' | 'notMapped'
      }[]
    }

/** A folder of content is claimed with all that lies in it: nobody lists the files of every torrent. */
export function findOrphans(
  files: Iterable<ScannedFile>,
  servers: readonly ClaimingServer[],
  claims: Iterable<Claim>,
): OrphanVerdict {
  const missing = new Map<ServerId, 'offline' | 'neverListed' | 'notMapped'>()
  for (const {id, enabled, told} of servers) if (!told) missing.set(id, enabled ? 'offline' : 'neverListed')
  const claimed = new Set<string>()
  const hashes = new Set<string>()
  for (const {serverId, hash, contentPath} of claims) {
    hashes.add(hash)
    if (contentPath !== null) claimed.add(plain(contentPath))
    else if (!missing.has(serverId)) missing.set(serverId, 'notMapped')
  }
  if (missing.size > 0)
    return {complete: false, missing: [...missing].map(([serverId, why]) => ({serverId, why}))}
  const orphans = [...files].filter((file) => !isClaimed(plain(file.path), claimed, hashes))
  return {complete: true, orphans}
}

function isClaimed(path: string, claimed: ReadonlySet<string>, hashes: ReadonlySet<string>): boolean {
  if (path.split('/').includes(recycleArea)) return true
  // qBittorrent keeps the edges of unwanted files beside the content.
  const pieces = /\/\.([0-9a-f]{40})\.parts$/i.exec(path)
  if (pieces && hashes.has(pieces[1]!.toLowerCase())) return true
  if (claimed.has(path.replace(unfinished, ''))) return true
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/'))))
    if (claimed.has(at)) return true
  return claimed.has('')
}

/** What servers append to names of files that are still being written. */
const unfinished = /\.(?:!qB|part|meta)$/

/** Repeated and closing separators aside; the root is ''. */
function plain(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replaceAll(/\/{2,}/g, '/')
    .replace(/\/$/, '')
}
