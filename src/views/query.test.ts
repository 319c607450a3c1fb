import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {BadArgument} from '#model/errors.ts'
import type {ServerFrame} from '#model/frame.ts'
import {facetNames, type NamedTracker, type TorrentQuery, type TorrentWindow} from '#model/query.ts'
import type {TorrentField, TorrentPatch} from '#model/torrent.ts'
import {asInfoHash, asServerId, keyText, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {names, patches, servers, Speaker, utterances} from '#test/fleet/arbitrary-frames.ts'
import {isFull} from '#test/proof.ts'
import {longHash, queries} from '#test/views/arbitrary-filters.ts'
import {naiveWindow} from '#test/views/naive-query.ts'
import {Views} from './query.ts'

const clock = new VirtualClock()

function newFleet(turns: TimeSlice): Fleet {
  const fleet = new Fleet(clock, turns)
  for (const id of servers) fleet.addServer(id)
  fleet.markServer(servers[0]!, true)
  return fleet
}

/** The answer, and what filtering and sorting plain records gives at the same moment. */
async function bothAnswers(fleet: Fleet, views: Views, query: TorrentQuery): Promise<[object, object]> {
  const window = await views.query(query)
  const records = servers.flatMap((id) => fleet.rowsOf(id).map((row) => fleet.record(row)!))
  const naive = naiveWindow(records, query, {now: clock.now(), servers: shownOrder(fleet)})
  const keys = naive.torrents.map((torrent) => torrent.key)
  const {rows, totals} = window
  return [
    {keys: window.keys, byRow: rows.map((row) => fleet.keyAt(row)), totals, facets: asMaps(window.facets)},
    {keys, byRow: keys, totals: naive.totals, facets: naive.facets},
  ]
}

function shownOrder(fleet: Fleet): readonly ServerId[] {
  const rankOf = (id: ServerId) => fleet.serverRanks[fleet.serverNumber(id)!]!
  return fleet.serverIds.toSorted((a, b) => rankOf(a) - rankOf(b))
}

function asMaps(facets: TorrentWindow['facets']): unknown {
  return Object.fromEntries(
    Object.entries(facets).map(([name, counts]) => [
      name,
      new Map(counts.map(({value, count, size}) => [value, {count, size}])),
    ]),
  )
}

/** In which people see the servers. */
const serverOrders = fc.shuffledSubarray(servers, {minLength: servers.length})

/** Random fleets that turn out large take more than the usual ten seconds, the more so on a busy machine. */
const MANY_RUNS_MS = 60_000

for (const [pace, sliceMs] of [
  ['in one go', 1e9],
  ['with a pause after every piece', 0],
] as const) {
  test(
    `whatever happened to the fleet, a question ${pace} is answered as by filtering and sorting plain records`,
    {timeout: MANY_RUNS_MS},
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              said: fc.array(utterances, {maxLength: 5, size: 'max'}),
              order: serverOrders,
              query: queries,
            }),
            {minLength: 3, maxLength: 10, size: 'max'},
          ),
          async (steps) => {
            const turns = new TimeSlice(sliceMs)
            const fleet = newFleet(turns)
            const views = new Views(fleet, turns, clock)
            const speaker = new Speaker()
            speaker.greet((frame) => fleet.apply(frame))
            for (const {said, order, query} of steps) {
              for (const utterance of said) speaker.say(utterance, 0, (frame) => fleet.apply(frame))
              fleet.orderServers(order)
              const [answer, naive] = await bothAnswers(fleet, views, query)
              expect(answer).toEqual(naive)
            }
          },
        ),
        {numRuns: isFull ? (sliceMs === 0 ? 40 : 150) : sliceMs === 0 ? 6 : 12},
      )
    },
  )
}

test('what is counted server by server is what a question about each server alone counts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(utterances, {maxLength: 8, size: 'max'}),
      fc.subarray([...servers, asServerId('nowhere')]),
      async (said, scope) => {
        const turns = new TimeSlice(1e9)
        const fleet = newFleet(turns)
        const views = new Views(fleet, turns, clock)
        const speaker = new Speaker()
        speaker.greet((frame) => fleet.apply(frame))
        for (const utterance of said) speaker.say(utterance, 0, (frame) => fleet.apply(frame))
        for (const name of facetNames) {
          const alone = scope.map(async (id) => {
            const {facets} = await views.query({...everything, scope: [id], limit: 0, facets: [name]})
            return [id, facets[name]] as const
          })
          expect(views.countsPerServer(name, scope)).toEqual(new Map(await Promise.all(alone)))
        }
      },
    ),
    {numRuns: isFull ? 60 : 20},
  )
})

const everything: TorrentQuery = {scope: servers, filter: {}, sort: [], offset: 0, limit: 1000, facets: []}

/** A list of some hundred torrents, so that few changes are put in their places instead of sorting again. */
function longList(seed: readonly Omit<TorrentPatch, 'hash'>[]): TorrentPatch[] {
  return Array.from({length: 200}, (_, i) => ({
    size: i % 37,
    category: `c${i % 5}`,
    ...seed[i % seed.length],
    name: `${seed[i % seed.length]?.name ?? 'Torrent'} ${i % 90}`,
    hash: longHash(i),
  }))
}

/** On another server the same torrents, whose names stand side by side. */
function namesOnly({name}: Omit<TorrentPatch, 'hash'>): Omit<TorrentPatch, 'hash'> {
  return name === undefined ? {} : {name}
}

const fewChanges = fc.record({
  order: serverOrders,
  rows: fc.array(fc.tuple(fc.nat(210), fc.record({size: fc.nat(40), name: names}, {requiredKeys: []})), {
    maxLength: 6,
  }),
  removed: fc.array(fc.nat(210), {maxLength: 2}),
  query: queries,
})

for (const sliceMs of [1e9, 0]) {
  test(
    `orders that few changes are put into are those of sorting again, while the fleet goes on changing (slices of ${sliceMs} ms)`,
    {timeout: MANY_RUNS_MS},
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(patches, {minLength: 3, maxLength: 6}),
          fc.array(fewChanges, {minLength: 4, maxLength: 12, size: 'max'}),
          async (seed, changes) => {
            const turns = new TimeSlice(sliceMs)
            const fleet = newFleet(turns)
            const views = new Views(fleet, turns, clock)
            const speaker = new Speaker()
            const rows = (patches: TorrentPatch[], removed: TorrentPatch['hash'][], server = servers[0]!) => {
              const body = {type: 'rows' as const, rows: patches, removed}
              speaker.say({server, off: 'no', body}, 0, (frame) => fleet.apply(frame))
            }
            speaker.greet((frame) => fleet.apply(frame))
            rows(longList(seed), [])
            rows(longList(seed.map(namesOnly)), [], servers[1])
            for (const change of changes) {
              const [first, ...later] = change.rows.map(([i, patch]) => ({...patch, hash: longHash(i)}))
              rows(first ? [first] : [], change.removed.map(longHash))
              setImmediate(() => {
                rows(later, [])
                fleet.orderServers(change.order)
              })
              const {sort} = change.query
              const [answer, naive] = await bothAnswers(fleet, views, {...everything, sort})
              expect(answer).toEqual(naive)
            }
          },
        ),
        {numRuns: isFull ? 15 : 3},
      )
    },
  )
}

test('questions asked at the same time are each answered', async () => {
  const turns = new TimeSlice(0)
  const fleet = newFleet(turns)
  const views = new Views(fleet, turns, clock)
  const speaker = new Speaker()
  speaker.greet((frame) => fleet.apply(frame))
  const body = {type: 'rows' as const, rows: longList([{}]), removed: []}
  speaker.say({server: servers[0]!, off: 'no', body}, 0, (frame) => fleet.apply(frame))
  const answers = await Promise.all(
    ['size', 'name', 'category'].map((by) =>
      views.query({...everything, sort: [{by: by as TorrentField, descending: true}], limit: 3}),
    ),
  )
  expect(answers.map((window) => window.rows.map((row) => fleet.valueAt(row, 'size')))[0]).toEqual([
    36, 36, 36,
  ])
  expect(answers.map((window) => window.totals.count)).toEqual([200, 200, 200])
})

test('what matches is what a question without bounds shows, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(utterances, {maxLength: 8, size: 'max'}),
      queries,
      async (said, {scope, filter}) => {
        const turns = new TimeSlice(0)
        const fleet = newFleet(turns)
        const views = new Views(fleet, turns, clock)
        const speaker = new Speaker()
        speaker.greet((frame) => fleet.apply(frame))
        for (const utterance of said) speaker.say(utterance, 0, (frame) => fleet.apply(frame))
        const {keys, totals} = await views.matching({scope, filter})
        const window = await views.query({...everything, scope, filter})
        expect(totals).toEqual(window.totals)
        expect(new Set(keys.map(keyText))).toEqual(new Set(window.keys.map(keyText)))
      },
    ),
    {numRuns: isFull ? 60 : 20},
  )
})

test('a range over a column without numbers is refused, and the next question is answered', async () => {
  const turns = new TimeSlice()
  const views = new Views(newFleet(turns), turns)
  const wrong = {...everything, filter: {ranges: {name: {min: 1}}}}
  await expect(views.query(wrong)).rejects.toThrow(BadArgument)
  expect((await views.query(everything)).totals.count).toBe(0)
})

test.each(['comment', 'message', 'trackerMessage'] as const)(
  'where a row stands by its %s does not show what is hidden of that',
  async (field) => {
    const fleet = newFleet(new TimeSlice())
    const speaker = new Speaker()
    speaker.greet((frame) => fleet.apply(frame))
    // One kept from him, and those that he put around it.
    const keys = ['m', 'a', 'z', 'mm', 'ma']
    const rows = keys.map((key, i) => ({
      hash: longHash(i),
      name: `torrent ${i}`,
      size: i,
      [field]: `from https://t.example/${key}`,
    }))
    speaker.say({server: servers[0]!, off: 'no', body: {type: 'rows', rows, removed: []}}, 0, (frame) =>
      fleet.apply(frame),
    )
    const shown = (_: TorrentField, text: string) => text.replace(/example.*/, 'example')
    const orderOf = async (views: Views) => {
      const {rows: found} = await views.query({...everything, sort: [{by: field, descending: false}]})
      return found.map((row) => fleet.valueAt(row, 'size'))
    }
    expect(await orderOf(new Views(fleet, new TimeSlice(), undefined, shown))).toEqual([0, 1, 2, 3, 4])
    expect(await orderOf(new Views(fleet, new TimeSlice()))).toEqual([1, 0, 4, 3, 2])
  },
)

test('the first window comes before half of a first list is in; a selection has only what its servers sent whole', async () => {
  const turns = new TimeSlice()
  const fleet = new Fleet(clock, turns)
  const [id] = servers as [ServerId]
  fleet.addServer(id)
  const views = new Views(fleet, turns, clock)
  const query = {scope: servers, filter: {}, sort: [], offset: 0, limit: 60, facets: ['state']} as const
  let seq = 0
  const send = (frame: object) =>
    fleet.apply({serverId: id, epoch: 1, seq: seq++, at: 1, ...frame} as ServerFrame)
  const reported = Array.from({length: 400}, (_, n) => ({
    hash: asInfoHash(n.toString(16).padStart(40, '0'))!,
    name: `name ${n}`,
    size: 1,
    downSpeed: 9,
  }))
  send({type: 'begin'})
  send({type: 'rows', rows: reported.slice(0, 150), removed: []})
  const early = await views.query(query)
  expect([early.keys.length, early.totals]).toEqual([60, {count: 150, size: 150, downSpeed: 0, upSpeed: 0}])
  expect(early.rows.every((row) => fleet.isStale(row))).toBe(true)
  expect(await views.matching({scope: servers, filter: {}})).toMatchObject({keys: [], totals: {count: 0}})
  send({type: 'rows', rows: reported.slice(150), removed: []})
  send({type: 'end', believeAbsence: true})
  expect((await views.query(query)).totals.count).toBe(400)
  expect((await views.matching({scope: servers, filter: {}})).keys).toHaveLength(400)
  // Named one by one, whoever waits: not all in one go.
  const [hurried, pauses] = [new TimeSlice(), {count: 0}]
  hurried.due = () => true
  hurried.next = async () => void pauses.count++
  const {keys} = await new Views(fleet, hurried, clock).matching({scope: servers, filter: {}})
  expect([keys.length, pauses.count >= 400]).toEqual([400, true])
})

test('the same query in another order shares what was evaluated, until something changes', async () => {
  const fleet = newFleet(new TimeSlice())
  const views = new Views(fleet, new TimeSlice(), clock)
  const asked: TorrentQuery = {
    scope: servers,
    filter: {complete: true},
    sort: [],
    offset: 0,
    limit: 5,
    facets: ['state'],
  }
  const evaluated = async (...queries: readonly TorrentQuery[]): Promise<number> => {
    const before = views.effort.evaluated
    for (const query of queries) await views.query(query)
    return views.effort.evaluated - before
  }
  const sorted: TorrentQuery = {...asked, sort: [{by: 'size', descending: true}], scope: servers.toReversed()}
  expect(await evaluated(asked, sorted, {...asked, facets: ['tag', 'state']})).toBe(1)
  expect(await evaluated({...asked, filter: {complete: false}}, {...asked, scope: servers.slice(0, 1)})).toBe(
    2,
  )
  fleet.markServer(servers[1]!, true)
  expect(await evaluated(asked, sorted)).toBe(1)
  const young = {...asked, filter: {ages: {addedAt: {max: 60_000}}}}
  expect(await evaluated(young, young)).toBe(2)
  await views.matching({scope: servers, filter: {complete: true}})
  const many = Array.from({length: 100}, (_, min) => ({...asked, filter: {ranges: {size: {min}}}}))
  expect(await evaluated(...many, ...many)).toBe(200)
})

test('a domain finds the torrents of every host below it, and of no other', async () => {
  const turns = new TimeSlice()
  const fleet = newFleet(turns)
  const views = new Views(fleet, turns, clock)
  const speaker = new Speaker()
  speaker.greet((frame) => fleet.apply(frame))
  const hosts = ['a.tide.example', 'b.tide.example', 'tide.example', 'nottide.example']
  const rows = hosts.map((host, at) => ({
    hash: asInfoHash(`${at}`.repeat(40))!,
    name: host,
    trackerHosts: [host],
    trackerHost: host,
  }))
  speaker.say(
    {server: servers[0]!, off: 'no', body: {type: 'rows', rows, removed: []}} as never,
    0,
    (frame) => fleet.apply(frame),
  )
  const found = async (trackers: TorrentQuery['filter']['trackers']) => {
    const {rows: at} = await views.query({...everything, filter: {trackers}})
    return at.map((row) => fleet.valueAt(row, 'name')).sort()
  }
  expect(await found({any: ['*.tide.example']})).toEqual(['a.tide.example', 'b.tide.example'])
  expect(await found({any: ['*.tide.example', 'tide.example']})).toHaveLength(3)
  expect(await found({none: ['*.tide.example']})).toEqual(['nottide.example', 'tide.example'])
  expect(await found({any: ['*.other.example']})).toEqual([])
})

test('hosts that people gave one name are one group and one value of the facet, by that name', async () => {
  const turns = new TimeSlice()
  const fleet = newFleet(turns)
  const views = new Views(fleet, turns, clock)
  const speaker = new Speaker()
  speaker.greet((frame) => fleet.apply(frame))
  const hosts = ['a.tide.example', 'other.example', 'tide.example', '']
  const rows = hosts.map((host, at) => ({
    hash: asInfoHash(`${at}`.repeat(40))!,
    name: host,
    trackerHost: host,
  }))
  speaker.say(
    {server: servers[0]!, off: 'no', body: {type: 'rows', rows, removed: []}} as never,
    0,
    (frame) => fleet.apply(frame),
  )
  const trackers = [{name: 'Tidemark', hosts: ['tide.example', '*.tide.example']}]
  const {facets} = await views.query({...everything, facets: ['tracker'], trackers})
  expect(facets.tracker?.map(({value, count}) => [value, count])).toEqual([
    ['Tidemark', 2],
    ['', 1],
    ['other.example', 1],
  ])
  const {answer} = await views.rank({...everything, group: 'tracker', trackers}, null)
  expect(answer.ranking.groups?.map(({value, count}) => [value, count])).toEqual([
    ['other.example', 1],
    ['Tidemark', 2],
    ['', 1],
  ])
})

test('torrents with the same tags are one group, so that each stands once', async () => {
  const turns = new TimeSlice()
  const fleet = newFleet(turns)
  const views = new Views(fleet, turns, clock)
  const speaker = new Speaker()
  speaker.greet((frame) => fleet.apply(frame))
  const tags = [['films', '4k'], ['4k', 'films'], ['films'], [], ['b10', 'b9']]
  const rows = tags.map((its, at) => ({hash: asInfoHash(`${at}`.repeat(40))!, name: `${at}`, tags: its}))
  speaker.say(
    {server: servers[0]!, off: 'no', body: {type: 'rows', rows, removed: []}} as never,
    0,
    (frame) => fleet.apply(frame),
  )
  const {answer} = await views.rank({...everything, group: 'tag'}, null)
  expect(answer.ranking.groups?.map(({value, count}) => [value, count])).toEqual([
    ['4k, films', 2],
    ['b9, b10', 1],
    ['films', 1],
    ['', 1],
  ])
})

test('hosts of one name are one value of the facet, for which each torrent counts once; each user counts by the names of their own', async () => {
  const turns = new TimeSlice()
  const fleet = newFleet(turns)
  const views = new Views(fleet, turns, clock)
  const speaker = new Speaker()
  speaker.greet((frame) => fleet.apply(frame))
  const hosts = [['a.tide.example', 'tide.example'], ['tide.example', 'other.example'], ['other.example'], []]
  const rows = hosts.map((its, at) => ({
    hash: asInfoHash(`${at}`.repeat(40))!,
    name: `${at}`,
    trackerHosts: its,
    trackerHost: its[0] ?? '',
    size: 10,
  }))
  speaker.say(
    {server: servers[0]!, off: 'no', body: {type: 'rows', rows, removed: []}} as never,
    0,
    (frame) => fleet.apply(frame),
  )
  const counted = async (trackers?: readonly NamedTracker[]) => {
    const {answer} = await views.rank({...everything, group: null, facets: ['tracker'], trackers}, null)
    return answer.facets.tracker?.map(({value, count, size}) => `${value} ${count} ${size}`)
  }
  const named = [{name: 'Tidemark', hosts: ['tide.example', '*.tide.example']}]
  expect(await counted(named)).toEqual(['Tidemark 2 20', 'other.example 2 20', ' 1 10'])
  expect(await counted()).toEqual(['other.example 2 20', 'tide.example 2 20', ' 1 10', 'a.tide.example 1 10'])
  expect(await counted(named)).toEqual(['Tidemark 2 20', 'other.example 2 20', ' 1 10'])
})
