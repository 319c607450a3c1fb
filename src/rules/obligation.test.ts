import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {DAY, HOUR} from '#model/units.ts'
import {obligationOf, obligationState, privateDefault, type Obligation, type Seeding} from './obligation.ts'

const asked: Obligation = {
  profile: 'T',
  need: 'both',
  ratio: 1,
  time: 3 * DAY,
  buffer: 0,
  fromProgress: 0.1,
  partialRatio: 0.5,
}
const seen: Seeding = {
  complete: true,
  wasComplete: false,
  progress: 1,
  ratio: 0,
  seedingTime: 0,
  seedingObserved: 0,
  isForgotten: false,
}

for (const [need, ratio, seedingTime, met] of [
  ['both', 1, 3 * DAY, 'yes'],
  ['both', 0.99, 3 * DAY, 'no'],
  ['both', 1, 3 * DAY - 1, 'no'],
  ['both', 1.2, undefined, 'unknown'],
  ['both', 0.4, undefined, 'no'],
  ['both', undefined, 3 * DAY, 'unknown'],
  ['both', Number.POSITIVE_INFINITY, 3 * DAY, 'unknown'],
  ['both', Number.NaN, 3 * DAY, 'unknown'],
  ['either', 1, 0, 'yes'],
  ['either', 0, 3 * DAY, 'yes'],
  ['either', 0.99, 3 * DAY - 1, 'no'],
  ['either', undefined, 3 * DAY, 'yes'],
  ['either', undefined, 0, 'unknown'],
  ['either', 0.4, undefined, 'unknown'],
  ['either', Number.POSITIVE_INFINITY, 0, 'unknown'],
] as const) {
  test(`B.9 ratio ${ratio}, ${seedingTime} s seeded, ${need} asked: paid is ${met}`, () => {
    const state = obligationState({...asked, need}, {...seen, ratio, seedingTime, seedingObserved: undefined})
    expect(state.met).toBe(met)
    expect(state.reason).toBe({yes: 'paid', no: 'owed', unknown: 'notSeen'}[met])
  })
}

for (const [change, met, reason] of [
  [{need: 'nothing'}, 'none', 'notAsked'],
  [{ratio: null, time: null}, 'none', 'notAsked'],
  [{ratio: 0, time: 0}, 'none', 'notAsked'],
  [{ratio: 0, need: 'either'}, 'no', 'owed'],
  [{time: 0, need: 'either'}, 'no', 'owed'],
  [{time: null, ratio: 0.5}, 'yes', 'paid'],
  [{ratio: null, time: 0.5 * DAY}, 'yes', 'paid'],
] as const satisfies readonly (readonly [Partial<Obligation>, string, string])[]) {
  test(`B.9 of ${JSON.stringify(change)} half a day at ratio 0.5 is ${met}`, () => {
    const state = obligationState({...asked, ...change}, {...seen, ratio: 0.5, seedingTime: 0.5 * DAY})
    expect(state).toMatchObject({met, reason})
  })
}

for (const [progress, ratio, partialRatio, met, reason] of [
  [0.09, 0, 0.5, 'yes', 'barelyBegun'],
  [0.1, 0, 0.5, 'no', 'owed'],
  [0.1, 0.5, 0.5, 'yes', 'paid'],
  [0.1, 0.49, 0.5, 'no', 'owed'],
  [0.1, undefined, 0.5, 'unknown', 'notSeen'],
  [0.9, 9, null, 'no', 'owed'],
  [undefined, 9, 0.5, 'unknown', 'notSeen'],
] as const) {
  test(`B.9 incomplete at ${progress} with ratio ${ratio} of ${partialRatio} is ${met}`, () => {
    const state = obligationState({...asked, partialRatio}, {...seen, complete: false, progress, ratio})
    expect(state).toMatchObject({met, reason})
  })
}

test('S55 what was complete once owes what it owed, also when a check finds nothing of it any more', () => {
  const lost = {...seen, complete: false, progress: 0, wasComplete: true}
  for (const seeded of [{}, {seedingTime: DAY}, {seedingTime: undefined, seedingObserved: DAY}])
    expect(obligationState(asked, {...lost, ...seeded}).met).not.toBe('yes')
  expect(obligationState(asked, {...lost, seedingTime: 3 * DAY, ratio: 1})).toMatchObject({
    met: 'yes',
    reason: 'paid',
  })
})

test('B.9 while it is unknown whether it is complete, it is unknown whether it has paid', () => {
  const state = obligationState(asked, {...seen, complete: undefined, ratio: 9, seedingTime: 9 * DAY})
  expect(state).toMatchObject({met: 'unknown', reason: 'notSeen'})
})

test('B.9 where no time is asked none is left', () => {
  expect(obligationState({...asked, time: null}, seen)).toMatchObject({timeNeeded: null, timeLeft: null})
})

test('B.9 the buffer is added to the time', () => {
  const buffered = {...asked, ratio: null, buffer: HOUR}
  const state = obligationState(buffered, {...seen, seedingTime: 3 * DAY})
  expect(state).toEqual({
    met: 'no',
    reason: 'owed',
    ratioNeeded: null,
    timeNeeded: 3 * DAY + HOUR,
    timeLeft: HOUR,
  })
  expect(obligationState(buffered, {...seen, seedingTime: 3 * DAY + HOUR})).toMatchObject({
    met: 'yes',
    timeLeft: 0,
  })
})

test('B.9 S37 a torrent that its trackers have forgotten permanently is free, whatever is not seen of it', () => {
  expect(obligationState(asked, {...seen, isForgotten: true})).toMatchObject({
    met: 'yes',
    reason: 'unregistered',
  })
  expect(obligationState(asked, {...seen, complete: undefined, isForgotten: true}).met).toBe('yes')
  expect(obligationState(null, {...seen, isForgotten: true}).met).toBe('none')
})

test('S16 what we observed counts when the server began to count again', () => {
  const timeOnly = {...asked, ratio: null}
  expect(obligationState(timeOnly, {...seen, seedingTime: 0, seedingObserved: 3 * DAY}).met).toBe('yes')
  expect(obligationState(timeOnly, {...seen, seedingTime: 3 * DAY, seedingObserved: 5}).met).toBe('yes')
  const halfway = {...seen, seedingTime: 5, seedingObserved: 2 * DAY}
  expect(obligationState(timeOnly, halfway)).toMatchObject({met: 'no', timeLeft: DAY})
  const alone = {...seen, seedingTime: undefined, seedingObserved: 2 * DAY}
  expect(obligationState(timeOnly, alone)).toMatchObject({met: 'unknown', timeLeft: DAY})
  const neither = {...seen, seedingTime: undefined, seedingObserved: undefined}
  expect(obligationState(timeOnly, neither)).toMatchObject({met: 'unknown', timeLeft: 3 * DAY})
})

test('S18 a torrent that is not known to be private or public counts as private', () => {
  expect(obligationOf(null, true)).toBe(privateDefault)
  expect(obligationOf(null, undefined)).toBe(privateDefault)
  expect(obligationOf(null, false)).toBeNull()
  expect(obligationOf(asked, false)).toBe(asked)
  expect(obligationState(null, seen)).toMatchObject({met: 'none', reason: 'notAsked'})
})

for (const [change, met] of [
  [{ratio: 1}, 'yes'],
  [{seedingTime: 14 * DAY}, 'yes'],
  [{ratio: 0.99, seedingTime: 14 * DAY - 1}, 'no'],
  [{complete: false, progress: 0.09}, 'yes'],
  [{complete: false, progress: 0.1, ratio: 5}, 'no'],
] as const) {
  test(`private without a profile: ${JSON.stringify(change)} is ${met}`, () => {
    expect(obligationState(privateDefault, {...seen, ...change}).met).toBe(met)
  })
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, {nil: undefined})
const anything: fc.Arbitrary<Seeding> = fc.record({
  complete: maybe(fc.boolean()),
  wasComplete: fc.boolean(),
  progress: maybe(fc.double({min: 0, max: 1, noNaN: true})),
  ratio: maybe(fc.double()),
  seedingTime: maybe(fc.nat({max: 9 * DAY})),
  seedingObserved: maybe(fc.nat({max: 9 * DAY})),
  isForgotten: fc.constant(false),
})

test('what is not known never pays: who is paid is paid whatever the unknown turns out to be', () => {
  fc.assert(
    fc.property(fc.constantFrom('both', 'either'), anything, anything, (need, known, more) => {
      const state = obligationState({...asked, need}, known)
      const filled = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
      // More that we observed can only help.
      const later = obligationState({...asked, need}, {...more, ...filled, isForgotten: false})
      if (state.met === 'yes') expect(['yes']).toContain(later.met)
      else expect(['no', 'unknown']).toContain(state.met)
    }),
  )
})
