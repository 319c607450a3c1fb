import {expect, test} from 'vitest'
import type {HoldProgress} from '#model/decision.ts'
import {compileRule} from './compiled-rule.ts'
import {Replay, type Recorded} from './replay.ts'
import {aRule} from './rule.fixture.ts'
import {AT, world, type Row} from './world.fixture.ts'

const seeded = {
  all: [
    {fact: 'complete', op: 'eq', value: true},
    {fact: 'ratio', op: 'gte', value: 1},
  ],
}
const row: Row = {key: 'qBit/a', complete: true, ratio: 1.2, tags: ['a'], name: 'Film'}

/** What the journal has of a decision of this rule. */
function recorded(written: Readonly<Record<string, unknown>>, hold: HoldProgress | null = null): Recorded {
  const rule = aRule(written)
  const compiled = compileRule(rule, world)
  const [evidence, preconditions] = [compiled.when.trace(row), compiled.preconditions(row)]
  return {at: AT, ruleId: rule.id, subject: world.name(row), evidence, hold, preconditions}
}
const replayed = (now: Readonly<Record<string, unknown>>, then: Recorded = recorded({when: seeded})) =>
  new Replay([aRule(now)]).of(then)

test('the same rule decides the same', () => {
  expect(replayed({when: seeded})).toEqual({outcome: 'same', words: ''})
})

test('another threshold is compared with what was seen then', () => {
  const more = {all: [seeded.all[0], {fact: 'ratio', op: 'gte', value: 2}]}
  expect(replayed({when: more})).toEqual({outcome: 'no', words: 'ratio is 1.2, asked: at least 2 (0.8 left)'})
})

test('what was not recorded is unknown, also below a not', () => {
  const more = {all: [...seeded.all, {not: {fact: 'isPrivate', op: 'eq', value: true}}]}
  const {outcome, words} = replayed({when: more})
  expect(outcome).toBe('unknown')
  expect(words).toContain('was not recorded')
})

test('a fact that was recorded is known by another condition that asks it', () => {
  const any = {
    any: [
      {fact: 'ratio', op: 'lt', value: 0.5},
      {fact: 'complete', op: 'eq', value: true},
    ],
  }
  expect(replayed({when: any}).outcome).toBe('same')
})

for (const [title, name, outcome] of [
  ['a text that was cut', `${'x'.repeat(200)}…`, 'unknown'],
  ['a whole text', 'Film', 'same'],
] as const) {
  test(`${title}: ${outcome}`, () => {
    const named = {fact: 'name', op: 'contains', value: 'Film'}
    const then = recorded({when: named})
    const evidence = {...then.evidence, actual: {value: name, observedAt: AT, source: 'qBit'}} as never
    expect(replayed({when: named}, {...then, evidence}).outcome).toBe(outcome)
  })
}

for (const [title, value, outcome] of [
  ['a list that was cut', Array.from({length: 20}, (_, n) => (n === 0 ? 'a' : `t${n}`)), 'unknown'],
  ['a list of which one entry was cut', ['a', `${'x'.repeat(200)}…`], 'unknown'],
  ['a whole list', ['a', '…x'], 'same'],
] as const) {
  test(`${title}: ${outcome}`, () => {
    const tagged = {fact: 'tags', op: 'hasAny', value: ['a']}
    const then = recorded({when: tagged})
    const evidence = {...then.evidence, actual: {value, observedAt: AT, source: 'qBit'}} as never
    expect(replayed({when: tagged}, {...then, evidence}).outcome).toBe(outcome)
  })
}

test('a rule that was deleted, that is off, or that is about other servers is reported as such', () => {
  const then = recorded({when: seeded})
  expect(replayed({id: 'other', when: seeded}, then)).toEqual({
    outcome: 'gone',
    words: 'there is no such rule any more',
  })
  expect(replayed({mode: 'off', when: seeded}, then)).toEqual({outcome: 'off', words: 'the rule is off'})
  expect(replayed({scope: {servers: ['elsewhere']}, when: seeded}, then)).toEqual({
    outcome: 'outOfScope',
    words: 'the rule is not about this one any more',
  })
  expect(replayed({scope: {servers: ['qBit']}, when: seeded}, then).outcome).toBe('same')
})

for (const [now, outcome] of [
  [{for: '30m'}, 'same'],
  [{for: '1h'}, 'same'],
  [{for: '2h'}, 'held'],
  [{strikes: 3, gap: '5m', expireAfter: '1h'}, 'unknown'],
] as const) {
  test(`what was held for an hour, under ${JSON.stringify(now)}: ${outcome}`, () => {
    const hold = {kind: 'for', held: 3600, needed: 3600, left: 0} as const
    expect(replayed({when: seeded, hold: now}, recorded({when: seeded}, hold)).outcome).toBe(outcome)
  })
}

for (const [strikes, outcome] of [
  [2, 'same'],
  [3, 'same'],
  [4, 'held'],
] as const) {
  test(`after three strikes, of ${strikes} that are asked for now: ${outcome}`, () => {
    const hold = {kind: 'strikes', strikes: 3, needed: 3, left: 0} as const
    const now = {strikes, gap: '5m', expireAfter: '1h'}
    expect(replayed({when: seeded, hold: now}, recorded({when: seeded}, hold)).outcome).toBe(outcome)
  })
}

const strikes = {strikes: 4, gap: '5m', expireAfter: '1h'}
for (const [title, now, had, expected] of [
  [
    'less time than is asked',
    {for: '2h'},
    {kind: 'for', held: 3600, needed: 3600, left: 0},
    {outcome: 'held', words: 'held for 60 min of the 2 h it asks for now'},
  ],
  [
    'fewer strikes than are asked',
    strikes,
    {kind: 'strikes', strikes: 3, needed: 3, left: 0},
    {outcome: 'held', words: '3 of the 4 strikes it asks for now'},
  ],
  [
    'nothing, where time is asked',
    {for: '2h'},
    null,
    {outcome: 'unknown', words: 'how long that was so was not recorded'},
  ],
  [
    'nothing, where strikes are asked',
    strikes,
    null,
    {outcome: 'unknown', words: 'how often that was so was not recorded'},
  ],
  [
    'strikes, where time is asked',
    {for: '2h'},
    {kind: 'strikes', strikes: 3, needed: 3, left: 0},
    {outcome: 'unknown', words: 'how long that was so was not recorded'},
  ],
] as const) {
  test(`of a hold was recorded ${title}: ${expected.outcome}`, () => {
    expect(replayed({when: seeded, hold: now}, recorded({when: seeded}, had))).toEqual(expected)
  })
}

const stopIf = (condition: object) => [{action: 'stop', if: condition}]
test('a rule of which no action would be done decides nothing, and the condition that stands in the way is shown', () => {
  const now = {when: seeded, do: stopIf({fact: 'ratio', op: 'gt', value: 2})}
  expect(replayed(now)).toEqual({outcome: 'no', words: 'ratio is 1.2, asked: above 2 (0.8 left)'})
  expect(replayed({...now, do: [...now.do, {action: 'recheck'}]}).outcome).toBe('same')
  expect(replayed({...now, do: stopIf({fact: 'ratio', op: 'gt', value: 1})}).outcome).toBe('same')
})

test('what the condition of an action asks beside the evidence is known as far as the decision stood on it', () => {
  const now = (tag: string) => ({when: seeded, do: stopIf({fact: 'tags', op: 'hasAny', value: [tag]})})
  expect(replayed(now('a')).outcome).toBe('same')
  expect(replayed(now('b')).outcome).toBe('no')
  const {outcome, words} = replayed({when: seeded, do: stopIf({fact: 'availability', op: 'gt', value: 1})})
  expect(outcome).toBe('unknown')
  expect(words).toContain('was not recorded')
})

test('where no action would be done and one of them is undecided, the answer is unknown, with all that stands in the way', () => {
  const [no] = stopIf({fact: 'ratio', op: 'gt', value: 2})
  const [unknown] = stopIf({fact: 'availability', op: 'gt', value: 1})
  const {outcome, words} = replayed({when: seeded, do: [no, unknown]})
  expect(outcome).toBe('unknown')
  expect(words).toMatch(/^ratio is 1\.2, asked: above 2 \(0\.8 left\); .* was not recorded$/)
})
