import type {VerdictRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import {putAll} from '../put-all.ts'
import type {Db} from '../store.ts'

/** The newest, oldest first. */
export async function readVerdicts(db: Db, most: number): Promise<readonly VerdictRecord[]> {
  const rows = await db.selectFrom('verdicts').selectAll().orderBy('lastAt', 'desc').limit(most).execute()
  return rows.toReversed().map((row) => ({...row, ruleId: row.ruleId as RuleId}))
}

export async function putVerdicts(db: Db, records: readonly VerdictRecord[]): Promise<void> {
  await putAll(db, 'verdicts', ['journalId'], records)
}

/** Forgets those that were not said again since `at`. */
export async function pruneVerdicts(db: Db, at: EpochMs): Promise<void> {
  await db.deleteFrom('verdicts').where('lastAt', '<', at).execute()
}
