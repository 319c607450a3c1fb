import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentFilter} from '#model/query.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {servers, Speaker} from '#test/fleet/arbitrary-frames.ts'
import {longHash} from '#test/views/arbitrary-filters.ts'
import {LiveViews} from './live-views.ts'
import {Views} from './query.ts'
import {OURSELVES, SearchCosts} from './search-costs.ts'

const A = servers[0]!
const costly: TorrentFilter = {patterns: [{pattern: 'torrent 1', negated: false}]}

/** 3,000 torrents, and a clock by which each step takes a millisecond. */
function harness() {
  const clock = new VirtualClock()
  const turns = new TimeSlice(1e9)
  const fleet = new Fleet(clock, turns)
  for (const id of servers) fleet.addServer(id)
  const speaker = new Speaker()
  const apply = (frame: Parameters<Fleet['apply']>[0]) => fleet.apply(frame)
  speaker.greet(apply)
  const rows = Array.from({length: 3_000}, (_, i): TorrentPatch => ({
    hash: longHash(i),
    name: `Torrent ${i}`,
  }))
  speaker.say({server: A, off: 'no', body: {type: 'rows', rows, removed: []}}, 0, apply)
  const time = {ms: 0, step: 1}
  class SteppingClock extends VirtualClock {
    override monotonic(): number {
      time.ms += time.step
      return time.ms
    }
  }
  const views = new Views(fleet, turns, new SteppingClock(), undefined, () => time.ms)
  const ask = (by: string, filter: TorrentFilter = {}) =>
    views.query({by, scope: [A], filter, sort: [], offset: 0, limit: 1, facets: []})
  return {clock, turns, fleet, time, views, ask}
}

test('a search that takes too long is refused with its limit, and what takes little goes on', async () => {
  const {ask} = harness()
  await expect(ask('mia', costly)).rejects.toMatchObject({
    code: 'too_expensive',
    message: expect.stringContaining('more than 2 s'),
  })
  expect((await ask('mia')).totals.count).toBe(3_000)
})

test('what all searches of a person take is bounded, for no other, and comes back', async () => {
  const {ask, time} = harness()
  for (let round = 0; round < 3; round++) await ask('mia', costly).catch(() => undefined)
  await expect(ask('mia', costly)).rejects.toMatchObject({
    message: expect.stringContaining('used up their 6 s'),
  })
  await expect(ask('nick', costly)).rejects.toMatchObject({message: expect.stringContaining('more than 2 s')})
  time.ms += 60_000
  await expect(ask('mia', costly)).rejects.toMatchObject({message: expect.stringContaining('more than 2 s')})
  time.step = 0
  expect((await ask('mia', costly)).totals.count).toBe(1_111)
})

/** One search of this many ms, in one step. */
function* taking(time: {ms: number}, ms: number): Generator<void, void, void> {
  time.ms += ms
  yield
}

test.each([40, 600, 6_000])('a user who looks on and on, %i ms each, is let again within 49 s', (each) => {
  const time = {ms: 0}
  class Time extends VirtualClock {
    override monotonic = () => time.ms
  }
  const costs = new SearchCosts(new Time(), () => time.ms)
  const look = (by: string, ms: number) => [...costs.meterOf(by).counted(taking(time, ms))]
  let refused = ''
  for (let round = 0; round < 5_000; round++) {
    try {
      look('mia', each)
    } catch (error) {
      refused = (error as Error).message
    }
  }
  expect(refused).toMatch(/Wait \d+ s/)
  const seconds = Number(/Wait (\d+) s/.exec(refused)![1])
  expect(seconds).toBeLessThanOrEqual(48)
  // Also a small one, until what is owed came back; nobody else waits, and the program itself never.
  expect(() => look('mia', 0)).toThrow('used up their 6 s')
  look('nick', 1)
  look(OURSELVES, 9_000)
  look(OURSELVES, 9_000)
  time.ms += seconds * 1_000
  look('mia', 1)
})

test('a user who asks once waits for the search that runs and one more of a user who asks for many', async () => {
  const {ask} = harness()
  const order: string[] = []
  const said = (who: string) => () => void order.push(who)
  const asked = [1, 2, 3, 4].map(() => ask('mia', costly).then(said('mia'), said('mia')))
  await Promise.all([...asked, ask('nick').then(said('nick'))])
  expect(order.indexOf('nick')).toBeLessThan(3)
})

test('a search that was given up half-way finds anyway when it is asked again', async () => {
  const {ask, time} = harness()
  const words: TorrentFilter = {text: 'torrent -1 -2 -3 -4 -5 -6'}
  time.step = 2_500
  await expect(ask('mia', words)).rejects.toMatchObject({code: 'too_expensive'})
  time.step = 0
  const right = (await harness().ask('', words)).totals.count
  expect((await ask('mia', words)).totals.count).toBe(right)
})

test('more conditions than one go can answer are refused by their number', async () => {
  const {ask} = harness()
  const words = Array.from({length: 65}, (_, i) => `w${i}`)
  const alternatives = words.map((): TorrentFilter => ({complete: true}))
  const nested = words.reduce((filter): TorrentFilter => ({groups: [[filter]]}), {})
  for (const filter of [{text: words.join(' ')}, {groups: [alternatives]}, nested]) {
    await expect(ask('mia', filter)).rejects.toMatchObject({
      code: 'bad_argument',
      message: expect.stringContaining('64'),
    })
  }
})

test('an open view that takes too long is closed and says so; others stay open', async () => {
  const {fleet, views, clock} = harness()
  const hub = new LiveViews(fleet, views, clock)
  const reported: string[] = []
  const open = (by: string, filter: TorrentFilter) =>
    hub.open({
      wish: {filter, sort: [], group: null, facets: []},
      scope: () => [A],
      by,
      onNews: () => reported.push(`${by} news`),
      onRefused: ({code}) => reported.push(`${by} ${code}`),
    })
  open('mia', costly)
  const other = open('nick', {})
  await clock.advance(1_000)
  expect(reported).toContain('mia too_expensive')
  expect(reported).toContain('nick news')
  other.close()
  expect(hub.isIdle).toBe(true)
})
