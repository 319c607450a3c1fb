import type {SearchRecord} from '#model/automation-state.ts'
import type {EpochMs} from '#model/units.ts'
import {putAll} from '../rows.ts'
import type {Db} from '../store.ts'

export async function readSearches(db: Db): Promise<readonly SearchRecord[]> {
  const rows = await db.selectFrom('searches').selectAll().execute()
  // What is not known to be intended alone may have been sent.
  return rows.map(({phase, ...row}) => ({...row, phase: phase === 'intended' ? phase : 'sent'}))
}

/** @param records each item and failure of an Arr once */
export async function putSearches(db: Db, records: readonly SearchRecord[]): Promise<void> {
  await putAll(db, 'searches', ['arrId', 'item', 'failure'], records)
}

/** The Arr has it. */
export async function markSearchSent(db: Db, searchId: string): Promise<void> {
  await db.updateTable('searches').set({phase: 'sent'}).where('searchId', '=', searchId).execute()
}

/** The Arr was never asked. */
export async function deleteSearch(db: Db, searchId: string): Promise<void> {
  await db.deleteFrom('searches').where('searchId', '=', searchId).execute()
}

export async function deleteSearchesOf(db: Db, arrId: string): Promise<void> {
  await db.deleteFrom('searches').where('arrId', '=', arrId).execute()
}

export async function pruneSearches(db: Db, at: EpochMs): Promise<void> {
  await db.deleteFrom('searches').where('at', '<', at).execute()
}
