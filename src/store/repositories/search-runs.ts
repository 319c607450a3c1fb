import {createHash} from 'node:crypto'
import type {RefusedGrab} from '#model/arr.ts'
import {
  searchCauses,
  searchOutcomes,
  type RefusedRelease,
  type SearchEnd,
  type SearchGrab,
  type SearchRun,
} from '#model/automation-state.ts'
import type {SearchUnit} from '#model/searching.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import {jsonOf} from '../rows.ts'
import type {Db} from '../store.ts'
import type {SearchRunTable} from '../tables.ts'

export async function addSearchRun(db: Db, run: Omit<SearchRun, 'end' | 'commandId'>): Promise<void> {
  const {items, ...rest} = run
  await db
    .insertInto('searchRuns')
    .values({...rest, items: JSON.stringify(items), grabs: '[]', refused: '[]', rejects: '{}'})
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
