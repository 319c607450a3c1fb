import {beforeEach, expect, test} from 'vitest'
import type {ServerTraits} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hash} from './scripted-server.fixture.ts'
import {areOthers, ServerIdentity, weightAgainst} from './server-identity.ts'

const traits: ServerTraits = {version: '5.1.0', defaultSavePath: '/downloads', allTime: 9e12}
const ADDED = 1_700_000_000_000

let clock: VirtualClock
/** When they were added. */
let known: Map<InfoHash, number>
let removedByUs: readonly InfoHash[]
let identity: ServerIdentity

function identityOf(
  keepsAddedAt: boolean,
  before: ServerTraits | null = traits,
  others: ConstructorParameters<typeof ServerIdentity>[0]['others'] = null,
): ServerIdentity {
  return new ServerIdentity({
    others,
    clock,
    removedByUs: () => removedByUs,
    keepsAddedAt,
    traits: before,
    known: {count: () => known.size, has: (one) => known.has(one), addedAt: (one) => known.get(one) ?? null},
  })
}

beforeEach(() => {
  clock = new VirtualClock()
  removedByUs = []
  known = new Map(numbered(1, 60).map((one) => [one, ADDED]))
  identity = identityOf(true)
})

const numbered = (from: number, to: number) => Array.from({length: to - from + 1}, (_, n) => hash(from + n))

function report(hashes: readonly InfoHash[], addedAt = ADDED, fresh = true) {
  identity.beginList(fresh)
  for (const one of hashes) identity.lists(one, addedAt, true)
  return identity.endList(new Set(hashes))
}

test.each([
  ['all of them', 60, 60, 60, 0, false],
  ['all of them, and twice as many', 60, 60, 180, 0, false],
  ['a fifth was added again', 60, 48, 60, 0, false],
  ['a fifth, in another folder, of an older version', 60, 48, 60, 2, false],
  ['half of them, and no others', 60, 30, 30, 4, false],
  ['ten of sixty', 60, 10, 60, 0, true],
  ['as many others', 60, 0, 60, 0, true],
  ['two others in place of forty', 40, 0, 2, 0, true],
  ['a third is there, and it forgot its past', 60, 40, 60, 4, true],
  ['nothing yet', 60, 0, 0, 1, false],
  ['nothing, without a past', 60, 0, 0, 2, true],
  ['a handful, all exchanged', 3, 0, 3, 0, false],
  ['a handful, all exchanged, in another folder', 3, 0, 3, 1, true],
  ['nothing was known', 0, 0, 60, 4, false],
])('a list with %s: known %i, kept %i of %i, against it %i', (_, count, kept, listed, against, others) => {
  expect(areOthers({known: count, kept, listed, against})).toBe(others)
})

test('a list that was open when it had to be compared again proves nothing of that, and one that broke off neither', () => {
  identity = identityOf(true, traits, {begin: () => {}, lists: () => {}, isTheirs: () => false})
  report(numbered(1, 60))
  expect([identity.isOwn, identity.waits]).toEqual([true, false])
  identity.beginList(false)
  identity.compareAgain()
  identity.endList(new Set())
  identity.wentOn()
  identity.beginList(false)
  expect([identity.isOwn, identity.waits, identity.mustCompare]).toEqual([false, true, true])
  report(numbered(1, 60))
  expect([identity.isOwn, identity.waits, identity.mustCompare]).toEqual([true, false, false])
})

test('what daemons report about themselves weighs by how hardly it changes', () => {
  const weight = (now: Partial<ServerTraits>) => weightAgainst(traits, {...traits, ...now})
  expect(weight({})).toBe(0)
  expect(weight({version: '5.2.0'})).toBe(0)
  expect(weight({version: '4.6.7'})).toBe(1)
  expect(weight({defaultSavePath: '/downloads/'})).toBe(0)
  expect(weight({defaultSavePath: '/data'})).toBe(1)
  expect(weight({allTime: 8.9e12})).toBe(0)
  expect(weight({allTime: 0})).toBe(2)
  expect(weight({version: null, defaultSavePath: null, allTime: null})).toBe(0)
})

test('a list of others is doubted at once, and sure when it is the same ten seconds later', async () => {
  expect([report(numbered(1, 60)), identity.isOwn]).toEqual(['own', true])
  expect([report(numbered(101, 160)), identity.isOwn, identity.isStrange]).toEqual(['doubted', false, true])
  await clock.advance(9_000)
  expect(report(numbered(101, 160))).toBe('doubted')
  await clock.advance(1_000)
  expect(report(numbered(101, 160))).toBe('another')
  expect(report(numbered(1, 58))).toBe('own')
})

test('a daemon that loads its list, what is new first, is itself in the end', async () => {
  for (const loaded of [0, 4, 9, 20]) {
    expect(report([...numbered(901, 930), ...numbered(1, loaded)])).not.toBe('own')
    await clock.advance(8_000)
  }
  expect(report([...numbered(901, 930), ...numbered(1, 60)])).toBe('own')
})

test('who adds and removes while its list is doubted does not keep it in doubt for ever', async () => {
  for (let minute = 0; minute < 10; minute++) {
    expect(report(numbered(101, 160 + minute))).toBe('doubted')
    await clock.advance(60_000)
  }
  expect(report(numbered(101, 180))).toBe('another')
})

test('a server that goes on without a break is the same, however much came and went, but for one that has nothing of it', () => {
  report(numbered(1, 60))
  expect(report([...numbered(1, 10), ...numbered(101, 150)], ADDED, false)).toBe('own')
  expect(report(numbered(101, 160), ADDED, false)).toBe('doubted')
  expect(report([...numbered(1, 10), ...numbered(101, 150)], ADDED, false)).toBe('doubted')
})

test.each([
  ['as many others came', numbered(101, 106), ADDED],
  ['it has them again, as others', numbered(1, 6), ADDED + 86_400_000],
  ['it has none', [], ADDED],
] as const)('a server that lacks what we had it remove is the same: %s', (_, now, addedAt) => {
  known = new Map(numbered(1, 6).map((one) => [one, ADDED]))
  report(numbered(1, 6))
  removedByUs = numbered(1, 6)
  expect(report(now, addedAt, false)).toBe('own')
})

test('what we had it remove explains neither what else it lacks nor who answers at a new connection', () => {
  report(numbered(1, 60))
  removedByUs = numbered(1, 6)
  expect(report(numbered(101, 160), ADDED, false)).toBe('doubted')
  removedByUs = numbered(1, 60)
  identity = identityOf(true)
  report(numbered(1, 60))
  identity.mayHaveChanged()
  expect(report(numbered(101, 160), ADDED, false)).toBe('doubted')
  identity = identityOf(true)
  report(numbered(1, 60))
  expect(report(numbered(101, 160), ADDED, true)).toBe('doubted')
})

test('the same hashes, added at another moment, are torrents of another daemon', () => {
  expect(report(numbered(1, 60), ADDED + 999)).toBe('own')
  expect(report(numbered(1, 60), ADDED + 86_400_000)).toBe('doubted')
  identity = identityOf(false)
  expect(report(numbered(1, 60), ADDED + 86_400_000)).toBe('own')
})

test('what is reported of a torrent twice is one torrent', () => {
  identity.beginList()
  for (const one of numbered(1, 60)) {
    expect(identity.lists(one, undefined, true)).toBe(false)
    expect(identity.lists(one, ADDED + 86_400_000, false)).toBe(true)
    expect(identity.lists(one, undefined, false)).toBe(true)
  }
  expect(identity.endList(new Set(numbered(1, 60)))).toBe('doubted')
})

test('after a new connection it has to send its list first, or what changed since its last answer', () => {
  expect(identity.isOwn).toBe(false)
  report(numbered(1, 60))
  identity.mayHaveChanged('5.1.0')
  expect(identity.isOwn).toBe(false)
  identity.wentOn()
  expect(identity.isOwn).toBe(true)
})

test('where nothing is known everything is taken', () => {
  known.clear()
  expect(identity.isOwn).toBe(true)
  expect(report(numbered(1, 60))).toBe('own')
})

test('a person says that it is the same: its next list is taken, and what it reports then is learnt', () => {
  report(numbered(101, 160))
  identity.mayHaveChanged('4.6.7')
  identity.accept()
  expect(identity.isOwn).toBe(false)
  identity.observe({
    downSpeed: 0,
    upSpeed: 0,
    defaultSavePath: '/data',
    allTimeDownloaded: 1,
    allTimeUploaded: 1,
  })
  expect(report(numbered(101, 160))).toBe('own')
  expect(identity.traits).toEqual({version: '4.6.7', defaultSavePath: '/data', allTime: 2})
})

test('an empty daemon without a past is another one, an empty one that starts is not', () => {
  const reported = {
    downSpeed: 0,
    upSpeed: 0,
    defaultSavePath: '/downloads',
    allTimeDownloaded: 0,
    allTimeUploaded: 0,
  }
  report(numbered(1, 60))
  identity.mayHaveChanged('5.1.0')
  expect(report([])).toBe('own')
  identity.mayHaveChanged('5.1.0')
  identity.observe(reported)
  expect(report([])).toBe('doubted')
})
