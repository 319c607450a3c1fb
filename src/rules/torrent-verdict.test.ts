import {expect, test} from 'vitest'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import {verdictTexts} from '#model/verdict-texts.ts'
import {removalRulesIn, standingIn} from './explain.ts'
import {anArr, owned} from './presets/inherited.fixture.ts'
import {stalledRules} from './presets/stalled.ts'
import {aRule} from './rule.fixture.ts'
import {removalVerdict, verdictOf} from './torrent-verdict.ts'
import {sentenceOfPhrase} from './verdict-sentence.ts'
import {aroundIn, evaluatedIn, situations, reportedIn, type Situation} from './verdict-situations.fixture.ts'
import {AT, type Row} from './world.fixture.ts'

const verdictIn = (it: Situation) => verdictOf(reportedIn(it), aroundIn(it))
const written = (it: Situation) => sentenceOfPhrase(verdictIn(it).says, AT)

test('there are at least sixty situations', () => {
  expect(situations.length).toBeGreaterThanOrEqual(60)
})

test.each(situations.map((it, n) => [n + 1, it.sentence, it] as const))('%i: %s', (_, sentence, it) => {
  expect(written(it)).toBe(sentence)
})

test.each(situations.map((it, n) => [n + 1, it.sentence, it] as const))(
  'its reasons are at most four, each a sentence: %i: %s',
  (_, __, it) => {
    const {reasons, follows, next} = verdictIn(it)
    expect(reasons.length).toBeLessThanOrEqual(4)
    const phrases = [
      ...reasons.flatMap(({says, more}) => [says, more]),
      follows,
      ...next.map(({says}) => says),
    ]
    for (const phrase of phrases) {
      if (phrase === null) continue
      const sentence = sentenceOfPhrase(phrase, AT)
      expect(sentence).not.toMatch(/\{\{|undefined|NaN|fate\./)
    }
  },
)

// What people and the executor say is not known where the list is made: it is put in there by `ArrLabels`.
test.each(situations.filter((it) => !it.blockedBy && !it.waits).map((it) => [it.sentence, it] as const))(
  'the list says the same of when it may be removed: %s',
  (_, it) => {
    const {ruleSet, now} = evaluatedIn(it)
    const {mayBeRemoved, ruleId} = verdictIn(it)
    const reported = standingIn(removalRulesIn(ruleSet), it.row, now)
    const first = mayBeRemoved.kind === 'from' ? ruleId : null
    expect(removalVerdict(reported, aroundIn(it))).toEqual({mayBeRemoved, first})
  },
)

test('no sentence has a hole', () => {
  for (const it of situations) expect(written(it)).not.toMatch(/ {2}|“”|undefined|: \./)
})

const of = (sentence: string) => verdictIn(situations.find((it) => it.sentence === sentence)!)
const texts = (sentence: string) => of(sentence).reasons.map(({says}) => sentenceOfPhrase(says, AT))

test('what its tracker requires comes first, then the rule that would remove it, each with what is counted', () => {
  const sentence = 'Stays until 11 March: waxwing requires 10 more days of seeding.'
  expect(texts(sentence)).toEqual([
    'waxwing requires 10 days of seeding.',
    '“Seeding goals” is fulfilled and would remove it.',
    'It is complete.',
  ])
  const verdict = of(sentence)
  expect(verdict.reasons.map(({blocks}) => blocks)).toEqual([true, false, false])
  expect(verdict.reasons[0]!.counted).toEqual([
    {what: 'seeding', done: expect.closeTo(0.2 * DAY, 0), needed: 10 * DAY, unit: 'seconds'},
  ])
  expect(verdict.reasons[1]).toMatchObject({
    counted: [{what: 'ratio', done: 2.04, needed: 2, unit: 'plain'}],
    change: {place: {kind: 'rule', fact: 'ratio'}, value: {unit: 'plain', value: 2}},
  })
  expect(verdict.next.map(({says}) => sentenceOfPhrase(says, AT))).toEqual([
    'What its tracker requires is fulfilled',
    'Removed by “Seeding goals”',
  ])
  expect(sentenceOfPhrase(verdict.follows!, AT)).toBe('Then the rule “Seeding goals” moves it to the trash.')
})

test('what follows names the rule only where the verdict has not', () => {
  const after = (it: string) => sentenceOfPhrase(of(it).follows!, AT)
  expect(after('Stays until 11 March: waxwing requires 10 more days of seeding.')).toContain(
    '“Seeding goals”',
  )
  const named = situations.find(({sentence}) => /^Stays until its ratio is .*“/.test(sentence))!.sentence
  expect(after(named)).toMatch(/^Then it is (moved to the trash|removed)/)
})

test.each([
  [
    'Stays until 11 March: waxwing requires 10 more days of seeding.',
    {kind: 'from', at: AT + 9.8 * DAY * 1000},
  ],
  ['Is removed in 14 min: it has stalled.', {kind: 'from', at: AT + 14 * 60_000}],
  ['Is removed within a minute: it has seeded enough.', {kind: 'from', at: AT}],
  ['Stays for good: no rule removes it.', {kind: 'never'}],
  ['Stays for good: it is protected.', {kind: 'never'}],
  ['Stays until its ratio is 3: waxwing.example requires it, and it is 2.04 now.', {kind: 'unplanned'}],
  ['Can’t be decided: nas has been unreachable since 07:00.', {kind: 'unknown'}],
])('from when on it may be removed: %s', (sentence, from) => {
  expect(of(sentence).mayBeRemoved).toEqual('at' in from ? {...from, at: expect.closeTo(from.at, -1)} : from)
})

const seedingRow: Row = {
  complete: true,
  state: 'seeding',
  category: 'films',
  ratio: 2,
  age: 2 * DAY,
  'obligation.met': 'none',
}
const owesTwoDays: Row = {
  ...seedingRow,
  'obligation.met': 'no',
  'obligation.profile': 'waxwing',
  'obligation.timeNeeded': 10 * DAY,
  'obligation.timeLeft': 2 * DAY,
  'obligation.ratioNeeded': null,
}
const old = aRule({
  id: 'old',
  name: 'Old',
  order: 2,
  concern: 'age',
  when: {fact: 'age', op: 'gte', value: '14d'},
})
const now = aRule({id: 'now', name: 'Now', reason: 'seedingDone'})

test.each([
  ['a person is asked about the other one', seedingRow, [{...now, mode: 'ask'}, old], false, 12],
  ['the other one is refused', seedingRow, [now, old], true, 12],
  ['the other one has the later date', owesTwoDays, [now, old], false, 2],
] as const)(
  'of several rules the earliest date that holds is shown: %s',
  (_, row, rules, isRefused, days) => {
    const reported = reportedIn({sentence: '', row, rules})
    const blockedBy = {isSuspension: false, message: 'It is used.'}
    const evaluation = isRefused
      ? reported.rules.map((one) => (one.ruleId === now.id ? {...one, blockedBy} : one))
      : reported.rules
    const around = aroundIn({sentence: '', row})
    const {mayBeRemoved} = verdictOf({...reported, rules: evaluation}, around)
    expect(mayBeRemoved).toEqual({kind: 'from', at: AT + days * DAY * 1000})
    expect(removalVerdict({...reported, rules: evaluation}, around).mayBeRemoved).toEqual(mayBeRemoved)
  },
)

test('a rule that was not evaluated leaves it undecided', () => {
  const it = situations.find(({rules}) => rules?.length === 1)!
  const reported = reportedIn(it)
  const rules = reported.rules.map((rule) => ({...rule, outcome: 'unknown' as const, isHeldForCost: true}))
  const {says} = verdictOf({...reported, rules}, aroundIn(it))
  expect(sentenceOfPhrase(says, AT)).toBe(
    'Can’t be decided: “Seeding goals” is not evaluated, as it took too much time.',
  )
})

test('every unit of time has its plural', () => {
  const forms = Object.keys(verdictTexts).filter((key) => key.endsWith('_one'))
  for (const one of forms) expect(Object.keys(verdictTexts)).toContain(one.replace('_one', '_other'))
})

test.each([
  ['before it is held', 7, 0],
  ['while it is held', 70, 10_000],
])('of a stalled preset all of its time is counted, and no other way to it: %s', (_, sinceActivity, ms) => {
  const row: Row = {
    ...owned,
    state: 'stalledDown',
    complete: false,
    progress: 0.775,
    age: 6 * HOUR,
    sinceActivity,
    lastActivityAt: AT - sinceActivity * 1_000,
    'memory.protected': false,
    'obligation.met': 'none',
  }
  const rules = stalledRules(anArr({stalledDelay: 2 * MINUTE, youngerThan: 2 * MINUTE}), true).slice(0, 1)
  const {reasons} = verdictIn({sentence: '', row, rules, held: {ms}})
  expect(reasons[0]!.counted).toEqual([{what: 'idle', done: sinceActivity, needed: 120, unit: 'seconds'}])
  expect(reasons[0]!.change).toMatchObject({place: {fact: 'sinceActivity'}, value: {value: 120}})
})

test.each([
  [
    'one of two ways to it is reached',
    {
      any: [
        {fact: 'ratio', op: 'gte', value: 9},
        {fact: 'age', op: 'gte', value: '1h'},
      ],
    },
  ],
  ['it must not be', {not: {fact: 'ratio', op: 'gte', value: 9}}],
])('where %s, its removal waits for nothing but the hold', (_, condition) => {
  const rules = [
    aRule({
      id: 'held',
      name: 'Held',
      reason: 'stalled',
      when: {fact: 'state', op: 'eq', value: 'stalledDown'},
      hold: {for: '1h'},
      do: [{action: 'failDownload', if: condition}],
    }),
  ]
  const row: Row = {
    state: 'stalledDown',
    complete: false,
    progress: 0.5,
    ratio: 1,
    age: 6 * HOUR,
    'memory.protected': false,
    'obligation.met': 'none',
  }
  const {reasons} = verdictIn({sentence: '', row, rules, held: {ms: 600_000}})
  expect(reasons[0]!.counted).toEqual([{what: 'held', done: 600, needed: 3_600, unit: 'seconds'}])
})

test.each([
  ['all', 72],
  ['any', 48],
] as const)(
  'of two comparisons with one thing of which %s have to hold, that decides which does',
  (branch, hours) => {
    const after = (value: string) => ({fact: 'seedingTime', op: 'gte', value})
    const rules = [
      aRule({
        id: 'seeded',
        name: 'Seeded',
        reason: 'seedingDone',
        when: {[branch]: [after('48h'), after('72h')]},
        do: [{action: 'remove'}],
      }),
    ]
    const row: Row = {...seedingRow, seedingTime: HOUR}
    const {reasons} = verdictIn({sentence: '', row, rules})
    const counted = reasons.flatMap((it) => it.counted)
    expect(counted).toContainEqual({what: 'seeding', done: HOUR, needed: hours * HOUR, unit: 'seconds'})
    expect(counted.filter(({what}) => what === 'seeding')).toHaveLength(1)
  },
)
