/** The library of a simulated Arr, read by our connection and kept as the main thread keeps it. */
import {afterEach, expect, test} from 'vitest'
import {openArr} from '#arr-client/api/open.ts'
import type {ArrApp} from '#lab/arrs/dialects.ts'
import {assembleSim, type ArrSim, type SimulatedArr} from '#lab/arrs/create.ts'
import {InsideDispatcher, insideLive} from '#lab/arrs/inside.ts'
import {strictValidation} from '#lab/arrs/validation.ts'
import {LibraryStore} from '#library/library-store.ts'
import {keyFrom} from '#library/row-columns.ts'
import type {LibraryPart} from '#library/parts.ts'
import {asArrId} from '#model/arr.ts'
import type {KeptRow} from '#model/library.ts'
import {Secret} from '#model/secret.ts'
import {ArrConnection} from './arr-connection.ts'

const policy = {objectionTo: () => null, lookup: undefined}
const START = Date.UTC(2026, 0, 1)
const DAY = 86_400_000
const SECOND = 1_000
const MINUTE = 60 * SECOND
const id = asArrId('Arr')

const units = [
  {season: 0, number: 1, airAt: START - 90 * DAY, monitored: false},
  {season: 1, number: 1, airAt: START - 40 * DAY, have: true},
  {season: 1, number: 2, airAt: START - 30 * DAY, title: 'Missing'},
  {season: 2, number: 1, airAt: START + DAY, title: 'Tomorrow'},
  {season: 2, number: 2, airAt: START + 9 * DAY},
  {season: 2, number: 3, airAt: null},
]
const libraries = {
  radarr: [
    {title: 'Some Film', year: 2020, tags: [1]},
    {title: 'Another Film', year: 2021, hasFile: true, monitored: false},
  ],
  sonarr: [{title: 'A Show', units}],
  sonarr5: [{title: 'A Show', units}],
  lidarr: [
    {
      title: 'A Band',
      units: [
        {title: 'First Light', tracks: 3},
        {title: 'Second Light', have: true},
      ],
    },
  ],
  readarr: [{title: 'A Writer', units: [{title: 'A Book'}, {title: 'Old Book', have: true}]}],
  whisparr2: [{title: 'A Site', units}],
  whisparr3: [
    {title: 'Some Scene', year: 2020},
    {title: 'Old Scene', year: 2021, hasFile: true},
  ],
} as const satisfies Record<ArrApp, unknown>

let sim: ArrSim
let connection: ArrConnection
afterEach(async () => {
  await connection.stop()
  await sim.close()
})

/** @returns once all of it is read */
async function read(app: ArrApp) {
  sim = assembleSim({
    clock: 'virtual',
    validation: strictValidation,
    instances: [{name: 'Arr', app, library: libraries[app], tags: ['kids']}],
  })
  const arr: SimulatedArr = sim.arr('Arr')
  const asked: string[] = []
  const watched = {
    answer: (request: Parameters<SimulatedArr['answer']>[0]) => {
      asked.push(`${request.method} ${request.path}`)
      return arr.answer(request)
    },
    arr: arr.arr,
    isDown: false,
  }
  const rows = new LibraryStore()
  const parts: LibraryPart[] = []
  connection = new ArrConnection({
    id,
    clock: sim.time,
    random: () => 1,
    historyFrom: sim.time.now(),
    timers: {rssSync: 0, refresh: 0},
    mostLibraryRows: 1_000,
    open: (signal, updated) =>
      openArr({url: 'http://arr', apiKey: new Secret(arr.apiKey), skipVerify: false}, policy, {
        dispatcher: new InsideDispatcher(watched),
        signal,
        updated,
      }),
    channel: ({status: {apiVersion}}) => insideLive(arr, apiVersion),
    changed: () => undefined,
    learned: () => undefined,
    rowOf: () => null,
    copiesOf: () => [],
    remember: () => undefined,
    titled: () => undefined,
    refused: () => undefined,
    gaveUp: () => undefined,
    library(part) {
      parts.push(part)
      if (part.is === 'rows') rows.put(id, part.frame)
      if (part.is === 'gone') for (const key of part.keys) rows.remove(id, keyFrom(key))
    },
  })
  connection.takeLibrary({
    readAt: null,
    keys: new Float64Array(0),
    hashes: new Int32Array(0),
    parents: new Int32Array(0),
    foreigns: new Int32Array(0),
    titles: new Int32Array(0),
    files: new Int32Array(0),
    scores: new Float64Array(0),
  })
  connection.start()
  await sim.time.advance(MINUTE)
  const all = (): KeptRow[] =>
    Array.from({length: rows.end}, (_, place) => place).flatMap((place) =>
      rows.arrAt(place) === null ? [] : [rows.rowAt(place)],
    )
  const request = async (method: string, path: string, body?: object) =>
    arr.answer({
      method,
      path: `${{v1: '/api/v1', v3: '/api/v3', v5: '/api/v5'}[arr.arr.dialect.apis[0]!]}/${path}`,
      query: new URLSearchParams(),
      headers: {'x-api-key': arr.apiKey},
      ...(body && {body}),
    })
  return {arr, asked, parts, all, request, said: () => parts.map((part) => part.is)}
}

const shown = (rows: readonly KeptRow[]) =>
  rows.map(({kind, title, have, due}) => `${kind} ${title} ${have}/${due}`).toSorted()

test.each([
  ['radarr', ['movie Another Film 1/1', 'movie Some Film 0/1']],
  ['whisparr3', ['movie Old Scene 1/1', 'movie Some Scene 0/1']],
  ['lidarr', ['album First Light 0/3', 'album Second Light 10/10', 'artist A Band 10/13']],
  ['readarr', ['author A Writer 1/2', 'book A Book 0/1', 'book Old Book 1/1']],
  [
    'sonarr',
    [
      'episode Missing 0/1',
      'episode Tomorrow 0/1',
      'season A Show 0/0',
      'season A Show 0/0',
      'season A Show 1/2',
      'series A Show 1/2',
    ],
  ],
] as const)('the library of %s is read by its lists, and every row has its part', async (app, expected) => {
  const it = await read(app)
  expect(shown(it.all())).toEqual(expected)
  expect(it.said().filter((part) => part !== 'settings')).toEqual(['rows', 'whole'])
  expect(it.arr.arr.stats.notSimulated).toEqual([])
})

test.each(['radarr', 'sonarr', 'lidarr', 'readarr'] as const)(
  'what the live channel of %s says without a change is nothing new',
  async (app) => {
    const it = await read(app)
    const {path, ids} = {
      radarr: {path: 'movie/editor', ids: 'movieIds'},
      sonarr: {path: 'series/editor', ids: 'seriesIds'},
      lidarr: {path: 'artist/editor', ids: 'artistIds'},
      readarr: {path: 'author/editor', ids: 'authorIds'},
    }[app]
    it.parts.length = 0
    const first = it.all().find(({kind}) => ['movie', 'series', 'artist', 'author'].includes(kind))
    await it.request('PUT', path, {[ids]: [first!.id], monitored: first!.monitored})
    await sim.time.advance(MINUTE)
    expect(it.parts).toEqual([])
    await it.request('PUT', path, {[ids]: [first!.id], monitored: !first!.monitored})
    await sim.time.advance(MINUTE)
    expect(it.all().find(({kind, id}) => kind === first!.kind && id === first!.id)).toEqual({
      ...first,
      monitored: !first!.monitored,
      readAt: expect.any(Number) as number,
    })
  },
)

test('profiles, tags, delays and indexers are read once, and again when a tag is made', async () => {
  const it = await read('radarr')
  const settings = () => it.parts.flatMap((part) => (part.is === 'settings' ? [part.settings] : []))
  expect(settings()).toHaveLength(1)
  expect(settings()[0]).toMatchObject({
    tags: [{id: 1, label: 'kids'}],
    delayProfiles: [{torrentDelay: 0, tags: []}],
    availabilityDelay: 0,
  })
  expect(settings()[0]!.profiles.length).toBeGreaterThan(0)
  await it.request('POST', 'tag', {label: 'new'})
  await sim.time.advance(2 * MINUTE)
  expect(
    settings()
      .at(-1)!
      .tags.map(({label}) => label),
  ).toEqual(['kids', 'new'])
})
