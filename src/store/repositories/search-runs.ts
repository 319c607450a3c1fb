import {createHash} from 'node:crypto'
import {sql, type Expression, type ExpressionBuilder, type SqlBool} from 'kysely'
import type {RefusedGrab} from '#model/arr.ts'
import {
  searchCauses,
  searchOutcomes,
  type IndexerQuestions,
  type RefusedRelease,
  type SearchEnd,
  type SearchGrab,
  type SearchOutcome,
  type SearchRun,
} from '#model/automation-state.ts'
import type {SearchCondition, Searcher, SearchesQuery, SearchesWindow, SearchLeaf} from '#model/searches.ts'
import type {SearchUnit} from '#model/searching.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import {exactNumber, jsonOf, patternOf} from '../rows.ts'
import type {Db} from '../store.ts'
import type {SearchRunTable, Tables} from '../tables.ts'

/** @param asked questions to each of the indexers that Arrs share, by their common names */
export async function addSearchRun(
  db: Db,
  run: Omit<SearchRun, 'end' | 'commandId'>,
  asked: Readonly<Record<string, number>> = {},
): Promise<void> {
  const {items, ...rest} = run
  const lists = {items: JSON.stringify(items), grabs: '[]', refused: '[]', rejects: '{}'}
  await db
    .insertInto('searchRuns')
    .values({...rest, ...lists, asked: JSON.stringify(asked)})
    // One that its Arr could not be asked for is claimed once more.
    .onConflict((it) => it.column('searchId').doNothing())
    .execute()
}

/** The Arr has it. @param commandId `null` = it searches by itself, or does not say */
export async function putSearchCommand(db: Db, searchId: string, commandId: number | null): Promise<void> {
  await db.updateTable('searchRuns').set({commandId}).where('searchId', '=', searchId).execute()
}

export async function endSearchRun(
  db: Db,
  searchId: string,
  {grabs, refused, rejects, ...end}: SearchEnd,
): Promise<void> {
  const lists = {
    grabs: JSON.stringify(grabs),
    refused: JSON.stringify(refused),
    rejects: JSON.stringify(rejects),
  }
  await db
    .updateTable('searchRuns')
    .set({...end, ...lists})
    .where('searchId', '=', searchId)
    .execute()
  if (refused.length > 0) await deleteRefusedOf(db, searchId)
}

const DAY_MS = DAY * 1_000

/** A release that is refused again is the same row. */
function refusedId(arrId: string, title: string): string {
  const text = JSON.stringify([arrId, title])
  return `refused-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
}

/**
 * What an Arr chose without us, and no download client took: each release once, from when it was refused first to when
 * it was last. What searches of that day tell of already is left out.
 * @param most of one Arr so many are kept, those that were refused last
 */
export async function addRefusedReleases(
  db: Db,
  arrId: string,
  {releases, most}: {readonly releases: readonly RefusedGrab[]; readonly most: number},
): Promise<void> {
  if (releases.length === 0) return
  const since = Math.min(...releases.map(({at}) => at)) - DAY_MS
  const searches = await db
    .selectFrom('searchRuns')
    .select('refused')
    .where('arrId', '=', arrId)
    .where('askedAt', '>=', since)
    .where('cause', '!=', 'arr')
    .where('refused', '!=', '[]')
    .execute()
  const known = new Set(searches.flatMap(({refused}) => refusedOf(refused)).map(({title}) => title))
  for (const {at, title, why} of releases) {
    if (known.has(title)) continue
    const refused = JSON.stringify([{title, why}])
    await db
      .insertInto('searchRuns')
      .values({
        searchId: refusedId(arrId, title),
        arrId,
        items: '[]',
        cause: 'arr',
        reason: '',
        unit: null,
        commandId: null,
        askedAt: at,
        endedAt: at,
        outcome: 'refused',
        title: null,
        said: null,
        found: null,
        indexers: null,
        grabs: '[]',
        refused,
        rejects: '{}',
        asked: '{}',
      })
      .onConflict((it) => it.column('searchId').doUpdateSet({endedAt: at, refused}))
      .execute()
  }
  await dropOldestRefused(db, arrId, most)
}

async function dropOldestRefused(db: Db, arrId: string, most: number): Promise<void> {
  const over = await db
    .selectFrom('searchRuns')
    .select('searchId')
    .where('arrId', '=', arrId)
    .where('cause', '=', 'arr')
    .orderBy('endedAt', 'desc')
    .orderBy('searchId')
    .offset(most)
    // SQLite takes no offset without a limit.
    .limit(most)
    .execute()
  const ids = over.map(({searchId}) => searchId)
  if (ids.length > 0) await db.deleteFrom('searchRuns').where('searchId', 'in', ids).execute()
}

/** What a search tells of was none of the Arr's own, also where its log was read first. */
async function deleteRefusedOf(db: Db, searchId: string): Promise<void> {
  const run = await db
    .selectFrom('searchRuns')
    .select(['arrId', 'refused'])
    .where('searchId', '=', searchId)
    .executeTakeFirst()
  if (!run) return
  const ids = refusedOf(run.refused).map(({title}) => refusedId(run.arrId, title))
  await db.deleteFrom('searchRuns').where('searchId', 'in', ids).execute()
}

function refusedOf(text: string): readonly RefusedRelease[] {
  return (jsonOf(text) as readonly RefusedRelease[] | null) ?? []
}

/** The Arr was never asked. */
export async function deleteSearchRun(db: Db, searchId: string): Promise<void> {
  await db.deleteFrom('searchRuns').where('searchId', '=', searchId).execute()
}

/** What indexers were asked since then by searches that were planned, oldest first. */
export async function readIndexerQuestions(db: Db, since: EpochMs): Promise<readonly IndexerQuestions[]> {
  const rows = await db
    .selectFrom('searchRuns')
    .select(['searchId', 'askedAt', 'asked'])
    .where('askedAt', '>', since)
    .where('asked', '!=', '{}')
    .orderBy('askedAt')
    .execute()
  return rows.map(({asked, ...row}) => ({...row, asked: countsIn(asked)}))
}

function countsIn(text: string): Record<string, number> {
  const counts = Object.entries((jsonOf(text) as object | null | undefined) ?? {})
  return Object.fromEntries(counts.filter(([, count]) => Number.isSafeInteger(count))) as Record<
    string,
    number
  >
}

/** Those that are not known to be over, oldest first. */
export async function readOpenSearchRuns(db: Db): Promise<readonly SearchRun[]> {
  const rows = await db
    .selectFrom('searchRuns')
    .selectAll()
    .where('endedAt', 'is', null)
    .orderBy('askedAt')
    .execute()
  return rows.map(runOf)
}

/** `null` = there is none (any more). */
export async function readSearchRun(db: Db, searchId: string): Promise<SearchRun | null> {
  const row = await db
    .selectFrom('searchRuns')
    .selectAll()
    .where('searchId', '=', searchId)
    .where('cause', '!=', 'arr')
    .executeTakeFirst()
  return row ? runOf(row) : null
}

/**
 * Newest first. Those of the millisecond of the last one all belong to its page, also over the limit: the next page begins
 * before that moment, and would not have them.
 * @param before asked before this moment; `null` = now
 */
export async function readSearchRunsOf(
  db: Db,
  arrId: string,
  {before, limit}: {readonly before: EpochMs | null; readonly limit: number},
): Promise<readonly SearchRun[]> {
  const all = db.selectFrom('searchRuns').where('arrId', '=', arrId)
  const some = before === null ? all : all.where('askedAt', '<', before)
  const last = await some
    .select('askedAt')
    .orderBy('askedAt', 'desc')
    .offset(limit - 1)
    .limit(1)
    .executeTakeFirst()
  const page = last ? some.where('askedAt', '>=', last.askedAt) : some
  const rows = await page.selectAll().orderBy('askedAt', 'desc').orderBy('searchId', 'desc').execute()
  return rows.map(runOf)
}

type Runs = ExpressionBuilder<Tables, 'searchRuns'>

/** Those that we asked for, newest first. What is in no column is found by neither a question nor its opposite. */
export async function querySearchRuns(
  db: Db,
  {arrs, condition, offset, limit}: SearchesQuery,
): Promise<SearchesWindow> {
  if (arrs.length === 0) return {items: [], total: 0, outcomes: new Map()}
  const some = db
    .selectFrom('searchRuns')
    .where('arrId', 'in', arrs)
    .where('cause', '!=', 'arr')
    .$if(condition !== null, (query) => query.where((eb) => conditionOf(eb, condition!)))
  const counts = await some
    .select((eb) => ['outcome', eb.fn.countAll<number | string>().as('count')])
    .groupBy('outcome')
    .execute()
  const rows = await some
    .selectAll()
    .orderBy('askedAt', 'desc')
    .orderBy('searchId', 'desc')
    .offset(offset)
    .limit(limit)
    .execute()
  const outcomes = new Map(counts.map(({outcome, count}) => [outcomeOf(outcome), exactNumber(count)]))
  const total = counts.reduce((sum, {count}) => sum + exactNumber(count), 0)
  return {items: rows.map(runOf), total, outcomes}
}

function outcomeOf(outcome: string | null): SearchOutcome | 'running' {
  return outcome === null ? 'running' : (searchOutcomes.find((it) => it === outcome) ?? 'unknown')
}

function conditionOf(eb: Runs, condition: SearchCondition): Expression<SqlBool> {
  if ('not' in condition) return eb.not(conditionOf(eb, condition.not))
  if ('all' in condition) return eb.and(condition.all.map((it) => conditionOf(eb, it)))
  if ('any' in condition) return eb.or(condition.any.map((it) => conditionOf(eb, it)))
  return leafOf(eb, condition)
}

function leafOf(eb: Runs, leaf: SearchLeaf): Expression<SqlBool> {
  switch (leaf.asks) {
    case 'title':
      return sql`lower(${eb.ref('title')}) like ${patternOf(leaf.text)} escape '\\'`
    case 'release':
      // As JSON has it: in the value of a title alone.
      return sql`lower(${eb.ref('grabs')}) like ${`%"title":"${patternOf(leaf.text)}`} escape '\\'`
    case 'arr':
      return eb('arrId', 'in', leaf.ids)
    case 'outcome':
      return leaf.outcome === 'running' ? eb('endedAt', 'is', null) : eb('outcome', '=', leaf.outcome)
    case 'why':
      return eb.or([eb('reason', '=', leaf.reason), eb('cause', '=', leaf.reason)])
    case 'by':
      return ofSearcher(eb, leaf.by)
    case 'number': {
      const column = leaf.of === 'at' ? 'askedAt' : 'found'
      const {min, max} = leaf.range
      return eb.and([
        ...(min === undefined ? [] : [eb(column, '>=', bound(min))]),
        ...(max === undefined ? [] : [eb(column, '<=', bound(max))]),
      ])
    }
  }
}

/** A column takes no number beyond. */
function bound(value: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
}

function ofSearcher(eb: Runs, by: Searcher): Expression<SqlBool> {
  const isRequest = eb('reason', '=', 'request')
  if (by === 'request') return isRequest
  return eb.and([eb('cause', '=', by), eb.not(isRequest)])
}

/**
 * Those of before, and of the rest all but the newest. What an Arr chose without us counts apart, as it may be much each
 * day: it goes when it was refused last before its own time.
 */
export async function pruneSearchRuns(
  db: Db,
  {before, refusedBefore, most}: {before: EpochMs; refusedBefore: EpochMs; most: number},
): Promise<void> {
  await db.deleteFrom('searchRuns').where('cause', '=', 'arr').where('endedAt', '<', refusedBefore).execute()
  await db.deleteFrom('searchRuns').where('cause', '!=', 'arr').where('askedAt', '<', before).execute()
  const first = await db
    .selectFrom('searchRuns')
    .select('askedAt')
    .where('cause', '!=', 'arr')
    .orderBy('askedAt', 'desc')
    .offset(most)
    .limit(1)
    .executeTakeFirst()
  if (!first) return
  await db
    .deleteFrom('searchRuns')
    .where('cause', '!=', 'arr')
    .where('askedAt', '<=', first.askedAt)
    .execute()
}

function runOf(row: SearchRunTable): SearchRun {
  const {searchId, arrId, reason, commandId, askedAt, endedAt, outcome, title, said, found, indexers} = row
  const items = jsonOf(row.items)
  return {
    searchId,
    arrId,
    items: Array.isArray(items) ? items.filter((item) => typeof item === 'string') : [],
    unit: row.unit as SearchUnit | null,
    cause: searchCauses.find((it) => it === row.cause) ?? 'rule',
    reason,
    commandId,
    askedAt,
    end:
      endedAt === null
        ? null
        : {
            outcome: searchOutcomes.find((it) => it === outcome) ?? 'unknown',
            endedAt,
            title,
            said,
            found,
            indexers,
            grabs: (jsonOf(row.grabs) as readonly SearchGrab[] | null) ?? [],
            refused: refusedOf(row.refused),
            rejects: (jsonOf(row.rejects) as SearchEnd['rejects'] | null) ?? {},
          },
  }
}
