/** What of today's removals one click brings back. Pure. */
import type {LiveServer} from '#model/live.ts'
import type {TrashItem} from '../../api/trash.ts'
import type {Sentence} from './sentences.ts'

type Kept = Pick<TrashItem, 'id' | 'server_id' | 'info_hash' | 'state' | 'under_way'>

/**
 * @param servers as the one who looks sees them
 * @returns `null` = one of them is not there (any more), cannot be restored now, or is on a server that may only be viewed
 */
export function restorable<T extends Kept>(
  removed: NonNullable<Sentence['removed']>,
  trash: readonly T[],
  servers: readonly Pick<LiveServer, 'server_id' | 'access'>[],
): readonly T[] | null {
  const viewed = new Set(servers.filter(({access}) => access === 'view').map(({server_id: id}) => id))
  const kept = new Map(
    trash
      .filter(
        ({state, under_way: isUnderWay, server_id: id}) => state === 'kept' && !isUnderWay && !viewed.has(id),
      )
      .map((it) => [`${it.server_id} ${it.info_hash}`, it]),
  )
  const items = removed.map((it) => kept.get(`${it.server_id} ${it.info_hash}`))
  return items.length > 0 && items.every((it) => it !== undefined) ? items : null
}
