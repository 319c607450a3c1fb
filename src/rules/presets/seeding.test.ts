import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {DAY} from '#model/units.ts'
import type {Row} from '../world.fixture.ts'
import type {InheritedRemoval} from './inherited.ts'
import {anArr, aTracker, owned, ruleNamed, unsound, wants} from './inherited.fixture.ts'
import {limitsReached, seedingLabelRules, seedingRules} from './seeding.ts'

const done: Row = {
  ...owned,
  complete: true,
  state: 'seeding',
  ratio: 2,
  seedingTime: 7 * DAY,
  forceStart: false,
  superSeeding: false,
  'obligation.met': 'yes',
  'arr.importedEvidence': 'history/1',
  age: 180,
}
const arr = anArr({maxRatio: 2, maxSeedingTime: 7 * DAY, removal: 3})
const own = (met: boolean | undefined) => ({ratioLimit: 9, ratioLimitMet: met})
const ownTime = (met: boolean | undefined) => ({seedTimeLimit: 90 * DAY, seedTimeLimitMet: met})

for (const [removal, ratio, days, verdict] of [
  [1, 2, 0, 'yes'],
  [1, 1.99, 99, 'no'],
  [2, 0, 7, 'yes'],
  [2, 99, 6.9, 'no'],
  [3, 2, 0, 'yes'],
  [3, 0, 7, 'yes'],
  [3, 1.9, 6.9, 'no'],
  [4, 2, 7, 'yes'],
  [4, 1.9, 7, 'no'],
  [4, 2, 6.9, 'no'],
] as const) {
  test(`B.9 RemoveTorrent ${removal}, ratio ${ratio}, ${days} days: removed is ${verdict}`, () => {
    const [rule] = seedingRules({...arr, removal})
    expect(wants(rule!, {...done, ratio, seedingTime: days * DAY})).toBe(verdict)
  })
}

for (const [removal, ratio, time, canCome] of [
  [-1, 2, 60, false],
  [1, null, 60, false],
  [1, 2, null, true],
  [2, 2, null, false],
  [2, null, 60, true],
  [3, null, null, false],
  [3, 2, null, true],
  [3, null, 60, true],
  [4, 2, null, false],
  [4, null, 60, false],
  [4, 2, 60, true],
] as const) {
  test(`B.9 RemoveTorrent ${removal} with ratio ${ratio} and time ${time} ${canCome ? 'can' : 'cannot'} be met`, () => {
    expect(limitsReached(removal, {ratio, time}) !== null).toBe(canCome)
    expect(seedingRules({...arr, removal, maxRatio: ratio, maxSeedingTime: time})).toHaveLength(+canCome)
  })
}

test('B.9 a limit of 0 is not set', () => {
  expect(seedingRules({...arr, maxRatio: 0, maxSeedingTime: -1})).toEqual([])
})

for (const [title, changes, verdict] of [
  ['at both limits', {}, 'yes'],
  ['stalled', {state: 'stalledUp'}, 'yes'],
  ['queued', {state: 'queuedUp'}, 'yes'],
  ['stopped', {state: 'stopped'}, 'yes'],
  ['checking', {state: 'checking'}, 'no'],
  ['missing files', {state: 'missingFiles'}, 'no'],
  ['not complete', {complete: false}, 'no'],
  ['forced', {forceStart: true}, 'no'],
  ['super seeding', {superSeeding: true}, 'no'],
  ['a server without force start', {forceStart: undefined}, 'yes'],
  [
    'a silent server',
    {forceStart: undefined, why: {forceStart: 'serverNotOnline'}, superSeeding: undefined},
    'unknown',
  ],
  ['not imported', {'arr.importedEvidence': null}, 'no'],
  ['import unknown', {'arr.importedEvidence': undefined}, 'unknown'],
  ['trackers unreadable', {'tracker.hosts': undefined, why: {'tracker.hosts': 'stale'}}, 'unknown'],
  ['nothing owed', {'obligation.met': 'none'}, 'yes'],
  ['still owed', {'obligation.met': 'no'}, 'no'],
  ['nobody knows what is owed', {'obligation.met': undefined}, 'unknown'],
  ['too young', {age: 179}, 'no'],
  ['own limits larger', {...own(false), ...ownTime(false)}, 'no'],
  ['own ratio limit reached', {...own(true), ...ownTime(false)}, 'yes'],
  ['own time limit reached', {...own(false), ...ownTime(true)}, 'yes'],
  ['own limits reached, ours not', {...own(true), ...ownTime(true), ratio: 1, seedingTime: DAY}, 'no'],
  ['own limits that may be reached', {...own(undefined), ...ownTime(undefined)}, 'unknown'],
  ['no limits on purpose', {ratioLimit: null, seedTimeLimit: null}, 'yes'],
  ['ratio unknown, time met', {ratio: undefined}, 'yes'],
  ['both unknown', {ratio: undefined, seedingTime: undefined}, 'unknown'],
] as const) {
  test(`B.9 ${title}: removed is ${verdict}`, () => {
    const [rule] = seedingRules(arr)
    expect(wants(rule!, {...done, ...changes} as Row)).toBe(verdict)
  })
}

test('B.9 it is removed with its data, after everything else that ends torrents', () => {
  const [rule] = seedingRules(arr)
  expect(rule).toMatchObject({concern: 'fate', order: 100, do: [{action: 'removeWithData', params: {}}]})
})

test('B.9 of torrents without an Arr no import is asked', () => {
  const [rule] = seedingRules({...arr, arrId: null})
  const {'arr.importedEvidence': _evidence, ...row} = done
  expect(wants(rule!, {...row, 'arr.id': null})).toBe('yes')
  expect(wants(rule!, {...row, 'arr.id': 'Sonarr'})).toBe('no')
})

const trackers = [aTracker('long.test', {maxRatio: 5, priority: 2}), aTracker('any.test', {priority: 9})]

for (const [hosts, ratio, time, verdict] of [
  [['long.test'], 4.9, 0, 'no'],
  [['long.test'], 5, 0, 'yes'],
  [['long.test'], 0, 7, 'yes'],
  [['any.test', 'long.test'], 2, 0, 'yes'],
  [['any.test', 'long.test'], 1.9, 0, 'no'],
  [['other.test'], 2, 0, 'yes'],
] as const) {
  test(`B.9 trackers ${hosts.join(' ')}, ratio ${ratio}, ${time} days: removed is ${verdict}`, () => {
    const rules = seedingRules({...arr, trackers})
    const seen = {...done, 'tracker.hosts': [...hosts], ratio, seedingTime: time * DAY}
    const fires = rules.filter((rule) => wants(rule, seen) === 'yes')
    expect(fires.length).toBe(verdict === 'yes' ? 1 : 0)
  })
}

for (const [changes, tag, untag] of [
  [{}, 'yes', 'no'],
  [{state: 'stopped'}, 'no', 'no'],
  [{tags: ['qBitrr-allowed_seeding']}, 'no', 'no'],
  [{tags: ['qBitrr-allowed_seeding'], complete: false}, 'no', 'yes'],
  [{complete: false}, 'no', 'no'],
] as const) {
  test(`B.12 label of seeding, ${JSON.stringify(changes)}: set ${tag}, taken off ${untag}`, () => {
    const rules = seedingLabelRules(arr)
    const row = {...done, ...changes} as Row
    expect(wants(ruleNamed(rules, 'radarr-4k.seeding-tag'), row)).toBe(tag)
    expect(wants(ruleNamed(rules, 'radarr-4k.seeding-untag'), row)).toBe(untag)
  })
}

test('B.9 whatever the mode, what is not imported, or owes, is never removed', () => {
  const modes = fc.constantFrom<InheritedRemoval>(-1, 1, 2, 3, 4)
  const numbers = fc.option(fc.double({min: 0.1, max: 100, noNaN: true}))
  const facts = fc.record({ratio: fc.nat(), seedingTime: fc.nat()})
  fc.assert(
    fc.property(modes, numbers, numbers, facts, (removal, maxRatio, maxSeedingTime, seen) => {
      for (const rule of seedingRules({...arr, removal, maxRatio, maxSeedingTime, trackers})) {
        expect(wants(rule, {...done, ...seen, 'arr.importedEvidence': null})).not.toBe('yes')
        expect(wants(rule, {...done, ...seen, 'obligation.met': 'no'})).not.toBe('yes')
      }
    }),
  )
})

test('its rules are taken by those who read and write rules', () => {
  const serverTrackers = [{server: 'qBit-Seedbox', trackers: [aTracker('box.test', {maxSeedingTime: 60})]}]
  const rules = [...seedingRules({...arr, trackers, serverTrackers}), ...seedingLabelRules(arr)]
  expect(unsound(rules)).toEqual([])
})
