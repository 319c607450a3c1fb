import {expect, test} from 'vitest'
import {DAY} from '#model/units.ts'
import {obligationState} from '../obligation.ts'
import type {Row} from '../world.fixture.ts'
import {ensuredCategories, exceptBelow} from './categories.ts'
import {failedCategoryRules} from './failed-category.ts'
import {fileRules} from './files.ts'
import {planSpace} from './free-space.ts'
import {importRules} from './import.ts'
import {importRejectedRules} from './import-rejected.ts'
import {anArr, aTracker, owned, ruleNamed, unsound, wants} from './inherited.fixture.ts'
import {inheritedObligation} from './obligations.ts'
import {arrPresets, categoryPresets} from './presets.ts'
import {queueMoves, type QueuedTorrent} from './queue-order.ts'
import {slowRules} from './slow.ts'
import {trackerRules} from './trackers.ts'

const full = anArr({
  stalledDelay: 900,
  maximumEta: 3600,
  filtersFiles: true,
  probesMedia: true,
  clearsFolders: true,
  asksScore: true,
  errorMessages: ['Sample'],
  maxRatio: 2,
  removal: 1,
  downRate: null,
  upRate: 1024,
  deadMessages: ['gone'],
  trackers: [
    aTracker('one.test', {tags: ['x'], superSeed: true, addIfMissing: true}),
    aTracker('two.test', {removeIfExists: true}),
  ],
})

test('each preset has a name for people, and the id by which it is remembered from one version to the next', () => {
  expect(arrPresets(full).map(({id, name}) => [id, name])).toEqual(
    [
      ['failed-category', 'moved to failed'],
      ['recheck-category', 'moved to recheck'],
      ['recheck-category-home', 'moved to recheck unseen'],
      ['unwanted-files', 'unwanted files'],
      ['nothing-wanted', 'nothing in it is wanted'],
      ['media', 'media cannot be read'],
      ['import-look', 'complete'],
      ['import', 'waits to be imported'],
      ['imported-label', 'imported'],
      ['dangerous', 'nothing but dangerous files'],
      ['import-rejected', 'rejected by the Arr'],
      ['import-waits', 'waits for a person'],
      ['extra-files', 'unwanted files left behind'],
      ['score', 'custom format score too low'],
      ['stalled', 'stalled'],
      ['unavailable', 'no full copy within reach'],
      ['metadata', 'no metadata'],
      ['stall-begins', 'a stall begins'],
      ['stall-ends', 'it moves again'],
      ['slow', 'slow'],
      ['missing-files-found', 'missing files are there again'],
      ['missing-files', 'files are missing'],
      ['errored', 'the server reports an error'],
      ['seeded', 'seeded enough'],
      ['seeding-tag', 'seeds'],
      ['seeding-untag', 'does not seed yet'],
      ['tracker-add.one.test', 'with one.test'],
      ['tracker-tags.one.test', 'tags of one.test'],
      ['tracker-remove.two.test', 'without two.test'],
      ['tracker-dead', 'dead trackers'],
      ['super-seeding.one.test', 'super seeding (one.test)'],
      ['down-limit', 'download limit'],
      ['up-limit', 'upload limit'],
    ].map(([id, name]) => [`radarr-4k.${id}`, `Radarr-4K: ${name}`]),
  )
})

test('no two rules of a section have one name, also where trackers and servers have values of their own', () => {
  const own = {maxRatio: 3, maximumEta: 7_200, upRate: 512, superSeed: true, tags: ['y'], addIfMissing: true}
  const rules = arrPresets({
    ...full,
    trackers: [aTracker('one.test', own), aTracker('two.test', {...own, maxRatio: 4})],
    serverTrackers: [{server: 'nas', trackers: [aTracker('one.test', {...own, maxRatio: 5})]}],
  })
  const names = rules.map(({name}) => name)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  expect(names.filter((name) => name.includes('seeded'))).toEqual([
    'Radarr-4K: seeded enough (one.test)',
    'Radarr-4K: seeded enough (two.test)',
    'Radarr-4K: seeded enough',
    'Radarr-4K: seeded enough (one.test on nas)',
    'Radarr-4K: seeded enough (two.test on nas)',
    'Radarr-4K: seeded enough (nas)',
  ])
})

test('sections whose names differ in signs that ids cannot have have rules of their own', () => {
  const names = [
    'Sonarr TV',
    'Sonarr-TV',
    'Sonarr_TV',
    'Sonarr.TV',
    'Sonarr-アニメ',
    'Sonarr-ドラマ',
    'qBit/tv',
    'qBit-tv',
  ]
  const ids = names.map((section) => failedCategoryRules(anArr({section}))[0]!.id)
  expect(new Set(ids).size).toBe(names.length)
  expect(ids[1]).toMatch(/^sonarr-tv\./)
})

test('an id as long as ids may be stays as it is', () => {
  const behaviour = '.failed-category'
  const idOf = (section: string) => failedCategoryRules(anArr({section}))[0]!.id
  const longest = 'x'.repeat(100 - behaviour.length)
  expect(idOf(longest)).toBe(`${longest}${behaviour}`)
  expect(idOf(`${longest}x`)).toHaveLength(100)
})

test('torrents of managed categories are failed without a search, since no Arr waits for them', () => {
  const searches = categoryPresets(full).flatMap((rule) =>
    rule.do.filter(({params}) => params['search'] === true),
  )
  expect(searches).toEqual([])
})

test('B.3 where nothing is young no age is asked', () => {
  const ageless = {...full, youngerThan: 0}
  expect(unsound(arrPresets(ageless))).toEqual([])
  const [rule] = failedCategoryRules(ageless)
  expect(wants(rule!, {...owned, category: 'failed'})).toBe('yes')
  expect(wants(rule!, {...owned, category: 'films'})).toBe('no')
})

test('B.7 a torrent of which nothing is wanted is failed, searched again as ReSearch says', () => {
  for (const search of [true, false]) {
    const rules = fileRules({...full, searchesAgain: search})
    expect(ruleNamed(rules, 'radarr-4k.nothing-wanted').do).toEqual([
      {action: 'failDownload', params: {search, blocklist: true}},
    ])
  }
})

test('B.8 what has paid may be moved away like what owes nothing', () => {
  const rule = ruleNamed(importRules({...full, importMode: 'move'}), 'radarr-4k.import')
  const waits = {'arr.tracked': 'importPending', 'arr.messages': []} as const
  const seen: Row = {...owned, ...waits, complete: true, state: 'seeding'}
  expect(wants(rule, {...seen, 'obligation.met': 'yes'})).toBe('yes')
  expect(wants(rule, {...seen, 'obligation.met': 'no'})).toBe('no')
})

test('B.6 only at its end a "(s)" is left out of a message, and of what is long the beginning counts', () => {
  const errorMessages = ['Missing file(s) in pack', 'x'.repeat(300)]
  const rules = importRejectedRules({...full, errorMessages})
  expect(unsound(rules)).toEqual([])
  const seen: Row = {
    ...owned,
    age: 180,
    complete: true,
    'arr.tracked': 'importBlocked',
    'arr.anyImported': false,
    'arr.rejectClasses': ['unknown'],
  }
  const said = (message: string) => wants(rules.at(-1)!, {...seen, 'arr.messages': [message]})
  expect(said('Missing file(s) in pack: 2')).toBe('yes')
  expect(said('Missing file in pack')).toBe('no')
  expect(said('x'.repeat(280))).toBe('yes')
})

test('B.9 messages of dead trackers that are too long are cut', () => {
  const rules = trackerRules(anArr({deadMessages: ['x'.repeat(300)]}))
  expect(unsound(rules)).toEqual([])
  expect(wants(rules[0]!, {...owned, 'tracker.messages': ['x'.repeat(280)]})).toBe('yes')
})

test('B.9 S18 while its trackers cannot be read nothing is paid that any row might ask', () => {
  const hitAndRun = {mode: 'or', ratio: 1, time: DAY, fromProgress: 0, partialRatio: 1, buffer: 0} as const
  const section = anArr({trackers: [aTracker('free.test'), aTracker('strict.test', {hitAndRun})]})
  const owed = inheritedObligation(section, {
    server: 'qBit',
    hosts: undefined,
    before: [],
    mayHaveHadOthers: false,
    isPrivate: false,
  })
  const long = {ratio: 20_000, seedingTime: 365 * DAY, seedingObserved: 365 * DAY}
  const paid = obligationState(owed, {
    ...long,
    complete: true,
    wasComplete: true,
    progress: 1,
    isForgotten: false,
  })
  expect(paid.met).toBe('no')
  expect(owed?.profile).toBe('trackers cannot be read')
})

test('B.9 where a server has rows of its own the value of the section is for the others', () => {
  const serverTrackers = [
    {server: 'qBit-B', trackers: [aTracker('fast.test', {maximumEta: 600})]},
    {server: 'qBit-C', trackers: []},
  ]
  const rules = slowRules(anArr({maximumEta: 3600, serverTrackers}), true)
  const fires = (server: string, host: string, avgEta: number) =>
    rules
      .filter((rule) => {
        const row = {...owned, state: 'downloading', avgEta, progress: 0, 'tracker.hosts': [host]} as Row
        return wants(rule, {...row, 'server.id': server}) === 'yes'
      })
      .map(({id}) => id.replace('radarr-4k.', ''))
  expect(fires('qBit', 'fast.test', 3601)).toEqual(['slow'])
  expect(fires('qBit-B', 'fast.test', 3601)).toEqual(['slow.qbit-b.fast.test'])
  expect(fires('qBit-B', 'other.test', 3601)).toEqual(['slow.qbit-b'])
  expect(fires('qBit-C', 'fast.test', 3601)).toEqual(['slow'])
  expect(rules.map(({id}) => id).filter((id) => id.includes('qbit-c'))).toEqual([])
})

const priorities = [aTracker('top.test', {priority: 5, sorts: true}), aTracker('low.test', {priority: -1})]
const queued = (key: string, position: number, host: string, addedAt = 0): QueuedTorrent => ({
  key,
  position,
  addedAt,
  hosts: [host],
})

for (const [title, queue, moves] of [
  ['who fits no row comes after every row', [queued('a', 1, 'x'), queued('b', 2, 'low.test')], ['b']],
  ['and stays there', [queued('a', 2, 'x'), queued('b', 1, 'low.test')], []],
  ['of those that fit none the newer first', [queued('a', 1, 'x', 1), queued('b', 2, 'y', 2)], ['b']],
  ['of equal ones the same order each time', [queued('b', 1, 'x'), queued('a', 2, 'x')], ['a']],
] as const) {
  test(`B.9 SortTorrents, ${title}: moves [${moves.join()}]`, () => {
    expect(queueMoves(queue, () => priorities)).toEqual(moves)
    expect(queueMoves(queue.toReversed(), () => priorities)).toEqual(moves)
  })
}

test('B.10 what a person stopped takes no room from the others', () => {
  const downloads = [
    {key: 'a', left: 60, runs: 'no'},
    {key: 'b', left: 100, runs: 'yes'},
  ] as const
  expect(planSpace(downloads, 200, {keep: 100, mayStop: true})).toEqual({stop: [], start: []})
})

test('B.1 slashes too many make no categories, and no other paths', () => {
  expect(ensuredCategories(['/tv//hd/'], '/done//')).toEqual([
    {name: 'tv', savePath: '/done/tv'},
    {name: 'tv/hd', savePath: '/done/tv/hd'},
  ])
})

test('B.9 a category below any of mine is left to its owner', () => {
  expect(exceptBelow(['tv', 'film'], ['tv/hd', 'film/old', 'music/live'])).toEqual(['tv/hd', 'film/old'])
})
