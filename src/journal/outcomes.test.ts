import {expect, test} from 'vitest'
import {journalPhases, type JournalPhase} from './entry.ts'
import {entryOutcomes, endOf, outcomeOf} from './outcomes.ts'

test.each([
  ['intended', null, 'planned'],
  ['sending', null, 'sent'],
  ['sent', null, 'sent'],
  ['confirmed', null, 'done'],
  ['unconfirmed', 'unconfirmed', 'unconfirmed'],
  ['failed', 'server_failed', 'failed'],
  ['refused', 'content_shared', 'held'],
  ['refused', null, 'held'],
  ['refused', 'simulated', 'simulated'],
  ['refused', 'declined', 'declined'],
  ['expired', null, 'expired'],
  ['waiting', null, 'waiting'],
  ['approved', null, 'done'],
  ['blocked', 'obligation', 'held'],
  ['blocked', 'simulated', 'simulated'],
  ['undone', null, 'undone'],
] as const)('what ended %s with %s is %s', (phase, code, outcome) => {
  expect(outcomeOf(phase, code)).toBe(outcome)
})

test('whatever has an outcome is found by it, and by no other', () => {
  const found = (phase: JournalPhase, code: string | null) =>
    entryOutcomes.filter((outcome) => {
      const {phases, codes, noCodes} = endOf(outcome)
      const said = code ?? ''
      return phases.includes(phase) && codes?.includes(said) !== false && noCodes?.includes(said) !== true
    })
  for (const phase of journalPhases) {
    for (const code of [null, 'simulated', 'declined', 'content_shared']) {
      expect([phase, code, found(phase, code)]).toEqual([phase, code, [outcomeOf(phase, code)]])
    }
  }
})
