import {expect, test} from 'vitest'
import type {ListedRequest} from '#model/requests.ts'
import {readRequests} from '#store/repositories/requests.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const listed = (id: string, more: Partial<ListedRequest> = {}): ListedRequest => ({
  id,
  kind: 'movie',
  title: 'Brazil',
  tmdbId: 68,
  tvdbId: null,
  imdbId: null,
  arrPlace: null,
  itemId: null,
  requester: 'ann',
  is4k: false,
  status: 'pending',
  seasons: [],
  requestedAt: 1_000,
  ...more,
})

test('Q47 what a manager listed is there after a restart, and counts for a week while it is away', async () => {
  const {clock, open} = await memoryHarness()
  const {requests} = await open()
  requests.take('seerr 1', [listed('1'), listed('2')], true, clock.now())
  requests.take('ombi 2', [listed('1')], true, clock.now())
  expect(requests.of('seerr 1', clock.now()).map(({id}) => id)).toEqual(['1', '2'])
  await clock.advance(5_000)
  const again = (await open()).requests
  expect(again.of('seerr 1', clock.now() + 6 * DAY)).toEqual(requests.of('seerr 1', clock.now()))
  expect(again.of('ombi 2', clock.now())).toHaveLength(1)
  expect(again.of('seerr 1', clock.now() + 7 * DAY)).toEqual([])
})

test('what is absent in a whole list is gone; in one that was not read whole it stays', async () => {
  const {clock, store, open} = await memoryHarness()
  const {requests} = await open()
  requests.take('seerr 1', [listed('1'), listed('2')], true, clock.now())
  requests.take('seerr 1', [listed('1', {status: 'approved'})], false, clock.now())
  expect(requests.of('seerr 1', clock.now()).map(({id, status}) => [id, status])).toEqual([
    ['1', 'approved'],
    ['2', 'pending'],
  ])
  await clock.advance(5_000)
  requests.take('seerr 1', [listed('2')], true, clock.now())
  await clock.advance(5_000)
  expect((await store.read(readRequests)).map(({id}) => id)).toEqual(['2'])
})

test('that a list without news was read again is written four times a day, not each time', async () => {
  const {clock, store, open} = await memoryHarness()
  const {requests} = await open()
  const seen = new Set<number>()
  for (let n = 0; n < 24 * 12; n++) {
    requests.take('seerr 1', [listed('1')], true, clock.now())
    await clock.advance(HOUR / 12)
    for (const {seenAt} of await store.read(readRequests)) seen.add(seenAt)
  }
  expect(seen.size).toBe(4)
})

test('what no manager listed for a week is forgotten', async () => {
  const {clock, store, open} = await memoryHarness()
  const memory = await open()
  memory.requests.take('seerr 1', [listed('1')], true, clock.now())
  await clock.advance(8 * DAY)
  await memory.written()
  expect(memory.requests.of('seerr 1', clock.now())).toEqual([])
  expect(await store.read(readRequests)).toEqual([])
})
