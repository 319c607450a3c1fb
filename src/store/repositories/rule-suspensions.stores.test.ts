import {expect, test} from 'vitest'
import type {RuleSuspension} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deleteRuleSuspension, putRuleSuspension, readRuleSuspensions} from './rule-memory.ts'

const suspension: RuleSuspension = {
  ruleId: 'qBit:stalled' as RuleId,
  revision: 1,
  at: 5,
  reason: 'maxShare',
  detail: {share: 0.051},
}

everyStore('suspended rules', (open) => {
  test('a rule is suspended once, for the newest reason, until a user lets it go on', async () => {
    const store = await open()
    const later = {...suspension, revision: 2, at: 6, reason: 'failures', detail: null}
    const another = {...suspension, ruleId: 'r2' as RuleId}
    for (const one of [suspension, another, later]) await store.write((db) => putRuleSuspension(db, one))
    expect(await store.read(readRuleSuspensions)).toHaveLength(2)
    expect(await store.read(readRuleSuspensions)).toEqual(expect.arrayContaining([later, another]))
    await store.write((db) => deleteRuleSuspension(db, later.ruleId))
    expect(await store.read(readRuleSuspensions)).toEqual([another])
  })
})
