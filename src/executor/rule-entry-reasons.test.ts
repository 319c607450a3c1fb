import {expect, test} from 'vitest'
import type {ConditionTrace} from '#model/decision.ts'
import {anItem} from './guards/rules/decision-item.fixture.ts'
import {evaluateGuards} from './guards/evaluate-guards.ts'
import {decidedOf} from './rule-entry.ts'

const leaf = (value: string): ConditionTrace => ({
  verdict: 'yes',
  fact: 'tracker.message',
  op: 'contains',
  threshold: 'gone',
  window: null,
  actual: {value, observedAt: 1, source: 'A'},
})

test('however much it is grounded on, the journal can keep it, and says how much it left out', () => {
  const item = anItem()
  const parts = Array.from({length: 500}, () => leaf('x'.repeat(5_000)))
  const many = Array.from({length: 5_000}, (_, n) => `${n}`)
  const decision = {
    ...item.decision,
    evidence: {verdict: 'yes', branch: 'all', parts} as const,
    preconditions: [{fact: 'content.owners', value: many}] as const,
  }
  const decided = decidedOf(decision, item.action, {item, judgement: evaluateGuards(item)})
  expect(JSON.stringify(decided).length).toBeLessThan(64_000)
  expect(decided).toMatchObject({
    ruleRevision: 1,
    reason: 'seedingDone',
    class: 'destructive',
    bytes: 1_000,
    omitted: 440,
    preconditions: [{fact: 'content.owners', value: many.slice(0, 20)}],
  })
  expect(decided.guards).toContainEqual({guard: 'busy', verdict: 'pass', code: '', detail: {}, lift: ''})
})

test('of several actions together it is as grave as the gravest', () => {
  const {action, decision} = anItem()
  const note = {...action, action: 'note', class: 'harmless'} as const
  expect(decidedOf({...decision, actions: [note, action]}, null, null)).toMatchObject({
    action: null,
    class: 'destructive',
    bytes: null,
    guards: [],
  })
})

test('no passkey of a tracker’s words gets into it', () => {
  const {action, decision} = anItem()
  const evidence = leaf('Torrent gone: https://t.example/announce/s3cret')
  const decided = JSON.stringify(decidedOf({...decision, evidence}, action, null))
  expect(decided).toContain('https://t.example')
  expect(decided).not.toContain('s3cret')
})
