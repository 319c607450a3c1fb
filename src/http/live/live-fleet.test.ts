/** The whole way, from what a link says to what a page has: real fleet, real views, a real connection. */
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Principal} from '#model/access.ts'
import type {GroupName} from '#model/query.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {filterOf} from '#search-query/filter-of.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hashes, servers, Speaker, utterances} from '#test/fleet/arbitrary-frames.ts'
import {FakeRegistry, fakeHarness, FakeServers, nothingWaits, server} from '#test/http/http-fakes.ts'
import {LivePage} from '#test/http/live-client.fixture.ts'
import {isFull} from '#test/proof.ts'
import {LiveViews} from '#views/live-views.ts'
import {Views} from '#views/query.ts'

const columns = ['name', 'state', 'tags', 'size', 'ratio', 'eta', 'stale', 'copies'] as const

/** Each torrent there may be, those of both servers in turn. */
const keys = hashes.flatMap((hash) => servers.map((id) => ({server_id: id, info_hash: hash})))

async function liveFleet() {
  const clock = new VirtualClock()
  const turns = new TimeSlice(1e9)
  const fleet = new Fleet(clock, turns)
  for (const id of servers) fleet.addServer(id)
  const views = new Views(fleet, turns, clock)
  const rankings = new LiveViews(fleet, views, clock)
  const access = {permits: () => true, may: () => true, everywhere: true, servers}
  const ada: Principal = {
    actor: {name: 'Ada', origin: 'user', userId: null, address: '127.0.0.1'},
    access,
    userId: null,
    name: 'Ada',
    role: 'administrator',
    via: 'session',
    credentialId: 's',
  }
  const known = new FakeServers(servers.map((id) => server(id)))
  const harness = await fakeHarness({
    fleet,
    views: {
      query: views.query.bind(views),
      matching: views.matching.bind(views),
      countsPerServer: views.countsPerServer.bind(views),
      trackerSums: async (scope) => views.trackerSums(scope, () => false),
    },
    clock,
    servers: known,
    registry: new FakeRegistry(known),
    live: {views: rankings, watch: () => undefined, attention: nothingWaits, onEnd: () => undefined},
    authentication: {signIns: [() => ada], hosts: [], stranger: () => new Error() as never},
  })
  const [address] = (await harness.http.listen({host: '127.0.0.1', port: 0})) as [string]
  const {http, parts} = harness
  const frozen = (id: string) =>
    [...parts.selections.get(ada, id).keys].map((it) => `${it.serverId} ${it.hash}`).toSorted()
  const ask = async (url: string, payload?: object) =>
    (await http.app.inject({url, method: payload ? 'POST' : 'GET', ...(payload && {payload})})).json()
  return {fleet, views, clock, frozen, ask, page: () => LivePage.open(address), close: () => http.close()}
}

const orders = fc.record({
  sort: fc.constantFrom([], ['-size'], ['state', '-name'], ['server']),
  group: fc.constantFrom<GroupName | null>(null, null, 'server', 'category'),
  q: fc.constantFrom('', 'state:seeding', 'tag:tv', 'ubuntu'),
})
const steps = fc.oneof(
  {weight: 6, arbitrary: utterances.map((utterance) => ({utterance}))},
  fc.record({shows: fc.tuple(fc.nat(8), fc.nat(8))}),
  fc.record({holds: fc.boolean()}),
  fc.record({waits: fc.constantFrom(60, 1_100, 2_100)}),
  fc.record({wish: orders}),
)

test('whatever servers say and a page asks, the page has what is so a moment later', async () => {
  await fc.assert(
    fc.asyncProperty(orders, fc.array(steps, {maxLength: 30}), async (first, all) => {
      const {fleet, views, clock, page: open, close} = await liveFleet()
      const speaker = new Speaker()
      const apply = (frame: Parameters<Fleet['apply']>[0]) => fleet.apply(frame)
      speaker.greet(apply)
      const page = await open()
      let [wish, range] = [first, [0, 5] as [number, number]]
      await page.openView(1, {...wish, columns, facets: ['state']}, [range])
      const followed = keys.slice(0, 4)
      await page.follow(1, followed)
      for (const step of all) {
        if ('utterance' in step) speaker.say(step.utterance, 0, apply)
        else if ('shows' in step) {
          range = [step.shows[0], step.shows[0] + step.shows[1]]
          await page.show(1, [range])
        } else if ('holds' in step) page.say({type: 'hold', view: 1, on: step.holds})
        else if ('waits' in step) await clock.advance(step.waits)
        else {
          wish = step.wish
          await page.openView(1, {...wish, columns, facets: ['state']}, [range])
          await page.follow(1, followed)
        }
      }
      page.say({type: 'hold', view: 1, on: false})
      await page.settled()
      await clock.advance(10_000)
      await page.settled()
      const truth = await truthOf(fleet, views, wish)
      const view = page.view(1)
      if (wish.group === null) {
        expect(view.cells(range)).toEqual(truth.slice(...range).map((it) => cellsOf(fleet, it)))
      }
      const everybody = await page.keys(1, 0, 100)
      const names = everybody.map((it) => it.join(' '))
      expect(names.toSorted()).toEqual(truth.map((it) => `${it.key.serverId} ${it.key.hash}`).toSorted())
      expect(view.names(range)).toEqual(names.slice(...range))
      expect([view.figures.totals!.count, view.moved]).toEqual([truth.length, 0])
      const ranks = followed.map((it) => names.indexOf(`${it.server_id} ${it.info_hash}`))
      expect(view.followed.map(([, , rank]) => rank ?? -1)).toEqual(ranks)
      await page.leave()
      await close()
    }),
    {numRuns: isFull ? 40 : 5},
  )
}, 60_000)

const terms = fc.subarray(
  [
    'is:duplicate',
    '-is:duplicate',
    'server:qBit',
    '-server:"a/b"',
    'kind:qbittorrent',
    'state:seeding',
    '-state:stopped',
    'tag:tv,none',
    '-tag:films',
    'category:none',
    '-tracker:tv',
    'private:yes',
    'is:stale',
    'is:complete',
    'ubuntu',
    '-b',
    '/^u/',
    'name:b',
    'hash:e,0',
    'size>1',
    'added:2023',
    'added>7d',
  ],
  {maxLength: 2},
)
const definitions = fc.record({
  q: fc.oneof(fc.constantFrom(['is:duplicate'], ['-is:duplicate']), terms).map((it) => it.join(' ')),
  servers: fc.option(fc.subarray([...servers], {minLength: 1}), {nil: undefined}),
})

test('whatever is asked for, the list shows what a selection freezes and what the address lists', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(utterances, {minLength: 4, maxLength: 12}),
      fc.array(definitions, {minLength: 1, maxLength: 8}),
      async (said, asked) => {
        const {fleet, frozen, ask, page: open, close} = await liveFleet()
        const speaker = new Speaker()
        const apply = (frame: Parameters<Fleet['apply']>[0]) => fleet.apply(frame)
        speaker.greet(apply)
        for (const utterance of said) speaker.say(utterance, 0, apply)
        const page = await open()
        for (const wish of asked) {
          const reported = await page.openView(1, {...wish, columns: ['name']})
          const shown = (await page.keys(1, 0, 100)).map((it) => it.join(' ')).toSorted()
          const {selection_id: id} = await ask('/api/torrents/selections', wish)
          expect(frozen(id)).toEqual(shown)
          const query = new URLSearchParams({q: wish.q, limit: '100'})
          for (const server of wish.servers ?? []) query.append('server_id', server)
          const {torrents} = await ask(`/api/torrents?${query.toString()}`)
          const listed = torrents.map((it: Record<string, string>) => `${it['server_id']} ${it['info_hash']}`)
          expect(listed.toSorted()).toEqual(shown)
          expect([reported.mistakes, reported.totals!.count]).toEqual([[], shown.length])
        }
        await page.leave()
        await close()
      },
    ),
    {numRuns: isFull ? 40 : 5},
  )
}, 60_000)

async function truthOf(fleet: Fleet, views: Views, {sort, q}: {sort: readonly string[]; q: string}) {
  const {filter} = filterOf(q, {servers: [], arrs: [], now: 0})
  const {keys} = await views.query({
    scope: servers,
    filter,
    offset: 0,
    limit: 100,
    facets: [],
    sort: sort.map((it) => ({by: it.replace('-', '') as 'name', descending: it.startsWith('-')})),
  })
  return keys.map((key) => fleet.get(key)!)
}

function cellsOf(fleet: Fleet, record: TorrentRecord) {
  return columns.map((name) => {
    if (name === 'copies') return fleet.holders(record.key.hash).length
    const value = record[name]
    return value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? {} : value
  })
}
