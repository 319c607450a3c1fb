import {expect, test} from 'vitest'
import type {Rule} from '#model/rule.ts'
import {explain} from './explain.ts'
import {Passes} from './pass.fixture.ts'
import {aRule} from './rule.fixture.ts'
import {RuleSet} from './rule-set.ts'
import {AT, world, type Row} from './world.fixture.ts'

const removal = aRule({id: 'removal', name: 'Clean'})
const keeping = (changes: object) =>
  aRule({id: 'keep', name: 'Keep', order: 500, do: [{action: 'skip'}], ...changes})
const done: Row = {key: 'a', complete: true, category: 'films', tags: []}

/** Of what torrents rules remove beside this one. */
function removed(keep: Rule, ...rows: readonly Row[]): readonly string[] {
  const decided = new Passes(removal, keep).decided(rows)
  return decided.filter((it) => it.startsWith('removal ')).map((it) => it.slice('removal '.length))
}

const monitored = {fact: 'arr.monitored', op: 'eq', value: true}

test.each([
  ['its Arr does not answer', keeping({when: monitored}), {why: {'arr.monitored': 'serverNotOnline'}}],
  ['it is being looked up', keeping({when: monitored}), {why: {'arr.monitored': 'notRead'}}],
  ['its owner may not know', keeping({when: {not: monitored}}), {why: {'arr.monitored': 'notAllowed'}}],
  [
    'its scope is unknown',
    keeping({scope: {tagsAny: ['x']}, when: {fact: 'complete', op: 'eq', value: true}}),
    {tags: undefined, why: {tags: 'stale'}},
  ],
  [
    'whether it keeps hangs on what is unknown',
    keeping({do: [{action: 'skip', if: {fact: 'ratio', op: 'gt', value: 1}}]}),
    {why: {ratio: 'stale'}},
  ],
  [
    'a silent server may have it',
    keeping({when: {fact: 'completedAt', op: 'exists'}}),
    {why: {completedAt: 'serverNotOnline'}},
  ],
] as const)('what a rule may keep no rule removes while %s', (_, keep, row) => {
  const {tags, ...others} = {...done, ...row}
  const asked: Row = tags === undefined ? others : {...others, tags}
  expect(removed(keep, asked)).toEqual([])
})

test.each([
  ['its server has no such thing', keeping({when: monitored}), {why: {'arr.monitored': 'missing'}}],
  ['its server does not support it', keeping({when: monitored}), {why: {'arr.monitored': 'notSupported'}}],
  [
    'another part says no',
    keeping({when: {all: [monitored, {fact: 'category', op: 'eq', value: 'tv'}]}}),
    {why: {'arr.monitored': 'stale'}},
  ],
  [
    'it is not in its scope',
    keeping({scope: {categories: ['tv']}, when: monitored}),
    {why: {'arr.monitored': 'stale'}},
  ],
  ['the rule is off', keeping({mode: 'off', when: monitored}), {why: {'arr.monitored': 'stale'}}],
  [
    'the rule only simulates',
    keeping({mode: 'simulate', when: monitored}),
    {why: {'arr.monitored': 'stale'}},
  ],
] as const)('a torrent is removed where %s', (_, keep, row) => {
  expect(removed(keep, {...done, ...row})).toEqual(['a'])
})

test('what can be taken back goes on while it is unknown whether a rule keeps', () => {
  const stop = aRule({id: 'stop', do: [{action: 'stop'}]})
  const passes = new Passes(stop, keeping({when: monitored}))
  expect(passes.decided([{...done, why: {'arr.monitored': 'stale'}}])).toEqual(['stop a'])
})

const ofGone = (more: object = {}) => {
  const keep = keeping({when: {fact: 'arr.id', op: 'in', value: ['radarr', 'radarr-4k']}, ...more})
  return {...keep, when: {...keep.when, gone: ['radarr-4k']}} as Rule
}

test('by the name of an Arr that is gone nothing is removed that may be meant, and what is meant by another name is kept', () => {
  const rows: readonly Row[] = [
    {...done, key: 'none', 'arr.id': null},
    {...done, key: 'again', 'arr.id': 'radarr-new'},
    {...done, key: 'there', 'arr.id': 'radarr'},
  ]
  expect(removed(ofGone(), ...rows)).toEqual([])
  expect(new Passes(ofGone()).decided(rows)).toEqual(['keep there'])
  const narrow = ofGone({scope: {categories: ['tv']}})
  expect(removed(narrow, ...rows)).toEqual(['none', 'again', 'there'])
})

test('Why? says of which rule it is unknown whether it keeps a torrent, and why', () => {
  const explained = explain(
    new RuleSet([removal, ofGone()], world),
    {...done, 'arr.id': null},
    {at: AT, time: {run: 'a', ms: 0, steady: true}, memoryOf: () => null, isHeld: () => false},
  )
  expect(explained.rules.map(({outcome, sentence}) => [outcome, sentence])).toEqual([
    [
      'unknown',
      '"Keep" may keep it: the rule names an Arr that is not there (any more). While that is unknown, no rule removes it.',
    ],
    ['keptBack', 'Not removed: the rule "Keep" may keep it, and whether it does is unknown.'],
  ])
})
