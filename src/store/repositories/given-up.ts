import type {GivenUpRecord} from '#model/automation-state.ts'
import type {EpochMs} from '#model/units.ts'
import {putAll} from '../rows.ts'
import type {Db} from '../store.ts'

export async function readGivenUp(db: Db): Promise<readonly GivenUpRecord[]> {
  return db.selectFrom('givenUp').selectAll().execute()
}

/** @param records each grab of an item once */
export async function putGivenUp(db: Db, records: readonly GivenUpRecord[]): Promise<void> {
  await putAll(db, 'givenUp', ['arrId', 'item', 'downloadId', 'grabbedAt'], records)
}

export async function deleteGivenUpOf(db: Db, arrId: string): Promise<void> {
  await db.deleteFrom('givenUp').where('arrId', '=', arrId).execute()
}

export async function pruneGivenUp(db: Db, at: EpochMs): Promise<void> {
  await db.deleteFrom('givenUp').where('at', '<', at).execute()
}
