import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Verdict} from '#model/decision.ts'
import type {Hold} from '#model/rule.ts'
import {
  endEarly,
  heldOf,
  pauseHold,
  progressOf,
  stepHold,
  type HoldMemory,
  type HoldStep,
  type Observation,
} from './hold.ts'
import {AT} from './world.fixture.ts'

interface Look {
  readonly s: number
  readonly verdict?: Verdict
  readonly reset?: boolean
  readonly steady?: boolean
  readonly run?: string
  readonly at?: number
  readonly each?: readonly string[]
  /** Seconds in which it may have been cut off already. */
  readonly lost?: number
}

const seenAt = ({
  s,
  verdict = 'yes',
  reset = false,
  steady = true,
  run = 'a',
  at,
  each,
  lost,
}: Look): Observation => ({
  verdict,
  reset,
  time: {run, ms: s * 1000, steady, ...(lost !== undefined && {lostMs: lost * 1_000})},
  at: AT + (at ?? s) * 1000,
  seen: () => ({ratio: s}),
  ...(each && {each}),
})

/** Steps through looks, seconds of the steady clock. */
function hold(rule: Hold, ...looks: readonly Look[]): HoldStep {
  let step: HoldStep | null = null
  for (const look of looks) step = stepHold(rule, 'mark', step?.memory ?? null, seenAt(look))
  return step!
}

const minute: Hold = {for: 60}

for (const [name, looks, held, isOver] of [
  ['the first yes begins to count', [{s: 0}], 0, false],
  ['a second less is not enough', [{s: 0}, {s: 59}], 59, false],
  ['the whole time is', [{s: 0}, {s: 60}], 60, true],
  ['it stays over while true', [{s: 0}, {s: 60}, {s: 61}], 61, true],
  ['a no begins again', [{s: 0}, {s: 59}, {s: 60, verdict: 'no'}, {s: 61}], 0, false],
  ['a no after the end ends it', [{s: 0}, {s: 60}, {s: 61, verdict: 'no'}], 0, false],
  [
    'an unknown stops the clock',
    [{s: 0}, {s: 30}, {s: 40, verdict: 'unknown'}, {s: 90}, {s: 100}],
    40,
    false,
  ],
  ['an unknown is never over', [{s: 0}, {s: 60}, {s: 61, verdict: 'unknown'}], 60, false],
  [
    'two unknowns keep what was held',
    [{s: 0}, {s: 9}, {s: 10, verdict: 'unknown'}, {s: 11, verdict: 'unknown'}],
    9,
    false,
  ],
  [
    'time in which it may have been cut off is taken back',
    [{s: 0}, {s: 30}, {s: 30, steady: false, lost: 20}],
    10,
    false,
  ],
  [
    'it is taken back once',
    [{s: 0}, {s: 30}, {s: 30, steady: false, lost: 20}, {s: 30, steady: false, lost: 20}, {s: 30}, {s: 40}],
    20,
    false,
  ],
  [
    'no more than was held is',
    [{s: 0}, {s: 30}, {s: 30, steady: false, lost: 90}, {s: 30}, {s: 50}],
    20,
    false,
  ],
  ['what was over is not any more', [{s: 0}, {s: 60}, {s: 60, steady: false, lost: 1}, {s: 60}], 59, false],
  ['time that is not steady stops the clock', [{s: 0}, {s: 30}, {s: 40, steady: false}, {s: 90}], 30, false],
  [
    'a no ends it also while not steady',
    [{s: 0}, {s: 30}, {s: 40, steady: false, verdict: 'no'}, {s: 41}],
    0,
    false,
  ],
  ['a restart of ours counts nothing', [{s: 0}, {s: 30}, {s: 90, run: 'b'}, {s: 95, run: 'b'}], 35, false],
  ['a clock that fell back counts nothing', [{s: 50}, {s: 55}, {s: 1}, {s: 3}], 7, false],
  ['looks three minutes apart belong together', [{s: 0}, {s: 180}], 180, true],
  ['time in which nobody looked counts nothing', [{s: 0}, {s: 10}, {s: 190.001}, {s: 200.001}], 20, false],
  ['what resets begins again', [{s: 0}, {s: 59}, {s: 60, reset: true}], 0, false],
  ['nothing begins by an unknown', [{s: 0, verdict: 'unknown'}, {s: 60}], 0, false],
  ['nothing begins while not steady', [{s: 0, steady: false}, {s: 60}], 0, false],
  ['a jump of the wall clock moves nothing', [{s: 0}, {s: 5, at: 3e5}, {s: 6, at: -3e5}], 6, false],
] as const satisfies readonly (readonly [string, readonly Look[], number, boolean])[]) {
  test(`held for a minute: ${name}`, () => {
    const step = hold(minute, ...looks)
    expect(step.progress).toEqual({kind: 'for', held, needed: 60, left: Math.max(0, 60 - held)})
    expect(step.isOver).toBe(isOver)
  })
}

test('what is held for a time remembers how long, and no strikes', () => {
  expect(hold(minute, {s: 1}, {s: 31}).memory).toEqual({
    mark: 'mark',
    ms: 30_000,
    last: {run: 'a', ms: 31_000},
    strikes: [],
  })
})

test('held for nothing is over at the first yes, unless it is reset or not known', () => {
  expect(hold({for: 0}, {s: 0}).isOver).toBe(true)
  expect(hold({for: 0}, {s: 0, steady: false}).isOver).toBe(true)
  expect(hold({for: 0}, {s: 0, reset: true}).isOver).toBe(false)
  expect(hold({for: 0}, {s: 0, verdict: 'unknown'}).isOver).toBe(false)
  expect(hold({for: 0}, {s: 0, verdict: 'no'}).isOver).toBe(false)
})

const three: Hold = {strikes: 3, gap: 10, expireAfter: 100}

for (const [name, looks, strikes, left, isOver] of [
  ['the first yes is the first', [{s: 0}], 1, 20, false],
  ['a second less than the gap is no other', [{s: 0}, {s: 9}], 1, 11, false],
  ['the gap is', [{s: 0}, {s: 10}], 2, 10, false],
  ['three are over', [{s: 0}, {s: 10}, {s: 20}], 3, 0, true],
  ['it stays over', [{s: 0}, {s: 10}, {s: 20}, {s: 25}], 3, 0, true],
  ['a fourth counts as three', [{s: 0}, {s: 10}, {s: 20}, {s: 30}], 3, 0, true],
  ['a no keeps them', [{s: 0}, {s: 10}, {s: 15, verdict: 'no'}, {s: 20}], 3, 0, true],
  ['a no is not over', [{s: 0}, {s: 10}, {s: 20}, {s: 21, verdict: 'no'}], 3, 0, false],
  ['an unknown is not over', [{s: 0}, {s: 10}, {s: 20}, {s: 21, verdict: 'unknown'}], 3, 0, false],
  ['a no is no strike', [{s: 0, verdict: 'no'}], 0, 20, false],
  ['an unknown is no strike', [{s: 0}, {s: 10, verdict: 'unknown'}], 1, 10, false],
  ['what is not steady is no strike', [{s: 0}, {s: 10, steady: false}], 1, 20, false],
  ['time that is not steady makes no gap', [{s: 0}, {s: 5, steady: false}, {s: 12}], 1, 20, false],
  [
    'a strike in time in which it may have been cut off is none',
    [{s: 0}, {s: 10}, {s: 15, steady: false, lost: 8}],
    1,
    20,
    false,
  ],
  ['nor is the first', [{s: 0}, {s: 10}, {s: 15, steady: false, lost: 16}], 0, 20, false],
  ['it counts on after', [{s: 0}, {s: 4}, {s: 5, steady: false}, {s: 12}, {s: 18}], 2, 10, false],
  ['a reset clears them', [{s: 0}, {s: 10}, {s: 20, reset: true}], 0, 20, false],
  ['a restart makes no gap', [{s: 0}, {s: 15, run: 'b'}], 1, 20, false],
  ['time in which nobody looked makes no gap', [{s: 0}, {s: 180.001, at: 50}], 1, 20, false],
  ['one second before they expire they count', [{s: 0}, {s: 99, verdict: 'no'}, {s: 99}], 2, 10, false],
  ['they expire', [{s: 0}, {s: 100}], 1, 20, false],
  ['they expire by the wall clock, too', [{s: 0}, {s: 10}, {s: 11, at: 110}], 1, 20, false],
  ['a wall clock set back keeps none alive', [{s: 0}, {s: 100, at: -500}], 1, 20, false],
  ['they expire also by a no', [{s: 0}, {s: 100, verdict: 'no'}], 0, 20, false],
] as const satisfies readonly (readonly [string, readonly Look[], number, number, boolean])[]) {
  test(`three strikes: ${name}`, () => {
    const step = hold(three, ...looks)
    expect(step.progress).toEqual({kind: 'strikes', strikes, needed: 3, left})
    expect(step.isOver).toBe(isOver)
  })
}

test('each strike keeps what was seen', () => {
  expect(hold(three, {s: 1}, {s: 2}, {s: 11}).memory?.strikes).toEqual([
    {at: AT + 1000, seen: {ratio: 1}},
    {at: AT + 11_000, seen: {ratio: 11}},
  ])
})

for (const [rule, looks, next] of [
  [minute, [{s: 0}], 60],
  [minute, [{s: 0}, {s: 45}], 15],
  [minute, [{s: 0}, {s: 60}], Infinity],
  [minute, [{s: 0}, {s: 45, verdict: 'unknown'}], Infinity],
  [minute, [{s: 0}, {s: 45, steady: false}], Infinity],
  [minute, [{s: 0, verdict: 'no'}], Infinity],
  [three, [{s: 0}], 10],
  [three, [{s: 0}, {s: 4}], 6],
  [three, [{s: 0}, {s: 4, steady: false}], Infinity],
  [three, [{s: 0}, {s: 10}, {s: 20}], Infinity],
  [three, [{s: 0}, {s: 4, verdict: 'no'}], Infinity],
  [three, [{s: 0, reset: true}], Infinity],
] as const satisfies readonly (readonly [Hold, readonly Look[], number])[]) {
  test(`after ${JSON.stringify(looks)} of ${JSON.stringify(rule)} the next step comes in ${next} s`, () => {
    expect(hold(rule, ...looks).next).toBe(next)
  })
}

for (const rule of [minute, three]) {
  test(`memory of another condition is none: ${Object.keys(rule)[0]}`, () => {
    const {memory} = hold(rule, {s: 0}, {s: 10})
    expect(progressOf(rule, 'mark', memory)).toEqual(hold(rule, {s: 0}, {s: 10}).progress)
    expect(progressOf(rule, 'another', memory)).toEqual(progressOf(rule, 'mark', null))
    expect(stepHold(rule, 'another', memory, seenAt({s: 59})).progress).toEqual(hold(rule, {s: 0}).progress)
  })

  test(`nothing to remember stays nothing, and what stands is the same object: ${Object.keys(rule)[0]}`, () => {
    expect(hold(rule, {s: 0, verdict: 'no'}).memory).toBeNull()
    expect(hold(rule, {s: 0, verdict: 'unknown'}).memory).toBeNull()
    const standing = hold(rule, {s: 0}, {s: 1, steady: false}).memory
    expect(standing?.last).toBeNull()
    expect(stepHold(rule, 'mark', standing, seenAt({s: 2, steady: false})).memory).toBe(standing)
  })
}

for (const [rule, before, after] of [
  [minute, 59, {held: 59}],
  [three, 9, {strikes: 1, left: 11}],
] as const) {
  test(`what is paused keeps how far it came, and goes on from the next look: ${Object.keys(rule)[0]}`, () => {
    const paused = pauseHold(hold(rule, {s: 0}, {s: before}).memory!)
    expect(pauseHold(paused)).toBe(paused)
    const back = stepHold(rule, 'mark', paused, seenAt({s: before + 50}))
    expect(back.progress).toMatchObject(after)
    expect(stepHold(rule, 'mark', back.memory, seenAt({s: before + 51})).progress).toMatchObject(
      'held' in after ? {held: 60} : {strikes: 2},
    )
  })
}

const looks = fc.array(
  fc.record({
    passes: fc.nat({max: 40}),
    verdict: fc.constantFrom<Verdict>('yes', 'no', 'unknown'),
    steady: fc.boolean(),
    reset: fc.constantFrom(false, false, false, true),
    run: fc.constantFrom('a', 'a', 'a', 'b'),
  }),
)

test('whatever happens: only yes is over, and never before the steady time is up', () => {
  fc.assert(
    fc.property(fc.constantFrom(minute, three), looks, (rule, all) => {
      let memory: HoldMemory | null = null
      let steadyTime = 0
      let clock = 0
      for (const {passes, ...look} of all) {
        clock += passes
        if (look.steady) steadyTime += passes
        const step: HoldStep = stepHold(rule, 'mark', memory, seenAt({s: clock, ...look}))
        memory = step.memory
        const needed = 'for' in rule ? rule.for : (rule.strikes - 1) * rule.gap
        expect(step.isOver && (look.verdict !== 'yes' || look.reset || steadyTime < needed)).toBe(false)
      }
    }),
  )
})

const [one, two] = [['a'], ['b']]
const both = ['a', 'b']

for (const [name, looks, each, over] of [
  [
    'who was there in every look is held for',
    [
      {s: 0, each: both},
      {s: 30, each: one},
      {s: 60, each: both},
    ],
    {a: 60, b: 0},
    one,
  ],
  [
    'who came later is not yet',
    [
      {s: 0, each: one},
      {s: 59, each: both},
      {s: 60, each: both},
    ],
    {a: 60, b: 1},
    one,
  ],
  [
    'each has its own time',
    [
      {s: 0, each: one},
      {s: 9, each: both},
      {s: 69, each: two},
    ],
    {b: 60},
    two,
  ],
  [
    'a look that told nothing changes nothing',
    [
      {s: 0, each: both},
      {s: 30, each: both},
      {s: 31, verdict: 'unknown', each: []},
      {s: 32, each: both},
    ],
    {a: 30, b: 30},
    [],
  ],
  [
    'where none fits by itself nobody is held for',
    [
      {s: 0, each: []},
      {s: 60, each: []},
    ],
    {},
    [],
  ],
] as const) {
  test(`a hold of each: ${name}`, () => {
    const rule: Hold = {for: 60, each: 'tracker.messages'}
    const {memory, isOver} = hold(rule, ...looks)
    const seconds = Object.entries(memory?.each ?? {}).map(([name, ms]) => [name, ms / 1000])
    expect(Object.fromEntries(seconds)).toEqual(each)
    expect([heldOf(rule, memory), isOver]).toEqual([over, over.length > 0])
  })
}

/* ───────────────────────────── ended by a person ───────────────────────────── */

/** As after looks, and ended then. */
function ended(rule: Hold, ...looks: readonly Look[]): HoldMemory {
  return endEarly(rule, hold(rule, ...looks).memory!)
}
const after = (rule: Hold, memory: HoldMemory, ...looks: readonly Look[]): HoldStep => {
  let step = stepHold(rule, 'mark', memory, seenAt(looks[0]!))
  for (const look of looks.slice(1)) step = stepHold(rule, 'mark', step.memory, seenAt(look))
  return step
}
const strikesOfThree: Hold = {strikes: 3, gap: 60, expireAfter: 600}

for (const rule of [minute, strikesOfThree]) {
  const kind = Object.keys(rule)[0]!
  test(`${kind}: ended by a person it is over in the next look, and stays so while it is true`, () => {
    const memory = ended(rule, {s: 0}, {s: 10})
    expect(progressOf(rule, 'mark', memory).left).toBe(0)
    expect(after(rule, memory, {s: 11})).toMatchObject({isOver: true, progress: {left: 0}})
    expect(after(rule, memory, {s: 11}, {s: 12, verdict: 'unknown'}).isOver).toBe(false)
    expect(after(rule, memory, {s: 11, steady: false}, {s: 300}).isOver).toBe(true)
  })

  test(`${kind}: what is not so any more begins again, and so does another condition`, () => {
    const memory = ended(rule, {s: 0}, {s: 10})
    const reset = {s: 11, verdict: 'no', reset: true} as const
    expect(after(rule, memory, reset, {s: 12}).isOver).toBe(false)
    expect(stepHold(rule, 'another mark', memory, seenAt({s: 11})).isOver).toBe(false)
  })
}

test('strikes: what a person ended does not come back with a later one', () => {
  const memory = ended(strikesOfThree, {s: 0})
  const {memory: later} = after(strikesOfThree, memory, {s: 10, verdict: 'no'})
  expect(later?.strikes).toHaveLength(1)
  expect(after(strikesOfThree, later!, {s: 70})).toMatchObject({isOver: false, progress: {strikes: 2}})
})

test('of a set those that fit then are over, and no other one', () => {
  const memory = ended(minute, {s: 0, each: ['a', 'b']}, {s: 10, each: ['a']})
  const {memory: later} = after(minute, memory, {s: 11, each: ['a', 'c']})
  expect(heldOf(minute, later)).toEqual(['a'])
})
