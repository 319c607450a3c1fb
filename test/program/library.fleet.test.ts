/** Libraries of Arrs through the whole program, in virtual time: read, listed, kept over restarts, replaced and gone. */
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {ActingHarness} from './acting-harness.fixture.ts'
import {radarrSection} from './radarr-films.fixture.ts'

const MINUTE = 60
const HOUR = 3_600

const config = `
${radarrSection}
RssSyncTimer = 0
[Sonarr-Series]
Managed = true
Category = "series"
URI = "http://sonarr"
APIKey = "KEY-sonarr"
RssSyncTimer = 0
`
const films = Array.from({length: 30}, (_, at) => ({
  title: `Film ${at + 1}`,
  year: 1990 + at,
  hasFile: at > 0,
}))
const radarr: InstanceConfig = {
  name: 'radarr',
  app: 'radarr',
  downloadClients: [{name: 'qBit', category: 'films'}],
  library: films,
}
const sonarr: InstanceConfig = {
  name: 'sonarr',
  app: 'sonarr',
  downloadClients: [{name: 'qBit', category: 'series'}],
  library: [
    {
      title: 'A Series',
      units: [
        {number: 1, have: true},
        {number: 2, title: 'Missing'},
      ],
    },
  ],
}

interface Library {
  readonly items: readonly {
    readonly arr: string
    readonly kind: string
    readonly id: number
    readonly title: string
    readonly state: string
    readonly read_at: number
  }[]
  readonly total: number
  readonly counts: Readonly<Record<string, number>>
  readonly arrs: readonly {
    readonly arr_id: string
    readonly read_at: number | null
    readonly doubtful: string | null
  }[]
}

let harness: ActingHarness
afterEach(() => harness.stop())

const library = (q = '') => harness.api.get<Library>(`/api/library?limit=1000&q=${encodeURIComponent(q)}`)
/** Whole reads of the library of the Radarr. */
const reads = () => harness.asked.filter((it) => /^radarr: GET .*\/movie(\?|$)/.test(it)).length

async function start(): Promise<void> {
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarr, sonarr],
    torrents: [],
    config,
  })
  await harness.until(
    5 * MINUTE,
    () => library(),
    ({arrs}) => arrs.every((it) => it.read_at !== null),
  )
}

test('what all Arrs have is listed once they were read, and after a crash without a question to them', async () => {
  await start()
  const before = await library()
  expect(before).toMatchObject({
    total: 31,
    counts: {have: 29, missing: 1, partial: 1, queued: 0, unreleased: 0},
    arrs: [{doubtful: null}, {doubtful: null}],
  })
  expect((await library('kind:episode state:missing')).items).toMatchObject([
    {title: 'Missing', kind: 'episode'},
  ])
  await harness.pass(MINUTE)
  const asked = reads()
  expect(asked).toBe(1)
  await harness.crash()
  await harness.rise()
  expect((await library()).items).toEqual(before.items)
  await harness.pass(10 * MINUTE)
  expect(reads()).toBe(asked)
  expect(await library()).toEqual(before)
})

test('what a person changes in an Arr is listed within seconds, without a read', async () => {
  await start()
  const asked = reads()
  const {arr} = harness.arr('radarr')
  const headers = {'x-api-key': harness.arr('radarr').apiKey, 'content-type': 'application/json'}
  const request = {method: 'PUT', path: '/api/v3/movie/editor', query: new URLSearchParams(), headers}
  await harness.arr('radarr').answer({...request, body: {movieIds: [1], monitored: false}})
  await harness.pass(MINUTE)
  expect((await library('monitored:no')).items.map(({title}) => title)).toEqual(['Film 1'])
  expect(reads()).toBe(asked)
  expect(arr.stats.notSimulated).toEqual([])
})

test('Q22 an Arr that was begun again under other numbers is noticed, its library read again, and one alert raised', async () => {
  await start()
  harness.arr('radarr').replaceDatabase({library: films, firstId: 11})
  await harness.pass(HOUR)
  const {items, arrs} = await library('arr:radarr')
  expect(items.map(({id}) => id).toSorted((one, other) => one - other)).toEqual(films.map((_, at) => 11 + at))
  expect(arrs).toMatchObject([{doubtful: null}, {doubtful: null}])
  const {entries} = await harness.api.get<{entries: {code: string | null}[]}>(
    '/api/journal?origin=rule&origin=system&subject=arr',
  )
  expect(entries.filter(({code}) => code === 'arr_replaced')).toHaveLength(1)
})

test('an Arr that is away keeps its rows, and one that leaves the configuration takes them along', async () => {
  await start()
  const sim = harness.arr('radarr')
  const before = await library('arr:radarr')
  await sim.down()
  await harness.pass(5 * HOUR)
  expect((await library('arr:radarr')).items).toEqual(before.items)
  await harness.reconfigure(radarrSection)
  await harness.pass(MINUTE)
  expect((await library()).arrs.map((it) => it.arr_id)).toEqual(['Radarr-Films'])
  expect((await library()).items.every(({arr}) => arr !== 'Series')).toBe(true)
  expect((await library()).total).toBe(30)
})
