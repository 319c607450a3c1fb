import {expect, test} from 'vitest'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'
import type {PlannedSearch} from './searched.ts'

const search = (more: Partial<PlannedSearch> = {}): PlannedSearch => ({
  arrId: 'radarr',
  items: ['movie:12'],
  failure: 'f1',
  searchId: 's1',
  reason: 'failed',
  cause: 'failure',
  at: 5,
  ...more,
})

test('no search is made twice for one failure, not at once and not after a restart', async () => {
  const {open} = await memoryHarness()
  const {searched} = await open()
  const both = [searched.claim(search()), searched.claim(search({searchId: 's2', items: ['movie:13']}))]
  expect(await Promise.all(both)).toEqual([true, false])
  const after = (await open()).searched
  expect(after.isSearchedFor('radarr', 'f1')).toBe(true)
  expect(await after.claim(search({searchId: 's3'}))).toBe(false)
  expect(await after.claim(search({searchId: 's4', arrId: 'sonarr'}))).toBe(true)
  expect(await after.claim(search({searchId: 's5', failure: 'f2'}))).toBe(true)
})

test('a search that was claimed and of which no more is known is found after a restart', async () => {
  const {open} = await memoryHarness()
  const {searched} = await open()
  await searched.claim(search({items: ['movie:12', 'movie:13']}))
  await searched.claim(search({searchId: 's2', failure: 'f2', items: ['movie:14']}))
  await searched.sent('s2', 7)
  expect(searched.intended('radarr')).toHaveLength(2)
  const after = (await open()).searched
  expect(
    after
      .intended('radarr')
      .map(({item}) => item)
      .sort(),
  ).toEqual(['movie:12', 'movie:13'])
  expect(after.intended('sonarr')).toEqual([])
  await after.sent('s1', 7)
  expect(after.intended('radarr')).toEqual([])
})

test('a search that was never asked for may be claimed again', async () => {
  const {open} = await memoryHarness()
  const {searched} = await open()
  await searched.claim(search())
  await searched.notSent('s1')
  expect(searched.isSearchedFor('radarr', 'f1')).toBe(false)
  expect(searched.lastAt('radarr', 'movie:12')).toBeNull()
  expect((await open()).searched.isSearchedFor('radarr', 'f1')).toBe(false)
  expect(await searched.claim(search({searchId: 's2'}))).toBe(true)
})

test('where it cannot be written nothing is claimed', async () => {
  const {open, setFault} = await memoryHarness()
  const {searched} = await open()
  setFault(away)
  await expect(searched.claim(search())).rejects.toBe(away)
  expect(searched.isSearchedFor('radarr', 'f1')).toBe(false)
  setFault(null)
  expect(await searched.claim(search())).toBe(true)
})

test('searches without a failure may be repeated; when an item was last searched is known', async () => {
  const {open} = await memoryHarness()
  const {searched} = await open()
  expect(await searched.claim(search({failure: '', searchId: 's1', at: 5}))).toBe(true)
  expect(await searched.claim(search({failure: '', searchId: 's2', at: 7}))).toBe(true)
  expect(await searched.claim(search({searchId: 's3', at: 6}))).toBe(true)
  for (const repository of [searched, (await open()).searched]) {
    expect(repository.lastAt('radarr', 'movie:12')).toBe(7)
    expect(repository.lastAt('sonarr', 'movie:12')).toBeNull()
  }
  await searched.expire(7)
  expect(searched.isSearchedFor('radarr', 'f1')).toBe(false)
  expect((await open()).searched.lastAt('radarr', 'movie:12')).toBe(7)
})

const HOUR_MS = 3_600_000

test('so many items of an Arr are searched in any hour, also over a restart; what is over waits so long', async () => {
  const {clock, open} = await memoryHarness()
  const {searched} = await open()
  const items = (n: number) => Array.from({length: n}, (_, at) => `movie/${at}`)
  const claim = (n: number, searchId: string) =>
    searched.claim(search({items: items(n), searchId, failure: searchId, at: clock.now()}))
  expect(searched.waitFor('radarr', 1)).toBe(0)
  await claim(50, 's1')
  await clock.advance(HOUR_MS / 2)
  // It counts before it is written.
  const writing = claim(9, 's2')
  expect(searched.waitFor('radarr', 1)).toBe(0)
  expect(searched.waitFor('radarr', 2)).toBe(HOUR_MS / 2)
  await writing
  for (const repository of [searched, (await open()).searched]) {
    expect([repository.waitFor('radarr', 1), repository.waitFor('radarr', 2)]).toEqual([0, HOUR_MS / 2])
    expect(repository.waitFor('radarr', 60)).toBe(HOUR_MS)
    // A season that is larger than what is allowed goes when nothing else did.
    expect([repository.waitFor('radarr', 99), repository.waitFor('sonarr', 99)]).toEqual([HOUR_MS, 0])
  }
  await searched.notSent('s2')
  expect(searched.waitFor('radarr', 10)).toBe(0)
  await clock.advance(HOUR_MS / 2)
  expect(searched.waitFor('radarr', 60)).toBe(0)
})

test('what indexers are asked is counted at once and for a day, over restarts and jumps of the clock', async () => {
  const {open, clock} = await memoryHarness()
  const {searched} = await open()
  const counts = (of: typeof searched, indexer = 'one') =>
    of.questionsTo(indexer).map(({questions}) => questions)
  const claim = (searchId: string, asked: Record<string, number>) =>
    searched.claim(search({searchId, failure: '', asked, at: clock.now()}))
  const claimed = claim('s1', {one: 2, two: 1})
  expect(counts(searched)).toEqual([2])
  await claimed
  await clock.advance(60_000)
  await claim('s2', {one: 3})
  await claim('s3', {one: 4})
  await searched.notSent('s3')
  expect([counts(searched), counts(searched, 'two'), counts(searched, 'three')]).toEqual([[2, 3], [1], []])
  const after = (await open()).searched
  expect([counts(after), counts(after, 'two')]).toEqual([[2, 3], [1]])
  // A wrong clock wrote them for the future: they count as of now.
  clock.jump(-3_600_000)
  const jumped = (await open()).searched
  await clock.advance(86_400_000 - 1)
  expect([counts(jumped), counts(after)]).toEqual([[2, 3], [3]])
  await clock.advance(1)
  expect(counts(jumped)).toEqual([])
})

test('what could not be written was not asked', async () => {
  const {open, setFault} = await memoryHarness()
  const {searched} = await open()
  setFault(away)
  await expect(searched.claim(search({asked: {one: 2}}))).rejects.toBe(away)
  expect(searched.questionsTo('one')).toEqual([])
})
