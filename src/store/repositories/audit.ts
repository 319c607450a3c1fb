/**
 * The journal read action by action: where its first line stands, with the phase of its last one. Lines are looked through
 * from the newest back, a stretch at a time, so that a search that finds nothing blocks nobody.
 */
import {PostgresAdapter, sql, type Expression, type SqlBool} from 'kysely'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {exactNumber, patternOf} from '../rows.ts'
import type {Db} from '../store.ts'
import type {JournalTable} from '../tables.ts'
import type {JournalRow} from './journal.ts'

/** An action's first line, with what its last line says of the end. */
export interface AuditRow extends JournalRow {
  readonly endedAt: EpochMs
  /** How often a rule said the same since, itself included, and when last; `null` = it is no such verdict. */
  readonly times: number | null
  readonly lastTimeAt: EpochMs | null
}

/** Absent = any. */
export interface AuditFilter {
  readonly actor?: string | undefined
  readonly userId?: string | undefined
  readonly subjects?: readonly string[] | undefined
  readonly verbs?: readonly string[] | undefined
  readonly phases?: readonly string[] | undefined
  /** One of these ends. */
  readonly ends?: readonly EntryEnd[] | undefined
  readonly origins?: readonly string[] | undefined
  readonly serverIds?: readonly string[] | undefined
  readonly hash?: string | undefined
  readonly ruleId?: string | undefined
  readonly classes?: readonly EntryClass[] | undefined
  /** Begun then or later, and before. */
  readonly from?: EpochMs | undefined
  readonly to?: EpochMs | undefined
  /** Of each of these lists one at least, and none of those. */
  readonly like?: readonly (readonly AuditPattern[])[] | undefined
  readonly unlike?: readonly AuditPattern[] | undefined
  /** Also steps of commands that stand there themselves; absent = without. */
  readonly withSteps?: boolean | undefined
  /** Somewhere in name, actor, verb, arguments or message; case does not matter. */
  readonly text?: string | undefined
}

/** Actions that are alike: all of what is given must hold. Absent = any. */
export interface AuditPattern {
  readonly subjects?: readonly string[]
  readonly verbs?: readonly string[]
  readonly noVerbs?: readonly string[]
  readonly origins?: readonly string[]
  readonly actors?: readonly string[]
  readonly ruleIds?: readonly string[]
  readonly serverIds?: readonly string[]
  readonly ends?: readonly EntryEnd[]
}

/** A last line of one of these phases; of its code only what is given counts. */
export interface EntryEnd {
  readonly phases: readonly string[]
  readonly codes?: readonly string[]
  readonly noCodes?: readonly string[]
}

/** How rules call what they want to do; of what people do the verb tells. Never from outside: it is searched as it is. */
export interface EntryClass {
  readonly name: string
  readonly verbs: {readonly oneOf: readonly string[]} | {readonly noneOf: readonly string[]}
}

/** Whose actions: one of these must hold. */
export type AuditScope = 'all' | readonly EntryRight[]

export interface EntryRight {
  /** Absent = of anybody. */
  readonly userId?: string
  /** Absent = on any server, and on none. */
  readonly serverIds?: readonly string[]
  readonly subjects?: readonly string[]
}

/** Lines from `from` to before `to`. */
interface Stretch {
  readonly from: number
  readonly to: number
}

/**
 * Actions that begin within a stretch, newest first, at most `limit`. Of letters beyond ASCII in `text` only their place
 * counts here (the two databases fold them differently): whoever asks looks again.
 */
export async function entryRows(
  db: Db,
  stretch: Stretch,
  filter: AuditFilter,
  scope: AuditScope,
  limit: number,
): Promise<AuditRow[]> {
  const rows = await entries(db)
    .where('first.seq', '>=', stretch.from)
    .where('first.seq', '<', stretch.to)
    .where(all([...wanted(filter), within(scope), begins]))
    .orderBy('first.seq', 'desc')
    .limit(limit)
    .execute()
  return rows.map(asAuditEntry)
}

/** How far a timeline goes. */
export interface TimelineStretch {
  readonly order: 'newest' | 'oldest'
  /** Only what comes after this line in that order; `null` = from its beginning on. */
  readonly after: number | null
  readonly limit: number
}

/** Actions of one torrent, by its index: the rest of the journal is not looked at. */
export async function torrentEntryRows(
  db: Db,
  {serverId, hash}: TorrentKey,
  {order, after, limit}: TimelineStretch,
): Promise<AuditRow[]> {
  const isNewest = order === 'newest'
  const further = sql<SqlBool>`${first('seq')} ${isNewest ? sql`<` : sql`>`} ${after}`
  const rows = await entries(db)
    .where('first.serverId', '=', serverId)
    .where('first.hash', '=', hash)
    .where(all([...(after === null ? [] : [further]), notStep, begins]))
    .orderBy('first.seq', isNewest ? 'desc' : 'asc')
    .limit(limit)
    .execute()
  return rows.map(asAuditEntry)
}

/** One action, by its index; `null` = there is none that may be read. */
export async function entryRow(db: Db, id: string, scope: AuditScope): Promise<AuditRow | null> {
  const row = await entries(db)
    .where('first.id', '=', id)
    .where(all([within(scope), begins]))
    .executeTakeFirst()
  return row ? asAuditEntry(row) : null
}

/** How many actions begin within a stretch. */
export async function entryCount(
  db: Db,
  stretch: Stretch,
  filter: AuditFilter,
  scope: AuditScope,
): Promise<number> {
  const {count} = await db
    .selectFrom('journal as first')
    .innerJoin('journal as last', (join) => join.on(({eb}) => eb('last.seq', '=', lastSeq)))
    .select(({fn}) => fn.countAll().as('count'))
    .where('first.seq', '>=', stretch.from)
    .where('first.seq', '<', stretch.to)
    .where(all([...wanted(filter), within(scope), begins]))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** What rules did, counted: by rule, verb, last phase with its code, and day. */
export interface EntryTally {
  readonly ruleId: string
  readonly verb: string
  readonly phase: string
  /** Of refusals `simulated` and `declined` alone; '' = any other. */
  readonly code: string
  /** Number of the day since `since`, from 0. */
  readonly day: number
  readonly count: number
  /** That would be lost, as far as known. */
  readonly bytes: number
}

const DAY_MS = 86_400_000

/**
 * Of actions of rules that begin within a stretch, at `since` or later. What goes because a download is given up is one
 * with that, and the answer to a question is one with what was asked.
 */
export async function entryTallies(
  db: Db,
  stretch: Stretch,
  since: EpochMs,
  scope: AuditScope,
): Promise<EntryTally[]> {
  const decided = first('decided')
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  const bytes = isPostgres
    ? sql<number>`cast(${decided}::json ->> 'bytes' as bigint)`
    : sql<number>`json_extract(${decided}, '$.bytes')`
  const code = sql<string>`case when ${last('code')} in ('simulated', 'declined') then ${last('code')} else '' end`
  const ofGivenUp = sql<SqlBool>`exists (select 1 from journal as it
    where it.id = ${first('causeId')} and it.verb = 'failDownload')`
  const rows = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('journal as first')
        .innerJoin('journal as last', (join) => join.on(({eb: on}) => on('last.seq', '=', lastSeq)))
        .select(['first.ruleId as ruleId', 'first.verb as verb', 'last.phase as phase'])
        .select([code.as('code'), bytes.as('bytes')])
        .select(sql<number>`(${first('at')} - cast(${since} as bigint)) / ${sql.lit(DAY_MS)}`.as('day'))
        .where('first.seq', '>=', stretch.from)
        .where('first.seq', '<', stretch.to)
        .where('first.ruleId', 'is not', null)
        .where('last.phase', '!=', 'approved')
        .where(
          all([
            sql<SqlBool>`${first('origin')} = 'rule'`,
            sql<SqlBool>`${shy.at} >= ${since}`,
            within(scope),
            notStep,
            begins,
            sql<SqlBool>`(${first('causeId')} is null or not ${ofGivenUp})`,
          ]),
        )
        .as('entry'),
    )
    .select(['entry.ruleId', 'entry.verb', 'entry.phase', 'entry.code', 'entry.day'])
    .select(({fn}) => [fn.countAll().as('count'), fn.sum('entry.bytes').as('bytes')])
    .groupBy(['entry.ruleId', 'entry.verb', 'entry.phase', 'entry.code', 'entry.day'])
    .execute()
  return rows.map(({ruleId, day, count, bytes: sum, ...same}) => ({
    ...same,
    ruleId: ruleId!,
    day: exactNumber(day),
    count: Number(count),
    bytes: sum === null ? 0 : exactNumber(sum as number | string),
  }))
}

/** Which of these ids are actions that may be read, with what tells whether they are shown. By the index of ids. */
export async function entryRowsOf(db: Db, ids: readonly string[], scope: AuditScope): Promise<AuditRow[]> {
  if (ids.length === 0) return []
  const rows = await entries(db)
    .where('first.id', 'in', ids)
    .where(all([within(scope), begins]))
    .execute()
  return rows.map(asAuditEntry)
}

/** All lines of these actions, in the order of writing. */
export async function linesOfEntries(db: Db, ids: readonly string[]): Promise<JournalRow[]> {
  if (ids.length === 0) return []
  return await db.selectFrom('journal').selectAll().where('id', 'in', ids).orderBy('seq').execute()
}

function entries(db: Db) {
  return db
    .selectFrom('journal as first')
    .innerJoin('journal as last', (join) => join.on(({eb}) => eb('last.seq', '=', lastSeq)))
    .selectAll('first')
    .select(['last.at as endedAt', 'last.phase as lastPhase', 'last.code as lastCode'])
    .select('last.message as lastMessage')
    .leftJoin('verdicts', 'verdicts.journalId', 'first.id')
    .select(['verdicts.count as times', 'verdicts.lastAt as lastTimeAt'])
}

function asAuditEntry({
  lastPhase,
  lastCode,
  lastMessage,
  ...first
}: Awaited<ReturnType<ReturnType<typeof entries>['execute']>>[number]): AuditRow {
  return {...first, phase: lastPhase, code: lastCode, message: lastMessage}
}

type Condition = Expression<SqlBool>

const first = (column: keyof JournalTable) => sql.ref(`first.${column}`)
const last = (column: keyof JournalTable) => sql.ref(`last.${column}`)

const lastSeq = sql<number>`(select max(seq) from journal as it where it.id = ${first('id')})`

/**
 * Nothing stands before it under its id. Commands begin as intended; those need not be looked up.
 */
const begins: Condition = sql<SqlBool>`(${first('phase')} = 'intended' or not exists
  (select 1 from journal as it where it.id = ${first('id')} and it.seq < ${first('seq')}))`

/** A removal that waits, or was handed on after its wait, is told by its own lines; one that was never sent has no other. */
const notStep: Condition = sql<SqlBool>`not (${first('verb')} = 'hold' and ${last('phase')} in ('intended', 'confirmed'))`

/** Hides a column from its index: the stretch decides what is read, and in which order. */
const shy = {
  at: sql<number>`${first('at')} + 0`,
  userId: sql<string>`coalesce(${first('userId')}, '')`,
  serverId: sql<string>`coalesce(${first('serverId')}, '')`,
}

/** Cheap conditions first. */
function wanted(filter: AuditFilter): Condition[] {
  const {actor, userId, hash, ruleId, from, to, text} = filter
  return [
    ...(from === undefined ? [] : [sql<SqlBool>`${shy.at} >= ${from}`]),
    ...(to === undefined ? [] : [sql<SqlBool>`${shy.at} < ${to}`]),
    ...(userId === undefined ? [] : [sql<SqlBool>`${shy.userId} = ${userId}`]),
    ...(hash === undefined ? [] : [sql<SqlBool>`${first('hash')} = ${hash}`]),
    ...(ruleId === undefined ? [] : [sql<SqlBool>`${first('ruleId')} = ${ruleId}`]),
    ...(actor === undefined ? [] : [sql<SqlBool>`${first('actor')} = ${actor}`]),
    ...oneOf(first('subject'), filter.subjects),
    ...oneOf(first('verb'), filter.verbs),
    ...oneOf(shy.serverId, filter.serverIds),
    ...oneOf(first('origin'), filter.origins),
    ...(filter.classes === undefined ? [] : [any(filter.classes.map(ofClass))]),
    ...oneOf(last('phase'), filter.phases),
    ...(filter.withSteps === true ? [] : [notStep]),
    ...(filter.ends === undefined ? [] : [any(filter.ends.map(endsAs))]),
    ...(filter.like ?? []).map((patterns) => any(patterns.map(isLike))),
    ...(filter.unlike ?? []).map((pattern) => sql<SqlBool>`not ${isLike(pattern)}`),
    ...(text === undefined ? [] : [contains(text)]),
  ]
}

/** `null` in a column is like no value: it must not make the whole of it unknown. */
function isLike({
  subjects,
  verbs,
  noVerbs,
  origins,
  actors,
  ruleIds,
  serverIds,
  ends,
}: AuditPattern): Condition {
  return sql<SqlBool>`(${all([
    ...oneOf(first('subject'), subjects),
    ...oneOf(first('verb'), verbs),
    ...(noVerbs === undefined ? [] : [sql<SqlBool>`${first('verb')} not in (${sql.join(noVerbs)})`]),
    ...oneOf(first('origin'), origins),
    ...oneOf(first('actor'), actors),
    ...oneOf(sql<string>`coalesce(${first('ruleId')}, '')`, ruleIds),
    ...oneOf(shy.serverId, serverIds),
    ...(ends === undefined ? [] : [any(ends.map(endsAs))]),
  ])})`
}

function within(scope: AuditScope): Condition {
  if (scope === 'all') return sql<SqlBool>`1 = 1`
  const rights = scope.map(({userId, serverIds, subjects}) =>
    all([
      ...(userId === undefined ? [] : [sql<SqlBool>`${shy.userId} = ${userId}`]),
      ...oneOf(shy.serverId, serverIds),
      ...oneOf(first('subject'), subjects),
    ]),
  )
  return any(rights)
}

function ofClass({name, verbs}: EntryClass): Condition {
  const verb = first('verb')
  const ofPeople =
    'oneOf' in verbs
      ? sql<SqlBool>`${verb} in (${sql.join(verbs.oneOf)})`
      : sql<SqlBool>`${verb} not in (${sql.join(verbs.noneOf)})`
  const decided = first('decided')
  return any([
    sql<SqlBool>`${decided} like ${`%"class":"${name}"%`}`,
    all([sql<SqlBool>`${decided} is null`, ofPeople]),
  ])
}

function endsAs({phases, codes, noCodes}: EntryEnd): Condition {
  const code = sql<string>`coalesce(${last('code')}, '')`
  return all([
    ...oneOf(last('phase'), phases),
    ...oneOf(code, codes),
    ...(noCodes === undefined ? [] : [sql<SqlBool>`${code} not in (${sql.join(noCodes)})`]),
  ])
}

/** `undefined` = any will do. */
function oneOf(column: Expression<unknown>, values: readonly string[] | undefined): Condition[] {
  if (values === undefined) return []
  if (values.length === 0) return [sql<SqlBool>`1 = 0`]
  return [sql<SqlBool>`${column} in (${sql.join(values)})`]
}

function contains(text: string): Condition {
  const pattern = patternOf(text)
  const places = [first('name'), first('actor'), first('verb'), first('args'), last('message')]
  return any(places.map((place) => sql<SqlBool>`lower(${place}) like ${pattern} escape '\\'`))
}

function any(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`(${sql.join(conditions, sql` or `)})`
}

function all(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
}
