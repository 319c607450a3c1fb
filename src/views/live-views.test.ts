import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {BadArgument} from '#model/errors.ts'
import {facetNames, groupNames} from '#model/query.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {servers, Speaker, utterances} from '#test/fleet/arbitrary-frames.ts'
import {isFull} from '#test/proof.ts'
import {lightFilters, longHash, sorts} from '#test/views/arbitrary-filters.ts'
import {naiveRanking, naiveWindow} from '#test/views/naive-query.ts'
import type {LiveNews, LiveView} from './live-view.ts'
import {LiveViews, type ViewSpec} from './live-views.ts'
import {Views} from './query.ts'
import type {Ranking} from './ranking.ts'

const [first, second] = servers as [ServerId, ServerId]
const everything: ViewSpec = {filter: {}, sort: [], group: null, facets: []}

/** A fleet, views that count what they reckon, and a clock. */
function harness(sliceMs = 1e9) {
  const clock = new VirtualClock()
  const turns = new TimeSlice(sliceMs)
  const fleet = new Fleet(clock, turns)
  for (const id of servers) fleet.addServer(id)
  const speaker = new Speaker()
  const apply = (frame: Parameters<Fleet['apply']>[0]) => fleet.apply(frame)
  speaker.greet(apply)
  const real = new Views(fleet, turns, clock)
  const counter = {reckoned: 0, idle: 0}
  const views = {
    check: (filter: ViewSpec['filter']) => real.check(filter),
    rank: (...asked: Parameters<Views['rank']>) => {
      counter.reckoned++
      return real.rank(...asked)
    },
    payerOf: (persons: Iterable<string>) => real.payerOf(persons),
  }
  const hub = new LiveViews(fleet, views, clock, () => counter.idle++)
  const say = (
    server: ServerId,
    rows: readonly TorrentPatch[],
    removed: readonly TorrentPatch['hash'][] = [],
  ) =>
    speaker.say({server, off: 'no', body: {type: 'rows', rows: [...rows], removed: [...removed]}}, 0, apply)
  return {clock, fleet, hub, counter, real, say, speaker, apply}
}

type Harness = ReturnType<typeof harness>

/** Opens a view that writes down what it is told and when. */
function opened(
  {hub, clock}: Harness,
  wish: ViewSpec = everything,
  scope: () => readonly ServerId[] = () => servers,
  by = 'ada',
) {
  const reported: {at: number; news: LiveNews}[] = []
  const refused: string[] = []
  const startedAt = clock.monotonic()
  const view = hub.open({
    wish,
    scope,
    by,
    onNews: (news) => reported.push({at: clock.monotonic() - startedAt, news}),
    onRefused: ({message}) => refused.push(message),
  })
  return {view, reported, refused}
}

const row = (i: number, more: Partial<TorrentPatch> = {}): TorrentPatch => ({
  hash: longHash(i),
  name: `Torrent ${i}`,
  state: 'seeding',
  size: i,
  ...more,
})
const rows = (count: number) => Array.from({length: count}, (_, i) => row(i))

function namesOf({fleet}: Harness, ranking: Ranking | null): string[] {
  return [...(ranking?.rows ?? [])].map((at) => fleet.valueAt(at, 'name'))
}

const wishes: fc.Arbitrary<ViewSpec> = fc.record({
  servers: fc.option(fc.subarray([...servers]), {nil: undefined}),
  // An age that nothing reaches while the test runs: what time alone changes has a test of its own.
  filter: lightFilters.map((filter) => (filter.ages ? {...filter, ages: {addedAt: {max: 68e6}}} : filter)),
  sort: sorts,
  group: fc.constantFrom(null, ...groupNames),
  facets: fc.subarray([...facetNames], {maxLength: 2}),
})
const scopes = fc.constantFrom<readonly ServerId[]>([first, second], [second, first], [first], [second])
const place = fc.nat(3)
const orders = fc.shuffledSubarray(servers, {minLength: servers.length})
const entries = fc.oneof(
  fc.record({do: fc.constant('open' as const), wish: wishes, scope: scopes}),
  {
    weight: 3,
    arbitrary: fc.record({do: fc.constant('say' as const), said: fc.array(utterances, {maxLength: 4})}),
  },
  fc.record({do: fc.constant('change' as const), place, wish: wishes}),
  fc.record({do: fc.constant('hold' as const), place, on: fc.boolean()}),
  fc.record({do: fc.constant('update' as const), place}),
  fc.record({do: fc.constant('share' as const), place, scope: scopes}),
  fc.record({do: fc.constant('close' as const), place}),
  fc.record({do: fc.constant('order' as const), servers: orders}),
  fc.record({do: fc.constant('online' as const), server: fc.constantFrom(...servers), on: fc.boolean()}),
  {
    weight: 2,
    arbitrary: fc.record({do: fc.constant('wait' as const), ms: fc.constantFrom(0, 60, 1100, 2500)}),
  },
)
type Entry = typeof entries extends fc.Arbitrary<infer D> ? D : never

/** A view as a page has it, built from news alone. */
interface Watcher {
  view: LiveView
  wish: ViewSpec
  scope: readonly ServerId[]
  held: boolean
  shown: Ranking | null
}

class Watchers {
  readonly all: Watcher[] = []
  readonly #house: Harness
  /** In which people see the servers. */
  #order: readonly ServerId[] = servers.toSorted()

  constructor(at: Harness) {
    this.#house = at
  }

  do(entry: Entry): void | Promise<void> {
    const {hub, speaker, apply, fleet, clock} = this.#house
    if (entry.do === 'wait') return clock.advance(entry.ms)
    if (entry.do === 'online') return fleet.markServer(entry.server, entry.on)
    if (entry.do === 'order') {
      this.#order = entry.servers
      return fleet.orderServers(entry.servers)
    }
    if (entry.do === 'say') return entry.said.forEach((utterance) => speaker.say(utterance, 0, apply))
    if (entry.do === 'open') return this.#open(hub, entry.wish, entry.scope)
    const watcher = this.all[entry.place]
    if (!watcher) return
    if (entry.do === 'hold') {
      watcher.held = entry.on
      watcher.view.hold(entry.on)
    } else if (entry.do === 'update') watcher.view.update()
    else if (entry.do === 'share') watcher.scope = entry.scope
    else if (entry.do === 'change') {
      watcher.wish = entry.wish
      watcher.view.change(entry.wish)
    } else {
      watcher.view.close()
      this.all.splice(entry.place, 1)
    }
  }

  #open(hub: LiveViews, wish: ViewSpec, scope: readonly ServerId[]): void {
    const watcher: Omit<Watcher, 'view'> = {wish, scope, held: false, shown: null}
    const view = hub.open({
      wish,
      scope: () => watcher.scope,
      by: 'ada',
      onRefused: () => undefined,
      onNews: ({ranking}) => {
        if (ranking) watcher.shown = view.ranking
        else expect(view.ranking?.rows).toBe(watcher.shown?.rows)
      },
    })
    this.all.push(Object.assign(watcher, {view}))
  }

  /** What every view shows or has waiting, and what filtering, sorting and grouping plain records gives. */
  seenAndRight(): [unknown[], unknown[]] {
    const {fleet, clock} = this.#house
    const records = servers.flatMap((id) => fleet.rowsOf(id).map((at) => fleet.record(at)!))
    const seen = this.all.map(({view, held, shown}) => {
      const latest = view.waiting ?? view.ranking!
      return {
        keys: [...latest.rows].map((at) => fleet.keyAt(at)),
        groups: latest.groups?.map(({value, count}) => [value, count]) ?? null,
        totals: view.totals,
        facets: asMaps(view.facets),
        isAsReported: view.ranking!.rows === shown!.rows,
        waitsForNothing: !held && view.waiting !== null,
      }
    })
    const moment = {now: clock.now(), servers: this.#order}
    const right = this.all.map(({wish, scope: sight}) => {
      const scope = sight.filter((id) => wish.servers?.includes(id) ?? true)
      const asked = {...wish, scope, sight}
      const {torrents, groups} = naiveRanking(records, asked, wish.group, moment)
      const {totals, facets} = naiveWindow(records, {...asked, offset: 0, limit: 0}, moment)
      const keys = torrents.map(({key}) => key)
      return {keys, groups, totals, facets, isAsReported: true, waitsForNothing: false}
    })
    return [seen, right]
  }
}

function asMaps(facets: LiveView['facets']): unknown {
  const maps = Object.entries(facets).map(([name, counts]) => [
    name,
    new Map(counts.map(({value, count, size}) => [value, {count, size}])),
  ])
  return Object.fromEntries(maps)
}

/** With a pause after every piece an answer takes many turns. */
async function settle(clock: VirtualClock): Promise<void> {
  await clock.advance(2500)
  for (let turn = 0; turn < 600; turn++) await new Promise((done) => setImmediate(done))
}

for (const sliceMs of [1e9, 0]) {
  test(`whatever news come, every open view settles at what plain records give (slices of ${sliceMs} ms)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        wishes,
        scopes,
        fc.array(entries, {minLength: 5, maxLength: 25, size: 'max'}),
        async (wish, scope, done) => {
          const at = harness(sliceMs)
          const watchers = new Watchers(at)
          await watchers.do({do: 'open', wish, scope})
          for (const entry of done) await watchers.do(entry)
          for (let i = 0; i < 4; i++) await settle(at.clock)
          const [seen, right] = watchers.seenAndRight()
          expect(seen).toEqual(right)
          at.hub.close()
        },
      ),
      {numRuns: isFull ? (sliceMs === 0 ? 40 : 120) : sliceMs === 0 ? 8 : 20},
    )
  })
}

test('a first answer comes without waiting for a tick, and not within the call that asks', async () => {
  const at = harness()
  at.say(first, rows(3))
  const {view, reported} = opened(at)
  expect(reported).toEqual([])
  await at.clock.advance(0)
  expect(reported.map(({news}) => news)).toEqual([
    {ranking: true, rows: true, facets: true, totals: true, waiting: false},
  ])
  expect(namesOf(at, view.ranking)).toEqual(['Torrent 0', 'Torrent 1', 'Torrent 2'])
  view.change({...everything, sort: [{by: 'size', descending: true}]})
  await at.clock.advance(0)
  expect(namesOf(at, view.ranking)).toEqual(['Torrent 2', 'Torrent 1', 'Torrent 0'])
})

test('equal wishes over the same servers are reckoned once, for all that ask', async () => {
  const at = harness()
  at.say(first, rows(3))
  const wish: ViewSpec = {...everything, filter: {text: 'torrent', active: false}, facets: ['state']}
  const same: ViewSpec = {...everything, filter: {active: false, text: 'torrent'}, facets: ['state']}
  const views = [
    opened(at, wish),
    opened(at, same, () => [second, first]),
    opened(at, wish, () => [...servers]),
  ]
  await at.clock.advance(0)
  expect(at.counter.reckoned).toBe(1)
  expect(new Set(views.map(({view}) => view.ranking!.rows)).size).toBe(1)
  opened(at, wish, () => [second])
  await at.clock.advance(0)
  expect(at.counter.reckoned).toBe(2)
  at.say(first, [row(1, {size: 70})])
  await at.clock.advance(5000)
  expect(at.counter.reckoned).toBe(3)
  expect(views.map(({view}) => view.totals!.size)).toEqual([72, 72, 72])
})

test('servers that are wished for are a scope: users who see no others, and users who selected them, share an answer', async () => {
  const at = harness()
  at.say(first, rows(3))
  at.say(second, rows(2))
  const [wish, selected] = [
    {...everything, sort: [{by: 'size' as const, descending: true}]},
    {...everything, sort: [{by: 'size' as const, descending: true}], servers: [second, 'gone' as ServerId]},
  ]
  const views = [opened(at, selected), opened(at, wish, () => [second]), opened(at, selected, () => [second])]
  await at.clock.advance(0)
  expect(at.counter.reckoned).toBe(1)
  expect(views.map(({view}) => view.scopeTotals!.count)).toEqual([2, 2, 2])
  at.say(first, [row(9)])
  await at.clock.advance(5000)
  expect(at.counter.reckoned).toBe(1)
})

test('a copy on a server that was not wished for is one, as long as it is in sight', async () => {
  const at = harness()
  at.say(first, rows(3))
  at.say(second, [row(1), row(7)])
  let sight: readonly ServerId[] = servers
  const wish: ViewSpec = {...everything, servers: [second], filter: {duplicate: true}, facets: ['server']}
  const {view} = opened(at, wish, () => sight)
  const alone = opened(at, wish, () => [second])
  await at.clock.advance(0)
  expect(namesOf(at, view.ranking)).toEqual(['Torrent 1'])
  expect([view.scopeTotals!.count, view.facets.server!.length]).toEqual([2, 1])
  expect(namesOf(at, alone.view.ranking)).toEqual([])
  at.say(first, [row(7)])
  await at.clock.advance(5000)
  expect(namesOf(at, view.ranking)).toEqual(['Torrent 1', 'Torrent 7'])
  sight = [second]
  await at.clock.advance(5000)
  expect(namesOf(at, view.ranking)).toEqual([])
})

test('nothing changed: nothing is sent and nothing reckoned', async () => {
  const at = harness()
  at.say(first, rows(3))
  const {reported} = opened(at)
  await at.clock.advance(60_000)
  expect([reported.length, at.counter.reckoned]).toEqual([1, 1])
  at.say(second, [row(1)])
  const beside = opened(at, everything, () => [first])
  await at.clock.advance(60_000)
  expect(reported.length).toBeGreaterThan(1)
  at.say(second, [row(2)])
  await at.clock.advance(60_000)
  expect(beside.reported.length).toBe(1)
})

test('figures are sent once a second, the order every two', async () => {
  const at = harness()
  at.say(first, rows(3))
  const {reported} = opened(at, {...everything, sort: [{by: 'upSpeed', descending: true}]})
  for (let tick = 1; tick <= 100; tick++) {
    at.say(first, [row(tick % 3, {upSpeed: 1000 * tick})])
    await at.clock.advance(100)
  }
  const times = (kind: keyof LiveNews) => reported.filter(({news}) => news[kind]).map((one) => one.at)
  const gaps = (all: number[]) => all.slice(1).map((time, i) => time - all[i]!)
  expect(times('ranking').length).toBeGreaterThanOrEqual(5)
  expect(Math.min(...gaps(times('ranking')))).toBeGreaterThanOrEqual(2000)
  expect(times('rows').length).toBeGreaterThanOrEqual(9)
  expect(times('rows').length).toBeLessThanOrEqual(16)
})

test.each([
  ['another state', ({say}: Harness) => say(first, [row(1, {state: 'stopped'})])],
  ['a torrent that came', ({say}: Harness) => say(first, [row(9)])],
  ['a torrent that went', ({say}: Harness) => say(first, [], [longHash(1)])],
  [
    'what a command should bring about',
    ({fleet}: Harness) =>
      fleet.expect({serverId: first, hash: longHash(1)}, {patch: {category: 'tv'}}, {id: 'x', until: 9e15}),
  ],
  ['a server that went offline', ({fleet}: Harness) => fleet.markServer(first, false)],
])('%s is sent within a moment', async (_what, happen) => {
  const at = harness()
  at.say(first, rows(3))
  at.fleet.markServer(first, true)
  const {reported} = opened(at)
  await at.clock.advance(300)
  happen(at)
  await at.clock.advance(60)
  expect(reported.at(-1)).toEqual({at: 350, news: expect.objectContaining({rows: true})})
})

test('the end of what was expected is sent within a moment', async () => {
  const at = harness()
  at.say(first, rows(3))
  const {reported} = opened(at)
  at.fleet.expect({serverId: first, hash: longHash(1)}, {patch: {category: 'tv'}}, {id: 'x', until: 9e15})
  await at.clock.advance(300)
  at.say(first, [{hash: longHash(1), category: 'tv'}])
  await at.clock.advance(60)
  expect(reported.at(-1)!.at).toBe(350)
})

test('a held order stays while the newer one waits, and is taken at the end of the hold', async () => {
  const at = harness()
  at.say(first, rows(3))
  const {view, reported} = opened(at)
  await at.clock.advance(3000)
  view.hold(true)
  const held = view.ranking!
  at.say(first, [row(0, {name: 'Zebra'})], [longHash(1)])
  await at.clock.advance(3000)
  expect(view.ranking!.rows).toBe(held.rows)
  expect(view.totals!.count).toBe(2)
  expect(reported.filter(({news}) => news.waiting).length).toBe(1)
  expect(namesOf(at, view.waiting)).toEqual(['Torrent 2', 'Zebra'])
  at.say(first, [row(0), row(1)])
  await at.clock.advance(3000)
  view.hold(false)
  await at.clock.advance(0)
  expect(namesOf(at, view.ranking)).toEqual(['Torrent 0', 'Torrent 1', 'Torrent 2'])
  expect(reported.at(-1)!.news).toMatchObject({ranking: true, waiting: true})
})

test('a row that was given to another torrent stands no longer, and has no rank', async () => {
  const at = harness()
  at.say(first, rows(2))
  const {view} = opened(at)
  await at.clock.advance(0)
  view.hold(true)
  const [gone, stays] = view.ranking!.rows as unknown as [number, number]
  at.fleet.expectRemoved({serverId: first, hash: longHash(0)}, {id: 'ours', until: 60_000})
  at.say(first, [], [longHash(0)])
  expect([view.stands(gone), view.stands(stays)]).toEqual([false, true])
  at.say(second, [row(7)])
  expect(at.fleet.serverAt(gone)).toBe(second)
  expect(view.stands(gone)).toBe(false)
  expect([view.rankOf(gone), view.rankOf(stays)]).toEqual([null, 1])
})

test('a server that is not shared any more is gone from the very next news, also while held', async () => {
  const at = harness()
  at.say(first, [row(1)])
  at.say(second, [row(2)])
  let scope: readonly ServerId[] = servers
  const seen: string[][] = []
  const view = at.hub.open({
    wish: everything,
    scope: () => scope,
    by: 'ada',
    onRefused: () => undefined,
    onNews: () => seen.push(namesOf(at, view.ranking)),
  })
  await at.clock.advance(0)
  view.hold(true)
  scope = [first]
  at.say(second, [row(2, {state: 'error'})])
  await at.clock.advance(60)
  await at.clock.advance(2000)
  expect(seen).toEqual([['Torrent 1', 'Torrent 2'], ['Torrent 1']])
  expect(view.scopeTotals!.count).toBe(1)
})

test('servers that take other places take their torrents along, for all who see both', async () => {
  const at = harness()
  at.say(first, [row(1, {name: 'Same', size: 1}), row(2, {name: 'Zebra', size: 1})])
  at.say(second, [row(1, {name: 'Same', size: 2})])
  at.fleet.orderServers([second, first])
  const byServer = {...everything, sort: [{by: 'server' as const, descending: false}]}
  const views = [opened(at, byServer), opened(at), opened(at, byServer, () => [first])]
  const shown = () =>
    views.map(({view}) =>
      [...view.ranking!.rows].map((it) => at.fleet.keyAt(it).serverId.slice(0, 1)).join(''),
    )
  await at.clock.advance(3000)
  expect(shown()).toEqual(['aqq', 'aqq', 'qq'])
  const {reckoned} = at.counter
  at.fleet.orderServers([first, second])
  await at.clock.advance(60)
  expect(shown()).toEqual(['qqa', 'qaq', 'qq'])
  at.fleet.orderServers([first, second])
  await at.clock.advance(3000)
  expect(at.counter.reckoned - reckoned).toBe(3)
})

test('ages are reckoned again as time goes on', async () => {
  const at = harness()
  at.say(first, [row(1, {addedAt: at.clock.now()})])
  const {view} = opened(at, {...everything, filter: {ages: {addedAt: {max: 45}}}})
  await at.clock.advance(40_000)
  expect(view.ranking!.rows.length).toBe(1)
  await at.clock.advance(30_000)
  expect(view.ranking!.rows.length).toBe(0)
})

test('what gets nothing wants attention after its first minute, what is dated ahead and what broke at once', async () => {
  const at = harness()
  const now = at.clock.now()
  const stalled = {state: 'stalledDown'} as const
  at.say(first, [
    row(1, {...stalled, addedAt: now}),
    row(2, {...stalled, addedAt: now + 3_600_000}),
    row(3, {state: 'error', addedAt: now}),
    row(4, {state: 'metadata', addedAt: now}),
  ])
  const {view} = opened(at, {...everything, filter: {attention: true}})
  await at.clock.advance(40_000)
  expect(view.ranking!.rows.length).toBe(2)
  await at.clock.advance(30_000)
  expect(view.ranking!.rows.length).toBe(3)
})

test('the more sending takes, the less often it happens', async () => {
  const at = harness()
  let spent = 0
  const {clock} = at
  const monotonic = clock.monotonic.bind(clock)
  clock.monotonic = () => monotonic() + spent
  clock.after = (
    (after) => (ms: number, task: () => void) =>
      after(ms, task)
  )(clock.after.bind(clock))
  let reported = 0
  at.hub.open({
    wish: everything,
    scope: () => servers,
    by: 'ada',
    onRefused: () => undefined,
    onNews: () => {
      reported++
      spent += 500
    },
  })
  for (let tick = 0; tick < 400; tick++) {
    at.say(first, [row(1, {upSpeed: tick + 1})])
    await clock.advance(50)
  }
  expect(spent / (20_000 + spent)).toBeLessThan(0.25)
  expect(reported).toBeGreaterThan(2)
})

test('a wish that cannot be understood is refused, and an open view goes on with its own', async () => {
  const at = harness()
  at.say(first, rows(1))
  const wrong: ViewSpec = {...everything, filter: {patterns: [{pattern: '(', negated: false}]}}
  expect(() => opened(at, wrong)).toThrow(BadArgument)
  const {view} = opened(at)
  expect(() => view.change(wrong)).toThrow(/"\("/)
  await at.clock.advance(0)
  expect(view.ranking!.rows.length).toBe(1)
})

test('without open views nothing listens and no timer runs', async () => {
  const at = harness()
  const timers = new Set<object>()
  const {clock} = at
  const after = clock.after.bind(clock)
  clock.after = (ms, task) => {
    const timer = {}
    timers.add(timer)
    const cancel = after(ms, () => {
      timers.delete(timer)
      task()
    })
    return () => {
      timers.delete(timer)
      cancel()
    }
  }
  const {view, reported} = opened(at)
  const other = opened(at, {...everything, sort: [{by: 'size', descending: false}]})
  await clock.advance(100)
  expect(timers.size).toBe(1)
  at.say(first, rows(2))
  view.close()
  expect([at.hub.isIdle, at.counter.idle]).toEqual([false, 0])
  other.view.close()
  expect([at.hub.isIdle, at.counter.idle]).toEqual([true, 1])
  view.update()
  view.change(everything)
  view.close()
  await clock.advance(0)
  expect(timers.size).toBe(0)
  at.say(first, rows(3))
  await clock.advance(60_000)
  expect([timers.size, reported.length, at.counter.reckoned]).toEqual([0, 1, 2])
})

const sortable = [
  'size',
  'progress',
  'downSpeed',
  'upSpeed',
  'downloaded',
  'uploaded',
  'ratio',
  'eta',
  'completed',
  'amountLeft',
  'addedAt',
  'completedAt',
  'lastActivityAt',
  'activeTime',
  'seedingTime',
  'queuePosition',
  'seedsConnected',
  'peersConnected',
  'seedsSwarm',
  'peersSwarm',
] as const

test('twenty views of one filter, each in an order of its own, are evaluated once at each change, as one view is', async () => {
  const evaluatedAt = async (views: number): Promise<number[]> => {
    const it = harness()
    it.say(
      servers[0]!,
      Array.from({length: 50}, (_, i) => row(i, {size: 1000 + i})),
    )
    const sorts = sortable.slice(0, views)
    const filter = {ranges: {size: {min: 1010}}}
    const open = sorts.map((by) =>
      opened(it, {...everything, filter, sort: [{by, descending: true}], facets: ['state', 'tag']}),
    )
    await it.clock.advance(5_000)
    expect(open.map(({view}) => view.totals?.count)).toEqual(sorts.map(() => 40))
    const evaluated: number[] = []
    for (let change = 0; change < 3; change++) {
      const before = it.real.effort.evaluated
      it.say(servers[0]!, [row(change, {size: 5000 + change})])
      await it.clock.advance(5_000)
      evaluated.push(it.real.effort.evaluated - before)
    }
    expect(open.map(({view}) => view.totals?.count)).toEqual(sorts.map(() => 43))
    return evaluated
  }
  expect(await evaluatedAt(20)).toEqual(await evaluatedAt(1))
})

test('counts are of the filter: no other order and no second view counts them again, also while speeds change', async () => {
  const it = harness()
  it.say(servers[0]!, rows(50))
  const filter = {ranges: {size: {min: 0}}}
  const wish: ViewSpec = {...everything, filter, facets: ['state', 'tag', 'server']}
  const first = opened(it, wish)
  await it.clock.advance(5_000)
  expect(it.real.effort.counted).toBe(3)
  for (const by of sortable.slice(0, 8)) {
    const sort = [{by, descending: true}]
    // Another moment for everybody, in which nothing that counts is another one.
    it.say(servers[0]!, [row(1, {downSpeed: it.clock.monotonic()})])
    first.view.change({...wish, sort})
    opened(it, {...wish, sort: [{by, descending: false}]})
    await it.clock.advance(5_000)
    expect([by, it.real.effort.counted, first.view.isAnswered]).toEqual([by, 3, true])
  }
  // The tags of one are others: that facet is counted once for all nine, and no other.
  it.say(servers[0]!, [row(1, {tags: ['new']})])
  await it.clock.advance(20_000)
  expect(it.real.effort.counted).toBe(4)
  expect(first.view.facets.tag!.map(({value, count}) => [value, count])).toContainEqual(['new', 1])
})

test('a costly view is sent seldom, and no other for that', async () => {
  const at = harness()
  at.say(servers[0]!, rows(3))
  const asked: string[] = []
  const hub = new LiveViews(
    at.fleet,
    {
      check: () => undefined,
      payerOf: ([first = '']) => first,
      rank: async (query, before) => {
        asked.push(query.by!)
        return {...(await at.real.rank(query, before)), worked: query.by === 'mia' ? 4_000 : 10}
      },
    },
    at.clock,
  )
  const ask = (by: string, complete: boolean) =>
    opened({...at, hub}, {...everything, filter: {complete}}, undefined, by)
  ask('mia', true)
  ask('nick', false)
  for (let second = 0; second < 20; second++) {
    at.say(servers[0]!, [row(1, {size: second})])
    await at.clock.advance(1_000)
  }
  const times = (who: string) => asked.filter((it) => it === who).length
  expect(times('mia')).toBe(1)
  expect(times('nick')).toBeGreaterThanOrEqual(8)
  hub.close()
})
