import {expect, test} from 'vitest'
import type {HoldMemory} from '#rules/hold.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {HoldTracker} from './hold-tracker.ts'
import {held, EvaluatorHarness, key, mine, row} from './evaluator-harness.fixture.ts'
import {NOW} from './torrent-subject.fixture.ts'

test('after a restart a hold goes on where it was, and the time between does not count', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(500)
  await harness.clock.advance(3_600_000)
  const second = new EvaluatorHarness([held], harness)
  expect(await second.live(95)).toEqual([])
  expect(await second.live(30)).toEqual([mine])
})

/** Of the subject, as it was told to be remembered last. */
const heldOf = (harness: EvaluatorHarness) => harness.holds.get(held.id)?.get(key)
const leave = (harness: EvaluatorHarness) =>
  harness.evaluator.takeRows({isWhole: false, rows: [], gone: [row.key]})

test('while a torrent is gone nothing is held, and when it is back its hold goes on where it was', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(500)
  leave(harness)
  await harness.live(3600)
  harness.rows([{}])
  // Looked at last after 481 s: by then it had been true for 480.
  expect(await harness.live(115)).toEqual([])
  expect(await harness.live(10)).toEqual([mine])
})

test('a torrent that is away for a moment only gets nothing for it', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(540)
  leave(harness)
  await harness.live(50)
  harness.rows([{}])
  expect(await harness.live(115)).toEqual([])
  expect(await harness.live(10)).toEqual([mine])
})

test('of a torrent that does not come back within a day nothing is kept', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(500)
  leave(harness)
  await harness.live(86_300)
  harness.rows([{}])
  await harness.live(70)
  expect(heldOf(harness)?.ms).toBeGreaterThan(480_000)
  leave(harness)
  await harness.live(86_500)
  harness.rows([{}])
  await harness.live(70)
  expect(heldOf(harness)?.ms).toBeLessThan(71_000)
})

test('a torrent that was removed and added again begins again, also when its absence was never seen', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(500)
  leave(harness)
  const addedAt = row.addedAt! + 1
  harness.rows([{addedAt}])
  expect(await harness.live(590)).toEqual([])
  expect(await harness.live(15)).toEqual([mine])
  harness.answered({ruleId: held.id})
  harness.rows([{addedAt: addedAt + 1}])
  expect(await harness.live(590)).toEqual([])
  expect(await harness.live(15)).toEqual([mine])
})

test('what was held of a torrent before a restart counts only for the same life of it', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(500)
  const other = new EvaluatorHarness([], harness)
  other.rows([{addedAt: row.addedAt! + 1}])
  other.evaluator.takeRules([held], harness.holds)
  expect(await other.live(590)).toEqual([])
  expect(await other.live(15)).toEqual([mine])
})

test('what was said to be held of a torrent that does not come is kept for a day', async () => {
  const comesAfter = async (seconds: number) => {
    const harness = new EvaluatorHarness([held])
    await harness.live(60)
    const memory: HoldMemory = {mark: heldOf(harness)!.mark, ms: 540_000, last: null, strikes: []}
    harness.evaluator.takeRules([], new Map())
    leave(harness)
    harness.evaluator.takeRules([held], new Map([[held.id, new Map([[key, memory]])]]))
    await harness.live(seconds)
    harness.rows([{}])
    return harness.live(120)
  }
  expect(await comesAfter(86_000)).toEqual([mine])
  expect(await comesAfter(86_500)).toEqual([])
})

test('time in which a rule is off holds nothing, and what it held before stays', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(500)
  harness.evaluator.takeRules([{...held, mode: 'off'}], new Map())
  expect(await harness.live(3600)).toEqual([])
  harness.evaluator.takeRules([held], new Map())
  expect(await harness.live(115)).toEqual([])
  expect(await harness.live(10)).toEqual([mine])
})

test('rules sent again take nothing from what is held, and nothing back that was reset meanwhile', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(500)
  const before = new Map([[held.id, new Map([[key, heldOf(harness)!]])]])
  harness.evaluator.takeRules([held, aRule({id: 'other'})], new Map())
  await harness.live(30)
  expect(heldOf(harness)?.ms).toBe(500_000)
  harness.rows([{complete: false}])
  await harness.pass()
  harness.evaluator.takeRules([held], before)
  harness.rows([{}])
  expect((await harness.live(590)).filter((it) => it === mine)).toEqual([])
})

test('a rule of another revision goes by what was remembered of that', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(500)
  const remembered = new Map([[held.id, new Map([[key, {...heldOf(harness)!, ms: 300_000}]])]])
  harness.evaluator.takeRules([{...held, revision: held.revision + 1}], remembered)
  expect(await harness.live(295)).toEqual([])
  expect(await harness.live(10)).toEqual([mine])
})

test('what a pass still finds out for a rule that was turned off meanwhile is not held', async () => {
  const others = Array.from({length: 65}, (_, at) => ({
    key: {...row.key, hash: at.toString(16).padStart(40, '0') as typeof row.key.hash},
  }))
  const harness = new EvaluatorHarness([held])
  harness.rows(others)
  harness.pause = () => {
    harness.evaluator.takeRules([{...held, mode: 'off'}], new Map())
    leave(harness)
  }
  await harness.pass()
  expect(harness.holds.size).toBe(0)
  expect(harness.evaluator.dueIn).toBe(0)
})

test('what a pass found that began before a person ended the time does not take that back', () => {
  const holds = new HoldTracker(new VirtualClock(NOW), new Map([[key, row]]))
  holds.takeRules([held], new Map(), new Map())
  const memory = {mark: 'mark', ms: 1, last: null, strikes: []}
  const write = (more: Partial<HoldMemory> | null) =>
    holds.write(new Map([[held.id, held]]), [
      {
        ruleId: held.id,
        ruleRevision: held.revision,
        subject: {kind: 'torrent', key, serverId: row.key.serverId},
        memory: more && {...memory, ...more},
      },
    ])
  write({early: true})
  expect(write({ms: 2})).toMatchObject([{memory: {ms: 2, early: true}}])
  expect(holds.of(held.id).get(key)).toMatchObject({ms: 2, early: true})
  // Of another condition it is not meant, and what is not so any more begins again.
  write({mark: 'another'})
  expect(holds.of(held.id).get(key)?.early).toBeUndefined()
  write({early: true})
  write(null)
  write({})
  expect(holds.of(held.id).get(key)?.early).toBeUndefined()
  // Of a set for those that are there still.
  write({each: {a: 1, b: 1}, early: ['a', 'b']})
  expect(write({each: {a: 2, c: 1}})).toMatchObject([{memory: {each: {a: 2, c: 1}, early: ['a']}}])
})
