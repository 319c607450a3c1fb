/** Searches on a schedule through the whole program, in virtual time: what the configuration wants is searched, and only that. */
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {Seerr} from '#lab/around-arrs/seerr.ts'
import {timeLineOn} from '#lab/arrs/time-line.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {ActingHarness, type ActingWish} from './acting-harness.fixture.ts'
import {offerFilms, radarrSection} from './radarr-films.fixture.ts'

const MINUTE = 60
const HOUR = 3_600

const section = `
${radarrSection}
RssSyncTimer = 0
`
const searching = `${section}[Radarr-Films.EntrySearch]
SearchMissing = true
`
const films = Array.from({length: 6}, (_, at) => ({
  title: `Film ${at + 1}`,
  year: 2010 + at,
  hasFile: at === 0,
}))
const radarr: InstanceConfig = {
  name: 'radarr',
  app: 'radarr',
  downloadClients: [{name: 'qBit', category: 'films'}],
  library: films,
}

let harness: ActingHarness
afterEach(() => harness.stop())

async function start(config: string, more: Partial<ActingWish> = {}): Promise<void> {
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarr],
    torrents: [],
    config,
    ...more,
  })
}
/** How often each film was searched, by its number. */
const searches = () => harness.arr('radarr').arr.stats.searches

test('what is missing is searched once each, the newest first, and rests then, also over a crash', async () => {
  await start(searching)
  await harness.pass(4 * MINUTE)
  expect(Object.keys(searches()).length).toBeLessThan(5)
  await harness.pass(5 * MINUTE)
  const once = {2: 1, 3: 1, 4: 1, 5: 1, 6: 1}
  expect(searches()).toEqual(once)
  await harness.crash()
  await harness.rise()
  await harness.pass(HOUR)
  expect(searches()).toEqual(once)
})

test.each<[string, string, Partial<ActingWish>]>([
  ['no key wants it', section, {}],
  ['everything is only observed', searching, {observe: true}],
  ['no search is to begin', searching, {env: {QBITRR_OVERRIDES_PROCESSING_ONLY: 'yes'}}],
])('nothing is searched while %s', async (_, config, more) => {
  await start(config, more)
  await harness.pass(HOUR)
  expect(searches()).toEqual({})
})

test('Q34 with SEARCH_ONLY what is missing is searched, and no server is asked', async () => {
  const requests: string[] = []
  await start(searching, {
    env: {QBITRR_OVERRIDES_SEARCH_ONLY: 'yes'},
    passing: (server) => void requests.push(server),
  })
  await harness.pass(9 * MINUTE)
  expect(Object.keys(searches())).toHaveLength(5)
  expect(requests).toEqual([])
})

test('a pause by a user holds the schedule over a crash, not what the user searches, and ends when it is resumed', async () => {
  await start(searching)
  const send = async (path: string, body: object) =>
    expect((await harness.api.send('POST', path, body)).status).toBeLessThan(300)
  const id = (await harness.api.get<{arrs: {id: string}[]}>('/api/arrs')).arrs[0]!.id
  await send(`/api/arrs/${id}/search/pause`, {})
  await harness.crash()
  await harness.rise()
  await harness.pass(HOUR)
  expect(searches()).toEqual({})
  await send('/api/searches', {items: [{arr_id: id, unit: 'movie/3'}]})
  await harness.pass(5 * MINUTE)
  expect(searches()).toEqual({3: 1})
  const made = await harness.api.get<{items: object[]; arrs: object[]}>('/api/searches?q=by:person')
  expect(made).toMatchObject({
    items: [{arr_id: id, unit: 'movie/3', title: 'Film 3 (2012)', by: 'person', outcome: 'no_grab'}],
    arrs: [{arr_id: id, pause: 'paused', paused: {until: null}, hour: {made: 1}}],
  })
  const status = await harness.api.get<{arrs: object[]}>('/api/status')
  expect(status.arrs).toMatchObject([{searches: {pause: 'paused', wanted: 5, hour: {made: 1, most: 30}}}])
  await send('/api/searches/hold', {items: [{arr_id: id, unit: 'movie/2'}], hold: true})
  await send(`/api/arrs/${id}/search/resume`, {})
  await harness.pass(10 * MINUTE)
  expect(searches()).toEqual({3: 1, 4: 1, 5: 1, 6: 1})
})

test('what is to be searched is listed with its turn, and what was searched with its rest', async () => {
  await start(searching)
  const wanted = (group: string) =>
    harness.api.get<{items: object[]; total: number}>(`/api/wanted?group=${group}`)
  const ready = await harness.until(
    3 * MINUTE,
    () => wanted('ready'),
    ({total}) => total > 0,
  )
  expect(ready).toMatchObject({
    items: [{title: 'Film 6 (2015)', reason: 'missing', place: 1, of: 5, searched_at: null}, {}, {}, {}, {}],
    total: 5,
    arrs: [{wanted: 5}],
  })
  await harness.pass(12 * MINUTE)
  const rest = {group: 'resting', hold: 'resting', result: 'empty', empties: 1}
  expect(await wanted('resting')).toMatchObject({items: Array(5).fill(rest), total: 5})
})

test('an edit of the file begins searches, and ends them', async () => {
  await start(section)
  await harness.pass(10 * MINUTE)
  expect(searches()).toEqual({})
  await harness.reconfigure(searching)
  await harness.pass(2 * MINUTE)
  const some = Object.keys(searches()).length
  expect(some).toBeGreaterThan(0)
  await harness.reconfigure(section)
  await harness.pass(HOUR)
  expect(Object.keys(searches()).length).toBeLessThanOrEqual(some + 1)
})

interface Listed {
  readonly list: string
  readonly state: string
  readonly releases: readonly {
    readonly place: number
    readonly title: string
    readonly approved: boolean
    readonly rejections: readonly {readonly class: string; readonly text: string}[]
  }[]
}
const releases = '/api/arrs/Radarr-Films/releases'
const film = makeTorrent({name: 'Film.1.2010.1080p.WEB-DL-SIM', content: {'film.mkv': 5_000}})

/** A list of what the indexers have of the first film: one that is taken, and one without seeds. */
async function listReleases(): Promise<Listed> {
  const {arr} = harness.arr('radarr')
  offerFilms(arr, [film])
  arr.releases.define({itemId: 1, title: 'Film.1.2010.720p.WEB-DL-SIM', seeders: 0})
  const {status, body} = await harness.api.send('POST', releases, {unit: 'movie/1'})
  expect(status).toBe(202)
  return harness.until(
    MINUTE,
    () => harness.api.get<Listed>(`${releases}/${(body as Listed).list}`),
    ({state}) => state !== 'searching',
  )
}
const grab = (list: string, place: number, body: object = {}) =>
  harness.api.send('POST', `${releases}/${list}/${place}/grab`, body)

test('a person has releases listed with what speaks against each, and grabs one, which is downloaded', async () => {
  await start(section, {torrents: [film], arrs: [{...radarr, library: [{title: 'Film 1', year: 2010}]}]})
  const {state, list, releases: rows} = await listReleases()
  expect([state, rows.map(({approved}) => approved)]).toEqual(['done', [true, false]])
  const [best, other] = rows
  expect(other).toMatchObject({
    rejections: [{class: 'seeders', text: expect.stringContaining('Not enough seeders')}],
  })
  expect(await grab(list, other!.place)).toMatchObject({status: 409, body: {code: 'release_rejected'}})
  expect(harness.server('qBit').world.size).toBe(0)
  expect((await grab(list, best!.place)).status).toBe(204)
  await harness.pass(2 * MINUTE)
  expect(harness.torrent('qBit', film)).toBeDefined()
})

test('Q51 Q52 a release is grabbed for half an hour, and what its indexer keeps secret leaves nowhere', async () => {
  const said: string[] = []
  await start(section, {
    torrents: [film],
    arrs: [{...radarr, library: [{title: 'Film 1', year: 2010}]}],
    said: (line) => void said.push(line),
  })
  const listed = await listReleases()
  await harness.pass(31 * MINUTE)
  const expired = await grab(listed.list, 0)
  expect(expired).toMatchObject({
    status: 404,
    body: {code: 'releases_unknown', detail: 'The list has expired. Search again.'},
  })
  const again = await listReleases()
  expect((await grab(again.list, 0)).status).toBe(204)
  const journal = await harness.api.get('/api/journal?limit=100')
  for (const text of [listed, again, expired, journal, said].map((it) => JSON.stringify(it)))
    expect(text).not.toMatch(/a-secret-of-the-indexer|indexer\.invalid|"guid"/)
})

const KEY = 'canary-key-of-a-request-manager'
const asking = `${section}[Radarr-Films.EntrySearch.Overseerr]
SearchOverseerrRequests = true
OverseerrURI = "http://seerr:5055"
OverseerrAPIKey = "${KEY}"
`
/** By which the Arr and its request manager know a film. */
const tmdbId = (film: number) => 700 + film

/** Its films were added months ago. @param preventSearch the manager does not have its Arr search */
async function startWithManager(preventSearch: boolean, more: Partial<ActingWish> = {}): Promise<Seerr> {
  let seerr: Seerr | undefined
  await start(asking, {
    arrs: [
      {
        ...radarr,
        library: films.map((film, at) => ({
          ...film,
          externalId: tmdbId(at + 1),
          addedAt: Date.UTC(2026, 0, 1),
        })),
      },
    ],
    before(it) {
      seerr = new Seerr({
        time: timeLineOn(it.clock),
        apiKey: KEY,
        arrs: [
          {
            kind: 'radarr',
            name: 'Films',
            hostname: 'radarr',
            port: 7878,
            preventSearch,
            arr: it.arr('radarr'),
          },
        ],
      })
      it.managers.set('seerr', seerr)
    },
    ...more,
  })
  return seerr!
}
const request = (seerr: Seerr, film: number) =>
  seerr.request({type: 'movie', title: `Film ${film}`, tmdbId: tmdbId(film), status: 2, requestedBy: 'ann'})

test('Q44 what was requested is searched, and nothing else that is missing', async () => {
  const seerr = await startWithManager(true)
  request(seerr, 3)
  request(seerr, 1)
  await harness.pass(30 * MINUTE)
  expect(searches()).toEqual({3: 1})
  expect(await harness.api.get('/api/requests?arr=Radarr-Films')).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({title: 'Film 1', stage: 'available', units: [], requester: 'ann'}),
      expect.objectContaining({
        title: 'Film 3',
        stage: 'waiting',
        units: ['movie/3'],
        arr_id: 'Radarr-Films',
      }),
    ]),
    total: 2,
    counts: {available: 1, waiting: 1},
  })
  expect(await harness.api.get('/api/wanted')).toMatchObject({items: [{reason: 'request', hold: 'resting'}]})
  await harness.crash()
  await harness.rise()
  await harness.pass(HOUR)
  expect(searches()).toEqual({3: 1})
})

test('Q45 what its manager had searched is not searched a second time', async () => {
  const seerr = await startWithManager(false)
  await harness.pass(10 * MINUTE)
  request(seerr, 4)
  await harness.pass(6 * HOUR)
  expect(searches()).toEqual({4: 1})
})

test.each<[string, Partial<ActingWish>]>([
  ['everything is only observed', {observe: true}],
  ['no search is to begin', {env: {QBITRR_OVERRIDES_PROCESSING_ONLY: 'yes'}}],
])('Q34 nothing is searched for a request while %s', async (_, more) => {
  const seerr = await startWithManager(true, more)
  request(seerr, 3)
  await harness.pass(HOUR)
  expect(searches()).toEqual({})
})

test('Q52 the key of a request manager is in no answer, and in no table', async () => {
  const seerr = await startWithManager(true)
  request(seerr, 3)
  await harness.pass(10 * MINUTE)
  expect(seerr.asked.length).toBeGreaterThan(1)
  const rows = await harness.store.read((db) => db.selectFrom('requests').selectAll().execute())
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(await harness.backUp())).not.toContain(KEY)
  for (const path of ['/api/requests', '/api/wanted', '/api/arrs', '/api/arrs/Radarr-Films'])
    expect(JSON.stringify(await harness.api.get(path))).not.toContain(KEY)
})

interface Paused {
  readonly arrs: readonly {readonly pause: string | null; readonly until: number | null}[]
}
const paused = async () => (await harness.api.get<Paused>('/api/wanted?group=ready')).arrs[0]!

test('Q20 a limit that is typed in holds over a crash, and is said with its end', async () => {
  await start(`${searching}IndexerLimits = {"Indexer" = "5/hour"}\n`, {
    arrs: [{...radarr, indexers: [{name: 'Indexer'}]}],
  })
  await harness.pass(20 * MINUTE)
  // The backlog has four of five.
  expect(Object.keys(searches())).toHaveLength(4)
  expect(await paused()).toMatchObject({pause: 'indexer_limit'})
  await harness.crash()
  await harness.rise()
  await harness.pass(20 * MINUTE)
  expect(Object.keys(searches())).toHaveLength(4)
  expect(await paused()).toMatchObject({pause: 'indexer_limit', until: expect.any(Number)})
  await harness.pass(30 * MINUTE)
  expect(searches()).toEqual({2: 1, 3: 1, 4: 1, 5: 1, 6: 1})
})

test('Q49 nothing is searched while the folder of the library has no room', async () => {
  await start(searching, {arrs: [{...radarr, config: {freeSpace: 50 * 1_048_576}}]})
  await harness.pass(HOUR)
  expect(searches()).toEqual({})
  expect(await paused()).toMatchObject({pause: 'disk_low', until: null})
})

async function rule(yaml: string): Promise<string> {
  const {status, body} = await harness.api.send('POST', '/api/rules', {
    yaml: `${yaml}mode: live\n`,
    confirm: true,
  })
  expect([status, body]).toMatchObject([201, {mode: 'live', obstacle: null}])
  return (body as {id: string}).id
}

test('what a rule about what is wanted skips is not searched, says so with the rule, and is searched once it ends', async () => {
  await start(searching)
  const id = await rule(
    'name: No old films\nsubject: wanted\nwhen: {fact: wanted.year, op: lt, value: 2013}\ndo: [{action: skip}, {action: notify, template: old}]\n',
  )
  await harness.pass(12 * MINUTE)
  expect(searches()).toEqual({4: 1, 5: 1, 6: 1})
  const held = await harness.api.get<{items: object[]}>('/api/wanted?group=held')
  const says = 'Not searched: the rule “No old films” keeps it from being searched.'
  expect(held.items).toMatchObject([2, 3].map(() => ({hold: 'held_by_rule', held_by: {id}, says})))
  const {entries} = await harness.api.get<{entries: {name: string | null}[]}>('/api/journal?verb=notify')
  expect(new Set(entries.map(({name}) => name))).toEqual(new Set(['Film 2 (2011)', 'Film 3 (2012)']))
  expect(entries).toHaveLength(2)
  await harness.api.send('DELETE', `/api/rules/${id}`)
  await harness.pass(10 * MINUTE)
  expect(searches()).toEqual({2: 1, 3: 1, 4: 1, 5: 1, 6: 1})
})

test('what a rule wants searched has its turn before what is missing', async () => {
  await start(searching)
  await rule(
    'name: The oldest first\nsubject: wanted\nwhen: {fact: wanted.year, op: lt, value: 2012}\ndo: [{action: arr.search}]\n',
  )
  await harness.until(
    5 * MINUTE,
    async () => Object.keys(searches()),
    (films) => films.length > 0,
  )
  expect(searches()).toEqual({2: 1})
  const runs = await harness.api.get<{searches: object[]}>('/api/arrs/Radarr-Films/searches')
  expect(runs.searches).toMatchObject([{cause: 'rule'}])
})
