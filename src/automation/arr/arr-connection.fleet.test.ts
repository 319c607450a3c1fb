/**
 * What a manager knows of downloads, from simulated Arrs that hold every question to the app's own description: in
 * virtual time, without sockets.
 */
import {afterEach, expect, test} from 'vitest'
import {openArr} from '#arr-client/api/open.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {assembleSim, type ArrSim, type SimulatedArr} from '#lab/arrs/create.ts'
import type {ArrApp} from '#lab/arrs/dialects.ts'
import {InsideDispatcher, insideLive} from '#lab/arrs/inside.ts'
import {strictValidation} from '#lab/arrs/validation.ts'
import {asArrId, asDownloadId} from '#model/arr.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import type {FactName} from '#model/fact.ts'
import type {ManagedRow} from '#model/manager.ts'
import {Secret} from '#model/secret.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import type {ArrFacts} from '../manager/torrent-subject.ts'
import type {GivenUpRelease} from '../manager/messages.ts'
import {subjectWith} from '../manager/torrent-subject.fixture.ts'
import {ArrConnection} from './arr-connection.ts'
import type {TitleMessage} from './title-cache.ts'

const MINUTE = 60_000
const policy = {objectionTo: () => null, lookup: undefined}
let sim: ArrSim
let side: ArrConnection
afterEach(async () => {
  await side.stop()
  await sim.close()
})

const units = [{number: 1}, {number: 2}, {number: 3}]
const libraries = {
  radarr: [{title: 'Some Film', year: 2020}],
  sonarr: [{title: 'A Show', units}],
  sonarr5: [{title: 'A Show', units}],
  lidarr: [{title: 'A Band', units: [{title: 'First Light', tracks: 2}]}],
  readarr: [{title: 'A Writer', units: [{title: 'A Book'}]}],
  whisparr2: [{title: 'A Site', units}],
  whisparr3: [{title: 'Some Scene', year: 2020}],
} as const satisfies Record<ArrApp, unknown>

const titles: Readonly<Record<ArrApp, string>> = {
  radarr: 'Some Film (2020)',
  sonarr: 'A Show S01E01–E03',
  sonarr5: 'A Show S01E01–E03',
  lidarr: 'A Band: First Light',
  readarr: 'A Writer: A Book',
  whisparr2: 'A Site: Crossing 1, County 2 +1',
  whisparr3: 'Some Scene (2020)',
}

const ofImport: readonly FactName[] = ['arr.importedEvidence', 'arr.anyImported']
const ofLibrary: readonly FactName[] = ['arr.hasFile', 'arr.monitored', 'arr.inLibrary', 'arr.scoreMet']

class Harness {
  readonly arr: SimulatedArr
  readonly records: DownloadRecord[] = []
  readonly titles: TitleMessage[] = []
  row: ManagedRow
  /** As `METHOD path`. */
  readonly asked: string[] = []
  readonly gaveUp: GivenUpRelease[] = []

  constructor(
    app: ArrApp,
    life: object,
    {config = {}, release = {}}: {config?: Partial<InstanceConfig>; release?: object} = {},
  ) {
    sim = assembleSim({
      clock: 'virtual',
      validation: strictValidation,
      instances: [
        {
          name: 'Arr',
          app,
          library: libraries[app],
          downloadClients: [{name: 'A', category: 'films'}],
          ...config,
        },
      ],
    })
    const arr = sim.arr('Arr')
    this.arr = arr
    const {hash} = arr.arr.releases.define({itemId: 1, life, ...release})
    const {row} = subjectWith()
    this.row = {...row, infoHashV1: null, key: {...row.key, hash: asInfoHash(hash)!}}
    const address = {url: 'http://arr', apiKey: new Secret(arr.apiKey), skipVerify: false}
    const watched = {
      answer: (request: Parameters<SimulatedArr['answer']>[0]) => {
        this.asked.push(`${request.method} ${request.path}`)
        return arr.answer(request)
      },
      arr: arr.arr,
      isDown: false,
    }
    side = new ArrConnection({
      id: asArrId('Arr'),
      clock: sim.time,
      random: () => 1,
      historyFrom: sim.time.now(),
      timers: {rssSync: 0, refresh: 0},
      mostLibraryRows: 1_000,
      open: (signal, updated) =>
        openArr(address, policy, {dispatcher: new InsideDispatcher(watched), signal, updated}),
      channel: ({status: {apiVersion}}) => insideLive(arr, apiVersion),
      changed: () => undefined,
      learned: () => undefined,
      rowOf: () => this.row,
      copiesOf: () => [],
      remember: (record) => void this.records.push(record),
      titled: (titles) => void this.titles.push(...titles),
      library: () => undefined,
      refused: () => {},
      gaveUp: (releases) => void this.gaveUp.push(...releases),
    })
    side.start()
  }

  async grab(): Promise<void> {
    await sim.time.advance(2_000)
    this.arr.arr.commands.post('RssSync', {}, 'manual')
    await sim.time.advance(20_000)
    side.look()
    await sim.time.advance(5_000)
  }

  /** As rules do it: each minute what is not known is wanted again. */
  async saying(facts: readonly FactName[], minutes = 2): Promise<ArrFacts> {
    for (let minute = 0; minute < minutes; minute++) {
      side.want(this.row, facts)
      await sim.time.advance(MINUTE)
    }
    return side.saying(this.row)
  }
}

for (const app of Object.keys(libraries) as ArrApp[]) {
  test(`${app}: a release that failed is reported with its grab, once for each of its items`, async () => {
    const harness = new Harness(app, {completeAfter: 600_000})
    await harness.grab()
    const downloadId = asDownloadId(harness.row.key.hash)!
    const grab = side.commands.grab(downloadId)
    await sim.time.advance(1_000)
    const {at: grabbedAt, media, title} = (await grab)!
    const failing = side.commands.blocklist(
      {downloadId, skipRedownload: true, why: 'Commodarr: Stalled (stalled).'},
      side.queued(downloadId),
    )
    await sim.time.advance(2 * MINUTE)
    await failing
    side.look()
    await sim.time.advance(2 * MINUTE)
    expect(media.length).toBeGreaterThan(0)
    expect(harness.gaveUp.map(({item}) => item).toSorted()).toEqual(media.toSorted())
    for (const one of harness.gaveUp) expect(one).toMatchObject({downloadId, grabbedAt, title})
    expect(harness.gaveUp.every(({at}) => at > grabbedAt)).toBe(true)
  })

  test(`${app}: what is grabbed is known with its items, and its import with a proof that is remembered`, async () => {
    const harness = new Harness(app, {completeAfter: 600})
    await harness.grab()
    expect(await harness.saying([...ofImport, ...ofLibrary])).toMatchObject({
      isTrusted: true,
      inQueue: true,
      tracked: 'downloading',
      anyImported: false,
      evidence: null,
      monitored: true,
      inLibrary: true,
      hasFile: false,
      minScore: 0,
    })
    expect(harness.titles).toEqual([[harness.row.key.hash.toUpperCase(), titles[app]]])
    await sim.time.advance(20 * MINUTE)
    const after = await harness.saying([...ofImport, ...ofLibrary])
    expect(after).toMatchObject({inQueue: false, anyImported: true, hasFile: true, monitored: true})
    expect(after.evidence).toMatch(/^history\/\d/)
    expect(harness.records.at(-1)).toMatchObject({...harness.row.key, state: 'imported', ownership: 'owned'})
    expect(after.media).toEqual(expect.arrayContaining([...new Set(after.media)]))
    const {schemaErrors, unknownParams, notSimulated} = harness.arr.arr.stats
    expect([schemaErrors, unknownParams, notSimulated]).toEqual([[], [], []])
  })
}

test('S28 of a season of which two episodes came in a part is known to be in, and nothing is proven', async () => {
  const harness = new Harness('sonarr', {completeAfter: 1}, {release: {import: {partial: 2}}})
  await harness.grab()
  await sim.time.advance(3 * MINUTE)
  expect(await harness.saying(ofImport)).toMatchObject({anyImported: true, evidence: null, inQueue: true})
  expect(harness.records.at(-1)).toMatchObject({state: 'waiting', proof: null})
})

test('imports without an id are proven by where their files lay', async () => {
  const faults = [{kind: 'emptyDownloadIdInHistory'}] as const
  const harness = new Harness('sonarr', {completeAfter: 120}, {config: {faults}})
  await harness.grab()
  await sim.time.advance(20 * MINUTE)
  expect(await harness.saying(ofImport)).toMatchObject({anyImported: false, evidence: null})
  const [torrent] = await sim.server('A').list()
  harness.row = {...harness.row, contentPath: torrent!.outputPath}
  expect((await harness.saying(ofImport, 30)).evidence).toMatch(/^history\//)
})

test('S27 what left the queue because a person removed it is not imported', async () => {
  const harness = new Harness('radarr', {completeAfter: null})
  await harness.grab()
  await sim.server('A').remove(harness.row.key.hash)
  await sim.time.advance(15 * MINUTE)
  expect(await harness.saying(ofImport)).toMatchObject({inQueue: false, anyImported: false, evidence: null})
})

test('given up before it is known to be in the queue of its Arr, it makes room for another', async () => {
  const harness = new Harness('radarr', {completeAfter: 600}, {release: {score: 1}})
  const {arr} = harness.arr
  const [bad] = arr.releases.all
  const other = arr.releases.define({itemId: 1, life: {completeAfter: 600}, score: 0})
  await sim.time.advance(2_000)
  arr.commands.post('RssSync', {}, 'manual')
  // Its Arr lists it five seconds after its grab, and our look was before that.
  await sim.time.advance(4_000)
  side.look()
  const downloadId = asDownloadId(bad!.hash)!
  while (!arr.queue.has(bad!.hash)) await sim.time.advance(20)
  await side.refreshed()
  expect([arr.stats.grabs, side.queued(downloadId)]).toEqual([[bad!.hash], null])
  const given = side.commands.blocklist({downloadId, skipRedownload: false, why: ''}, side.queued(downloadId))
  await sim.time.advance(20_000)
  await given
  expect(arr.stats.blocklists).toEqual([bad!.hash])
  expect(arr.stats.grabs).toEqual([bad!.hash, other.hash])
})

test('of what was not grabbed there is nothing to remember', async () => {
  const harness = new Harness('radarr', {completeAfter: null})
  await sim.time.advance(2_000)
  expect(await harness.saying(ofImport)).toMatchObject({inQueue: false, anyImported: false, evidence: null})
  expect(harness.records).toEqual([])
})

test('a release below the least score of its profile is known by one look at its film', async () => {
  const harness = new Harness('radarr', {completeAfter: null}, {release: {score: 5}})
  await harness.grab()
  // An Arr takes nothing below that: its profile was edited since.
  harness.arr.arr.profiles[0] = {name: 'HD', minScore: 10}
  const before = harness.asked.length
  expect(await harness.saying(['arr.scoreMet'])).toMatchObject({score: 5, minScore: 10})
  const asked = harness.asked.slice(before).filter((it) => !/queue|history|health/.test(it))
  expect(asked.sort()).toEqual(['GET /api/v3/movie/1', 'GET /api/v3/qualityprofile'])
})

for (const app of ['radarr', 'sonarr', 'sonarr5', 'lidarr', 'whisparr3'] as const) {
  test.each([
    ['Q41 the same quality with a higher score', 3, 100, true],
    ['Q41 a better quality with a higher score', 7, 100, true],
    ['Q41 a lower quality with a higher score', 5, 100, false],
    ['the same quality with the same score', 3, 5, false],
  ])(`${app}: %s came in meanwhile: the release is worse = %4$s`, async (_, qualityId, score, isWorse) => {
    const harness = new Harness(app, {completeAfter: null}, {release: {score: 5}})
    await harness.grab()
    const {library} = harness.arr.arr
    const [parent] = library.parents
    const place = (at: number) => {
      const unit = library.unitsOf(parent!)[at]!
      library.place(
        {
          parentId: parent!.id,
          path: `/library/${at}.mkv`,
          relativePath: `${at}.mkv`,
          size: 5,
          qualityId,
          score,
          addedAt: sim.time.now(),
          sceneName: null,
        },
        unit.slots.map((_slot, slot) => ({unit, slot})),
      )
    }
    const units = library.unitsOf(parent!).map((_unit, at) => at)
    for (const at of units.slice(1)) place(at)
    const facts = ['arr.worseThanFile', 'arr.fileScore', 'arr.pickedByHand'] as const
    // Q42: what brings something that is missing is not worse.
    expect(await harness.saying(facts)).toMatchObject({worseThanFile: false, pickedByHand: false})
    place(0)
    // What nobody announces is read again after an hour.
    expect(await harness.saying(facts, 65)).toMatchObject({
      score: 5,
      fileScore: score,
      worseThanFile: isWorse,
    })
  })
}

test('while an Arr is in trouble nothing is concluded, and afterwards all is known', async () => {
  const harness = new Harness('radarr', {completeAfter: 60})
  await harness.grab()
  harness.arr.arr.faults.add({kind: '503'})
  await sim.time.advance(5 * MINUTE)
  const meanwhile = await harness.saying(ofImport)
  expect([meanwhile.isTrusted, meanwhile.evidence]).toEqual([false, undefined])
  harness.arr.arr.faults.clear()
  await sim.time.advance(15 * MINUTE)
  expect((await harness.saying(ofImport, 15)).evidence).toMatch(/^history\//)
})

test('an Arr that was updated is asked again what it is, with its next answer and once', async () => {
  const harness = new Harness('radarr', {completeAfter: null})
  await harness.grab()
  const statusAsked = () => harness.asked.filter((it) => it === 'GET /api/v3/system/status').length
  expect([side.report.version, statusAsked()]).toEqual([harness.arr.arr.dialect.version, 1])
  harness.arr.arr.dialect = {...harness.arr.arr.dialect, version: '99.1.0.0'}
  // The live channel stays up, so it says nothing of this.
  side.look()
  await sim.time.advance(5_000)
  expect([side.report.version, statusAsked()]).toEqual(['99.1.0.0', 2])
  await sim.time.advance(20 * MINUTE)
  expect([side.report.version, statusAsked()]).toEqual(['99.1.0.0', 2])
  expect(await harness.saying(ofImport)).toMatchObject({isTrusted: true, inQueue: true})
})
