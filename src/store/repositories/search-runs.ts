import {
  searchCauses,
  searchOutcomes,
  type RefusedRelease,
  type SearchEnd,
  type SearchGrab,
  type SearchRun,
} from '#model/automation-state.ts'
import type {EpochMs} from '#model/units.ts'
import {jsonOf} from '../rows.ts'
import type {Db} from '../store.ts'
import type {SearchRunTable} from '../tables.ts'

export async function addSearchRun(db: Db, run: Omit<SearchRun, 'end' | 'commandId'>): Promise<void> {
  const {items, ...rest} = run
  await db
    .insertInto('searchRuns')
    .values({...rest, items: JSON.stringify(items), grabs: '[]', refused: '[]'})
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
  {grabs, refused, ...end}: SearchEnd,
): Promise<void> {
  const set = {...end, grabs: JSON.stringify(grabs), refused: JSON.stringify(refused)}
  await db.updateTable('searchRuns').set(set).where('searchId', '=', searchId).execute()
}

/** The Arr was never asked. */
export async function deleteSearchRun(db: Db, searchId: string): Promise<void> {
  await db.deleteFrom('searchRuns').where('searchId', '=', searchId).execute()
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

/** Those of before, and of the rest all but the newest. */
export async function pruneSearchRuns(db: Db, at: EpochMs, most: number): Promise<void> {
  await db.deleteFrom('searchRuns').where('askedAt', '<', at).execute()
  const first = await db
    .selectFrom('searchRuns')
    .select('askedAt')
    .orderBy('askedAt', 'desc')
    .offset(most)
    .limit(1)
    .executeTakeFirst()
  if (first) await db.deleteFrom('searchRuns').where('askedAt', '<=', first.askedAt).execute()
}

function runOf(row: SearchRunTable): SearchRun {
  const {searchId, arrId, reason, commandId, askedAt, endedAt, outcome, title, said, found} = row
  const items = jsonOf(row.items)
  return {
    searchId,
    arrId,
    items: Array.isArray(items) ? items.filter((item) => typeof item === 'string') : [],
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
            grabs: (jsonOf(row.grabs) as readonly SearchGrab[] | null) ?? [],
            refused: (jsonOf(row.refused) as readonly RefusedRelease[] | null) ?? [],
          },
  }
}
