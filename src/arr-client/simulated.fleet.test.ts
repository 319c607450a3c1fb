/** Our clients against simulated Arrs, which hold every question and every answer to the app's own description. */
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {createArrSim, type ArrSim, type SimConfig, type SimulatedArr} from '#lab/arrs/create.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {ArrApp} from '#lab/arrs/dialects.ts'
import {strictValidation, Validation} from '#lab/arrs/validation.ts'
import {systemClock} from '#lib/clock.ts'
import {asDownloadId, type BlocklistRow, type HistoryRow, type LibraryItem} from '#model/arr.ts'
import {ServerFault} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {some} from '#test/proof.ts'
import {openArr} from './api/open.ts'
import type {ArrPort} from './api/port.ts'
import {discover} from './discover.ts'
import {LiveChannel} from './live-channel.ts'
import {ArrReplica, type ReplicaChange} from './replica.ts'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const policy = {objectionTo: () => null, lookup: undefined}
const shows = [
  {season: 1, number: 1, title: 'Pilot'},
  {season: 1, number: 2},
  {season: 1, number: 3, have: true},
]
const libraries = {
  radarr: [
    {title: 'Some Film', year: 2020},
    {title: 'Another Film', year: 2021, hasFile: true},
  ],
  sonarr: [{title: 'A Show', units: shows}],
  sonarr5: [{title: 'A Show', units: shows}],
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
  whisparr2: [{title: 'A Site', units: shows}],
  whisparr3: [
    {title: 'Some Scene', year: 2020},
    {title: 'Old Scene', year: 2021, hasFile: true},
  ],
} as const satisfies Record<ArrApp, unknown>
const apps = Object.keys(libraries) as ArrApp[]

async function simulate(
  config: Omit<SimConfig, 'instances'>,
  app: ArrApp,
  more: Pick<InstanceConfig, 'generated' | 'posters'> = {},
): Promise<{sim: ArrSim; arr: SimulatedArr}> {
  const name = `My ${app}`
  const instance = {
    name,
    app,
    library: libraries[app],
    urlBase: '/base',
    ...more,
    tags: ['first'],
    downloadClients: [
      {
        name: 'A',
        category: 'mine',
        postImportCategory: 'done',
        fields: {host: 'seedbox', password: 'x', initialState: 2},
      },
    ],
    remotePathMappings: [{host: 'seedbox', remotePath: '/downloads', localPath: '/data/downloads'}],
  }
  const sim = await createArrSim({validation: strictValidation, ...config, instances: [instance]})
  closing.push(() => sim.close())
  return {sim, arr: sim.arr(name)}
}

/** @param requestMs usually so many that a busy machine needs no more */
async function portOf(arr: SimulatedArr, requestMs = 60_000, url = arr.url): Promise<ArrPort> {
  const limits = {bytes: 4 * 1024 * 1024, requestMs}
  const port = await openArr({...addressOf(arr), url}, policy, {limits})
  closing.push(() => port.close())
  return port
}

function addressOf(arr: SimulatedArr) {
  return {url: arr.url, apiKey: new Secret(arr.apiKey), skipVerify: false}
}

/** Nothing was asked that its description does not know, and everything fits it. */
function expectClean({arr: {stats}}: SimulatedArr): void {
  expect([stats.schemaErrors, stats.unknownParams, stats.notSimulated]).toEqual([[], [], []])
}

async function wantedOf(port: ArrPort, what: 'missing' | 'cutoff'): Promise<LibraryItem[]> {
  const items: LibraryItem[] = []
  await port.wanted(what, {monitored: true}, (item) => void items.push(item))
  return items
}

for (const app of some(2, ['sonarr', 'radarr', 'sonarr5', 'lidarr'] as const)) {
  test(`S42 ${app}: of many items of which one is gone the others keep their files`, async () => {
    const {arr} = await simulate({clock: 'virtual'}, app)
    const {library} = arr.arr
    const have = library.units.filter(({slots}) => slots.some((file) => file !== 0)).map(({id}) => id)
    const others = library.units.map(({id}) => id).filter((id) => !have.includes(id))
    const port = await portOf(arr)
    const ids = [...others, 9_999, ...have]
    const files = await port.filesOf(ids)
    expect(ids.filter((id) => files.get(id)!.length > 0)).toEqual(have)
    expect(files.get(9_999)).toEqual([])
  })
}

for (const app of apps) {
  test(`${app}: everything that is asked of it is answered as it is described`, async () => {
    const {arr, sim} = await simulate({clock: 'virtual'}, app)
    const release = arr.arr.releases.define({itemId: 1, unitIds: [1], life: {completeAfter: null}})
    arr.arr.commands.post('RssSync', {}, 'manual')
    await sim.time.advance(30_000)
    const port = await portOf(arr)
    const id = asDownloadId(release.hash)!
    const queue = await port.queue()
    expect(queue.map((row) => [row.downloadId, row.state, row.status])).toEqual([
      [id, 'downloading', 'downloading'],
    ])
    expect(queue[0]).toMatchObject({
      client: 'A',
      indexer: 'Indexer A',
      hasPostImportCategory: port.can.changeCategory,
    })
    expect(await port.queueCounters()).toMatchObject({total: 1, unmatched: 0})
    expect((await port.historyOf(id)).map((row) => row.event)).toEqual(['grabbed'])
    expect((await port.historySince(sim.time.now() - 60_000)).map((row) => row.torrentHash)).toEqual([id])
    const items: LibraryItem[] = []
    const count = await port.library((item) => void items.push(item))
    expect(items).toHaveLength(count)
    expect(count).toBeGreaterThan(0)
    if (port.can.wanted) expect((await wantedOf(port, 'missing')).map((item) => item.id)).toContain(1)
    if (port.can.wanted) expect(await wantedOf(port, 'cutoff')).toEqual([])
    await port.itemBelow(1)
    await port.itemsOf(1)
    const withFile = port.media === 'movie' ? 2 : app.startsWith('sonarr') || app === 'whisparr2' ? 3 : 2
    expect((await port.filesOf([1, withFile])).get(withFile)).not.toEqual([])
    expect((await port.files(port.media === 'movie' ? 2 : 1)).length).toBeGreaterThan(0)
    const setup = await discover(port)
    expect(setup.clients[0]).toMatchObject({host: 'seedbox', categories: port.media ? ['mine', 'done'] : []})
    expect(setup.mappings).toEqual([
      {host: 'seedbox', remotePath: '/downloads', localPath: '/data/downloads'},
    ])
    expect(await port.importCandidates(id)).toHaveLength(release.content.length)
    arr.arr.faults.add({kind: 'indexersDisabled'})
    expect((await port.health()).map(({source}) => source)).toContain('IndexerSearchCheck')
    expectClean(arr)
  })

  test(`${app}: what is changed is changed, and sent as it is described`, async () => {
    const {arr, sim} = await simulate({clock: 'virtual'}, app)
    const release = arr.arr.releases.define({itemId: 1, unitIds: [1], life: {completeAfter: null}})
    const port = await portOf(arr)
    const command = await port.command({what: 'search', ids: [1]})
    await sim.time.advance(20_000)
    expect(await port.commandState(command.id)).toMatchObject({status: 'completed', result: 'successful'})
    expect(arr.arr.stats.searches).toEqual({1: 1})
    expect(await port.createTag('second')).toEqual({id: 2, label: 'second'})
    await port.changeDownloadHandling({searchesAfterFailure: false})
    expect((await port.downloadHandling()).searchesAfterFailure).toBe(false)
    await port.changeMediaManagement({recycleBin: '/bin'})
    expect((await port.mediaManagement()).recycleBin).toBe('/bin')
    await port.changeDownloadClient(1, {removesCompleted: true})
    expect((await port.downloadClients())[0]?.removesCompleted).toBe(true)
    await port.changeDownloadClient(1, {category: 'ours', addsStopped: false})
    expect((await port.downloadClients())[0]).toMatchObject({
      category: 'ours',
      importedCategory: 'done',
      addsStopped: false,
      removesCompleted: true,
      host: 'seedbox',
      masked: ['password'],
    })
    await port.rejectBlocklisted(1, true)
    expect((await port.indexers())[0]?.rejectsBlocklisted).toBe(true)
    await port.setProfile([1], 2)
    expect(arr.arr.library.parent(1)?.qualityProfileId).toBe(2)
    await port.setMonitored([1], false)
    expect((port.media === 'movie' ? arr.arr.library.parent(1) : arr.arr.library.unit(1))?.monitored).toBe(
      false,
    )
    const [row] = await port.queue()
    const removal = {
      removeFromClient: true,
      blocklist: true,
      skipRedownload: true,
      changeCategory: false,
      message: 'Stalled.',
    }
    expect(await port.removeFromQueue(row!.id, removal)).toBe(true)
    const reported = arr.arr.stats.requests.findLast(({method}) => method === 'DELETE')!.query
    expect(reported.includes('message=Stalled.')).toBe(app === 'sonarr5')
    expect(await port.removeFromQueue(row!.id, removal)).toBe(false)
    expect(await port.removeManyFromQueue([row!.id], removal)).toBe(false)
    expect(await port.markFailed(1)).toBe(true)
    expect(await port.markFailed(999)).toBe(false)
    const blocked: BlocklistRow[] = []
    expect(await port.blocklist((it) => void blocked.push(it))).toBe(2)
    const entry = {title: release.title, items: [1], at: expect.any(Number)}
    expect(blocked).toEqual([
      {id: 2, ...entry},
      {id: 1, ...entry},
    ])
    expect([await port.removeFromBlocklist(1), await port.removeFromBlocklist(1)]).toEqual([true, false])
    expect(arr.arr.blocklist.rows.map(({id}) => id)).toEqual([2])
    expect(sim.server('A').removed).toEqual([release.hash])
    expectClean(arr)
  })
}

test('one question too many, and one word too much, are counted', async () => {
  const {arr} = await simulate({validation: new Validation(false)}, 'radarr')
  const ask = (path: string) => fetch(`${arr.url}${path}`, {headers: {'X-Api-Key': arr.apiKey}})
  expect((await ask('/api/v3/tag?nonsense=1')).status).toBe(200)
  expect((await ask('/api/v3/importlist')).status).toBe(501)
  expect((await ask('/api/v3/nothing')).status).toBe(404)
  expect(arr.arr.stats.unknownParams).toEqual(['GET /api/v3/tag ?nonsense: no such parameter'])
  expect(arr.arr.stats.notSimulated).toEqual(['GET /api/v3/importlist'])
})

test('without its key nothing is said, and while it starts every caller is asked to wait', async () => {
  const {arr} = await simulate({}, 'radarr')
  const bare = await fetch(`${arr.url}/api/v3/queue`)
  expect([bare.status, await bare.text()]).toEqual([401, ''])
  expect((await fetch(`${arr.url}/ping`)).status).toBe(200)
  const port = await portOf(arr)
  arr.arr.faults.add({kind: 'starting'})
  await expect(port.queue()).rejects.toMatchObject({about: {starting: true}})
  arr.arr.faults.clear()
  arr.apiKey = 'f'.repeat(32)
  await expect(port.queue()).rejects.toMatchObject({code: 'login_refused'})
})

for (const [fault, said] of [
  [{kind: 'down'}, {code: 'server_unreachable'}],
  [{kind: 'reset'}, {code: 'server_unreachable'}],
  [{kind: 'hang'}, {reason: 'timed_out'}],
  [{kind: '500', body: 'json'}, {code: 'server_failed'}],
  [{kind: '502'}, {code: 'server_failed'}],
  [{kind: '429'}, {code: 'rate_limited'}],
  [{kind: 'redirectToLogin'}, {code: 'wrong_server'}],
  [{kind: 'html200'}, {code: 'wrong_server'}],
  [{kind: 'malformedJson'}, {code: 'answer_invalid'}],
  [{kind: 'truncatedJson'}, {code: 'answer_invalid'}],
  [{kind: 'wrongContentType'}, {code: 'wrong_server'}],
  [{kind: 'hugeBody'}, {reason: 'answer_too_large'}],
  [{kind: 'missingField', field: 'id'}, {code: 'answer_invalid'}],
] as const) {
  test(`an Arr whose answer is ${fault.kind} has no queue, and says why`, async () => {
    const {arr} = await simulate({clock: 'virtual'}, 'radarr')
    const port = await portOf(arr)
    const asking = fault.kind === 'hang' ? await portOf(arr, 1_000) : port
    arr.arr.faults.add({...fault, path: 'GET /api/v3/(rootfolder|tag)'})
    await expect(fault.kind === 'hugeBody' ? port.rootFolders() : asking.tags()).rejects.toMatchObject(said)
    arr.arr.faults.clear()
    expect(await port.tags()).toEqual([{id: 1, label: 'first'}])
  })
}

for (const fault of [
  {kind: 'unknownEnum', field: 'trackedDownloadState'},
  {kind: 'nullField', field: 'statusMessages'},
  {kind: 'missingField', field: 'quality'},
  {kind: 'slow', ms: 50},
] as const) {
  test(`a queue with ${fault.kind} is read anyway`, async () => {
    const {arr, sim} = await simulate({clock: 'virtual'}, 'sonarr')
    arr.arr.releases.define({itemId: 1, unitIds: [1, 2], life: {completeAfter: null}})
    arr.arr.commands.post('RssSync', {}, 'manual')
    await sim.time.advance(30_000)
    const port = await portOf(arr)
    arr.arr.faults.add({...fault, path: 'queue'})
    const rows = await port.queue()
    expect(rows).toHaveLength(2)
    expect(rows[0]?.state).toBe(fault.kind === 'unknownEnum' ? 'unknown' : 'downloading')
  })
}

test('rows that come twice are one download', async () => {
  const {arr, sim} = await simulate({clock: 'virtual'}, 'radarr')
  arr.arr.releases.define({itemId: 1, life: {completeAfter: null}})
  arr.arr.commands.post('RssSync', {}, 'manual')
  await sim.time.advance(30_000)
  const {replica} = await replicaOf(arr)
  arr.arr.faults.add({kind: 'duplicateRows', path: 'queue/details'})
  await replica.readNow()
  expect([...replica.downloads.values()].map(({rows}) => rows.length)).toEqual([1])
})

for (const [app, rowCount] of some(2, [
  ['radarr', 1],
  ['sonarr', 2],
  ['sonarr5', 1],
  ['lidarr', 1],
] as const)) {
  test(`${app}: the replica hears of a grab, its download and its import`, async () => {
    const {arr, sim} = await simulate({clock: 'virtual'}, app)
    const {replica, rows} = await replicaOf(arr)
    // A pack with an episode that is there already would be refused.
    const unitIds = arr.arr.library.units.filter((unit) => unit.parentId === 1 && !arr.arr.library.has(unit))
    const release = arr.arr.releases.define({
      itemId: 1,
      unitIds: unitIds.map(({id}) => id),
      life: {completeAfter: 120},
    })
    arr.arr.commands.post('RssSync', {}, 'manual')
    await sim.time.advance(20_000)
    replica.look('both')
    await expect.poll(() => replica.queue).toHaveLength(rowCount)
    const id = asDownloadId(release.hash)!
    expect([...replica.downloads.keys()]).toEqual([id])
    await expect.poll(() => replica.counters?.total).toBe(rowCount)
    await sim.time.advance(180_000)
    replica.look('both')
    await expect.poll(() => replica.queue).toEqual([])
    await expect.poll(() => rows().some(({event}) => event === 'imported')).toBe(true)
    expect(new Set(rows().map((row) => row.id)).size).toBe(rows().length)
    expectClean(arr)
  })
}

test('the live channel drops and comes back, and silence is no death', async () => {
  const {arr, sim} = await simulate({clock: 'virtual'}, 'sonarr5')
  const {replica, changes} = await replicaOf(arr)
  arr.dropLive()
  await expect.poll(() => replica.isLive).toBe(false)
  await expect.poll(() => replica.isLive).toBe(true)
  arr.arr.faults.add({kind: 'signalrSilent'})
  const before = changes.length
  arr.arr.live.send('series', 'updated', () => ({id: 1}))
  arr.arr.faults.clear()
  arr.arr.live.send('series', 'updated', () => ({id: 2}))
  const reported = () => changes.slice(before).flatMap(({library}) => (library ? [library.resource] : []))
  await expect.poll(reported).toEqual([{id: 2}])
  await sim.time.advance(0)
})

for (const app of some(1, ['radarr', 'sonarr', 'sonarr5'] as const)) {
  test(`${app}: an address without its URL base is led there once, and its live channel stands`, async () => {
    const {arr} = await simulate({clock: 'virtual'}, app)
    const {replica, port} = await replicaOf(arr, new URL(arr.url).origin)
    expect(port.url).toBe(arr.url)
    const asked = () => arr.arr.stats.requests.map(({status}) => status)
    expect(asked().filter((status) => status === 307)).toHaveLength(1)
    arr.replaceDatabase({urlBase: '/films'})
    await expect.poll(() => replica.isLive).toBe(false)
    await replica.readNow()
    expect(new URL(port.url).pathname).toBe('/films')
    await expect.poll(() => replica.isLive).toBe(true)
    arr.replaceDatabase({urlBase: ''})
    await expect.poll(() => replica.isLive).toBe(false)
    await port.command({what: 'refreshDownloads'})
    expect(new URL(port.url).pathname).toBe('/')
    await expect.poll(() => replica.isLive).toBe(true)
    expectClean(arr)
  })
}

async function replicaOf(arr: SimulatedArr, url = arr.url) {
  const port = await portOf(arr, undefined, url)
  const {apiKey, skipVerify} = addressOf(arr)
  const address = {url: () => port.url, apiKey, skipVerify}
  const channel = new LiveChannel(address, policy, port.status.apiVersion, {
    clock: systemClock,
    random: () => 0,
  })
  const changes: ReplicaChange[] = []
  const cursor = {at: arr.arr.time.now() - 1_000, seen: []}
  const changed = (change: ReplicaChange): void => void changes.push(change)
  const replica = new ArrReplica({port, again: port, channel, clock: systemClock, cursor, changed})
  closing.push(() => replica.stop())
  replica.start()
  await expect.poll(() => replica.isLive).toBe(true)
  await expect.poll(() => replica.queue).not.toBeNull()
  return {port, replica, changes, rows: (): HistoryRow[] => changes.flatMap(({history}) => [...history])}
}

/** Takes every call; `broken` refuses them. */
async function receiver() {
  const heard: {event: string; token: string; downloadId: unknown}[] = []
  const state = {broken: false}
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      const {eventType, downloadId} = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
      const token = String(request.headers['x-commodarr-token'] ?? request.headers.authorization)
      if (!state.broken) heard.push({event: String(eventType), token, downloadId})
      response.writeHead(state.broken ? 503 : 204).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return {heard, state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`}
}

for (const app of some(2, ['radarr', 'sonarr', 'sonarr5', 'lidarr', 'readarr', 'whisparr3'] as const)) {
  test(`${app}: our webhook is tried, hears of a grab and an import, and goes again`, async () => {
    const {arr, sim} = await simulate({clock: 'virtual'}, app)
    const port = await portOf(arr)
    const {heard, state, url} = await receiver()
    const webhook = {url, token: new Secret('a-token')}
    state.broken = true
    await expect(port.putWebhook(webhook)).rejects.toMatchObject({code: 'command_refused'})
    state.broken = false
    const id = await port.putWebhook(webhook)
    expect(await port.putWebhook(webhook)).toBe(id)
    const {hash} = arr.arr.releases.define({itemId: 1, unitIds: [1], life: {completeAfter: 30}})
    await port.command({what: 'rssSync'})
    await sim.time.advance(150_000)
    const events = heard.map(({event}) => event)
    expect(events.slice(0, 3)).toEqual(['Test', 'Test', 'Grab'])
    expect(events.slice(3)).toContain('Download')
    expect(new Set(heard.slice(2).map(({downloadId}) => downloadId))).toEqual(new Set([hash]))
    const token =
      app === 'readarr' ? `Basic ${Buffer.from('Commodarr:a-token').toString('base64')}` : 'a-token'
    expect(new Set(heard.map((it) => it.token))).toEqual(new Set([token]))
    expect((await port.notifications()).map((it) => it.name)).toEqual(['Commodarr'])
    expect(await port.webhookState(webhook)).toBe('same')
    expect(await port.webhookState({...webhook, url: 'http://other/hook'})).toBe('other')
    expect(await port.removeWebhook('http://other/hook')).toBe(false)
    expect([await port.removeWebhook(url), await port.removeWebhook(url)]).toEqual([true, false])
    expect(await port.webhookState(webhook)).toBe('none')
    expectClean(arr)
  })
}

for (const [kind, heardOf] of [
  ['webhookLost', ['Download']],
  ['webhookDuplicate', ['Grab', 'Grab', 'Download', 'Download']],
  ['webhookReorder', ['Download', 'Grab']],
] as const) {
  test(`with ${kind} the history still has each of them once, in their order`, async () => {
    const {arr, sim} = await simulate({clock: 'virtual'}, 'radarr')
    const port = await portOf(arr)
    const {heard, url} = await receiver()
    await port.putWebhook({url, token: new Secret('a-token')})
    arr.arr.faults.add({kind, ...(kind === 'webhookLost' && {count: 1})})
    const {hash} = arr.arr.releases.define({itemId: 1, life: {completeAfter: 30}})
    await port.command({what: 'rssSync'})
    await sim.time.advance(150_000)
    expect(heard.slice(1).map(({event}) => event)).toEqual(heardOf)
    expect((await port.historyOf(asDownloadId(hash)!)).map(({event}) => event)).toEqual([
      'imported',
      'grabbed',
    ])
  })
}

test('a long history is asked for in pages, each row reported once, whatever is written meanwhile', async () => {
  const {arr} = await simulate({clock: 'virtual'}, 'radarr', {generated: {history: 2_500}})
  const port = await portOf(arr)
  const before = arr.arr.stats.requests.length
  const ids: number[] = []
  expect(await port.history(({id}) => void ids.push(id))).toBe(2_500)
  expect([ids.length, new Set(ids).size]).toEqual([2_500, 2_500])
  const asked = arr.arr.stats.requests.slice(before).map(({query}) => new URLSearchParams(query))
  expect(asked.map((query) => [query.get('page'), query.get('pageSize')])).toEqual([
    ['1', '1000'],
    ['2', '1000'],
    ['3', '1000'],
  ])
})

test.each(apps)(
  '%s sends the poster of what it has, none of what it lacks; a page in its place is none, no answer a fault',
  async (app) => {
    const {arr} = await simulate({}, app, {posters: true})
    const port = await portOf(arr)
    const kinds = {
      movie: ['movie'],
      episode: ['series', 'episode'],
      album: ['artist', 'album'],
      book: ['author', 'book'],
    } as const
    for (const kind of kinds[port.media]) {
      const picture = await port.poster({kind, id: 1})
      expect(picture?.subarray(1, 4).toString()).toBe('PNG')
      expect(await port.poster({kind, id: 999})).toBeNull()
    }
    const of = {kind: kinds[port.media][0], id: 1}
    const {faults} = arr.arr
    for (const kind of ['html200', 'redirectToLogin', '409'] as const) {
      const fault = faults.add({kind})
      expect(await port.poster(of)).toBeNull()
      faults.clear(fault)
    }
    for (const kind of ['reset', '401', '429', '502', '503'] as const) {
      const fault = faults.add({kind})
      await expect(port.poster(of)).rejects.toBeInstanceOf(ServerFault)
      faults.clear(fault)
    }
  },
)

test('an Arr without posters says so', async () => {
  const {arr} = await simulate({}, 'radarr')
  expect(await (await portOf(arr)).poster({kind: 'movie', id: 1})).toBeNull()
})

test('an edit of a quality profile that is neither name nor score is noticed', async () => {
  const {arr} = await simulate({clock: 'virtual'}, 'radarr')
  const port = await portOf(arr)
  const contents = async () => (await port.librarySettings()).profiles.map((profile) => profile.contents)
  const [before] = await contents()
  expect(before).toEqual(expect.any(String))
  const {profiles} = arr.arr
  const edits = [{cutoff: 7}, {allowed: [3, 7]}, {allowed: [7]}]
  const seen = new Set([before])
  for (const edit of edits) {
    profiles[0] = {...profiles[0]!, ...edit}
    seen.add((await contents())[0])
  }
  expect(seen.size).toBe(edits.length + 1)
  profiles[0] = {...profiles[0]!, name: 'Another name', minScore: 3}
  expect(seen).toContain((await contents())[0])
})
