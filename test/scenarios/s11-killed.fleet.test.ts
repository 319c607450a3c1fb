/** The program is killed while it removes something. One removal is the whole story; the others only stand by. */
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {Journal} from '#journal/journal.ts'
import {A, B, hashAt, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

const spent = {
  name: 'Spent',
  reason: 'seedingDone',
  scope: {categories: ['spent']},
  when: {fact: 'ratio', op: 'gte', value: 2},
  hold: {for: '40m'},
  do: [{action: 'removeWithData'}],
}
const hash = hashAt(A, 0)

let harness: ScenarioHarness
beforeEach(async () => {
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 100, each: (index) => (index === 0 ? {category: 'spent', uploaded: 3e9} : {})},
      {name: B, torrents: 20},
    ],
    rules: [spent],
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await harness.stop()
})

/** Kills it in the second in which this is so, and lets some time pass without it. */
async function killWhen(isSo: () => boolean): Promise<void> {
  for (let second = 0; second < HOUR && !isSo(); second++) await harness.pass(1)
  expect(isSo()).toBe(true)
  await harness.acting.crash()
  await harness.pass(MINUTE)
}

const lines = () => harness.lines(`info_hash=${hash}&verb=removeWithData`)

test('S11 killed after the order went out: without an answer it is unconfirmed, then confirmed, and never sent again', async () => {
  harness.acting.server(A).server.faults.add({kind: 'slowHead', ms: 10_000, path: 'delete', count: 1})
  await killWhen(() => harness.destroyed().length > 0)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${hash}`])
  // Nobody can say while its server is away.
  await harness.away(A)
  await harness.acting.rise()
  await harness.pass(MINUTE)
  expect(await lines()).toEqual([expect.stringMatching(/^removeWithData unconfirmed/)])
  await harness.back(A)
  await harness.pass(HOUR)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${hash}`])
  expect(await lines()).toEqual(['removeWithData confirmed'])
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})

test('S12 killed before anything was sent: the order expires, and what comes then is decided again', async () => {
  const write = Object.getOwnPropertyDescriptor(Journal.prototype, 'write')!.value as Journal['write']
  let isWritten = false
  vi.spyOn(Journal.prototype, 'write').mockImplementation(function (this: Journal, entries) {
    const isLast = entries.some(({verb, phase}) => verb === 'removeWithData' && phase === 'sending')
    if (!isLast || isWritten) return write.call(this, entries)
    isWritten = true
    return new Promise<void>(() => {})
  })
  await killWhen(() => isWritten)
  expect(harness.destroyed()).toEqual([])
  await harness.acting.rise()
  await harness.pass(5 * MINUTE)
  expect(await lines()).toEqual(['removeWithData expired', 'removeWithData blocked epoch_young'])
  await harness.expectNothingDestructive()
  expect(harness.holds(A, hash)).toBe(true)
  // A new decision, with a line of its own, when server and hold allow it.
  await harness.acting.until(
    2 * HOUR,
    () => harness.holds(A, hash),
    (it) => !it,
  )
  await harness.pass(MINUTE)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${hash}`])
  expect(await harness.lines(`info_hash=${hash}&outcome=done`)).toEqual(['removeWithData confirmed'])
  expect(await lines()).toContain('removeWithData expired')
  expect(await harness.alerts()).toEqual([])
})
