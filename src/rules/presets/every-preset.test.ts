/** What holds for all rules of an inherited configuration, whatever it says. */
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {FactName, FactValue} from '#model/fact.ts'
import {torrentStates} from '#model/torrent.ts'
import {compileRule} from '../compiled-rule.ts'
import {world, type Row} from '../world.fixture.ts'
import {anArr, aTracker, owned} from './inherited.fixture.ts'
import {arrPresets, categoryPresets} from './presets.ts'

const tracker = aTracker('one.test', {
  maxRatio: 3,
  maximumEta: 60,
  tags: ['x'],
  superSeed: true,
  addIfMissing: true,
  downRate: 1,
  upRate: 1,
})
const arr = anArr({
  stalledDelay: 900,
  searchesStalled: true,
  maximumEta: 3600,
  filtersFiles: true,
  probesMedia: true,
  errorMessages: ['Sample'],
  maxRatio: 2,
  maxSeedingTime: 60,
  removal: 3,
  downRate: null,
  upRate: 1024,
  clearsFolders: true,
  asksScore: true,
  searchesUnmetScores: true,
  deadMessages: ['unregistered'],
  trackers: [tracker],
  importMode: 'move',
})
const managed = ['radarr-4k', 'films']
const alone = {...arr, section: 'qBit', arrId: null, categories: managed, spellings: managed}
const all = [...arrPresets(arr), ...categoryPresets(alone)]

/** A torrent of which everything is known, in any state that could be. */
const anything: fc.Arbitrary<Record<string, FactValue>> = fc.record({
  'arr.id': fc.constantFrom('Radarr-4K', null),
  category: fc.constantFrom('radarr-4k', 'radarr-4k', 'failed', 'recheck'),
  state: fc.constantFrom(
    ...torrentStates,
    'downloading',
    'downloading',
    'seeding',
    'missingFiles',
    'missingFiles',
  ),
  complete: fc.boolean(),
  hasMetadata: fc.boolean(),
  progress: fc.constantFrom(0, 0.5, 0.95, 0.96, 1),
  availability: fc.constantFrom(0, 0.99, 1),
  avgEta: fc.constantFrom(1, 3601, 1e7),
  age: fc.constantFrom(179, 180, 1e7),
  sinceActivity: fc.constantFrom(0, 60, 1e7),
  lastActivityAt: fc.constantFrom(null, 1),
  ratio: fc.constantFrom(0, 2, 9),
  seedingTime: fc.constantFrom(0, 60, 1e7),
  'tracker.hosts': fc.constantFrom([], ['one.test']),
  'tracker.messages': fc.constantFrom([], ['one.test: ', 'two.test: unregistered torrent']),
  'obligation.met': fc.constantFrom('yes', 'no', 'none'),
  'arr.importedEvidence': fc.constantFrom(null, 'history/1'),
  'arr.anyImported': fc.boolean(),
  'arr.queuePresent': fc.boolean(),
  'arr.tracked': fc.constantFrom('importPending', 'importBlocked', 'imported', 'downloading'),
  'arr.messages': fc.constantFrom([], ['Sample']),
  'arr.rejectClasses': fc.constantFrom([], ['sample'], ['dangerous']),
  'arr.scoreMet': fc.boolean(),
  'arr.worseThanFile': fc.boolean(),
  'arr.pickedByHand': fc.boolean(),
  'badFiles.any': fc.boolean(),
  'badFiles.share': fc.constantFrom(0.5, 1),
  'extraFiles.count': fc.constantFrom(0, 2),
  sinceCompleted: fc.constantFrom(60, 1e7),
  'media.valid': fc.boolean(),
  'memory.filtered': fc.boolean(),
  'memory.categoryBefore': fc.constantFrom(null, 'films'),
  'path.filesFound': fc.constantFrom(0, 0.5),
  'path.mounted': fc.constantFrom(true, false),
  'path.readable': fc.boolean(),
  forceStart: fc.boolean(),
  superSeeding: fc.boolean(),
  downLimit: fc.constantFrom(null, 1, 2),
  upLimit: fc.constantFrom(null, 1, 1024),
})

const compiled = all.map((rule) => ({rule, evaluation: compileRule(rule, world)}))

function firing(seen: Record<string, FactValue>, tags: readonly string[] = []): typeof all {
  const row = {...owned, ...seen, tags} as Row
  return compiled
    .filter(({evaluation: {scope, when}}) => scope.evaluate(row) === 'yes' && when.evaluate(row) === 'yes')
    .map(({rule}) => rule)
}

const labelled = ['qBitrr-allowed_stalled', 'qBitrr-allowed_seeding']
const runs = {numRuns: 500}

test('the torrents of these tests are such that every rule fires for some of them', () => {
  const fired = new Set<string>()
  for (const [at, seen] of fc.sample(anything, {numRuns: 2_500, seed: 1}).entries()) {
    for (const {id} of firing(seen, at % 4 === 0 ? labelled : [])) fired.add(id)
  }
  expect(all.map(({id}) => id).filter((id) => !fired.has(id))).toEqual([])
})

for (const tag of ['qBitrr-ignored', 'commodarr-ignore', 'QBITRR-IGNORED']) {
  test(`B.1 whatever is true of a torrent tagged ${tag}, no rule acts on it`, () => {
    fc.assert(
      fc.property(anything, (seen) => {
        expect(firing(seen, [tag])).toEqual([])
      }),
      runs,
    )
  })
}

test('B.1 no rule about torrents starts one: what a person stopped stays stopped', () => {
  const verbs = all.flatMap(({do: actions}) => actions.map(({action}) => action))
  expect(verbs.filter((verb) => verb === 'start' || verb === 'forceStart')).toEqual([])
})

test('B.3 before a torrent is old enough nothing ends it', () => {
  fc.assert(
    fc.property(anything, (seen) => {
      const young = firing({...seen, age: 179}).filter(({concern}) => concern === 'fate')
      // What has no age in its condition waits at least as long, a quiet minute included.
      expect(young.filter(({hold}) => !(hold && 'for' in hold && hold.for >= 120))).toEqual([])
    }),
    runs,
  )
})

test('S01 S30 what is not known of a torrent makes nothing end it', () => {
  const known = Object.keys(fc.sample(anything, {numRuns: 1, seed: 1})[0]!) as FactName[]
  fc.assert(
    fc.property(anything, fc.subarray(known), (seen, hidden) => {
      const silent = Object.fromEntries(hidden.map((fact) => [fact, undefined]))
      const why = Object.fromEntries(hidden.map((fact) => [fact, 'serverNotOnline']))
      const row = {...seen, ...silent, why} as unknown as Record<string, FactValue>
      const before = firing(seen)
      const ends = firing(row).filter(({concern}) => concern === 'fate')
      expect(ends.filter((rule) => !before.includes(rule)).map(({id}) => id)).toEqual([])
    }),
    runs,
  )
})
