/** What came of searches of a simulated Arr, by what it says on its live channel, its history and its lists. */
import {afterEach, expect, test} from 'vitest'
import {SearchWatch} from '#arr-client/search-watch.ts'
import {clientsOf} from '#lab/arrs/arr-client.fixture.ts'
import {asking, type Asking} from '#lab/arrs/asking.fixture.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {ArrApp} from '#lab/arrs/dialects.ts'
import {insideLive} from '#lab/arrs/inside.ts'
import type {SearchEnd} from '#model/automation-state.ts'
import {ArrCommands} from './arr-commands.ts'

const HOUR = 3_600_000
const NEVER = {completeAfter: null}
let one: Asking | null = null
afterEach(() => one?.sim.close())

async function searching(app: ArrApp, more: Partial<InstanceConfig> = {}) {
  const its = asking(app, {config: {rssSyncInterval: 0}, ...more})
  one = its
  const clients = await clientsOf(its.arr)
  const {port} = clients
  const {time} = its.sim
  const watch = new SearchWatch()
  const hears = {up: () => undefined, down: () => undefined, message: () => undefined}
  watch.on(insideLive(its.arr, port.status.apiVersion)).start(hears)
  const commands = new ArrCommands(port, time, port, undefined, {watch, queue: () => null})
  let before = 0
  const define = (title: string, about: object = {}) =>
    its.arr.arr.releases.define({itemId: 1, title, life: NEVER, ...about})
  /** @param meanwhile what happens while it runs */
  const search = async (
    unit: string,
    indexers = 1,
    meanwhile: () => unknown = () => undefined,
  ): Promise<SearchEnd | null> => {
    const since = time.now()
    const wanted = {media: [unit], isLookedAt: false, unmonitored: false, missing: true}
    const sent = await commands.searchWanted(wanted)
    if (sent === null) return null
    await meanwhile()
    await time.advance(60_000)
    before = clients.questions().length
    return commands.searchEnd({media: [unit], commandId: sent.commandId, since, title: 'It', indexers})
  }
  const explained = async (unit: string): Promise<SearchEnd | null> => {
    const state = {isThere: false}
    const wanted = {media: [unit], isLookedAt: false, unmonitored: false, missing: true}
    const end = commands.searchExplained(wanted).finally(() => (state.isThere = true))
    // Its indexers take their time.
    while (!state.isThere) await time.advance(1_000)
    return end
  }
  return {...its, explained, define, search, askedForEnd: () => clients.questions().slice(before)}
}

const films = [
  {title: 'Some Film', year: 2020},
  {title: 'Other Film', year: 2021},
]

test('Q1 a film with one release is grabbed, with its download', async () => {
  const {define, search} = await searching('radarr', {library: films})
  define('Some.Film.2020-GOOD')
  const end = await search('movie/1')
  expect(end).toMatchObject({
    outcome: 'grabbed',
    found: 1,
    indexers: 1,
    grabs: [{title: 'Some.Film.2020-GOOD'}],
  })
  expect(end!.grabs[0]!.downloadId).toMatch(/^[0-9A-F]{40}$/)
})

test('a film of which no indexer has a release was not grabbed, and no question is asked for that', async () => {
  const {search, askedForEnd} = await searching('radarr', {library: films})
  // An Arr sends the last of its messages within a moment alone: that there were none is not among them.
  expect(await search('movie/1')).toMatchObject({outcome: 'no_grab', found: null, indexers: 1, grabs: []})
  expect(askedForEnd()).toEqual([])
})

test.each<[ArrApp, string, NonNullable<InstanceConfig['library']>]>([
  ['radarr', 'movie/1', films],
  [
    'sonarr',
    'season/1/1',
    [
      {
        title: 'A Show',
        units: [
          {season: 1, number: 1},
          {season: 1, number: 2},
        ],
      },
    ],
  ],
  ['sonarr5', 'episode/1', [{title: 'A Show', units: [{season: 1, number: 1}]}]],
])('Q3 %s: of %s all releases are rejected, and a list says why', async (app, unit, library) => {
  const {define, search, explained} = await searching(app, {library})
  const name = app === 'radarr' ? 'Some.Film.2020' : 'A.Show.S01E01'
  for (const letter of ['A', 'B', 'C']) define(`${name}-${letter}`, {seeders: 0})
  expect(await search(unit)).toMatchObject({outcome: 'all_rejected', found: 3, grabs: []})
  expect(await explained(unit)).toMatchObject({outcome: 'all_rejected', found: 3, rejects: {seeders: 3}})
  define(`${name}-GOOD`)
  expect(await explained(unit)).toMatchObject({
    outcome: 'grabbed',
    grabs: [{title: `${name}-GOOD`, downloadId: expect.stringMatching(/^[0-9A-F]{40}$/) as string}],
  })
})

test('Q18 while all indexers are blocked a film is searched by none', async () => {
  const {arr, search} = await searching('radarr', {library: films, indexers: [{name: 'A'}, {name: 'B'}]})
  arr.arr.faults.add({kind: 'indexerFails', status: 429, retryAfter: 7 * 3_600, count: 2})
  await search('movie/1', 2)
  expect(await search('movie/2', 2)).toMatchObject({outcome: 'no_indexer', indexers: 0})
})

test('Q19 while one of two indexers is blocked a search is in part', async () => {
  const {arr, search, sim} = await searching('radarr', {library: films, indexers: [{name: 'A'}, {name: 'B'}]})
  arr.arr.faults.add({kind: 'indexerFails', status: 429, retryAfter: 2 * 3_600, count: 1})
  await search('movie/1', 2)
  expect(await search('movie/2', 2)).toMatchObject({outcome: 'partial', indexers: 1})
  await sim.time.advance(24 * HOUR)
  expect(await search('movie/2', 2)).toMatchObject({outcome: 'no_grab', indexers: 2})
})

test('a search that fails is known with the words of the Arr', async () => {
  const {arr, search} = await searching('radarr', {library: films})
  arr.arr.faults.add({kind: 'commandFails', exception: 'No such host is known', count: 1})
  expect(await search('movie/1')).toMatchObject({outcome: 'failed', said: 'No such host is known'})
})

test('Q25 an episode that was silently unmonitored is not searched', async () => {
  const units = [{season: 1, number: 1, monitored: false}]
  const {search} = await searching('sonarr', {library: [{title: 'A Show', units}]})
  expect(await search('episode/1')).toBeNull()
  expect(await search('season/1/1')).toBeNull()
})
