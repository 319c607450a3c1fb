import {expect, test} from 'vitest'
import type {RuleSuspension} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'

const id = 'r1' as RuleId
const suspension: RuleSuspension = {ruleId: id, revision: 1, at: 5, reason: 'maxShare', detail: {share: 0.06}}

test('a suspended rule stays so over a restart, until a user looked', async () => {
  const {open} = await memoryHarness()
  const {suspensions} = await open()
  await suspensions.suspend(suspension)
  const after = (await open()).suspensions
  expect(after.all()).toEqual([suspension])
  await after.lift(id)
  expect(after.of(id)).toBeNull()
  expect((await open()).suspensions.all()).toEqual([])
})

test('what suspends a rule while a user lets it go on stays, and so does what they did not see', async () => {
  const {open} = await memoryHarness()
  const {suspensions} = await open()
  await suspensions.suspend(suspension)
  const other = {...suspension, reason: 'commonCause', at: 6}
  await Promise.all([suspensions.lift(id), suspensions.suspend(other)])
  expect(suspensions.of(id)).toBe(other)
  await suspensions.lift(id, suspension)
  expect([suspensions.of(id), suspensions.resumedAt(id)]).toEqual([other, null])
  expect((await open()).suspensions.all()).toEqual([other])
})

test('while the database is away a rule can be suspended, and none is let go on', async () => {
  const {open, setFault} = await memoryHarness()
  const {suspensions} = await open()
  setFault(away)
  await expect(suspensions.suspend(suspension)).rejects.toBe(away)
  expect(suspensions.of(id)).toEqual(suspension)
  await expect(suspensions.lift(id)).rejects.toBe(away)
  expect(suspensions.of(id)).toEqual(suspension)
})
