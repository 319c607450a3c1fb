import {
  searchReasons,
  searchResults,
  searchWishes,
  type SearchState,
  type SearchUnit,
} from '#model/searching.ts'
import {putAll} from '../rows.ts'
import type {Db} from '../store.ts'
import type {SearchStateTable} from '../tables.ts'

export async function readSearchStates(db: Db): Promise<readonly SearchState[]> {
  return (await db.selectFrom('searchState').selectAll().execute()).map(stateOf)
}

/** @param states each unit of an Arr once */
export async function putSearchStates(db: Db, states: readonly SearchState[]): Promise<void> {
  const rows = states.map(({wish, ...state}) => ({
    ...state,
    wish: wish?.reason ?? null,
    wishedAt: wish?.at ?? null,
  }))
  await putAll(db, 'searchState', ['arrId', 'unit'], rows)
}

export async function deleteSearchStates(
  db: Db,
  states: readonly Pick<SearchState, 'arrId' | 'unit'>[],
): Promise<void> {
  for (const [arrId, some] of Map.groupBy(states, (one) => one.arrId)) {
    const units = some.map(({unit}) => unit)
    await db.deleteFrom('searchState').where('arrId', '=', arrId).where('unit', 'in', units).execute()
  }
}

function stateOf({wish, wishedAt, unit, reason, result, ...row}: SearchStateTable): SearchState {
  const wished = searchWishes.find((it) => it === wish)
  return {
    ...row,
    unit: unit as SearchUnit,
    reason: searchReasons.find((it) => it === reason) ?? null,
    result: searchResults.find((it) => it === result) ?? null,
    wish: wished === undefined || wishedAt === null ? null : {reason: wished, at: wishedAt},
  }
}
