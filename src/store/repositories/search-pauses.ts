import type {PausedSearches} from '#model/searches.ts'
import {putAll} from '../rows.ts'
import type {Db} from '../store.ts'

export async function readSearchPauses(db: Db): Promise<readonly PausedSearches[]> {
  return db.selectFrom('searchPauses').selectAll().execute()
}

export async function putSearchPause(db: Db, pause: PausedSearches): Promise<void> {
  await putAll(db, 'searchPauses', ['arrId'], [pause])
}

export async function deleteSearchPause(db: Db, arrId: string): Promise<void> {
  await db.deleteFrom('searchPauses').where('arrId', '=', arrId).execute()
}
