import type {RuleSuspension} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {jsonOf} from '../json-text.ts'
import {putAll} from '../put-all.ts'
import type {Db} from '../store.ts'

export async function readRuleSuspensions(db: Db): Promise<readonly RuleSuspension[]> {
  const rows = await db.selectFrom('ruleSuspensions').selectAll().execute()
  return rows.map(({ruleId, detail, ...row}) => ({...row, ruleId: ruleId as RuleId, detail: jsonOf(detail)}))
}

export async function putRuleSuspension(db: Db, {detail, ...row}: RuleSuspension): Promise<void> {
  await putAll(db, 'ruleSuspensions', ['ruleId'], [{...row, detail: JSON.stringify(detail)}])
}

export async function deleteRuleSuspension(db: Db, ruleId: RuleId): Promise<void> {
  await db.deleteFrom('ruleSuspensions').where('ruleId', '=', ruleId).execute()
}
