/** What torrents moved, and the torrents of each tracker together: a row for each UTC day, with its hours. */
import {sql, type Selectable} from 'kysely'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {jsonOf, putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import type {TrafficTable} from '../tables.ts'

export type TrafficKind = 'torrent' | 'tracker'

/** A day by hours: lists end where nothing follows. */
export interface TrafficHours {
  /** Bytes; 0 = nothing was measured in that hour. */
  readonly downloaded: readonly number[]
  readonly uploaded: readonly number[]
  /** At the end of the hour, null = as before: progress of a torrent (0 to 1), torrents of a tracker. */
  readonly levels: readonly (number | null)[]
}

export interface TrafficRow extends TrafficHours {
  readonly serverId: ServerId
  readonly kind: TrafficKind
  /** Info hash, or host of the tracker. */
  readonly subject: string
  /** Beginning of the day. */
  readonly at: EpochMs
}

/** Of one server and kind; days that begin from `from` to before `to`. */
interface TrafficRange {
  readonly serverId: ServerId
  readonly kind: TrafficKind
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Rows that one portion of them reads, or writes: some 5 ms of everybody's time in SQLite. */
export const TRAFFIC_PORTION = 250

const key = ['serverId', 'kind', 'subject', 'at'] as const

/** Each in place of the row of the same key. */
export async function putTraffic(db: Db, rows: readonly TrafficRow[]): Promise<void> {
  await putAll(
    db,
    'traffic',
    key,
    rows.map((row) => ({
      ...row,
      downloaded: JSON.stringify(row.downloaded),
      uploaded: JSON.stringify(row.uploaded),
      levels: JSON.stringify(row.levels),
    })),
  )
}

/** Of some subjects, or of all; oldest first. @param subjects at most `TRAFFIC_PORTION` */
export async function trafficOf(
  db: Db,
  {serverId, kind, from, to}: TrafficRange,
  subjects?: readonly string[],
): Promise<TrafficRow[]> {
  const all = db
    .selectFrom('traffic')
    .selectAll()
    .where('serverId', '=', serverId)
    .where('kind', '=', kind)
    .where('at', '>=', from)
    .where('at', '<', to)
  const some = subjects === undefined ? all : all.where('subject', 'in', subjects)
  return (await some.orderBy('at').execute()).map(rowOf)
}

/** How many rows. SQLite counts 100,000 of them in 10 ms. */
export async function countTraffic(db: Db, {serverId, kind, from, to}: TrafficRange): Promise<number> {
  const {count} = await db
    .selectFrom('traffic')
    .select(({fn}) => fn.countAll<number | string>().as('count'))
    .where('serverId', '=', serverId)
    .where('kind', '=', kind)
    .where('at', '>=', from)
    .where('at', '<', to)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The oldest day of a server and kind; `null` = it has none. */
export async function oldestTraffic(db: Db, serverId: ServerId, kind: TrafficKind): Promise<EpochMs | null> {
  const {at} = await db
    .selectFrom('traffic')
    .select(({fn}) => fn.min('at').as('at'))
    .where('serverId', '=', serverId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
  return at
}

/** Which rows go: days before one time, or after another; all of a server; or one day of a server and kind. */
type TrafficToGo =
  | {readonly before: EpochMs}
  | {readonly after: EpochMs}
  | {readonly serverId: ServerId}
  | {readonly serverId: ServerId; readonly kind: TrafficKind; readonly at: EpochMs}

/** Removes at most `limit`. @returns how many went */
export async function removeTraffic(db: Db, which: TrafficToGo, limit: number): Promise<number> {
  const some = sql`select server_id, kind, subject, at from traffic where ${conditionOf(which)} limit ${limit}`
  const {numAffectedRows} =
    await sql`delete from traffic where (server_id, kind, subject, at) in (${some})`.execute(db)
  return Number(numAffectedRows ?? 0)
}

function conditionOf(which: TrafficToGo) {
  if ('before' in which) return sql`at < ${which.before}`
  if ('after' in which) return sql`at > ${which.after}`
  if (!('kind' in which)) return sql`server_id = ${which.serverId}`
  return sql`server_id = ${which.serverId} and kind = ${which.kind} and at = ${which.at}`
}

/** The next server by name that has some; `null` = that was the last. */
export async function nextServerWithTraffic(db: Db, after: string): Promise<ServerId | null> {
  const {id} = await db
    .selectFrom('traffic')
    .select(({fn}) => fn.min('serverId').as('id'))
    .where('serverId', '>', after)
    .executeTakeFirstOrThrow()
  return id as ServerId | null
}

function rowOf({serverId, kind, ...row}: Selectable<TrafficTable>): TrafficRow {
  return {
    ...row,
    serverId: serverId as ServerId,
    kind: kind as TrafficKind,
    downloaded: hoursOf(row.downloaded) as number[],
    uploaded: hoursOf(row.uploaded) as number[],
    levels: hoursOf(row.levels),
  }
}

/** What is damaged counts as nothing. */
function hoursOf(text: string): (number | null)[] {
  const hours = jsonOf(text)
  return Array.isArray(hours) ? (hours as (number | null)[]) : []
}
