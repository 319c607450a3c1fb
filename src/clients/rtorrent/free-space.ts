/** Bytes free, as far as they can be seen: through a torrent that lies there, or through our own eyes. */
import {statfs} from 'node:fs/promises'
import type {Bytes} from '#model/units.ts'
import {ourPath} from '../our-path.ts'
import type {CallBounds} from '../port.ts'
import {numberOf, RpcFault} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

/**
 * `d.free_diskspace` of one torrent at or below the path: asked for all it is one `statfs` per torrent in the daemon
 * (0.16.20). Where no torrent lies, the path mapping tells. `undefined` = not to be seen.
 */
export async function freeSpaceAt(
  session: RtorrentSession,
  path: string,
  bounds: CallBounds,
): Promise<Bytes | undefined> {
  const sample = session.sampleByFolder.get(path)
  if (sample !== undefined && session.table.has(sample)) {
    const [free] = await session.wire.askAll([{method: 'd.free_diskspace', params: [sample]}], bounds)
    // 0 also while the torrent is closed.
    if (free !== undefined && !(free instanceof RpcFault) && numberOf(free) > 0) return numberOf(free)
  }
  const ours = ourPath(session.definition.paths, path)
  if (ours === null) return undefined
  try {
    const {bsize, bavail} = await statfs(ours)
    return bsize * bavail
  } catch (error) {
    // Not there (yet), or not ours to see: then it is simply not known.
    if (isFileError(error)) return undefined
    throw error
  }
}

export function isFileError(error: unknown, code?: string): boolean {
  const found = error instanceof Error && 'code' in error ? error.code : undefined
  return code === undefined ? typeof found === 'string' && found.startsWith('E') : found === code
}
