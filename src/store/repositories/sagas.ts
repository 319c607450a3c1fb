import type {SagaRecord} from '#model/automation-state.ts'
import type {EpochMs} from '#model/units.ts'
import {jsonOf, putAll} from '../rows.ts'
import type {Db} from '../store.ts'

/** Oldest first; of one moment by what they are about, as their ids are chance. */
export async function readOpenSagas(db: Db): Promise<readonly SagaRecord[]> {
  const rows = await db
    .selectFrom('sagas')
    .selectAll()
    .where('endedAt', 'is', null)
    .orderBy('startedAt')
    .orderBy('subject')
    .orderBy('id')
    .execute()
  return rows.map(({state, ...row}) => ({...row, state: jsonOf(state)}))
}

export async function putSaga(db: Db, {state, ...saga}: SagaRecord): Promise<void> {
  await putAll(db, 'sagas', ['id'], [{...saga, state: JSON.stringify(state)}])
}

/** Of those that ended before `at`. */
export async function pruneSagas(db: Db, at: EpochMs): Promise<void> {
  await db.deleteFrom('sagas').where('endedAt', '<', at).execute()
}
