import {expect, test} from 'vitest'
import type {LeafTrace, RuleOutcome, WantedAction} from '#model/decision.ts'
import {unknownReasons, type Fact, type FactName, type FactValue} from '#model/fact.ts'
import {actionKinds, operators, ruleModes, type ActionName, type Operator} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {aRule} from './rule.fixture.ts'
import {blockerWords, scopeWords, sentenceOf, supportWords, type Sayable} from './sentences.ts'
import {AT} from './world.fixture.ts'

const wanted = (action: ActionName): WantedAction => ({action, params: {}, ...actionKinds[action]})
const said = (changes: Partial<Sayable>) =>
  sentenceOf({
    outcome: 'due',
    name: 'Done',
    mode: 'live',
    reason: 'conditionTrue',
    actions: [wanted('remove')],
    hold: null,
    onlyOn: [],
    support: [],
    needs: [],
    keptBackBy: null,
    isProtected: false,
    mayKeep: false,
    ...changes,
  })

const known = (value: FactValue): Fact => ({value, observedAt: AT, source: 'qBit'})
const leaf = (fact: FactName, op: Operator, threshold: unknown, actual: Fact): LeafTrace => ({
  verdict: 'no',
  fact,
  op,
  threshold,
  window: null,
  actual,
})
const nothing = (): Fact => ({unknown: 'missing', since: null, source: 'qBit'})

test('every action has a word for what was done, and no two that differ the same', () => {
  const names = Object.keys(actionKinds) as ActionName[]
  const words = names.map((action) => said({actions: [wanted(action)]}))
  for (const sentence of words) expect(sentence).toMatch(/^Is to be [a-z][a-zA-Z ]+\.$/)
  expect(words).not.toContain('Is to be touched.')
  // Trash is trash, whether a torrent or a file goes there.
  expect(new Set(words).size).toBe(names.length - 1)
  expect(said({actions: []})).toBe('Is to be touched.')
})

for (const [mode, sentence] of [
  ['live', 'Is to be removed: complete is yes.'],
  ['ask', 'Waits for approval to be removed: complete is yes.'],
  ['simulate', 'Would be removed (its rule only simulates): complete is yes.'],
  ['off', 'Would be removed: complete is yes.'],
] as const) {
  test(`in mode ${mode} it says: ${sentence}`, () => {
    expect(ruleModes).toContain(mode)
    expect(said({mode, support: ['complete is yes']})).toBe(sentence)
  })
}

test('S07 what a person protects is said to be protected, where a rule would touch it now or later', () => {
  for (const outcome of ['due', 'candidate', 'held'] as const) {
    expect(said({outcome, isProtected: true})).toBe('Not removed: protected by you.')
  }
  expect(said({outcome: 'no', isProtected: true})).toBe('Not removed: nothing that it asks for is so.')
})

test('a reason and what speaks for it stand together, each alone, or neither', () => {
  const support = ['a is 1', 'b is 2']
  expect(said({})).toBe('Is to be removed.')
  expect(said({support})).toBe('Is to be removed: a is 1; b is 2.')
  expect(said({reason: 'stalled'})).toBe('Is to be removed: it is stalled.')
  expect(said({reason: 'stalled', support})).toBe('Is to be removed: it is stalled (a is 1; b is 2).')
})

for (const outcome of ['no', 'unknown', 'lookingUp'] as const satisfies readonly RuleOutcome[]) {
  test(`what is not done because of "${outcome}" says what it needs, or that nothing is so`, () => {
    expect(said({outcome, needs: ['a', 'b']})).toBe('Not removed: a; b.')
    expect(said({outcome})).toBe('Not removed: nothing that it asks for is so.')
  })
}

test('who is out of scope hears of every part', () => {
  expect(said({outcome: 'outOfScope', needs: ['a', 'b']})).toBe('"Done" is not about this one: a; b.')
})

const asked: Readonly<Record<Operator, readonly [is: string, isNot: string]>> = {
  eq: ['5', 'not 5'],
  ne: ['not 5', '5'],
  lt: ['below 5', 'at least 5'],
  lte: ['at most 5', 'above 5'],
  gt: ['above 5', 'at most 5'],
  gte: ['at least 5', 'below 5'],
  between: ['between 5', 'not between 5'],
  in: ['one of 5', 'none of 5'],
  notIn: ['none of 5', 'one of 5'],
  contains: ['containing 5', 'not containing 5'],
  startsWith: ['beginning with 5', 'not beginning with 5'],
  endsWith: ['ending with 5', 'not ending with 5'],
  glob: ['like 5', 'not like 5'],
  matches: ['matching 5', 'not matching 5'],
  hasAny: ['any of 5', 'none of 5'],
  hasAll: ['all of 5', 'not all of 5'],
  hasNone: ['none of 5', 'any of 5'],
  exists: ['there', 'not there'],
}
for (const op of operators) {
  const [is, isNot] = asked[op]
  test(`${op} is asked as "${is}", turned round as "${isNot}"`, () => {
    const words = (negated: boolean) =>
      blockerWords({leaf: leaf('comment', op, '5', known('7')), negated}, nothing)
    expect([words(false), words(true)]).toEqual([
      `comment is 7, asked: ${is}`,
      `comment is 7, asked: ${isNot}`,
    ])
  })
}

for (const [op, threshold, value, words, turnedRound] of [
  ['gt', 5, 3, 'above 5 (2 left)', 'at most 5 (2 too much)'],
  ['gte', 5, 3, 'at least 5 (2 left)', 'below 5 (2 too much)'],
  ['lt', 3, 5, 'below 3 (2 too much)', 'at least 3 (2 left)'],
  ['lte', 3, 5, 'at most 3 (2 too much)', 'above 3 (2 left)'],
  ['eq', 3, 5, '3', 'not 3'],
] as const) {
  test(`a ratio of ${value} where ${op} ${threshold} is asked is ${words}, turned round ${turnedRound}`, () => {
    const of = (negated: boolean) =>
      blockerWords({leaf: leaf('ratio', op, threshold, known(value)), negated}, nothing)
    expect([of(false), of(true)]).toEqual([
      `ratio is ${value}, asked: ${words}`,
      `ratio is ${value}, asked: ${turnedRound}`,
    ])
  })
}

test('a time span is said with what is seen', () => {
  const gained: LeafTrace = {...leaf('gained', 'lt', 5, known(7)), window: 600}
  expect(supportWords({leaf: gained, negated: false})).toBe('amount gained over 10 min is 7 B')
  expect(supportWords({leaf: leaf('ratio', 'lt', 5, nothing()), negated: true})).toBe('ratio is unknown')
})

test('why something is not known has words of its own for each reason', () => {
  const words = unknownReasons.map((unknown) => {
    const actual: Fact = {unknown, since: null, source: 'qBit'}
    return blockerWords(
      {leaf: {...leaf('ratio', 'gt', 1, actual), verdict: 'unknown'}, negated: false},
      nothing,
    )
  })
  for (const sentence of words) expect(sentence).toMatch(/^ratio is unknown, [a-z][a-z ,]+$/)
  expect(new Set(words).size).toBe(unknownReasons.length)
})

test('S30 another server that is not online is named', () => {
  const server = {id: asServerId('b'), name: 'Cellar'}
  const away: Fact = {unknown: 'serverNotOnline', since: null, source: 'qBit', server}
  const blocked = {...leaf('content.onOtherServer', 'eq', true, away), verdict: 'unknown' as const}
  expect(blockerWords({leaf: blocked, negated: false}, nothing)).toMatch(
    /is unknown, the server Cellar is not online$/,
  )
})

for (const [part, thing] of [
  ['servers', 'server'],
  ['arrs', 'Arr'],
  ['categories', 'category'],
  ['tagsAny', 'tags'],
  ['tagsAll', 'tags'],
  ['tagsNone', 'tags'],
  ['trackers', 'tracker'],
  ['privacy', 'privacy'],
  ['owner', 'owner'],
] as const) {
  test(`a scope by ${part} speaks of its ${thing}`, () => {
    expect(Object.keys(aRule().scope)).toContain(part)
    expect(scopeWords(part, false)).toBe(`its ${thing} is not among those of the rule`)
    expect(scopeWords(part, true)).toBe(`its ${thing} is unknown`)
  })
}

const owes = (facts: Partial<Record<FactName, number>>, negated = false) =>
  blockerWords({leaf: leaf('obligation.met', 'in', ['yes'], known('no')), negated}, (fact) => {
    const value = facts[fact]
    return value === undefined ? nothing() : known(value)
  })
const bare = 'seeding obligation met is no, asked: one of yes'

for (const [facts, words] of [
  [
    {'obligation.timeNeeded': 100, 'obligation.timeLeft': 40},
    'seeded 60 s of the 100 s this tracker asks (40 s left)',
  ],
  [{'obligation.timeNeeded': 100, 'obligation.timeLeft': 0}, bare],
  [{'obligation.timeNeeded': 100}, bare],
  [{'obligation.timeLeft': 40}, bare],
  [{'obligation.ratioNeeded': 1, ratio: 0.5}, 'ratio 0.5 of the 1 this tracker asks'],
  [{'obligation.ratioNeeded': 1, ratio: 1}, bare],
  [{'obligation.ratioNeeded': 1}, bare],
  [{ratio: 1}, bare],
  [
    {'obligation.timeNeeded': 100, 'obligation.timeLeft': 40, 'obligation.ratioNeeded': 1, ratio: 0.5},
    'seeded 60 s of the 100 s this tracker asks (40 s left); ratio 0.5 of the 1 this tracker asks',
  ],
] as const) {
  test(`where ${JSON.stringify(facts)} is known, what is owed is said as: ${words}`, () => {
    expect(owes(facts)).toBe(words)
  })
}

test('where an obligation should not be met, what is still owed is beside the point', () => {
  expect(owes({'obligation.ratioNeeded': 1, ratio: 0.5}, true)).toBe(
    'seeding obligation met is no, asked: none of yes',
  )
})
