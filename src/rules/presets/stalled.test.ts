import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {compileCondition} from '../condition.ts'
import {stepHold} from '../hold.ts'
import {world, type Row} from '../world.fixture.ts'
import {anArr, owned, ruleNamed, unsound, wants} from './inherited.fixture.ts'
import {slowRules} from './slow.ts'
import {stalledRules} from './stalled.ts'

const arr = anArr({stalledDelay: 900, deletableShare: 0.95})
const rules = stalledRules(arr, true)

const still: Row = {
  ...owned,
  state: 'stalledDown',
  hasMetadata: true,
  progress: 0.5,
  lastActivityAt: 1,
  sinceActivity: 3600,
  availability: 2,
  age: 7200,
}

/** On a server that keeps no last activity. */
const seenStill = {lastActivityAt: undefined, sinceActivity: undefined, gained: 0, upSpeed: 0} as const

for (const [title, id, changes, verdict] of [
  ['stalled for long', 'stalled', {}, 'yes'],
  ['stalled for exactly a minute', 'stalled', {sinceActivity: 60}, 'yes'],
  ['something came within the minute', 'stalled', {sinceActivity: 59.9}, 'no'],
  ['never active, a minute old', 'stalled', {lastActivityAt: null, sinceActivity: undefined, age: 60}, 'yes'],
  ['never active, younger', 'stalled', {lastActivityAt: null, sinceActivity: undefined, age: 59}, 'unknown'],
  ['last activity unknown', 'stalled', {lastActivityAt: undefined, sinceActivity: undefined}, 'unknown'],
  ['of no known activity, still while we looked', 'stalled', seenStill, 'yes'],
  ['of no known activity, something came', 'stalled', {...seenStill, gained: 1}, 'unknown'],
  ['of no known activity, something goes', 'stalled', {...seenStill, upSpeed: 1}, 'unknown'],
  ['just at the deletable share', 'stalled', {progress: 0.95}, 'yes'],
  ['above the deletable share', 'stalled', {progress: 0.9501}, 'no'],
  ['progress unknown', 'stalled', {progress: undefined}, 'unknown'],
  ['downloading', 'stalled', {state: 'downloading'}, 'no'],
  ['queued', 'stalled', {state: 'queuedDown'}, 'no'],
  ['checking', 'stalled', {state: 'checking'}, 'no'],
  ['moving', 'stalled', {state: 'moving'}, 'no'],
  ['stopped', 'stalled', {state: 'stopped'}, 'no'],
  ['state unknown', 'stalled', {state: undefined}, 'unknown'],
  ['tagged as ignored', 'stalled', {tags: ['qBitrr-ignored']}, 'no'],
  ['tagged as ignored by us', 'stalled', {tags: ['commodarr-ignore']}, 'no'],
  ['of another Arr', 'stalled', {'arr.id': 'Radarr'}, 'no'],
  ['of another category', 'stalled', {category: 'radarr'}, 'no'],
  ['no full copy', 'unavailable', {state: 'downloading', availability: 0.99}, 'yes'],
  ['one full copy', 'unavailable', {state: 'downloading', availability: 1}, 'no'],
  ['availability unknown', 'unavailable', {state: 'downloading', availability: undefined}, 'unknown'],
  ['stalled, no full copy', 'unavailable', {availability: 0.5}, 'no'],
  ['no full copy, moving', 'unavailable', {state: 'downloading', availability: 0, sinceActivity: 1}, 'no'],
  ['no copy, nearly done', 'unavailable', {state: 'downloading', availability: 0, progress: 0.96}, 'no'],
  ['no metadata', 'metadata', {state: 'metadata', hasMetadata: false, progress: undefined}, 'yes'],
  [
    'no metadata, lately active',
    'metadata',
    {state: 'metadata', hasMetadata: false, sinceActivity: 1},
    'yes',
  ],
  ['metadata there', 'metadata', {state: 'metadata', hasMetadata: true}, 'no'],
  ['stopped without metadata', 'metadata', {state: 'stopped', hasMetadata: false}, 'no'],
] as const) {
  test(`B.4 ${title}: ${id} is ${verdict}`, () => {
    expect(wants(ruleNamed(rules, `radarr-4k.${id}`), {...still, ...changes} as Row)).toBe(verdict)
  })
}

for (const [delay, young, held, heldMetadata] of [
  [900, 180, 840, 900],
  [900, 900, 840, 900],
  [900, 1800, 1740, 1800],
  [60, 0, 0, 60],
  [60, 61, 1, 61],
  [30, 0, 0, 60],
] as const) {
  test(`B.3 B.4 a delay of ${delay} s, young until ${young} s: held ${held} s after a quiet minute`, () => {
    const made = stalledRules({...arr, stalledDelay: delay, youngerThan: young}, true)
    expect(ruleNamed(made, 'radarr-4k.stalled').hold).toEqual({for: held})
    expect(ruleNamed(made, 'radarr-4k.unavailable').hold).toEqual({for: held})
    expect(ruleNamed(made, 'radarr-4k.metadata').hold).toEqual({for: heldMetadata})
  })
}

test('B.13 time in which the clock of its server stands does not count', () => {
  const {hold} = ruleNamed(rules, 'radarr-4k.stalled')
  const seen = {verdict: 'yes', reset: false, at: 0, seen: () => ({})} as const
  const first = stepHold(hold!, 'm', null, {...seen, time: {steady: true, run: 'a', ms: 0}})
  const away = stepHold(hold!, 'm', first.memory, {...seen, time: {steady: false, run: 'a', ms: 0}})
  const overAfter: number[] = []
  let {memory} = away
  for (let minutes = 0; minutes <= 15; minutes++) {
    const time = {steady: true, run: 'b', ms: 7_200_000 + minutes * 60_000}
    const back = stepHold(hold!, 'm', memory, {...seen, time})
    memory = back.memory
    if (back.isOver) overAfter.push(minutes)
  }
  expect(overAfter).toEqual([14, 15])
})

for (const [title, changes, verdict] of [
  ['still for the whole delay', {sinceActivity: 900}, 'yes'],
  ['active after its hold began, between two looks', {sinceActivity: 899}, 'no'],
  ['never active', {lastActivityAt: null, sinceActivity: undefined}, 'yes'],
  ['of no known activity, watched for the whole delay', seenStill, 'yes'],
  ['of no known activity, something came in that time', {...seenStill, gained: 1}, 'unknown'],
  ['of no known activity, not watched for so long', {...seenStill, gained: undefined}, 'unknown'],
] as const) {
  test(`B.4 B.13 when its hold is over, ${title}: failing is ${verdict}`, () => {
    for (const id of ['stalled', 'unavailable']) {
      const [failing] = ruleNamed(rules, `radarr-4k.${id}`).do
      const evaluation = compileCondition(failing!.if!, world, true)
      expect(evaluation.evaluate({...still, ...changes} as Row)).toBe(verdict)
    }
  })
}

test('B.4 what came in is watched for the delay, or for a day where that is longer', () => {
  for (const [delay, window] of [
    [900, 900],
    [86_400, 86_400],
    [172_800, 86_400],
  ] as const) {
    const [failing] = ruleNamed(stalledRules({...arr, stalledDelay: delay}, true), 'radarr-4k.stalled').do
    const uses = compileCondition(failing!.if!, world, true).uses
    expect(uses).toContainEqual({fact: 'gained', window})
  }
})

for (const never of [null, 0, -1, -60]) {
  test(`B.4 StalledDelay ${never} is never`, () => {
    expect(stalledRules({...arr, stalledDelay: never, searchesStalled: true}, true)).toEqual([])
  })
}

for (const [title, changes, begins, ends] of [
  ['stalled, no label', {}, 'yes', 'no'],
  ['stalled, with label', {tags: ['qBitrr-allowed_stalled']}, 'no', 'no'],
  ['moves, with label', {tags: ['qBitrr-allowed_stalled'], state: 'downloading'}, 'no', 'yes'],
  ['moves, no label', {state: 'downloading'}, 'no', 'no'],
  ['nearly done and stalled', {progress: 0.99}, 'yes', 'no'],
  ['no metadata', {state: 'metadata', hasMetadata: false}, 'yes', 'no'],
  ['no full copy', {state: 'downloading', availability: 0.2}, 'yes', 'no'],
  ['nobody knows', {state: undefined, tags: ['qBitrr-allowed_stalled']}, 'no', 'unknown'],
] as const) {
  test(`B.4 label of a stall, ${title}: begins ${begins}, ends ${ends}`, () => {
    const row = {...still, ...changes} as Row
    expect(wants(ruleNamed(rules, 'radarr-4k.stall-begins'), row)).toBe(begins)
    expect(wants(ruleNamed(rules, 'radarr-4k.stall-ends'), row)).toBe(ends)
  })
}

test('B.4 the label is set when a stall begins and taken off when it ends', () => {
  const names = ['qBitrr-allowed_stalled']
  const begins = ruleNamed(rules, 'radarr-4k.stall-begins')
  expect(begins.do).toEqual([{action: 'tag', params: {names}}])
  expect(ruleNamed(rules, 'radarr-4k.stall-ends').do).toEqual([{action: 'untag', params: {names}}])
  expect(begins.concern).toBe('stallLabel')
})

test('B.4 ReSearchStalled searches once, when the label is set, and the torrent stays', () => {
  const made = stalledRules({...arr, searchesStalled: true}, true)
  const actions = ruleNamed(made, 'radarr-4k.stall-begins').do.map(({action}) => action)
  expect(actions).toEqual(['tag', 'arr.search'])
  const alone = stalledRules({...arr, searchesStalled: true, arrId: null}, true)
  expect(ruleNamed(alone, 'radarr-4k.stall-begins').do.map(({action}) => action)).toEqual(['tag'])
})

for (const search of [true, false]) {
  test(`B.6 a stalled one is failed, ReSearch ${search} decides about the search`, () => {
    for (const rule of stalledRules(arr, search).filter(({concern}) => concern === 'fate')) {
      expect(rule.do).toEqual([
        expect.objectContaining({action: 'failDownload', params: {search, blocklist: true}}),
      ])
    }
  })
}

const anything: fc.Arbitrary<Row> = fc
  .record(
    {
      state: fc.constantFrom('stalledDown', 'downloading', 'metadata', 'queuedDown', 'error'),
      progress: fc.double({min: 0, max: 1, noNaN: true}),
      availability: fc.double({min: 0, max: 9, noNaN: true}),
      lastActivityAt: fc.constantFrom(null, 1),
      sinceActivity: fc.nat({max: 1e6}),
      age: fc.nat({max: 1e6}),
      eta: fc.nat({max: 1e7}),
    },
    {requiredKeys: []},
  )
  .map((facts): Row => ({...owned, hasMetadata: true, ...facts}))

const deadly = [...rules, ...slowRules({...arr, maximumEta: 60}, true)].filter(
  ({concern}) => concern === 'fate',
)

test('B.4 above MaximumDeletablePercentage nothing ends for being stalled, slow or unavailable', () => {
  fc.assert(
    fc.property(anything, fc.double({min: 0.951, max: 1, noNaN: true}), (row, progress) => {
      expect(deadly.filter((rule) => wants(rule, {...row, progress}) === 'yes')).toEqual([])
    }),
  )
})

test('B.4 B.5 with one of the facts unknown nothing ends', () => {
  // Without metadata nobody knows a progress.
  const evaluation = deadly.filter(({id}) => id !== 'radarr-4k.metadata')
  fc.assert(
    fc.property(
      anything,
      fc.constantFrom('state', 'progress', 'tags', 'category', 'arr.id'),
      (row, hidden) => {
        const {[hidden]: _hidden, ...rest} = row
        expect(evaluation.filter((rule) => wants(rule, rest) === 'yes')).toEqual([])
      },
    ),
  )
})

test('its rules are taken by those who read and write rules', () => {
  expect(unsound(stalledRules({...arr, searchesStalled: true}, true))).toEqual([])
})
