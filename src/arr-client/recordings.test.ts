/** What real Arrs answered and said, read by our clients. */
import {expect, test} from 'vitest'
import {named, recorded, type RecordedCall, type RecordedVersion} from '#lab/arrs/recordings.fixture.ts'
import {SocketlessDispatcher, type Answering} from '#lab/socketless.ts'
import {asDownloadId, type HistoryRow, type LibraryItem, type QueueRow} from '#model/arr.ts'
import type {LibraryRow} from '#model/library.ts'
import {Secret} from '#model/secret.ts'
import type {Dispatcher} from 'undici'
import {libraryRow} from './api/library-rows.ts'
import {openArr} from './api/open.ts'
import type {ArrPort} from './api/port.ts'
import {queueCounters} from './api/shapes.ts'
import {ArrHttpClient} from './api/http-client.ts'

const policy = {objectionTo: () => null, lookup: undefined}
const KEY = new Secret('a'.repeat(32))

/** Answers as it was recorded; of several that fit a path the chosen one, else the first. */
class Recorded extends SocketlessDispatcher {
  readonly unanswered: string[] = []
  readonly sent: {readonly method: string; readonly path: string; readonly body: unknown}[] = []
  readonly #calls: readonly RecordedCall[]
  readonly #selected = new Map<string, RecordedCall>()

  constructor(calls: readonly RecordedCall[]) {
    super()
    this.#calls = calls
  }

  /** From now on this one, whatever is asked of its path. */
  select(name: string): this {
    const call = named(this.#calls, name)
    this.#selected.set(`${call.request.method} ${pathOf(call.request.path)}`, call)
    return this
  }

  protected override answer(
    {method, path, body}: Dispatcher.DispatchOptions,
    answering: Answering,
  ): Promise<void> {
    const key = `${method} ${pathOf(path)}`
    const call =
      this.#selected.get(key) ??
      this.#calls.find(({request}) => `${request.method} ${pathOf(request.path)}` === key)
    this.sent.push({method, path, body: typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined})
    if (!call) this.unanswered.push(`${method} ${path}`)
    const {status, headers, body: said} = call?.response ?? {status: 404, headers: {}, body: undefined}
    const length = said === undefined ? {'content-length': '0'} : {}
    answering.head(status, {...headers, ...length})
    return this.#write(said, answering)
  }

  async #write(said: unknown, answering: Answering): Promise<void> {
    if (said !== undefined) await answering.piece(Buffer.from(JSON.stringify(said)))
    answering.end()
  }
}

function pathOf(path: string): string {
  return path.replace(/\?.*$/, '').replace(/\/\d+$/, '/{id}')
}

async function open(version: RecordedVersion, only?: 'v3'): Promise<{port: ArrPort; real: Recorded}> {
  const all = recorded(version, 'api')
  const calls = only ? all.filter(({request: {path}}) => path !== '/api' && !path.startsWith('/api/v5')) : all
  const real = new Recorded(calls)
  const port = await openArr({url: 'http://arr', apiKey: KEY, skipVerify: false}, policy, {dispatcher: real})
  return {port, real}
}

const short = ({state, status, trouble, messages}: QueueRow) => [
  state,
  status,
  trouble,
  ...messages.map(({title, messages: lines}) =>
    lines.length === 0 ? `${title.slice(0, 24)}…` : lines.join(' '),
  ),
]

for (const [version, app, apiVersion, kind] of [
  ['radarr-6.1.0', 'Radarr', 'v3', 'movie'],
  ['sonarr-4.0.19', 'Sonarr', 'v3', 'episode'],
  ['sonarr-5.0.0', 'Sonarr', 'v5', 'episode'],
] as const) {
  test(`${version}: what it is, has and is set up as can be read`, async () => {
    const {port, real} = await open(version)
    expect([port.status.app, port.status.apiVersion, port.media]).toEqual([app, apiVersion, kind])
    expect(port.status.startedAt).toEqual(expect.any(Number))
    expect((await port.queue()).length).toBeGreaterThan(0)
    expect(await port.queueCounters()).toMatchObject({total: expect.any(Number)})
    const history: HistoryRow[] = []
    real.select(app === 'Radarr' ? 'history' : `history (${apiVersion})`)
    await port.history((row) => void history.push(row))
    expect(history.filter(({event}) => event === 'unknown')).toEqual([])
    expect(history.every(({at, title, media}) => at > 0 && title !== '' && media?.kind === kind)).toBe(true)
    const grab = history.find(({event}) => event === 'grabbed')
    expect(grab).toMatchObject({torrentHash: grab!.downloadId, client: expect.stringMatching(/^(qbit|tm)-/)})
    expect((await port.rootFolders())[0]).toMatchObject({accessible: true, freeSpace: expect.any(Number)})
    expect((await port.downloadClients())[0]).toMatchObject({masked: expect.any(Array)})
    expect((await port.indexers())[0]).toMatchObject({protocol: 'torrent'})
    const [profile] = await port.qualityProfiles()
    // Unknown is the worst, and each stands once.
    expect([profile!.order[0], new Set(profile!.order.flat()).size]).toEqual([
      [0],
      profile!.order.flat().length,
    ])
    const [queued] = await port.queue()
    expect(queued).toMatchObject({qualityModel: {id: expect.any(Number), revision: 1}})
    expect(await port.downloadHandling()).toMatchObject({importsCompleted: true, searchesAfterFailure: true})
    expect(await port.mediaManagement()).toMatchObject({hardLinks: true, minimumFreeMiB: 100})
    expect((await port.commands())[0]).toMatchObject({status: expect.stringMatching(/completed|started/)})
    expect((await port.notifications()).length).toBeGreaterThan(0)
    expect(await port.tags()).toEqual(expect.any(Array))
    const wanted: LibraryItem[] = []
    await port.wanted('missing', {monitored: true}, (item) => void wanted.push(item))
    expect(wanted.every(({hasFile, monitored}) => hasFile === false && monitored)).toBe(true)
    await port.blocklist(() => undefined)
    expect(real.unanswered).toEqual([])
  })
}

test('radarr-6.1.0: its list of films has all that rows of the library keep', async () => {
  const {port} = await open('radarr-6.1.0')
  const rows: LibraryRow[] = []
  await port.libraryRows(0, (row) => void rows.push(row))
  expect(rows.find(({title}) => title === 'Copper Harbor')).toEqual(
    libraryRow({
      kind: 'movie',
      id: 1,
      title: 'Copper Harbor',
      year: 2020,
      tmdbId: 1001,
      imdbId: 'tt1001000',
      inCinemasAt: Date.UTC(2020, 4, 1),
      digitalAt: Date.UTC(2020, 4, 1),
      physicalAt: Date.UTC(2020, 4, 1),
      runtimeMinutes: 8,
      minimumAvailability: 'released',
      addedAt: Date.UTC(2026, 10, 23, 7, 58, 29),
      monitored: true,
      fileId: 1,
      have: 1,
      due: 1,
      size: 4_194_304,
      quality: 'WEBDL-480p',
      belowCutoff: true,
      profileId: 1,
      searchedAt: Date.UTC(2026, 10, 23, 8, 0, 42),
    }),
  )
})

for (const version of ['sonarr-4.0.19', 'sonarr-5.0.0'] as const) {
  test(`${version}: a series lists its seasons, and an episode its file`, async () => {
    const {port} = await open(version)
    const series = recorded(version, 'api').find(({request}) => request.path.endsWith('/series/1'))!
    const [first, ...seasons] = port.rowsIn({name: 'series', resource: series.response.body})!
    expect(first).toMatchObject({kind: 'series', id: 1, seriesType: 'standard', monitored: true})
    expect(first!.tvdbId).toBeGreaterThan(0)
    expect(seasons.length).toBeGreaterThan(1)
    expect(seasons.every(({kind, parentId}) => kind === 'season' && parentId === 1)).toBe(true)
    // Specials are due in none of the figures of a series.
    const due = seasons.reduce((sum, season) => sum + (season.seasonNumber === 0 ? 0 : season.due), 0)
    expect(due).toBe(first!.due)
    const episodes = await port.moreRows(1)
    expect(episodes.length).toBeGreaterThan(0)
    expect(episodes.every(({kind, parentId}) => kind === 'episode' && parentId === 1)).toBe(true)
    expect(episodes.some(({have}) => have === 1)).toBe(true)
    expect(episodes.filter(({have}) => have === 1).every(({fileId}) => fileId !== null)).toBe(true)
  })
}

test('both APIs of Sonarr 5 report the same of one pack', async () => {
  const [newer, older] = [await open('sonarr-5.0.0'), await open('sonarr-5.0.0', 'v3')]
  const [pack] = await newer.port.queue()
  const rows = await older.port.queue()
  expect(pack!.media.map(({id}) => id)).toEqual(rows.flatMap(({media}) => media.map(({id}) => id)))
  expect(new Set(rows.map(({downloadId}) => downloadId))).toEqual(new Set([pack!.downloadId]))
  expect(short(pack!)).toEqual(short(rows[0]!))
  expect(short(pack!)).toEqual([
    'importBlocked',
    'completed',
    'warning',
    'One or more episodes exp…',
    expect.stringMatching(/^Not an upgrade for existing episode file\(s\)\./),
    expect.stringMatching(/^Episode file already imported at \d\d\/\d\d\/\d{4}/),
    expect.stringMatching(/^Episode file already imported at/),
  ])
})

test('the queue of Radarr says why nothing comes in, and of what was not grabbed nothing more', async () => {
  const {port, real} = await open('radarr-6.1.0')
  const refused = (await port.queue()).filter(({messages}) => messages.length > 0)
  expect(new Set(refused.map(({state}) => state))).toEqual(new Set(['importPending', 'importBlocked']))
  real.select('queue: added by hand, and refused')
  const manual = (await port.queue()).filter(({addedAt}) => addedAt === null)
  expect(manual.map(({state}) => state)).toEqual(manual.map(() => 'importBlocked'))
  expect(manual.every(({indexer, downloadId}) => indexer === '' && downloadId !== null)).toBe(true)
  // What it could not place is there without media.
  expect(manual.filter(({media}) => media.length === 0)).toHaveLength(1)
})

test('a file that was replaced has no download, and says that it was', async () => {
  const {port} = await open('radarr-6.1.0')
  const history: HistoryRow[] = []
  await port.history((row) => void history.push(row))
  const gone = history.filter(({event}) => event === 'fileDeleted')
  expect(gone.map(({reason, downloadId}) => [reason, downloadId])).toEqual([
    ['Manual', null],
    ['Upgrade', null],
  ])
  expect(
    history.filter(({event}) => event === 'failed' || event === 'ignored').map(({reason}) => reason),
  ).toEqual(expect.arrayContaining(['Manually marked as failed', 'Manually ignored']))
})

test('a root folder that is away is not accessible, without a size', async () => {
  const {port, real} = await open('radarr-6.1.0')
  real.select('root folders: away')
  expect(await port.rootFolders()).toEqual([
    {path: '/data/media/movies4k', accessible: false, freeSpace: null},
  ])
})

for (const [name, found] of [
  ['health: the root folder is away', ['IndexerRssCheck error', 'RootFolderCheck error']],
  ['health: a category without its folder', ['RemotePathMappingCheck error']],
  ['health: a client does not answer', ['DownloadClientCheck error']],
  [
    'health: no indexer answers',
    ['IndexerRssCheck warning', 'IndexerStatusCheck error', 'IndexerSearchCheck warning'],
  ],
] as const) {
  test(`${name} can be read`, async () => {
    const {port, real} = await open('radarr-6.1.0')
    real.select(name)
    expect((await port.health()).map(({source, level}) => `${source} ${level}`)).toEqual(found)
  })
}

test('a removal that is answered with nothing is done; of a row that is gone it is said so', async () => {
  const removal = {removeFromClient: false, blocklist: true, skipRedownload: false, changeCategory: false}
  const {port, real} = await open('radarr-6.1.0')
  real.select('a row is removed')
  expect(await port.removeFromQueue(30_097_443, removal)).toBe(true)
  real.select('unknown queue id')
  expect(await port.removeFromQueue(12_345, removal)).toBe(false)
  real.select('a grab is marked as failed')
  expect(await port.markFailed(25)).toBe(true)
  real.select('unknown history id')
  expect(await port.markFailed(99_999)).toBe(false)
  const sonarr = await open('sonarr-5.0.0')
  expect(await sonarr.port.removeManyFromQueue([12_345], removal)).toBe(false)
})

for (const version of ['sonarr-4.0.19', 'sonarr-5.0.0'] as const) {
  const api = version === 'sonarr-4.0.19' ? 'v3' : 'v5'
  test(`${version}: what is gone is nothing, and what it fails for together is asked for one by one`, async () => {
    const {port, real} = await open(version)
    real.select(`a series that is gone (${api})`)
    expect(await port.item(99)).toBeNull()
    real.select(`episodes by ids: one is gone (${api})`)
    const before = real.sent.length
    expect([...(await port.filesOf([1, 99_999]))]).toEqual([
      [1, []],
      [99_999, []],
    ])
    // An Arr of which one of two is gone fails for both, and here for each: that it is gone its own address says.
    expect(real.sent.slice(before).map(({path}) => path.slice(`/api/${api}/episode`.length))).toEqual([
      '?episodeIds=1&episodeIds=99999',
      '?episodeIds=1',
      '/1',
      '?episodeIds=99999',
      '/99999',
    ])
    real.select(`episodes by ids (${api})`)
    expect([...(await port.filesOf([1, 2])).values()].map((files) => files.length)).toEqual([1, 1])
  })
}

test('an import by hand is posted as Radarr takes it, and its candidates are read as it gives them', async () => {
  const {port, real} = await open('radarr-6.1.0')
  real.select('an import by hand is posted')
  const candidates = await port.importCandidates(asDownloadId('58C493A4E671E2875DC95B08693F49EE5C546702')!)
  expect(candidates).toMatchObject([{rejections: []}])
  const command = await port.command({what: 'import', files: candidates, mode: 'copy'})
  expect(command).toMatchObject({name: 'ManualImport', status: 'started', endedAt: null})
  const call = named(recorded('radarr-6.1.0', 'api'), 'an import by hand is posted')
  expect(real.sent.at(-1)!.body).toEqual(call.request.body)
})

test('without its URL base an Arr is led to it', async () => {
  const calls = recorded('radarr-6.1.0', 'api')
  const real = new Recorded([named(calls, 'without the URL base')])
  const http = new ArrHttpClient({url: 'http://arr', apiKey: KEY, skipVerify: false}, policy, undefined, {
    dispatcher: real,
  })
  await http.probe('/api').catch(() => null)
  expect(real.sent.map(({path}) => path)).toEqual(['/api', '/radarr/api'])
})

test('counters on the live channel are read as those that are asked for', () => {
  for (const version of ['radarr-6.1.0', 'sonarr-5.0.0'] as const) {
    const frames = recorded(version, 'live').flatMap((one) =>
      one.frames.map(({arguments: [message]}) => message),
    )
    const counters = frames.filter(({name}) => name === 'queue/status')
    expect(counters.length).toBeGreaterThan(0)
    for (const {body} of counters) expect(queueCounters.parse(body.resource)).toMatchObject({unmatched: 0})
  }
})
