import {expect, test} from 'vitest'
import {reasonCodes} from '#model/decision.ts'
import type {Rule} from '#model/rule.ts'
import {DAY, HOUR} from '#model/units.ts'
import {explain} from './explain.ts'
import type {HoldMemory} from './hold.ts'
import {RuleSet} from './rule-set.ts'
import {aRule} from './rule.fixture.ts'
import {reasonWords} from './sentences.ts'
import {AT, world, type Row} from './world.fixture.ts'

const NOON = '2026-03-01T11:59:00.000Z'

function explained(
  rules: readonly Rule[],
  row: Row,
  memory: HoldMemory | null = null,
  isHeld: (rule: Rule) => boolean = () => false,
) {
  return explain(new RuleSet(rules, world), row, {
    at: AT,
    time: {run: 'a', ms: 0, steady: true},
    memoryOf: () => memory,
    isHeld,
  })
}
const sentence = (rule: Readonly<Record<string, unknown>>, row: Row) =>
  explained([aRule(rule)], row).rules[0]?.sentence

const done: Row = {key: 'a', complete: true, category: 'tv', progress: 1}

for (const [rule, row, said] of [
  [{}, done, 'Is to be removed: complete is yes.'],
  [
    {mode: 'simulate', reason: 'seedingDone'},
    done,
    'Would be removed (its rule only simulates): it has seeded enough (complete is yes).',
  ],
  [
    {mode: 'ask', do: [{action: 'stop'}, {action: 'removeWithData'}]},
    done,
    'Waits for approval to be stopped, then removed with its data: complete is yes.',
  ],
  [{}, {complete: false}, 'Not removed: complete is no, asked: yes.'],
  [{}, {}, `Not removed: complete is unknown since ${NOON}, its server does not report it.`],
  [
    {},
    {why: {complete: 'serverNotOnline'}},
    `Not removed: complete is unknown since ${NOON}, its server is not online.`,
  ],
  [
    {when: {fact: 'ratio', op: 'gte', value: 2}},
    {ratio: 1.25},
    'Not removed: ratio is 1.25, asked: at least 2 (0.75 left).',
  ],
  [
    {when: {fact: 'ratio', op: 'gt', value: 2}},
    {ratio: 2},
    'Not removed: ratio is 2, asked: above 2 (0 left).',
  ],
  [
    {when: {fact: 'size', op: 'lt', value: 1024}},
    {size: 3072},
    'Not removed: wanted size is 3 KiB, asked: below 1 KiB (2 KiB too much).',
  ],
  [
    {when: {not: {fact: 'size', op: 'gt', value: 1024}}},
    {size: 3072},
    'Not removed: wanted size is 3 KiB, asked: at most 1 KiB (2 KiB too much).',
  ],
  [
    {when: {not: {fact: 'size', op: 'lte', value: 4096}}},
    {size: 3072},
    'Not removed: wanted size is 3 KiB, asked: above 4 KiB (1 KiB left).',
  ],
  [
    {when: {fact: 'gained', window: '10m', op: 'between', value: [0, 1024]}},
    {gained: 2048},
    'Not removed: amount gained over 10 min is 2 KiB, asked: between 0 B, 1 KiB.',
  ],
  [
    {when: {fact: 'state', op: 'in', value: ['error', 'stopped']}},
    {state: 'seeding'},
    'Not removed: state is seeding, asked: one of error, stopped.',
  ],
  [
    {when: {fact: 'downLimit', op: 'gt', value: 5}},
    {downLimit: null},
    'Not removed: download limit is none, which cannot be compared.',
  ],
  [
    {when: {fact: 'addedAt', op: 'gt', value: '2026-01-01'}},
    {addedAt: 0},
    'Not removed: time of adding is 1970-01-01T00:00:00.000Z, asked: above 2026-01-01T00:00:00.000Z.',
  ],
  [
    {when: {fact: 'infoHashV2', op: 'exists'}},
    {infoHashV2: null},
    'Not removed: v2 info hash is none, asked: there.',
  ],
  [
    {
      when: {
        all: [
          aRule().when,
          {
            any: [
              {fact: 'ratio', op: 'gte', value: 2},
              {
                all: [
                  {fact: 'age', op: 'gt', value: 9},
                  {fact: 'fileCount', op: 'eq', value: 1},
                ],
              },
            ],
          },
        ],
      },
    },
    {...done, ratio: 1, age: 1, fileCount: 2},
    'Not removed: ratio is 1, asked: at least 2 (1 left).',
  ],
  [
    {when: {all: [{fact: 'ratio', op: 'gte', value: 2}, {fact: 'ratio', op: 'gte', value: 2}, aRule().when]}},
    {complete: false, ratio: 1},
    'Not removed: ratio is 1, asked: at least 2 (1 left); complete is no, asked: yes.',
  ],
  [
    {scope: {categories: ['film']}},
    done,
    '"Done" is not about this one: its category is not among those of the rule.',
  ],
  [{scope: {trackers: ['t']}}, done, '"Done" is not about this one: its tracker is unknown.'],
  [{mode: 'off'}, done, '"Done" is off.'],
  [{schedule: {window: {from: '13:00', to: '14:00'}}}, done, '"Done" waits for its hours.'],
  [{schedule: {on: ['completed', 'added']}}, done, '"Done" waits until it completes or until it is added.'],
  [{schedule: {on: ['added'], every: '1h'}}, done, 'Is to be removed: complete is yes.'],
  [{select: {order: ['age']}}, done, 'May be removed when its turn comes: complete is yes.'],
  [
    {do: [{action: 'stop', if: {fact: 'ratio', op: 'gt', value: 2}}]},
    {...done, ratio: 1},
    '"Done" is true, but not stopped, as ratio is 1, asked: above 2 (1 left).',
  ],
  [
    {do: [{action: 'stop', if: {fact: 'content.linksOutside', op: 'eq', value: 0}}]},
    done,
    'Not stopped: what its actions ask for is being looked up.',
  ],
] as const satisfies readonly (readonly [Readonly<Record<string, unknown>>, Row, string])[]) {
  test(`it says: ${said}`, () => {
    expect(sentence(rule, row)).toBe(said)
  })
}

const paid = {when: {all: [aRule().when, {fact: 'obligation.met', op: 'in', value: ['yes', 'none']}]}}

for (const [facts, said] of [
  [
    {'obligation.timeNeeded': 72 * HOUR, 'obligation.timeLeft': 31 * HOUR},
    'Not removed: seeded 41 h of the 3 d this tracker asks (31 h left).',
  ],
  [
    {'obligation.timeNeeded': 3 * DAY, 'obligation.timeLeft': 0, 'obligation.ratioNeeded': 1, ratio: 0.5},
    'Not removed: ratio 0.5 of the 1 this tracker asks.',
  ],
  [
    {'obligation.timeNeeded': 3 * DAY, 'obligation.timeLeft': DAY, 'obligation.ratioNeeded': 1, ratio: 1},
    'Not removed: seeded 2 d of the 3 d this tracker asks (24 h left).'.replace('2 d', '48 h'),
  ],
  [{}, 'Not removed: seeding obligation met is no, asked: one of yes, none.'],
] as const) {
  test(`what a tracker still asks: ${said}`, () => {
    expect(sentence(paid, {...done, 'obligation.met': 'no', ...facts})).toBe(said)
  })
}

test('a hold says how far it is', () => {
  const memory = (rule: Rule, ms: number, strikes = 0) => ({
    mark: new RuleSet([rule], world).rules[0]!.mark,
    ms,
    last: null,
    strikes: Array.from({length: strikes}, () => ({at: AT, seen: {}})),
  })
  const held = aRule({reason: 'stalled', hold: {for: '15m'}})
  expect(explained([held], done, memory(held, 300_000)).rules[0]!.sentence).toBe(
    'Not removed yet: it is stalled (complete is yes); held for 5 min of 15 min (10 min left).',
  )
  const struck = aRule({hold: {strikes: 3, gap: '10m'}})
  expect(explained([struck], done, memory(struck, 360_000, 2)).rules[0]).toMatchObject({
    outcome: 'held',
    hold: {kind: 'strikes', strikes: 2, needed: 3, left: 240},
    sentence: 'Not removed yet: complete is yes; 2 of 3 strikes (4 min left).',
  })
})

test('a hold that has not begun is not mentioned', () => {
  const held = aRule({hold: {for: '15m'}})
  expect(explained([held], {...done, complete: false}).rules[0]).toMatchObject({
    outcome: 'no',
    hold: null,
    sentence: 'Not removed: complete is no, asked: yes.',
  })
})

test('rules are explained in order, with what keeps one back', () => {
  const rules = [aRule({id: 'b', order: 2, name: 'Second'}), aRule({id: 'a', order: 1, name: 'First'})]
  expect(explained(rules, done)).toMatchObject({
    at: AT,
    subject: {key: 'a'},
    rules: [
      {
        ruleId: 'a',
        outcome: 'due',
        keptBackBy: null,
        needs: [],
        actions: [{action: 'remove'}],
        sentence: 'Is to be removed: complete is yes.',
      },
      {
        ruleId: 'b',
        outcome: 'keptBack',
        keptBackBy: 'a',
        sentence: 'Not removed: the rule "First" decides before "Second".',
      },
    ],
  })
})

test('of rules with the same order the first of the list keeps back the other, whatever their ids', () => {
  const [first, second] = [aRule({id: 'b', name: 'First'}), aRule({id: 'a', name: 'Second'})]
  expect(explained([first, second], done).rules).toMatchObject([
    {ruleId: 'b', outcome: 'due', keptBackBy: null},
    {ruleId: 'a', outcome: 'keptBack', keptBackBy: 'b'},
  ])
})

test('a rule that is off blocks no other rule and is not blocked', () => {
  const off = aRule({id: 'a', order: 1, mode: 'off'})
  expect(explained([off, aRule({order: 2})], done).rules.map(({outcome}) => outcome)).toEqual(['off', 'due'])
  expect(explained([aRule({order: 1}), {...off, order: 2}], done).rules[1]).toMatchObject({
    outcome: 'off',
    keptBackBy: null,
  })
})

test('a rule that still looks up what it would do blocks those behind it, and a no is never blocked', () => {
  const links = {fact: 'content.linksOutside', op: 'eq', value: 0}
  const first = aRule({id: 'a', order: 1, name: 'First', do: [{action: 'stop', if: links}]})
  const never = aRule({id: 'c', order: 3, when: {fact: 'complete', op: 'eq', value: false}})
  expect(explained([first, aRule({order: 2}), never], done).rules).toMatchObject([
    {outcome: 'lookingUp', keptBackBy: null},
    {outcome: 'keptBack', keptBackBy: 'a'},
    {outcome: 'no', keptBackBy: null},
  ])
})

test('of a scope only what does not fit is said', () => {
  const scope = {categories: ['tv'], tagsAny: ['x'], privacy: 'private'}
  expect(explained([aRule({scope})], {...done, tags: ['y']}).rules[0]).toMatchObject({
    outcome: 'outOfScope',
    needs: ['its tags is not among those of the rule'],
  })
})

const [seeded, isStopped, unasked] = [
  {fact: 'ratio', op: 'gte', value: 2},
  {fact: 'forceStart', op: 'eq', value: true},
  {fact: 'eta', op: 'gte', value: 2},
] as const
const ETA = `time to completion is unknown since ${NOON}, its server does not report it`

for (const [when, outcome, said] of [
  [{all: [unasked, seeded]}, 'no', 'ratio is 1, asked: at least 2 (1 left)'],
  [{all: [seeded, unasked]}, 'no', 'ratio is 1, asked: at least 2 (1 left)'],
  [{all: [unasked, {any: [isStopped, seeded]}]}, 'no', 'force started is no, asked: yes'],
  [{all: [{any: [unasked, seeded]}, isStopped]}, 'no', 'force started is no, asked: yes'],
  [{any: [seeded, unasked]}, 'unknown', ETA],
  [{any: [unasked, seeded]}, 'unknown', ETA],
  [{any: [{all: [seeded, unasked]}, isStopped]}, 'no', 'ratio is 1, asked: at least 2 (1 left)'],
  [{not: {any: [unasked, {not: seeded}]}}, 'no', 'ratio is 1, asked: at least 2 (1 left)'],
  [{not: {all: [{not: seeded}, unasked]}}, 'unknown', ETA],
] as const) {
  test(`what decides ${JSON.stringify(when)} is said, and nothing that is unknown beside it`, () => {
    const rule = aRule({when})
    const [reported] = explained([rule], {...done, ratio: 1, forceStart: false}).rules
    expect([reported!.outcome, reported!.sentence]).toEqual([outcome, `Not removed: ${said}.`])
    expect(reported!.needs[0]).toBe(said)
  })
}

test('what is unknown of a rule is among what it needs, behind what is not so', () => {
  const rule = aRule({when: {all: [unasked, seeded]}})
  const [reported] = explained([rule], {...done, ratio: 1}).rules
  expect(reported!.needs).toEqual(['ratio is 1, asked: at least 2 (1 left)', ETA])
})

test('a scope that does not fit is said, whatever else of it is unknown', () => {
  const scope = {categories: ['film'], trackers: ['t']}
  expect(explained([aRule({scope})], done).rules[0]!.needs).toEqual([
    'its category is not among those of the rule',
  ])
})

test('every reason but the general one has words', () => {
  const silent = reasonCodes.filter((reason) => reasonWords[reason] === '')
  expect(silent).toEqual(['conditionTrue'])
})

test('of several actions the one whose own condition is not true is shown beside those that are wanted', () => {
  const rule = aRule({
    do: [
      {action: 'tag', names: ['a']},
      {action: 'stop', if: {fact: 'ratio', op: 'gt', value: 2}},
    ],
  })
  const reported = explained([rule], {...done, ratio: 1}).rules[0]!
  expect(reported.outcome).toBe('due')
  expect(reported.needs).toEqual(['not stopped, as ratio is 1, asked: above 2 (1 left)'])
})

test('S29 of a condition of an action that names servers or Arrs only that it is not true is shown', () => {
  const rule = aRule({do: [{action: 'stop', if: {fact: 'server.id', op: 'eq', value: 'secret'}}]})
  expect(explained([rule], done).rules[0]!.sentence).toBe(
    '"Done" is true, but not stopped, as its own condition is not true.',
  )
})

test('a rule that took too much is not asked, says so, and keeps back what comes behind it', () => {
  const rules = [aRule({id: 'costly', name: 'Costly', order: 1}), aRule({id: 'later', order: 2})]
  const {rules: said} = explained(rules, done, null, ({id}) => id === 'costly')
  expect(said.map(({outcome, keptBackBy}) => [outcome, keptBackBy])).toEqual([
    ['unknown', null],
    ['keptBack', 'costly'],
  ])
  expect(said[0]!.sentence).toBe('"Costly" is suspended: it took too much time. A person has to review it.')
})

test('a suspended rule is said to keep back what takes away, in its scope alone', () => {
  const suspended = aRule({id: 'suspended', order: 1, scope: {categories: ['tv']}})
  const removal = aRule({id: 'removal', order: 2})
  const healing = aRule({id: 'healing', order: 3, do: [{action: 'reannounce'}]})
  const outcomes = (row: Row, ...rules: readonly Rule[]) =>
    explained(rules, row, null, ({id}) => id === 'suspended').rules.map(({outcome}) => outcome)
  expect(outcomes(done, suspended, removal, healing)).toEqual(['unknown', 'keptBack', 'due'])
  expect(outcomes({...done, category: 'films'}, suspended, removal)).toEqual(['unknown', 'due'])
  expect(outcomes(done, {...suspended, mode: 'off'}, removal)).toEqual(['unknown', 'due'])
})

test('what a rule that selects may keep is no candidate of a removal: whether it is kept is known in its pass', () => {
  const select = {order: ['-ratio'], until: {fact: 'server.freeBytes', op: 'gte', value: 15}}
  const keep = aRule({id: 'keep', name: 'Best ones', do: [{action: 'skip'}], select})
  const remove = aRule({id: 'remove', name: 'Old ones'})
  const [kept, removed] = explained([keep, remove], done).rules
  expect([kept?.outcome, removed?.outcome]).toEqual(['candidate', 'keptBack'])
  expect(removed?.sentence).toBe(
    'Not removed: the rule "Best ones" may keep it, and whether it does is unknown.',
  )
  const when = {fact: 'category', op: 'eq', value: 'film'}
  const ofFilms = aRule({id: 'keep', do: [{action: 'skip'}], select, when})
  expect(explained([ofFilms, remove], done).rules[1]?.outcome).toBe('due')
})
