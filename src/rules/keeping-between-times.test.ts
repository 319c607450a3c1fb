import {expect, test} from 'vitest'
import {explain} from './explain.ts'
import {Passes} from './pass.fixture.ts'
import {aRule} from './rule.fixture.ts'
import {RuleSet} from './rule-set.ts'
import {AT, world, type Row} from './world.fixture.ts'

const removal = aRule({id: 'removal', name: 'Clean'})
const keeping = (changes: object) =>
  aRule({id: 'keep', name: 'Keep', order: 1, do: [{action: 'skip'}], ...changes})
const done: Row = {key: 'a', complete: true, category: 'films', tags: []}

test.each([
  ['so often', {every: '1h'}],
  ['at times of the calendar', {cron: '0 3 * * *'}],
  ['on an event', {on: ['completed']}],
  ['so often, and on an event', {every: '1h', on: ['completed']}],
] as const)('a rule that keeps %s keeps also in passes between its times', (_, schedule) => {
  const passes = new Passes(removal, keeping({schedule}))
  expect(passes.decided([done], {s: 60})).toEqual([])
  expect(passes.decided([done], {s: 60, isWhole: false})).toEqual([])
  expect(passes.decided([done], {s: 60, events: ['added'], isWhole: false})).toEqual([])
  expect(passes.run([done], {s: 60}).asked).toEqual(['removal'])
})

test('in its own time a rule that keeps is asked, as every rule is', () => {
  const passes = new Passes(removal, keeping({schedule: {every: '1h'}}))
  expect(passes.decided([done], {s: 3_600})).toEqual(['keep a'])
  expect(passes.run([done], {s: 3_600}).asked).toEqual(['keep', 'removal'])
})

test('a rule that keeps and does more does that in its own times alone, and keeps meanwhile', () => {
  const keep = keeping({schedule: {every: '1h'}, do: [{action: 'stop'}, {action: 'skip'}]})
  const passes = new Passes(removal, keep)
  expect(passes.decided([{...done, state: 'seeding'}], {s: 60})).toEqual([])
  expect(passes.decided([{...done, state: 'seeding'}], {s: 3_600})).toEqual(['keep a'])
})

test('a rule that keeps on a further condition keeps that alone between its times, and what may meet it', () => {
  const isPopular = {fact: 'ratio', op: 'gt', value: 1}
  const keep = keeping({schedule: {every: '1h'}, do: [{action: 'stop'}, {action: 'skip', if: isPopular}]})
  const passes = new Passes(removal, keep)
  expect(passes.decided([{...done, ratio: 0.5}], {s: 60})).toEqual(['removal a'])
  expect(passes.decided([{...done, ratio: 2}], {s: 60})).toEqual([])
  // Whether it is kept is unknown.
  expect(passes.decided([{...done, why: {ratio: 'stale'}}], {s: 60})).toEqual([])
})

test('what a rule may keep between its times no rule removes', () => {
  const keep = keeping({schedule: {every: '1h'}, when: {fact: 'arr.monitored', op: 'eq', value: true}})
  const passes = new Passes(removal, keep)
  expect(passes.decided([{...done, why: {'arr.monitored': 'notRead'}}], {s: 60})).toEqual([])
  expect(passes.decided([{...done, 'arr.monitored': false}], {s: 60})).toEqual(['removal a'])
})

test('outside of its hours a rule keeps nothing, and while the hour is unknown it keeps', () => {
  const window = {from: '13:00', to: '14:00'}
  const passes = new Passes(removal, keeping({schedule: {every: '1h', window}}))
  expect(passes.decided([done])).toEqual(['removal a'])
  expect(passes.decided([done], {isClockTrusted: false})).toEqual([])
  expect(passes.decided([done], {s: 3_660, askedAt: AT + 3_600_000})).toEqual([])
  expect(passes.decided([done], {s: 7_200})).toEqual(['removal a'])
})

test('where a rule cannot select what it keeps, no rule removes what it may select', () => {
  const passes = new Passes(removal, keeping({select: {order: ['size']}}))
  expect(passes.decided([done], {isWhole: false})).toEqual([])
  expect(passes.decided([{...done, key: 'b', complete: false}, done], {isWhole: false})).toEqual([])
  expect(passes.decided([done])).toEqual(['keep a'])
})

test('a rule that is off keeps nothing, and one that simulates keeps back no rule that acts', () => {
  for (const mode of ['off', 'simulate']) {
    const passes = new Passes(removal, keeping({mode, schedule: {every: '1h'}}))
    expect(passes.decided([done], {s: 60})).toEqual(['removal a'])
  }
})

test.each([
  [
    'keeps on an event alone',
    {schedule: {on: ['completed']}},
    ['due', 'Is to be protected: complete is yes.'],
    'keptBack',
  ],
  [
    'does more on an event',
    {schedule: {on: ['completed']}, do: [{action: 'stop'}, {action: 'skip'}]},
    ['closed', '"Keep" waits until it completes.'],
    'keptBack',
  ],
  [
    'has hours, and these are others',
    {schedule: {every: '1h', window: {from: '13:00', to: '14:00'}}},
    ['closed', '"Keep" waits for its hours.'],
    'due',
  ],
] as const)('Why? says what is kept by a rule that %s', (_, changes, said, ofRemoval) => {
  const {rules} = explain(new RuleSet([removal, keeping(changes)], world), done, {
    at: AT,
    time: {run: 'a', ms: 0, steady: true},
    memoryOf: () => null,
    isHeld: () => false,
  })
  const [keep, other] = rules
  expect([keep!.outcome, keep!.sentence]).toEqual(said)
  expect(other!.outcome).toBe(ofRemoval)
})
