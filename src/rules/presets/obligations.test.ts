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
const of = (hosts: readonly string[] | undefined, server = 'qBit') => ({server, hosts})

test('B.9 hit and run of the best row that fits', () => {
  const trackers = [
    aTracker('one.test', {hitAndRun: owes}),
    aTracker('two.test', {hitAndRun: {...owes, mode: 'or', ratio: 2}, priority: 1}),
  ]
  const section = anArr({trackers})
  expect(inheritedObligation(section, of(['one.test']))).toEqual({profile: 'one.test', ...asked})
  expect(inheritedObligation(section, of(['one.test', 'TWO.test']))).toMatchObject({
    profile: 'two.test',
    need: 'either',
    ratio: 2,
  })
  expect(inheritedObligation(section, of(['other.test']))).toBeNull()
})

test('B.9 hit and run of the category where no row asks', () => {
  const section = anArr({hitAndRun: owes, trackers: [aTracker('one.test', {maxRatio: 1})], removal: 1})
  expect(inheritedObligation(section, of(['one.test']))).toEqual({profile: 'Radarr-4K', ...asked})
})

test('B.9 rows of a server are about that server, and the section comes before them', () => {
  const rows = [
    aTracker('one.test', {hitAndRun: {...owes, ratio: 9}}),
    aTracker('two.test', {hitAndRun: owes}),
  ]
  const section = anArr({
    trackers: [aTracker('one.test', {hitAndRun: owes})],
    serverTrackers: [{server: 'qBit', trackers: rows}],
  })
  expect(inheritedObligation(section, of(['one.test']))).toMatchObject({ratio: 1})
  expect(inheritedObligation(section, of(['two.test']))).toMatchObject({profile: 'two.test'})
  expect(inheritedObligation(section, of(['two.test'], 'qBit-B'))).toBeNull()
})

test('B.9 trackers that cannot be read: nothing is paid while any row asks', () => {
  const section = anArr({trackers: [aTracker('one.test', {hitAndRun: owes})]})
  const seen = {complete: true, progress: 1, ratio: 99, seedingTime: 9999 * DAY}
  const paid = obligationState(inheritedObligation(section, of(undefined)), {
    ...seen,
    seedingObserved: 0,
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
  test(`rules.md §5 the owner set ${title}: ${profile ?? 'nothing is said'}`, () => {
    expect(inheritedObligation(anArr(changes), of([]))?.need ?? null).toBe(profile)
  })
}

test('rules.md §5 limits of the row that fits say it, too', () => {
  const section = anArr({removal: 2, trackers: [aTracker('one.test', {maxSeedingTime: 60})]})
  expect(inheritedObligation(section, of(['one.test']))?.need).toBe('nothing')
  expect(inheritedObligation(section, of(['two.test']))).toBeNull()
})
