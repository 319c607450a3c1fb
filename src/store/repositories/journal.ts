import {randomUUIDv7} from 'node:crypto'
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Insertable, Selectable} from 'kysely'
import type {AuditEvent} from '#model/audit-event.ts'
import type {EpochMs} from '#model/units.ts'
import type {Db} from '../store.ts'
import type {JournalTable} from '../tables.ts'

/** A line as it stands in the journal. */
export type JournalRow = Selectable<JournalTable>
export type NewJournalRow = Insertable<JournalTable>

/** Lines of one statement: some 5 ms of everybody's time in SQLite. */
const PORTION = 250

/** In the transaction of the change it tells of: neither is without the other. */
export async function appendEvent(db: Db, event: AuditEvent, now: EpochMs): Promise<void> {
  const {actor, refused} = event
  await appendRows(db, [
    {
      id: event.id ?? randomUUIDv7(),
      at: now,
      actor: actor.name,
      userId: actor.userId,
      address: actor.address,
      origin: actor.origin,
      subject: event.subject,
      serverId: event.serverId,
      hash: null,
      name: event.name,
      verb: event.verb,
      args: JSON.stringify(event.args),
      phase: refused ? 'refused' : 'confirmed',
      code: refused?.code ?? null,
      message: refused?.message ?? null,
    },
  ])
}

/** Lines in the order of writing. After each portion everybody else gets his turn. */
export async function appendRows(db: Db, rows: readonly NewJournalRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += PORTION) {
    const some = rows.slice(at, at + PORTION)
    await db.insertInto('journal').values(some).execute()
    if (some.length === PORTION) await nextTurn()
  }
}

/**
 * Last lines of actions that are in one of these phases, oldest first.
 *
 * @param range numbers of lines, both ends included
 */
export async function openRows(
  db: Db,
  range: {readonly from: number; readonly to: number},
  phases: readonly string[],
): Promise<JournalRow[]> {
  return await db
    .selectFrom('journal as it')
    .selectAll('it')
    .where('it.seq', '>=', range.from)
    .where('it.seq', '<=', range.to)
    .where('it.phase', 'in', phases)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('journal as later')
            .select('later.seq')
            .whereRef('later.id', '=', 'it.id')
            .whereRef('later.seq', '>', 'it.seq'),
        ),
      ),
    )
    .orderBy('it.seq')
    .execute()
}

/** Torrents to whose servers one of these verbs went out since then, each once, and when it did last. */
export async function sentRows(
  db: Db,
  {since, verbs}: {readonly since: EpochMs; readonly verbs: readonly string[]},
): Promise<{readonly serverId: string; readonly hash: string; readonly at: EpochMs}[]> {
  const rows = await db
    .selectFrom('journal')
    .select(({fn}) => ['serverId', 'hash', fn.max('at').as('at')])
    .where('at', '>=', since)
    .where('phase', '=', 'sending')
    .where('verb', 'in', verbs)
    .groupBy(['serverId', 'hash'])
    .execute()
  return rows.flatMap(({serverId, hash, at}) =>
    serverId === null || hash === null ? [] : [{serverId, hash, at}],
  )
}

/** Commands of one of these verbs that went out to a server itself since then. */
export async function sentToServerRows(
  db: Db,
  {since, verbs}: {readonly since: EpochMs; readonly verbs: readonly string[]},
): Promise<JournalRow[]> {
  return await db
    .selectFrom('journal')
    .selectAll()
    .where('at', '>=', since)
    .where('phase', '=', 'sending')
    .where('subject', '=', 'server')
    .where('verb', 'in', verbs)
    .execute()
}

/** `null` = it is empty. */
export async function newestEntryAt(db: Db): Promise<EpochMs | null> {
  const row = await db.selectFrom('journal').select('at').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row?.at ?? null
}

/** Numbers of the first and the last line; `null` = there is none. */
export async function journalBounds(db: Db): Promise<{first: number; last: number} | null> {
  // One at a time: asked for both at once, SQLite reads every line.
  const [first, last] = [await seqAt(db, 'asc'), await seqAt(db, 'desc')]
  return first === null || last === null ? null : {first, last}
}

async function seqAt(db: Db, order: 'asc' | 'desc'): Promise<number | null> {
  const row = await db.selectFrom('journal').select('seq').orderBy('seq', order).limit(1).executeTakeFirst()
  return row?.seq ?? null
}

/** Number of the first line that was written at `at` or later, wherever the clock was set; `null` = there is none. */
export async function firstSeqSince(db: Db, at: EpochMs): Promise<number | null> {
  const {seq} = await db
    .selectFrom('journal')
    .select(({fn}) => fn.min<number | null>('seq').as('seq'))
    .where('at', '>=', at)
    .executeTakeFirstOrThrow()
  return seq
}

/** Number of the newest line before `at`, of those of one moment the last; `null` = there is none. */
export async function lastSeqBefore(db: Db, at: EpochMs): Promise<number | null> {
  const row = await db
    .selectFrom('journal')
    .select('seq')
    .where('at', '<', at)
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? null
}

/**
 * Lines that tell why a rule decided, oldest first.
 *
 * @param range behind this number, and not from before `from`; of this rule alone, where one is named
 */
export async function decidedRows(
  db: Db,
  {after, from, ruleId}: {readonly after: number; readonly from: EpochMs; readonly ruleId: string | null},
  limit: number,
): Promise<JournalRow[]> {
  const rows = db
    .selectFrom('journal')
    .selectAll()
    .where('seq', '>', after)
    .where('at', '>=', from)
    .where('ruleId', 'is not', null)
    .where('decided', 'is not', null)
  return await (ruleId === null ? rows : rows.where('ruleId', '=', ruleId))
    .orderBy('seq')
    .limit(limit)
    .execute()
}

/**
 * Removes at most `limit` lines that are too old.
 *
 * @param at lines from before go, whatever they tell of
 * @param brief lines from before go when nothing was destroyed
 * @returns how many went
 */
export async function pruneJournal(
  db: Db,
  {at, brief}: {readonly at: EpochMs; readonly brief: EpochMs},
  limit: number,
): Promise<number> {
  const ofAge = db.selectFrom('journal').select('seq').where('at', '<', at)
  const ofNoWeight = db.selectFrom('journal').select('seq').where('isBrief', '=', 1).where('at', '<', brief)
  let gone = 0
  for (const which of [ofAge, ofNoWeight]) {
    if (gone === limit) break
    const {numDeletedRows} = await db
      .deleteFrom('journal')
      .where('seq', 'in', which.limit(limit - gone))
      .executeTakeFirstOrThrow()
    gone += Number(numDeletedRows)
  }
  return gone
}
