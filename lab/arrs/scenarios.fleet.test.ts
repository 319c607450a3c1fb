/**
 * What happens in the wild, told by simulated Arrs to our own clients: as far as it needs nobody who decides. Everything
 * is in virtual time and without sockets; each Arr is strict, so what it is asked and answers is as it is described.
 */
import {createHash} from 'node:crypto'
import {afterEach, expect, test} from 'vitest'
import {suspensionOf} from '#arr-client/arr-health.ts'
import {discover} from '#arr-client/discover.ts'
import {examine} from '#arr-client/doctor.ts'
import {classesOfRow, classOfRejection} from '#arr-client/reject-class.ts'
import {researchAfter} from '#arr-client/search-policy.ts'
import {asDownloadId} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {isFull, some} from '#test/proof.ts'
import {seededRandom} from '../simulators/random.ts'
import type {InstanceConfig} from './config.ts'
import {assembleSim, type ArrSim} from './create.ts'
import {clientsOf, type ArrClients} from './arr-client.fixture.ts'
import type {Fault} from './faults.ts'
import {isFailure, rejectClasses} from './rejections.ts'
import {timeLineOn} from './time-line.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
let sim: ArrSim
afterEach(() => sim.close())

const film: InstanceConfig = {
  name: 'Radarr',
  app: 'radarr',
  library: [{title: 'Some Film', year: 2020}],
  downloadClients: [{name: 'A', category: 'films'}],
}
const season = {title: 'A Show', units: [{number: 1}, {number: 2}, {number: 3}]}
const show: InstanceConfig = {
  name: 'Sonarr',
  app: 'sonarr',
  library: [season],
  downloadClients: [{name: 'A', category: 'tv'}],
}

function simulate(...instances: InstanceConfig[]): ArrSim {
  sim = assembleSim({clock: 'virtual', instances})
  return sim
}

async function opened(config: InstanceConfig): Promise<ArrClients> {
  const one = await clientsOf(simulate(config).arr(config.name))
  await sim.time.advance(2_000)
  return one
}

async function grabbed({arr, port}: ArrClients, life: object, more: object = {}): Promise<string> {
  const {hash} = arr.arr.releases.define({itemId: 1, life, ...more})
  await port.command({what: 'rssSync'})
  await sim.time.advance(20_000)
  return hash
}

test('1: a grab is known with its film a second after it was reported, and its import with its proof', async () => {
  const it = await opened(film)
  const {hash} = it.arr.arr.releases.define({itemId: 1, life: {completeAfter: 90}})
  await it.port.command({what: 'search', ids: [1]})
  await sim.time.advance(1_500)
  expect(it.changes.find(({library}) => library)?.library).toMatchObject({
    name: 'movie',
    resource: {grabbed: true},
  })
  // The Arr lists it five seconds later: what it is for is known before.
  const id = asDownloadId(hash)!
  expect(it.replica.historyOf(id)).toMatchObject([{event: 'grabbed', media: {kind: 'movie', id: 1}}])
  expect((await it.proof(id, null)).proven).toBe(false)
  await sim.time.advance(3 * MINUTE)
  expect((await it.proof(id, null)).proven).toBe(true)
  expect(sim.server('A').removed).toEqual([])
})

test('2: asked to look at once, an Arr imports within five seconds instead of a minute', async () => {
  const it = await opened({...film, config: {checkForFinishedDownloadInterval: 1}})
  await grabbed(it, {completeAfter: 65})
  const doneAt = it.arr.arr.history.happened[0]!.at + 65_000
  await sim.time.advance(doneAt + 1_000 - sim.time.now())
  await it.port.command({what: 'refreshDownloads'})
  await sim.time.advance(4_000)
  expect(it.arr.arr.history.happened.map(({event}) => event)).toEqual(['grabbed', 'downloadFolderImported'])
  expect(it.arr.arr.history.happened[1]!.at - doneAt).toBeLessThan(5_000)
})

for (const auto of [true, false]) {
  test(`3: what stalls is blocklisted and removed once, and searched for once more, by either side (${auto})`, async () => {
    const it = await opened({...film, config: {autoRedownloadFailed: auto}})
    await grabbed(it, {stalls: [{from: 1}]})
    await sim.time.advance(30 * MINUTE)
    const [row] = it.replica.queue!
    expect(row).toMatchObject({status: 'warning', state: 'downloading'})
    const plan = researchAfter(true, 'queue', await it.port.downloadHandling(), false)
    const {skipRedownload} = plan
    const removal = {removeFromClient: true, blocklist: true, skipRedownload, changeCategory: false}
    expect(await it.port.removeFromQueue(row!.id, removal)).toBe(true)
    if (plan.searchOurselves) await it.port.command({what: 'search', ids: [1]})
    await sim.time.advance(30 * MINUTE)
    expect(it.arr.arr.stats.searches).toEqual({1: 1})
    expect(it.arr.arr.stats.blocklists).toHaveLength(1)
    expect(sim.server('A').removed).toHaveLength(1)
    expect(await it.port.queue()).toEqual([])
  })
}

test('4: what an indexer lists without its hash comes back, until the Arr looks into it; the doctor says so', async () => {
  const it = await opened({
    ...film,
    indexers: [
      {name: 'Without', infoHash: false},
      {name: 'Other', infoHash: false},
    ],
  })
  const hash = await grabbed(it, {completeAfter: null}, {indexer: 'Without', seeders: 9})
  it.arr.arr.releases.define({itemId: 1, hash, indexer: 'Other', life: {completeAfter: null}})
  const fail = async (): Promise<void> => {
    const [row] = await it.port.queue()
    const removal = {removeFromClient: true, blocklist: true, skipRedownload: false, changeCategory: false}
    await it.port.removeFromQueue(row!.id, removal)
    await sim.time.advance(20_000)
  }
  await fail()
  expect(it.arr.arr.stats.grabs).toEqual([hash, hash])
  const findings = examine(await discover(it.port), {removes: true})
  expect(findings.filter(({code}) => code === 'blocklisted_not_rejected')).toHaveLength(2)
  await it.port.rejectBlocklisted(1, true)
  await it.port.rejectBlocklisted(2, true)
  await fail()
  await it.port.command({what: 'search', ids: [1]})
  await sim.time.advance(20_000)
  expect(it.arr.arr.stats.grabs).toEqual([hash, hash])
})

for (const app of some(2, ['radarr', 'sonarr', 'sonarr5', 'lidarr'] as const)) {
  test(`5: ${app}: every reason not to import is one of our classes, and none is a proof`, async () => {
    for (const reject of rejectClasses) {
      const library =
        app === 'radarr'
          ? film.library!
          : app === 'lidarr'
            ? [{title: 'A Band', units: [{tracks: 2}]}]
            : [season]
      const it = await opened({...film, name: 'Arr', app, library})
      const hash = await grabbed(it, {completeAfter: 1}, {import: {reject}})
      await it.replica.readNow()
      const id = asDownloadId(hash)!
      const row = it.replica.downloads.get(id)?.rows[0]
      // Several files are told one by one, behind a title that says that not all of it came in.
      const classes = classesOfRow(row!).filter((one) => one !== 'partial')
      expect([reject, classes]).not.toEqual([reject, ['unknown']])
      const [candidate] = await it.port.importCandidates(id)
      expect(candidate!.rejections.map(classOfRejection)).toEqual(isFailure(reject) ? [] : classes)
      expect((await it.proof(id, row!.outputPath)).proven).toBe(false)
      await sim.close()
    }
  })
}

test('6: of a season of which two episodes came in nothing is proven until the third did', async () => {
  const it = await opened(show)
  const hash = await grabbed(it, {completeAfter: 1}, {import: {partial: 2}})
  const id = asDownloadId(hash)!
  await it.replica.readNow()
  expect(classesOfRow(it.replica.queue![0]!)).toEqual(['partial'])
  const before = await it.proof(id, null)
  expect(before.doubts.map(({code, media}) => [code, media?.id])).toContainEqual(['not_imported', 3])
  const candidates = await it.port.importCandidates(id)
  await it.port.command({what: 'import', files: candidates.slice(2), mode: 'copy'})
  await sim.time.advance(20_000)
  expect((await it.proof(id, null)).proven).toBe(true)
})

test('6: rows without a download id are a proof by where their files lay', async () => {
  const it = await opened({...show, faults: [{kind: 'emptyDownloadIdInHistory'}]})
  const hash = await grabbed(it, {completeAfter: 1})
  await sim.time.advance(2 * MINUTE)
  const id = asDownloadId(hash)!
  const [row] = await it.port
    .historySince(sim.time.now() - HOUR)
    .then((rows) => rows.filter(({event}) => event === 'imported'))
  expect(row).toMatchObject({downloadId: null})
  expect((await it.proof(id, null)).proven).toBe(false)
  const contentPath = row!.droppedPath.slice(0, row!.droppedPath.lastIndexOf('/'))
  expect((await it.proof(id, contentPath)).proven).toBe(true)
})

test('7: what was not grabbed has no history, and is not blocklisted though the Arr says yes', async () => {
  const it = await opened(film)
  const hash = 'ab'.repeat(20)
  const content = [{path: 'x.mkv', size: 10, kind: 'video' as const}]
  await sim
    .server('A')
    .add({hash, name: 'Who.Knows', category: 'films', life: {completeAfter: null}, content})
  await sim.time.advance(2 * MINUTE)
  const [row] = it.replica.queue!
  expect(row).toMatchObject({downloadId: hash.toUpperCase(), media: []})
  expect(await it.port.historyOf(row!.downloadId!)).toEqual([])
  const removal = {removeFromClient: false, blocklist: true, skipRedownload: true, changeCategory: false}
  expect(await it.port.removeFromQueue(row!.id, removal)).toBe(true)
  await sim.time.advance(4 * MINUTE)
  expect([it.arr.arr.blocklist.rows.length, it.replica.queue?.length]).toEqual([0, 1])
})

test('8: an Arr that was away while it imported is caught up with, and each row is reported once', async () => {
  const it = await opened({...film, faults: [{kind: 'webhookLost'}]})
  await grabbed(it, {completeAfter: 60})
  await it.arr.down()
  await sim.time.advance(10 * MINUTE)
  expect(it.replica.queue).toBeNull()
  await it.arr.up()
  await sim.time.advance(11 * MINUTE)
  expect(it.history().map(({event}) => event)).toEqual(['grabbed', 'imported'])
  expect(it.replica.queue).toEqual([])
})

test('8: another database with the same ids is read again, and nothing of the one before is left', async () => {
  const it = await opened(film)
  const hash = await grabbed(it, {completeAfter: null})
  await it.replica.readNow()
  expect([...it.replica.downloads.keys()]).toEqual([hash])
  it.arr.replaceDatabase({
    library: [{title: 'Quite Another Film', year: 1999}],
    downloadClients: [{name: 'A', category: 'x'}],
  })
  await sim.time.advance(MINUTE)
  expect(it.replica.queue).toEqual([])
  const titles: string[] = []
  await it.port.library(({id, title}) => void titles.push(`${id} ${title}`))
  expect(titles).toEqual(['1 Quite Another Film'])
  const other = await grabbed(it, {completeAfter: null}, {hash: '12'.repeat(20)})
  await sim.time.advance(11 * MINUTE)
  expect([...it.replica.downloads.keys()]).toEqual([other])
  expect(it.history().at(-1)).toMatchObject({id: 1, downloadId: other})
})

test('8: with a clock that is ten minutes behind, and a channel that keeps breaking, each row is reported once', async () => {
  const faults: readonly Fault[] = [
    {kind: 'clockSkew', seconds: -600},
    {kind: 'signalrDrop', everyMs: 7_000},
  ]
  const it = await opened({...film, library: {items: 5}, faults})
  for (let itemId = 1; itemId <= 5; itemId++)
    it.arr.arr.releases.define({itemId, life: {completeAfter: 200 * itemId}})
  await it.port.command({what: 'rssSync'})
  await sim.time.advance(HOUR)
  expect(it.history().map(({id}) => id)).toEqual(it.arr.arr.history.happened.map(({id}) => id))
  expect(it.replica.queue).toEqual([])
})

test('9: an Arr whose key was changed has no queue and says why; its neighbour has one', async () => {
  const {arr} = simulate(film, {...film, name: 'Other'})
  const [one, other] = [await clientsOf(arr('Radarr')), await clientsOf(arr('Other'))]
  arr('Radarr').apiKey = 'f'.repeat(32)
  await sim.time.advance(16 * MINUTE)
  expect(one.replica.queue).toBeNull()
  expect(one.replica.fault).toMatchObject({code: 'login_refused'})
  expect(other.replica.queue).toEqual([])
})

test('10: without a path mapping nothing is imported, the class says why, and destruction waits', async () => {
  const it = await opened({...film, faults: [{kind: 'pathMappingMissing'}]})
  const hash = await grabbed(it, {completeAfter: 1})
  await sim.time.advance(2 * MINUTE)
  const row = (await it.port.queue()).find(({downloadId}) => downloadId === hash)!
  // That its path is another's nothing but the path says.
  expect([row.status, row.state, classesOfRow(row)]).toEqual(['completed', 'importPending', ['no_files']])
  expect(suspensionOf(await it.port.health())).toEqual({searches: false, destruction: true})
  expect((await it.proof(row.downloadId!, null)).proven).toBe(false)
})

test('11: two Arrs with equal ids on one server see what is theirs', async () => {
  const second: InstanceConfig = {
    ...film,
    name: 'Radarr 4K',
    downloadClients: [{name: 'A', category: 'films-4k'}],
  }
  const {arr} = simulate(film, second)
  const both = [await clientsOf(arr('Radarr')), await clientsOf(arr('Radarr 4K'))]
  const hashes: string[] = []
  for (const one of both)
    hashes.push(await grabbed(one, {completeAfter: null}, {title: `Some.Film.2020.${one.arr.name}`}))
  await sim.time.advance(2 * MINUTE)
  expect(both.map(({replica}) => [...replica.downloads.keys()])).toEqual(hashes.map((hash) => [hash]))
  expect(both.map(({replica}) => replica.queue?.[0]?.media[0]?.id)).toEqual([1, 1])
  expect(await sim.server('A').list()).toHaveLength(2)
})

test('12: what is not monitored is not in the list of what is wanted; what is not out is, and says so', async () => {
  const it = await opened({...film, library: {items: 20, unmonitored: 5, unavailable: 3}})
  const found: {id: number; available: boolean | null}[] = []
  await it.port.wanted('missing', {monitored: true}, ({id, available}) => void found.push({id, available}))
  expect(found).toHaveLength(15)
  expect(found.filter(({available}) => available === false)).toHaveLength(3)
})

test('12: five hundred searches do not keep an import waiting', async () => {
  const it = await opened({...film, library: {items: 501}})
  await grabbed(it, {completeAfter: 60})
  await it.port.command({what: 'search', ids: Array.from({length: 500}, (_, at) => at + 2)})
  await sim.time.advance(3 * MINUTE)
  expect(it.arr.arr.stats.imports).toHaveLength(1)
  expect(Object.keys(it.arr.arr.stats.searches).length).toBeLessThan(500)
})

test('13: another profile for a while, and back, across a restart', async () => {
  const it = await opened(film)
  await it.port.setProfile([1], 2)
  it.arr.restart()
  const seen: (number | null)[] = []
  await it.port.library(({profileId}) => void seen.push(profileId))
  await it.port.setProfile([1], 1)
  await it.port.library(({profileId}) => void seen.push(profileId))
  expect(seen).toEqual([2, 1])
})

test('14: one key shows which servers, categories and paths there are, and what of it hurts', async () => {
  const it = await opened({
    ...film,
    rootFolders: ['/media/films'],
    config: {enableCompletedDownloadHandling: false, copyUsingHardlinks: false},
    remotePathMappings: [{host: 'box', remotePath: '/d', localPath: '/data/d'}],
    downloadClients: [
      {name: 'A', category: 'films', removeCompletedDownloads: true, fields: {host: 'box', port: 8081}},
    ],
  })
  const setup = await discover(it.port)
  expect(setup.clients).toMatchObject([{kind: 'qbittorrent', host: 'box', port: 8081, categories: ['films']}])
  expect(setup.mappings).toMatchObject([{remotePath: '/d', localPath: '/data/d'}])
  const codes = examine(setup, {removes: true}).map(({code}) => code)
  expect(codes).toEqual(
    expect.arrayContaining(['completed_handling_off', 'client_removes_completed', 'hard_links_off']),
  )
})

test('15: both APIs of a Sonarr give the same downloads', async () => {
  const {arr} = simulate({...show, name: 'S', app: 'sonarr5'})
  const newer = await clientsOf(arr('S'))
  arr('S').arr.faults.add({kind: '404', path: '^GET /api$'})
  const older = await clientsOf(arr('S'))
  expect([newer.port.status.apiVersion, older.port.status.apiVersion]).toEqual(['v5', 'v3'])
  await grabbed(newer, {completeAfter: null})
  await Promise.all([newer.replica.readNow(), older.replica.readNow()])
  const views = [newer, older].map(({replica}) =>
    [...replica.downloads.values()].map(({downloadId, media}) => ({downloadId, media})),
  )
  expect(views[0]).toEqual(views[1])
  expect(views[0]?.[0]?.media.map(({id, parentId}) => [id, parentId])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ])
  const rows = (one: ArrClients) => one.history().map(({event, media, title}) => ({event, media, title}))
  newer.replica.look('both')
  older.replica.look('both')
  await sim.time.advance(5_000)
  expect(rows(newer)).toEqual(rows(older))
})

test('16: of thousands of rows many change each minute: half an hour costs no more questions than of a few', async () => {
  // An import takes a second and a half: those of a minute are done within it.
  const [rows, each, minutes] = isFull ? [5_000, 30, 30] : [2_000, 10, 30]
  // Half of what changes comes in, and is replaced by what was found for other films. That each answer is as it is
  // described the other scenarios hold.
  sim = assembleSim({
    clock: 'virtual',
    validation: null,
    instances: [
      {...film, library: {items: rows + each * minutes}, config: {rssSyncInterval: 0, searchDuration: 0}},
    ],
  })
  const it = await clientsOf(sim.arr('Radarr'))
  const {releases, commands, history, queue} = it.arr.arr
  for (let id = 1; id <= rows; id++) {
    const completeAfter = id <= each * minutes ? Math.ceil(id / each) * 60 : null
    releases.define({itemId: id, life: {completeAfter}})
  }
  commands.post('RssSync', {}, 'manual')
  await sim.time.advance(MINUTE)
  expect(it.replica.queue).toHaveLength(rows)
  const before = it.questions().length
  for (let minute = 0; minute < minutes; minute++) {
    const movieIds = Array.from({length: each}, (_, at) => rows + minute * each + at + 1)
    for (const itemId of movieIds) releases.define({itemId, life: {completeAfter: null}})
    commands.post('MoviesSearch', {movieIds}, 'manual')
    await sim.time.advance(MINUTE)
  }
  const asked = it.questions().slice(before)
  // Of 75 an hour, and of hints 20 and then one each minute.
  expect(asked.length).toBeLessThanOrEqual(37 + 20 + minutes)
  expect(new Set(asked)).toEqual(new Set(['GET /api/v3/queue/details', 'GET /api/v3/history/since']))
  // Both lists are read in this moment: its Arr goes on to import in the next one.
  it.replica.look('both')
  await it.replica.readNow()
  expect(it.replica.queue).toHaveLength(queue.size)
  expect(queue.size).toBeGreaterThanOrEqual(rows - each)
  const imports = history.happened.filter(({event}) => event === 'downloadFolderImported')
  expect(imports.length).toBeGreaterThanOrEqual(each * (minutes - 1))
  expect(it.history().filter(({event}) => event === 'imported')).toHaveLength(imports.length)
})

for (const seed of some(1, [1, 2, 3])) {
  test(`17: two hours of trouble (seed ${seed}): nothing is reported twice, nothing is proven that did not come in, all is known in the end`, async () => {
    const it = await opened({...film, library: {items: 40}, indexers: [{name: 'A', releasesPerItem: 1}]})
    const random = seededRandom(seed)
    for (let id = 1; id <= 40; id++) {
      const reject = random.chance(0.2) ? {import: {reject: random.pick(rejectClasses)}} : {}
      const stalls = random.chance(0.2) ? {completeAfter: null} : {completeAfter: 30 + random.below(3_000)}
      it.arr.arr.releases.define({itemId: id, life: stalls, ...reject})
    }
    await it.port.command({what: 'rssSync'})
    for (let round = 0; round < 24; round++) {
      const fault = random.pick(troubles)
      it.arr.arr.faults.add({...fault, to: random.below(4 * MINUTE)})
      if (random.chance(0.1)) it.arr.restart()
      await sim.time.advance(5 * MINUTE)
    }
    it.arr.arr.faults.clear()
    await sim.time.advance(25 * MINUTE)
    const reported = it.history()
    expect(new Set(reported.map(({id}) => id)).size).toBe(reported.length)
    expect(reported.map(({id}) => id).sort((a, b) => a - b)).toEqual(
      it.arr.arr.history.happened.map(({id}) => id),
    )
    expect(it.replica.queue?.map(({downloadId}) => downloadId).sort()).toEqual(
      [...it.arr.arr.queue.keys()].sort(),
    )
    const {imports} = it.arr.arr.stats
    for (const hash of it.arr.arr.stats.grabs) {
      const {proven} = await it.proof(asDownloadId(hash)!, null)
      expect(proven).toBe(imports.includes(hash))
    }
    expect([it.arr.arr.stats.schemaErrors, it.arr.arr.stats.unknownParams]).toEqual([[], []])
  })
}

const troubles: readonly Fault[] = [
  ...([{kind: 'down'}, {kind: 'reset'}, {kind: 'starting'}, {kind: '401'}, {kind: '502'}] as const),
  ...([{kind: '500', body: 'json'}, {kind: '503'}, {kind: 'html200'}, {kind: 'malformedJson'}] as const),
  ...([{kind: 'truncatedJson'}, {kind: 'duplicateRows', path: 'queue'}, {kind: 'signalrSilent'}] as const),
  ...([{kind: 'refreshStopped'}, {kind: 'stuckQueue'}, {kind: 'redirectToLogin'}] as const),
]

test('what waits for its torrent server is in the queue without an id, and may be grabbed at once', async () => {
  const it = await opened(film)
  sim.server('A').down = true
  const hash = await grabbed(it, {completeAfter: null})
  await sim.time.advance(MINUTE)
  expect(suspensionOf(await it.port.health()).destruction).toBe(true)
  const [row] = await it.port.queue()
  expect(row).toMatchObject({status: 'downloadClientUnavailable', downloadId: null, media: [{id: 1}]})
  sim.server('A').down = false
  expect(await it.port.grabNow(row!.id)).toBe(true)
  expect(await it.port.grabNow(row!.id)).toBe(false)
  await sim.time.advance(MINUTE)
  expect((await it.port.queue()).map(({downloadId}) => downloadId)).toEqual([hash])
  expect(suspensionOf(await it.port.health()).destruction).toBe(false)
})

test('a row that is taken away with another category leaves its torrent, under that category', async () => {
  const it = await opened({
    ...film,
    downloadClients: [{name: 'A', category: 'films', postImportCategory: 'done'}],
  })
  await grabbed(it, {completeAfter: null})
  const [row] = await it.port.queue()
  expect(row?.hasPostImportCategory).toBe(true)
  const removal = {removeFromClient: false, blocklist: false, skipRedownload: true, changeCategory: true}
  expect(await it.port.removeFromQueue(row!.id, removal)).toBe(true)
  await sim.time.advance(2 * MINUTE)
  expect(await it.port.queue()).toEqual([])
  expect((await sim.server('A').list()).map(({category}) => category)).toEqual(['done'])
})

test('on the clock of the program under test it lives by that clock', async () => {
  const clock = new VirtualClock()
  sim = assembleSim({clock: timeLineOn(clock), instances: [film]})
  const it = await clientsOf(sim.arr('Radarr'))
  it.arr.arr.releases.define({itemId: 1, life: {completeAfter: 60}})
  await it.port.command({what: 'rssSync'})
  await clock.advance(3 * MINUTE)
  it.replica.look('both')
  await clock.advance(5_000)
  expect(it.history().map(({event}) => event)).toEqual(['grabbed', 'imported'])
})

test('the same seed and the same calls give the same answers, byte by byte', async () => {
  const trace = async (): Promise<string> => {
    const it = await opened({...film, library: {items: 5}, indexers: [{name: 'A', releasesPerItem: 2}]})
    await grabbed(it, {completeAfter: 60})
    await it.port.command({what: 'search', ids: [1, 2, 3]})
    await sim.time.advance(5 * MINUTE)
    const seen = createHash('sha256')
    for (const path of ['queue/details', 'history', 'command', 'movie', 'blocklist', 'wanted/missing']) {
      const headers = {'x-api-key': it.arr.apiKey}
      const request = {method: 'GET', path: `/api/v3/${path}`, query: new URLSearchParams(), headers}
      seen.update([...(await it.arr.answer(request)).body].join(''))
    }
    await sim.close()
    return seen.digest('hex')
  }
  expect(await trace()).toBe(await trace())
})
