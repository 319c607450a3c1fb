/** What servers did, in spans of 10 seconds, minutes, hours and days. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import {sql, type Selectable} from 'kysely'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {portions} from '../rows.ts'
import type {Db} from '../store.ts'
import type {SampleTable} from '../tables.ts'

export type SampleRow = Readonly<Omit<Selectable<SampleTable>, 'serverId'>> & {readonly serverId: ServerId}

/** Rows of one statement: some 5 ms of everybody's time in SQLite. */
const PORTION = 250

const replaced = [
  'count',
  'downSpeed',
  'upSpeed',
  'downSpeedMax',
  'upSpeedMax',
  'downloaded',
  'uploaded',
  'torrents',
  'downloading',
  'seeding',
  'failing',
  'freeSpace',
  'latencyMs',
  'online',
] as (keyof SampleTable)[]

/** What stood there is replaced. No server, span and time twice. After each portion everybody else gets his turn. */
export async function putSamples(db: Db, rows: readonly SampleRow[]): Promise<void> {
  for (const some of portions(rows, PORTION)) {
    await db
      .insertInto('samples')
      .values(some)
      .onConflict((it) =>
        it
          .columns(['serverId', 'span', 'at'])
          .doUpdateSet((eb) =>
            Object.fromEntries(replaced.map((column) => [column, eb.ref(`excluded.${column}`)])),
          ),
      )
      .execute()
    if (some.length === PORTION) await nextTurn()
  }
}

/** The newest of a server that had ended at `by`, oldest first. */
export async function latestSamples(
  db: Db,
  serverId: ServerId,
  span: number,
  by: EpochMs,
  limit: number,
): Promise<SampleRow[]> {
  const rows = await db
    .selectFrom('samples')
    .selectAll()
    .where('serverId', '=', serverId)
    .where('span', '=', span)
    .where('at', '<=', by - span * 1_000)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed() as SampleRow[]
}

/** Which stretch of which servers: beginnings from `from` to before `to`. */
interface SampleRange {
  readonly span: number
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Of one server, oldest first. */
export async function samplesOf(
  db: Db,
  serverId: ServerId,
  {span, from, to}: SampleRange,
): Promise<SampleRow[]> {
  const rows = await db
    .selectFrom('samples')
    .selectAll()
    .where('serverId', '=', serverId)
    .where('span', '=', span)
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy('at')
    .execute()
  return rows as SampleRow[]
}

/** Removes at most `limit` of a span that began before one time, or after another. @returns how many went */
export async function pruneSamples(
  db: Db,
  span: number,
  which: {readonly before: EpochMs} | {readonly after: EpochMs},
  limit: number,
): Promise<number> {
  const when = 'before' in which ? sql`at < ${which.before}` : sql`at > ${which.after}`
  const some = sql`select server_id, span, at from samples where span = ${span} and ${when} limit ${limit}`
  const {numAffectedRows} = await sql`delete from samples where (server_id, span, at) in (${some})`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0)
}

/** The next server by name that has samples; `null` = that was the last. */
export async function nextSampledServer(db: Db, after: string): Promise<ServerId | null> {
  const {id} = await db
    .selectFrom('samples')
    .select(({fn}) => fn.min('serverId').as('id'))
    .where('serverId', '>', after)
    .executeTakeFirstOrThrow()
  return id as ServerId | null
}

/** When its newest sample began; `null` = it has none. */
export async function lastSampledAt(db: Db, serverId: ServerId): Promise<EpochMs | null> {
  const {at} = await db
    .selectFrom('samples')
    .select(({fn}) => fn.max('at').as('at'))
    .where('serverId', '=', serverId)
    .executeTakeFirstOrThrow()
  return at
}

/** Removes at most `limit` of a server. @returns how many went */
export async function removeSamples(db: Db, serverId: ServerId, limit: number): Promise<number> {
  const some = sql`select server_id, span, at from samples where server_id = ${serverId} limit ${limit}`
  const {numAffectedRows} = await sql`delete from samples where (server_id, span, at) in (${some})`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0)
}
