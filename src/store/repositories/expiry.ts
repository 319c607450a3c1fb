import type {DeadlineRecord} from '#model/automation-state.ts'
import {jsonOf} from '../json-text.ts'
import {putAll} from '../put-all.ts'
import type {Db} from '../store.ts'

export async function readExpiry(db: Db): Promise<readonly DeadlineRecord[]> {
  const rows = await db.selectFrom('expiry').selectAll().execute()
  return rows.map(({detail, ...row}) => ({...row, detail: jsonOf(detail)}))
}

/** @param records each subject of a kind once */
export async function putExpiry(db: Db, records: readonly DeadlineRecord[]): Promise<void> {
  const rows = records.map(({detail, ...same}) => ({...same, detail: JSON.stringify(detail)}))
  await putAll(db, 'expiry', ['kind', 'subject'], rows)
}

export async function deleteExpiry(db: Db, kind: string, subject: string): Promise<void> {
  await db.deleteFrom('expiry').where('kind', '=', kind).where('subject', '=', subject).execute()
}
