/**
 * The simulated Arrs against what real ones answered, sent and said: every recorded question is asked, and every field,
 * every sentence and every order of messages that decisions depend on is as it was recorded.
 */
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import type {StatusMessage} from './arr.ts'
import type {ContentFile} from './backends/backend.ts'
import type {InstanceConfig} from './config.ts'
import {assembleSim, type ArrSim, type SimulatedArr} from './create.ts'
import {deleteItem, deleteUnit, removeFile} from './deletion.ts'
import type {ArrApp} from './dialects.ts'
import type {LiveMessage} from './live-hub.ts'
import {testPayload} from './payloads.ts'
import {
  differences,
  named,
  recorded,
  type RecordedCall,
  type RecordedDownload,
  type RecordedState,
  type RecordedVersion,
} from './recordings.fixture.ts'
import type {ImportPlan} from './releases.ts'
import {removeDownload} from './removal.ts'

const versions = [
  ['radarr-6.1.0', 'radarr'],
  ['sonarr-4.0.19', 'sonarr'],
  ['sonarr-5.0.0', 'sonarr5'],
] as const satisfies readonly (readonly [RecordedVersion, ArrApp])[]

const MINUTE = 60_000
const NEVER = {completeAfter: null, stalls: [{from: 1}]} as const
const AT_ONCE = {completeAfter: 0} as const

let sim: ArrSim
const closing: (() => void)[] = []
afterEach(async () => {
  await sim.close()
  for (const close of closing.splice(0)) close()
})

function start(app: ArrApp, more: Partial<InstanceConfig> = {}): SimulatedArr {
  const isFilms = app === 'radarr'
  const titles = Array.from({length: 8}, (_, at) => `Item ${'ABCDEFGH'[at]}`)
  const instance: InstanceConfig = {
    name: isFilms ? 'Radarr' : 'Sonarr',
    app,
    tags: ['attic'],
    library: titles.map((title) => ({
      title,
      year: 2020,
      ...(!isFilms && {units: [{season: 1, number: 1, airAt: Date.UTC(2025, 1, 1)}]}),
    })),
    downloadClients: [{name: 'qbit-main', category: 'mine'}],
    remotePathMappings: [{host: 'elsewhere', remotePath: '/a/', localPath: '/b/'}],
    // None of those that were recorded in Sonarr had any.
    ...(isFilms && {
      customFormats: [
        {name: 'Good', pattern: 'GOOD'},
        {name: 'Best', pattern: 'BEST'},
      ],
    }),
    ...more,
  }
  sim = assembleSim({clock: 'virtual', validation: null, instances: [instance]})
  return sim.all[0]!
}

async function search({arr}: SimulatedArr, itemId: number): Promise<void> {
  if (arr.dialect.family === 'movies') arr.commands.post('MoviesSearch', {movieIds: [itemId]}, 'manual')
  else arr.commands.post('SeriesSearch', {seriesId: itemId}, 'manual')
  await sim.time.advance(10_000)
}

/* ───────────────────────────── answers ───────────────────────────── */

interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

async function ask(
  arr: SimulatedArr,
  {request: {method, path, body}}: Pick<RecordedCall, 'request'>,
): Promise<Answered> {
  const {pathname, searchParams: query} = new URL(path, 'http://arr')
  const headers = {'x-api-key': arr.apiKey}
  const answer = await arr.answer({method, path: pathname, query, headers, ...(body !== undefined && {body})})
  const text = [...answer.body].join('')
  const {status} = answer
  return {status, headers: answer.headers, body: text === '' ? undefined : (JSON.parse(text) as unknown)}
}

const MANUAL = '58C493A4E671E2875DC95B08693F49EE5C546702'

/** Some of everything: imported, replaced, refused, failed, ignored, stalled, added by hand, and files deleted. */
async function lived(app: ArrApp): Promise<SimulatedArr> {
  const arr = start(app)
  const {releases, queue, library} = arr.arr
  const wishes = {removeFromClient: false, blocklist: false, skipRedownload: true, changeCategory: false}
  releases.define({itemId: 1, qualityId: 5, life: AT_ONCE})
  await search(arr, 1)
  releases.define({itemId: 1, life: AT_ONCE})
  releases.define({itemId: 2, life: NEVER})
  const failed = releases.define({itemId: 3, life: NEVER})
  const ignored = releases.define({itemId: 4, life: NEVER})
  releases.define({itemId: 5, import: {reject: 'sample'}, life: AT_ONCE})
  releases.define({itemId: 6, hash: MANUAL, import: 'matchedById', life: AT_ONCE})
  releases.define({itemId: 7, qualityId: 5, life: AT_ONCE})
  for (const id of [1, 2, 3, 4, 5, 6, 7]) await search(arr, id)
  await sim.time.advance(10_000)
  await removeDownload(arr.arr, queue.get(failed.hash)!, {...wishes, blocklist: true})
  await removeDownload(arr.arr, queue.get(ignored.hash)!, wishes)
  removeFile(arr.arr, library.filesOf(library.parent(7)!)[0]!, 'Manual')
  await sim.time.advance(4 * MINUTE)
  return arr
}

/** Where a recording is about another situation, or was cut; they are looked at below. */
const otherwise =
  /^(health: |queue: the root folder|queue: a mapping to another|root folders: away|without the URL base|401 |a row is removed|a grab is marked)/

/** What a simulated Arr does without. */
const unneeded: readonly RegExp[] = [
  /fields\[.*\]\.(selectOptions|selectOptionsProviderAction|unit|value)/,
  /\.(infoLink|presets)/,
  // A moment earlier.
  /^a command is posted: started|^an import by hand is posted: started/,
  // Cut by who recorded it.
  /^candidates of an import by hand: \[\]\.movie\./,
  // Its description of this API is older.
  /^root folders \(v3\): \[\]\.totalSpace/,
  /^identity \(v3\): isContainerized/,
  // Of rows, items and commands in other states.
  /queue.*\.errorMessage: not recorded/,
  /^history: an unknown sort key/,
  /^what is missing.*lastSearchTime: not recorded/,
  /^commands.*\.(movieIds|seriesId|message|lastExecutionTime|lastStartTime): not recorded/,
]

for (const [version, app] of versions) {
  test(`${version}: every question that was asked is answered with the same fields`, async () => {
    const arr = await lived(app)
    const found: string[] = []
    for (const call of recorded(version, 'api')) {
      if (otherwise.test(call.name)) continue
      const {status, body} = await ask(arr, call)
      if (status !== call.response.status) found.push(`${call.name}: ${status} for ${call.response.status}`)
      // Who refuses says why in its own words.
      else if (status < 400) {
        found.push(...differences(call.response.body ?? '', body ?? '').map((it) => `${call.name}: ${it}`))
      }
    }
    expect(found.filter((it) => !unneeded.some((pattern) => pattern.test(it)))).toEqual([])
  })

  test(`${version}: what it refuses it refuses in the same words, with the same head`, async () => {
    const arr = await lived(app)
    const refused = recorded(version, 'api').filter(
      ({response: {status}, name}) => status >= 400 && !name.startsWith('401'),
    )
    expect(refused.length).toBeGreaterThan(4)
    for (const call of refused) {
      const {status, headers, body} = await ask(arr, call)
      const real = call.response
      expect([call.name, status, headers['content-type'], headers['x-application-version']]).toEqual([
        call.name,
        real.status,
        real.headers['content-type'],
        real.headers['x-application-version'],
      ])
      expect(withoutTraces(body)).toEqual(withoutTraces(real.body))
    }
    const unknown = await ask(arr, {request: {method: 'GET', path: '/api?apikey=of-another'}})
    expect([unknown.status, unknown.headers['content-length'], unknown.body]).toEqual([401, '0', undefined])
  })
}

/** Of each run its own. */
function withoutTraces(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body
  const {traceId: _, description: __, ...rest} = body as Readonly<Record<string, unknown>>
  return {...rest, keys: Object.keys(body)}
}

test('a removal and a mark are answered with as little', async () => {
  const arr = await lived('radarr')
  const [row] = (await ask(arr, {request: {method: 'GET', path: '/api/v3/queue/details'}})).body as {
    id: number
  }[]
  const calls = recorded('radarr-6.1.0', 'api')
  const removal = named(calls, 'a row is removed').request.path.replace('30097443', String(row!.id))
  const removed = await ask(arr, {request: {method: 'DELETE', path: removal}})
  expect([removed.status, removed.headers['content-length'], removed.body]).toEqual([200, '0', undefined])
  expect(await ask(arr, {request: {method: 'POST', path: '/api/v3/history/failed/1'}})).toMatchObject(
    named(calls, 'a grab is marked as failed').response,
  )
})

test('without its URL base it leads there, with the question', async () => {
  const arr = start('radarr', {urlBase: '/radarr'})
  const {request, response} = named(recorded('radarr-6.1.0', 'api'), 'without the URL base')
  const {status, headers, body} = await ask(arr, {request})
  expect([status, headers['location'], headers['content-length'], body]).toEqual([
    307,
    response.headers['location'],
    '0',
    undefined,
  ])
  const asked = await ask(arr, {request: {method: 'POST', path: '/radarrs/api/v3/command?a=b'}})
  expect([asked.status, asked.headers['location']]).toEqual([307, '/radarr/radarrs/api/v3/command?a=b'])
})

/* ───────────────────────────── downloads ───────────────────────────── */

interface Staging {
  readonly units?: readonly number[]
  readonly content?: readonly ContentFile[]
  readonly import?: ImportPlan
  readonly life?: object
  /** The torrent is added to the server by a person. */
  readonly manual?: boolean
  /** After the first three minutes. */
  readonly after?: (arr: SimulatedArr, hash: string) => void | Promise<void>
}

const video = (path: string): ContentFile => ({path, size: 1_000, kind: 'video'})

/** How each recorded download came about. */
const stagings: Readonly<Record<string, (title: string) => Staging>> = {
  'a sample': (title) => ({content: [video(`${title}.mkv`)], import: {reject: 'sample'}}),
  'an executable': (title) => ({
    content: [{path: `${title}/${title}.exe`, size: 1_000, kind: 'exe'}],
    import: {reject: 'executable'},
  }),
  'an archive': (title) => ({
    content: [
      {path: `${title}/${title}.rar`, size: 1_000, kind: 'archive'},
      {path: `${title}/${title}.nfo`, size: 1_000, kind: 'nfo'},
    ],
    import: {reject: 'archive'},
  }),
  'no upgrade': (title) => ({content: [video(`${title}.mkv`)], import: {reject: 'not_upgrade'}}),
  'another episode than was grabbed': (title) => ({
    content: [video(`${title}/Lab.Show.S01E05.720p.WEB-DL.x264-WRONG.mkv`)],
    import: {reject: 'unexpected_item'},
  }),
  'a name that says nothing': (title) => ({
    content: [video(`${title}/${title}.mkv`)],
    import: {reject: 'unparsable'},
  }),
  'a pack of which one is refused': (title) => ({
    units: [1, 2, 3],
    content: [2, 3, 1].map((number) => video(`${title}/Lab.Show.S02E0${number}.720p.WEB-DL.x264-PACK.mkv`)),
    import: {partial: 2, reject: 'not_upgrade'},
    async after(arr) {
      arr.restart()
      await sim.time.advance(3 * MINUTE)
      arr.restart()
    },
  }),
  'an upgrade': (title) => ({content: [video(`${title}.mkv`)]}),
  'stalled, and blocklisted': () => ({
    life: NEVER,
    async after({arr}, hash) {
      const wishes = {blocklist: true, skipRedownload: true, removeFromClient: false, changeCategory: false}
      await removeDownload(arr, arr.queue.get(hash)!, wishes)
    },
  }),
  'the root folder is away, and back': (title) => ({
    content: [video(`${title}.mkv`)],
    after: ({arr}) => void (arr.libraryDisk = 'here'),
  }),
  'its episode vanishes': (title) => ({
    content: [video(`${title}.mkv`)],
    life: NEVER,
    async after(arr) {
      deleteUnit(arr.arr, 1)
      await sim.time.advance(3 * MINUTE)
      arr.restart()
      await sim.time.advance(3 * MINUTE)
      arr.restart()
    },
  }),
  'a mapping to another folder': (title) => ({
    content: [video(`${title}.mkv`)],
    after: ({arr}) => arr.faults.clear('wrongMapping'),
  }),
  'added by hand': (title) => ({content: [video(`${title}.mkv`)], manual: true}),
  'added by hand, of a series that nobody knows': (title) => ({
    content: [video(`${title}.mkv`)],
    manual: true,
  }),
}

for (const [version, app] of versions) {
  if (version === 'radarr-6.1.0') continue
  for (const download of recorded(version, 'timeline')) {
    test(`${version}: ${download.name}: its row goes through the same states, with the same words`, async () => {
      const staging = stagings[download.name]!(download.title)
      const states = await staged(app, download, staging)
      const real = download.states.map((state) => stateOf(state))
      // In the end somebody took away what stayed.
      if (staging.import && real.at(-1) === 'gone') real.pop()
      expect(inOrder(real, states), JSON.stringify(states, null, 1)).toEqual([])
    })
  }
}

/** All states that its row went through, under the name that was recorded. */
async function staged(app: ArrApp, {name, title}: RecordedDownload, staging: Staging): Promise<string[]> {
  const isUnknown = name.endsWith('nobody knows')
  const show = isUnknown ? 'Another Show' : title.replace(/\.S\d\d.*$/, '').replaceAll('.', ' ')
  const [, season, episode] = /S(\d\d)(?:E(\d\d))?/.exec(title) ?? ['', '1', '1']
  const units = staging.units ?? [Number(episode)]
  const arr = start(app, {
    library: [{title: show, units: units.map((number) => ({season: Number(season), number}))}],
  })
  const {releases, commands, library} = arr.arr
  if (name.includes('root folder')) arr.arr.libraryDisk = 'away'
  if (name.includes('mapping')) arr.arr.faults.add({kind: 'wrongMapping', folder: '/data/app/nowhere'})
  if (name === 'an upgrade') {
    releases.define({itemId: 1, qualityId: 1, title: `${title}-OLD`, life: AT_ONCE})
    commands.post('RssSync', {}, 'manual')
    await sim.time.advance(MINUTE)
    expect(library.has(library.unit(1)!)).toBe(true)
  }
  const content = staging.content ?? [video(`${title}.mkv`)]
  const {hash} = releases.define({
    itemId: 1,
    title,
    content,
    life: staging.life ?? {completeAfter: 6},
    ...(staging.import && {import: staging.import}),
  })
  const states: string[] = []
  let before = ''
  const looking = every(250, async () => {
    const tracked = arr.arr.queue.get(hash)
    // Only what changed is asked for.
    const now = JSON.stringify([
      tracked?.state,
      tracked?.messages,
      tracked?.status,
      tracked?.unitIds,
      tracked?.outputPath,
    ])
    if (now === before) return
    before = now
    const rows = (await ask(arr, {request: {method: 'GET', path: '/api/v3/queue/details'}})).body as Row[]
    const row = rows.find(({downloadId}) => downloadId === hash)
    const state = row ? stateOf(shownOf(row)) : stateOf({gone: true})
    if (state !== states.at(-1)) states.push(state)
  })
  if (staging.manual) {
    const torrent = {hash, name: content[0]!.path, category: 'mine', content, life: {completeAfter: 6}}
    await sim.server('qbit-main').add(torrent)
  } else commands.post('RssSync', {}, 'manual')
  await sim.time.advance(3 * MINUTE)
  await staging.after?.(arr, hash)
  await sim.time.advance(9 * MINUTE)
  looking()
  return states
}

interface Row {
  readonly downloadId: string
  readonly seriesId?: number
  readonly episodeId?: number
  readonly status: string
  readonly trackedDownloadState: string
  readonly trackedDownloadStatus: string
  readonly statusMessages: readonly StatusMessage[]
  readonly errorMessage?: string
  readonly outputPath?: string
}

function shownOf(row: Row): RecordedState {
  return {
    ...row,
    seriesId: row.seriesId ?? null,
    episode: row.episodeId ?? null,
    errorMessage: row.errorMessage ?? null,
    outputPath: row.outputPath ?? null,
  }
}

/** In words, without what is of this installation alone: ids, folders, dates, qualities. */
function stateOf(state: RecordedState | {readonly gone: true}): string {
  if ('gone' in state) return 'gone'
  const messages = state.statusMessages.map(
    ({title, messages: lines}) => `${title}: ${lines.map(plain).join(' ')}`,
  )
  const media = `${state.seriesId === null ? 'no series' : 'series'} ${state.episode === null ? 'no episode' : 'episode'}`
  // What is shown of its coming differs with each transfer.
  if (state.trackedDownloadState === 'downloading' && messages.length === 0) return `downloading ${media}`
  const {status, trackedDownloadState, trackedDownloadStatus, errorMessage, outputPath} = state
  const said = [status, trackedDownloadState, trackedDownloadStatus, media, ...messages, errorMessage ?? '']
  return [...said, outputPath?.split('/').at(-1) ?? 'no path'].join(' | ')
}

function plain(text: string): string {
  return text
    .replace(/\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d/, 'DATE')
    .replace(/quality: .*$/, 'quality: …')
    .replace(/eligible for import in .*\//, 'eligible for import in …/')
    .replace(/release: .*$/, 'release: …')
}

/** @returns what of the first is not in the second in this order */
function inOrder(wanted: readonly string[], all: readonly string[]): string[] {
  let from = 0
  return wanted.filter((one) => {
    const at = all.indexOf(one, from)
    if (at >= 0) from = at
    return at < 0
  })
}

function every(ms: number, look: () => Promise<void>): () => void {
  let cancel: () => void = () => undefined
  const again = (): void => {
    cancel = sim.time.after(ms, () => void sim.time.outside(look()).then(again))
  }
  again()
  return () => cancel()
}

/* ───────────────────────────── the live channel ───────────────────────────── */

function heard(arr: SimulatedArr): {take(): string[]} {
  const messages: LiveMessage[] = []
  arr.arr.live.listen((message) => void messages.push(message))
  return {take: () => messages.splice(0).map(written)}
}

function written({name, body, version}: LiveMessage): string {
  return [name, body.action, version].filter((it) => it !== undefined).join(' ')
}

function realFrames(version: RecordedVersion, name: string): string[] {
  return named(recorded(version, 'live'), name).frames.map(({arguments: [message]}) => written(message))
}

/** That commands of a search report on themselves while they run says nothing to anybody. */
const withoutReports = (frames: readonly string[]) => frames.filter((it) => !it.startsWith('command')).sort()

for (const [version, app] of versions) {
  if (version === 'sonarr-4.0.19') continue
  test(`${version}: a grab, a refresh and an import are reported as often, under the same names`, async () => {
    const arr = start(app)
    await sim.time.advance(MINUTE)
    const channel = heard(arr)
    arr.arr.releases.define({itemId: 1, life: {completeAfter: 20}})
    await search(arr, 1)
    const [grab, refresh] = [realFrames(version, 'a grab'), realFrames(version, 'the refresh after a grab')]
    const reported = channel.take()
    const atOnce = reported.slice(0, reported.indexOf(written(queueOf(app))))
    expect(withoutReports(atOnce)).toEqual(withoutReports(grab))
    await sim.time.advance(5_000)
    const later = [...reported.slice(atOnce.length), ...channel.take()]
    // At Radarr the round of imports is told with the import.
    if (app === 'sonarr5') expect(withoutReports(later)).toEqual(withoutReports(refresh))
    await sim.time.advance(8_000)
    channel.take()
    arr.arr.commands.post('RefreshMonitoredDownloads', {}, 'manual')
    await sim.time.advance(4_000)
    const during = channel.take()
    const real =
      app === 'sonarr5'
        ? realFrames(version, 'a refresh that was asked for, and an import')
        : [...realFrames(version, 'the refresh after a grab'), ...realFrames(version, 'an import')]
    expect(withoutReports(during)).toEqual(withoutReports(real))
    await sim.time.advance(9_000)
    expect(withoutReports(channel.take())).toEqual(
      withoutReports(realFrames(version, 'the refresh after an import')),
    )
  })
}

const queueOf = (app: ArrApp): LiveMessage => ({
  name: 'queue',
  body: {action: 'sync'},
  ...(app === 'sonarr5' && {version: 3}),
})

test('radarr-6.1.0: an upgrade is reported as it was, with as much of each thing', async () => {
  const arr = start('radarr')
  const {releases, live, commands} = arr.arr
  releases.define({itemId: 1, qualityId: 5, life: AT_ONCE})
  await search(arr, 1)
  await sim.time.advance(MINUTE)
  releases.define({itemId: 1, life: {completeAfter: 10}})
  await search(arr, 1)
  await sim.time.advance(10_000)
  const messages: LiveMessage[] = []
  live.listen((message) => void messages.push(message))
  commands.post('RefreshMonitoredDownloads', {}, 'manual')
  await sim.time.advance(3_000)
  const real = named(recorded('radarr-6.1.0', 'live'), 'an upgrade').frames.map(
    ({arguments: [message]}) => message,
  )
  const ofMedia = (all: readonly LiveMessage[]) => all.filter(({name}) => /movie|wanted/.test(name))
  expect(ofMedia(messages).map(written)).toEqual(ofMedia(real).map(written))
  expect(ofMedia(messages).map(gist)).toEqual(ofMedia(real).map(gist))
  expect(Object.keys(messages[0]!)).toEqual(Object.keys(real[0]!))
})

/** Of a film whether it has its file; of a file that is gone, all. */
function gist({name, body}: LiveMessage): unknown {
  const {hasFile, movieId, dateAdded, size} = body.resource as Readonly<Record<string, unknown>>
  return body.action === 'deleted' ? {movieId, dateAdded, size} : {name, hasFile}
}

const ofSearches = /^(Searching indexers|Processing release|Report|Completed search|Episode search)/

for (const [version, app] of versions) {
  test(`${version}: a command of a search says the same, with the same fields`, async () => {
    const arr = start(app)
    const resources: Said[] = []
    arr.arr.live.listen(({name, body}) => {
      if (name === 'command') resources.push(body.resource as Said)
    })
    arr.arr.releases.define({itemId: 1, life: AT_ONCE})
    if (app === 'radarr') await search(arr, 1)
    else arr.arr.commands.post('EpisodeSearch', {episodeIds: [1]}, 'manual')
    await sim.time.advance(10_000)
    // It found nothing for this one.
    await search(arr, 2)
    const said = resources.filter(({message = ''}) => ofSearches.test(message))
    for (const {
      arguments: [message],
    } of named(recorded(version, 'live'), 'what a search says').frames) {
      const real = message.body.resource as Said
      const same = said.find((one) => gistOf(one) === gistOf(real))
      expect([gistOf(real), same && differences(real, withoutNothing(same))]).toEqual([gistOf(real), []])
    }
  })
}

interface Said {
  readonly message?: string
  readonly status: string
  readonly result: string
}

/** As it goes out. */
function withoutNothing(value: object): unknown {
  return JSON.parse(JSON.stringify(value, (_, one: unknown) => one ?? undefined))
}

/** Without the names of this installation, and as many as there were. */
function gistOf({message = '', status, result}: Said): string {
  const plainly = message
    .replace(/\[.*?\]/, '[…]')
    .replace(/^(Report for) .* (sent to) \S+ (from indexer) [^.]*\. .*$/, '$1 … $2 … $3 …')
    .replace(/^(Report sent to) \S+ (Indexer) [^.]*\. .*$/, '$1 … $2 …')
    .replace(/release \d+\/\d+/, 'release n/n')
  return `${status} ${result}: ${plainly}`
}

test('radarr-6.1.0: with all its indexers failing its health says the same', async () => {
  const arr = start('radarr')
  arr.arr.faults.add({kind: 'indexerFails', status: 503})
  await search(arr, 1)
  const call = named(recorded('radarr-6.1.0', 'api'), 'health: no indexer answers')
  const {body} = await ask(arr, call)
  const gists = (rows: unknown) =>
    (rows as Readonly<Record<string, string>>[])
      .filter(({source}) => source!.startsWith('Indexer'))
      .map(({source, type, message}) => ({source, type, message}))
      .sort((a, b) => (a.source! < b.source! ? -1 : 1))
  expect(gists(body)).toEqual(gists(call.response.body))
})

for (const [version, app] of versions) {
  test(`${version}: what is wanted comes in the same order`, async () => {
    const library = [
      {
        title: 'Velvet Tide',
        year: 2020,
        units: [
          {number: 1, airAt: Date.UTC(2025, 1, 1)},
          {number: 2, airAt: Date.UTC(2025, 2, 1)},
        ],
      },
      {title: 'Amber Mill', year: 2020, units: [{number: 1, airAt: Date.UTC(2025, 3, 1)}]},
      {title: 'Silent Orchard', year: 2020, units: [{number: 1, airAt: Date.UTC(2024, 3, 1)}]},
    ]
    const arr = start(app, {library})
    const name = app === 'radarr' ? 'what is missing' : `what is missing (${app === 'sonarr5' ? 'v5' : 'v3'})`
    const call = named(recorded(version, 'api'), name)
    const shown = (body: unknown) =>
      body as {records: {title: string; airDateUtc?: string}[]; sortKey: string; sortDirection: string}
    const real = shown(call.response.body)
    const path = call.request.path.replace(/pageSize=\d+/, 'pageSize=100')
    const simulated = shown((await ask(arr, {request: {method: 'GET', path}})).body)
    const keys = ({records}: typeof real) =>
      records.map(({title, airDateUtc}) => airDateUtc ?? title.toLowerCase())
    for (const rows of [keys(real), keys(simulated)]) expect(rows).toEqual(rows.toSorted().toReversed())
    expect([simulated.sortKey, simulated.sortDirection]).toEqual([real.sortKey, real.sortDirection])
  })
}

/* ───────────────────────────── webhooks ───────────────────────────── */

interface Hooked {
  readonly eventType: string
  readonly isUpgrade?: boolean
  readonly episodeFiles?: unknown
}

const switches = [
  'onGrab',
  'onDownload',
  'onUpgrade',
  'onImportComplete',
  'onManualInteractionRequired',
  'onHealthIssue',
  'onHealthRestored',
  'includeHealthWarnings',
  'onMovieDelete',
  'onMovieFileDelete',
  'onMovieFileDeleteForUpgrade',
  'onSeriesDelete',
  'onEpisodeFileDelete',
  'onEpisodeFileDeleteForUpgrade',
]

async function hook(arr: SimulatedArr): Promise<Hooked[]> {
  const bodies: Hooked[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()) as Hooked)
      response.end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const {port} = server.address() as AddressInfo
  const resource = {
    fields: [{name: 'url', value: `http://127.0.0.1:${port}`}],
    ...Object.fromEntries(switches.map((name) => [name, true])),
  }
  arr.arr.hooks.add(resource)
  await arr.arr.hooks.test(resource, testPayload(arr.arr))
  return bodies
}

/** As recordings are named. */
function nameOf({eventType, isUpgrade, episodeFiles}: Hooked, app: ArrApp): string {
  if (eventType !== 'Download') return eventType
  if (isUpgrade) return 'Download-upgrade'
  return app === 'radarr' ? 'Download' : episodeFiles ? 'Download-complete' : 'Download-file'
}

for (const [version, app] of versions) {
  test(`${version}: its webhooks carry the same fields, and no health in the first quarter of an hour`, async () => {
    const arr = start(app)
    const bodies = await hook(arr)
    const {releases} = arr.arr
    releases.define({itemId: 1, qualityId: 5, life: AT_ONCE})
    await search(arr, 1)
    releases.define({itemId: 1, life: AT_ONCE})
    await search(arr, 1)
    releases.define({itemId: 2, import: 'matchedById', life: AT_ONCE})
    await search(arr, 2)
    arr.arr.libraryDisk = 'away'
    arr.arr.commands.post('CheckHealth', {}, 'manual')
    await sim.time.advance(14 * MINUTE)
    expect(arr.arr.health.has('RootFolderCheck')).toBe(true)
    expect(bodies.map(({eventType}) => eventType)).not.toContain('Health')
    await sim.time.advance(3 * MINUTE)
    arr.arr.libraryDisk = 'here'
    arr.arr.commands.post('CheckHealth', {}, 'manual')
    await sim.time.advance(MINUTE)
    deleteItem(arr.arr, 3)
    await sim.time.advance(MINUTE)
    const real = new Map(recorded(version, 'webhooks').map(({name, body}) => [name, body]))
    const sent = new Map(bodies.map((body) => [nameOf(body, app), body]))
    const found = [...sent].flatMap(([name, body]) =>
      real.has(name) ? differences(real.get(name), body).map((it) => `${name}: ${it}`) : [],
    )
    expect(found).toEqual([])
    // Nobody recorded that a series was deleted, and what adds items is not simulated.
    const missing = [...real.keys()].filter((name) => !sent.has(name) && !/Added|SeriesAdd/.test(name))
    expect(missing).toEqual([])
  })
}
