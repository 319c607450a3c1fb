import {expect, test} from 'vitest'
import {isStuck, type QueueRow} from '#model/arr.ts'
import {stateWords} from './queue-rows.ts'

for (const [theirs, ours] of [
  ['downloading', 'downloading'],
  ['importBlocked', 'importBlocked'],
  ['failedPending', 'failedPending'],
  ['downloadFailedPending', 'failedPending'],
  ['downloadFailed', 'failed'],
  ['importFailed', 'importFailed'],
] as const) {
  test(`${theirs} is ${ours}`, () => {
    expect(stateWords[theirs]).toBe(ours)
  })
}

for (const [state, trouble, stuck] of [
  ['importBlocked', 'ok', true],
  ['importBlocked', 'warning', true],
  ['importPending', 'warning', true],
  ['importPending', 'ok', false],
  ['importFailed', 'warning', true],
  ['importing', 'warning', false],
  ['downloading', 'warning', false],
  ['imported', 'ok', false],
] as const satisfies readonly (readonly [QueueRow['state'], QueueRow['trouble'], boolean])[]) {
  test(`${state} with ${trouble} ${stuck ? 'waits for a user' : 'goes on alone'}`, () => {
    expect(isStuck({state, trouble})).toBe(stuck)
  })
}
