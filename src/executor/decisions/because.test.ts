import {expect, test} from 'vitest'
import type {ConditionTrace} from '#model/decision.ts'
import {anItem} from '../guards/decision/decision-item.fixture.ts'
import {judgeDecision} from '../guards/decision/judge.ts'
import {becauseOf} from './because.ts'

const leaf = (value: string): ConditionTrace => ({
  ...{verdict: 'yes', fact: 'tracker.message', op: 'contains', threshold: 'gone', window: null},
  actual: {value, observedAt: 1, source: 'A'},
})

test('however much it is grounded on, the journal can keep it whole', () => {
  const item = anItem()
  const parts = Array.from({length: 500}, () => leaf('x'.repeat(5_000)))
  const evidence: ConditionTrace = {verdict: 'yes', branch: 'all', parts}
  const because = becauseOf({...item.decision, evidence}, judgeDecision(item))
  expect(JSON.stringify(because).length).toBeLessThan(16_000)
  expect(because).toMatchObject({rule: 'done', revision: 1, reason: 'seedingDone', more: 480})
})

test('no passkey of a tracker’s words gets into it', () => {
  const evidence = leaf('Torrent gone: https://t.example/announce/s3cret')
  const because = JSON.stringify(becauseOf({...anItem().decision, evidence}, null))
  expect(because).toContain('https://t.example')
  expect(because).not.toContain('s3cret')
})
