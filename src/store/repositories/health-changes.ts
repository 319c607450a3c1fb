import {setImmediate as nextTurn} from 'node:timers/promises'
import type {HealthReason, HealthStatus} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {portions} from '../rows.ts'
import type {Db} from '../store.ts'

/** From then on a server did so. */
export interface HealthChange {
  readonly serverId: ServerId
  readonly at: EpochMs
  readonly status: HealthStatus
  readonly reason: HealthReason
  /** The other side's own words; '' = none. */
  readonly detail: string
}

const columns = ['serverId', 'at', 'status', 'reason', 'detail'] as const
const PORTION = 500

/** After each portion everybody else gets his turn. */
export async function insertHealthChanges(db: Db, changes: readonly HealthChange[]): Promise<void> {
  for (const some of portions(changes, PORTION)) {
    await db.insertInto('healthChanges').values(some).execute()
    if (some.length === PORTION) await nextTurn()
  }
}

/** What was last written of a server; `null` = nothing yet. */
export async function lastHealthChange(db: Db, serverId: ServerId): Promise<HealthChange | null> {
  const row = await db
    .selectFrom('healthChanges')
    .select(columns)
    .where('serverId', '=', serverId)
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (row as HealthChange | undefined) ?? null
}

/** Newest first. */
export async function healthChangesOf(
  db: Db,
  serverIds: readonly ServerId[],
  {from, to}: {readonly from: EpochMs; readonly to: EpochMs},
  limit: number,
): Promise<HealthChange[]> {
  if (serverIds.length === 0) return []
  const rows = await db
    .selectFrom('healthChanges')
    .select(columns)
    .where('serverId', 'in', serverIds)
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
  return rows as HealthChange[]
}

/** Leaves the newest `keep` of a server. */
export async function pruneHealthChanges(db: Db, serverId: ServerId, keep: number): Promise<void> {
  const oldest = await db
    .selectFrom('healthChanges')
    .select('seq')
    .where('serverId', '=', serverId)
    .orderBy('seq', 'desc')
    .offset(keep)
    .limit(1)
    .executeTakeFirst()
  if (!oldest) return
  await db
    .deleteFrom('healthChanges')
    .where('serverId', '=', serverId)
    .where('seq', '<=', oldest.seq)
    .execute()
}

/** The next server by name that has changes; `null` = that was the last. */
export async function nextServerWithChanges(db: Db, after: string): Promise<ServerId | null> {
  const {id} = await db
    .selectFrom('healthChanges')
    .select(({fn}) => fn.min('serverId').as('id'))
    .where('serverId', '>', after)
    .executeTakeFirstOrThrow()
  return id as ServerId | null
}
