import {expect, test} from 'vitest'
import {DAY} from '#model/units.ts'
import {obligationState} from '../obligation.ts'
import type {InheritedHitAndRun} from './inherited.ts'
import {anArr, aTracker} from './inherited.fixture.ts'
import {inheritedObligation} from './obligations.ts'

const owes: InheritedHitAndRun = {
  mode: 'and',
  ratio: 1,
  time: 3 * DAY,
  fromProgress: 0.1,
  partialRatio: 0.5,
  buffer: 3600,
}
const asked = {need: 'both', ratio: 1, time: 3 * DAY, buffer: 3600, fromProgress: 0.1, partialRatio: 0.5}
const of = (
  hosts: readonly string[] | undefined,
  server = 'qBit',
  {before = []}: {readonly before?: readonly string[]} = {},
) => ({server, hosts, before, mayHaveHadOthers: false, isPrivate: false})

test('B.9 each row that fits has to be paid, whatever its priority, and the strictest gives its name', () => {
  const trackers = [
    aTracker('one.test', {hitAndRun: owes}),
    aTracker('two.test', {hitAndRun: {...owes, mode: 'or', ratio: 2}, priority: 1}),
    aTracker('three.test', {hitAndRun: {...owes, time: 10 * DAY}, priority: -5}),
    aTracker('free.test', {hitAndRun: 'disabled', priority: 9}),
  ]
  const section = anArr({trackers})
  const owed = (...hosts: readonly string[]) => inheritedObligation(section, of(hosts))
  expect(owed('one.test')).toEqual({profile: 'one.test', ...asked})
  expect(owed('one.test', 'free.test')).toEqual({profile: 'one.test', ...asked})
  expect(owed('one.test', 'TWO.test', 'three.test')).toEqual({
    ...asked,
    profile: 'three.test',
    time: 10 * DAY,
    also: [
      {...asked, profile: 'two.test', need: 'either', ratio: 2},
      {...asked, profile: 'one.test'},
    ],
  })
  expect(owed('other.test')).toBeNull()
  expect(owed('free.test')).toBeNull()
})

test('B.9 what was owed to a tracker that a torrent is not under any more is owed, and limits go by those that it has', () => {
  const trackers = [
    aTracker('one.test', {hitAndRun: owes, maxRatio: 3}),
    aTracker('off.test', {hitAndRun: 'disabled'}),
  ]
  const section = anArr({trackers, removal: 1})
  const owed = (hosts: readonly string[] | undefined, ...before: readonly string[]) =>
    inheritedObligation(section, of(hosts, 'qBit', {before}))
  expect(owed(['one-new.test'], 'one.test')).toEqual({profile: 'one.test', ...asked})
  expect(owed([], 'ONE.test')).toEqual({profile: 'one.test', ...asked})
  expect(owed(['one.test'], 'one.test', 'one-new.test')).toEqual({profile: 'one.test', ...asked})
  expect(owed(['one-new.test'], 'one-new.test', 'off.test')).toBeNull()
  expect(owed(undefined, 'one.test')?.profile).toContain('cannot be read')
  const limited = anArr({trackers: [aTracker('one.test', {maxRatio: 3})], removal: 1})
  const said = (...hosts: readonly string[]) =>
    inheritedObligation(limited, of(hosts, 'qBit', {before: ['one.test']}))?.need ?? null
  expect([said('one.test'), said('one-new.test')]).toEqual(['nothing', null])
})

test('B.9 of several that are owed the one that is farthest from paid is shown', () => {
  const trackers = [
    aTracker('time.test', {hitAndRun: {...owes, ratio: 0, time: 10 * DAY, buffer: 0}}),
    aTracker('ratio.test', {hitAndRun: {...owes, ratio: 5, time: 0}}),
  ]
  const owed = inheritedObligation(anArr({trackers}), of(['time.test', 'ratio.test']))
  const state = (ratio: number | undefined, seedingTime: number) =>
    obligationState(owed, {
      complete: true,
      progress: 1,
      ratio,
      seedingTime,
      seedingObserved: 0,
      wasComplete: true,
      isForgotten: false,
    })
  expect(state(9, 4 * DAY)).toMatchObject({met: 'no', timeLeft: 6 * DAY})
  expect(state(4, 10 * DAY)).toMatchObject({met: 'no', ratioNeeded: 5})
  expect(state(undefined, 10 * DAY)).toMatchObject({met: 'unknown'})
  expect(state(undefined, 4 * DAY)).toMatchObject({met: 'no', timeLeft: 6 * DAY})
  expect(state(5, 10 * DAY)).toMatchObject({met: 'yes'})
})

test('B.9 hit and run of the category where no row asks', () => {
  const section = anArr({hitAndRun: owes, trackers: [aTracker('one.test', {maxRatio: 1})], removal: 1})
  expect(inheritedObligation(section, of(['one.test']))).toEqual({profile: 'Radarr-4K', ...asked})
})

test('B.9 rows of a server are about that server, and what the section says comes before them', () => {
  const rows = [
    aTracker('one.test', {hitAndRun: {...owes, ratio: 9}}),
    aTracker('two.test', {hitAndRun: owes}),
    aTracker('open.test', {hitAndRun: owes}),
    aTracker('free.test', {hitAndRun: owes}),
  ]
  const section = anArr({
    trackers: [
      aTracker('one.test', {hitAndRun: owes}),
      // It sets something else, and leaves open what is owed.
      aTracker('open.test', {maxRatio: 3}),
      aTracker('free.test', {hitAndRun: 'disabled'}),
    ],
    serverTrackers: [{server: 'qBit', trackers: rows}],
  })
  expect(inheritedObligation(section, of(['one.test']))).toMatchObject({ratio: 1})
  expect(inheritedObligation(section, of(['two.test']))).toMatchObject({profile: 'two.test'})
  expect(inheritedObligation(section, of(['open.test']))).toMatchObject({profile: 'open.test'})
  expect(inheritedObligation(section, of(['free.test']))).toBeNull()
  expect(inheritedObligation(section, of(['two.test'], 'qBit-B'))).toBeNull()
})

test('B.9 rows for every server hold on every server, beside those of the server', () => {
  const section = anArr({
    serverTrackers: [
      {server: 'qBit-B', trackers: [aTracker('one.test', {hitAndRun: {...owes, ratio: 3}})]},
      {server: 'qBit-C', trackers: [aTracker('one.test', {hitAndRun: 'disabled'})]},
    ],
    sharedTrackers: [aTracker('one.test', {hitAndRun: owes})],
  })
  for (const server of ['qBit', 'qBit-C', 'Transmission-NAS', 'added-on-a-page'])
    expect(inheritedObligation(section, of(['one.test'], server))).toEqual({profile: 'one.test', ...asked})
  expect(inheritedObligation(section, of(['one.test'], 'qBit-B'))).toMatchObject({
    ratio: 3,
    also: [{ratio: 1}],
  })
  expect(inheritedObligation(section, of(undefined, 'Transmission-NAS'))?.profile).toContain('cannot be read')
})

test('B.9 trackers that cannot be read: nothing is paid while any row asks', () => {
  const section = anArr({trackers: [aTracker('one.test', {hitAndRun: owes})]})
  const seen = {complete: true, progress: 1, ratio: 99, seedingTime: 9999 * DAY}
  const paid = obligationState(inheritedObligation(section, of(undefined)), {
    ...seen,
    seedingObserved: 0,
    wasComplete: true,
    isForgotten: false,
  })
  expect(paid.met).toBe('no')
  expect(inheritedObligation(anArr({trackers: [aTracker('one.test')]}), of(undefined))).toBeNull()
})

for (const [title, changes, profile] of [
  ['limits that can be met', {removal: 1, maxRatio: 2}, 'nothing'],
  ['no removal', {removal: -1, maxRatio: 2}, null],
  ['removal without its limit', {removal: 2, maxRatio: 2}, null],
  ['a limit of 0', {removal: 1, maxRatio: 0}, null],
] as const) {
  test(`the owner set ${title}: ${profile ?? 'nothing is said'}`, () => {
    expect(inheritedObligation(anArr(changes), of([]))?.need ?? null).toBe(profile)
  })
}

test('limits of the row that fits say it, too', () => {
  const section = anArr({removal: 2, trackers: [aTracker('one.test', {maxSeedingTime: 60})]})
  expect(inheritedObligation(section, of(['one.test']))?.need).toBe('nothing')
  expect(inheritedObligation(section, of(['two.test']))).toBeNull()
})

test('what may have been under other trackers owes what any row asks, and no less than without that', () => {
  const trackers = [
    aTracker('one.test', {hitAndRun: owes}),
    aTracker('two.test', {hitAndRun: {...owes, time: DAY}}),
    aTracker('off.test', {hitAndRun: 'disabled'}),
  ]
  const owed = (hosts: readonly string[], isPrivate: boolean | undefined, section = anArr({trackers})) => {
    const word = inheritedObligation(section, {...of(hosts), mayHaveHadOthers: true, isPrivate})
    return [word, ...(word?.also ?? [])].map((it) => [it?.profile.split(' ')[0], it?.time])
  }
  const both = [
    ['one.test', 3 * DAY],
    ['two.test', DAY],
  ]
  expect(owed(['new.test'], false)).toEqual(both)
  expect(owed(['off.test'], false)).toEqual(both)
  expect(owed(['two.test'], true)).toEqual(both)
  expect(owed(['new.test'], undefined)).toEqual([['private', 14 * DAY], ...both])
  const limited = anArr({trackers, removal: 1, maxRatio: 2})
  expect(owed(['new.test'], true, limited)).toEqual(both)
  expect(owed(['new.test'], true, anArr({trackers: []}))).toEqual([[undefined, undefined]])
  const paid = {complete: true, wasComplete: true, progress: 1, seedingObserved: 0, isForgotten: false}
  const word = inheritedObligation(anArr({trackers}), {...of(['new.test']), mayHaveHadOthers: true})
  const met = (days: number) => obligationState(word, {...paid, ratio: 1, seedingTime: days * DAY}).met
  expect([met(2), met(4)]).toEqual(['no', 'yes'])
})
