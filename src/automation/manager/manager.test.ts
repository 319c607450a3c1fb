import {expect, test} from 'vitest'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {LiveListener} from '#arr-client/live-channel.ts'
import {
  asArrId,
  asDownloadId,
  type ArrWish,
  type HistoryRow,
  type MediaRef,
  type QueueRow,
  type LibraryFile,
} from '#model/arr.ts'
import {ServerFault} from '#model/errors.ts'
import type {ManagedRow} from '#model/manager.ts'
import {DAY} from '#model/units.ts'
import {importRejectedRules} from '#rules/presets/import-rejected.ts'
import {anArr, owing} from '#rules/presets/inherited.fixture.ts'
import {seedingRules} from '#rules/presets/seeding.ts'
import {queueOrderRule} from '#rules/presets/whole-server.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrConnection} from '../arr/arr-connection.ts'
import {Manager} from './manager.ts'
import type {FromManager, Question, ToManager} from './messages.ts'
import {NOW, subjectWith} from './torrent-subject.fixture.ts'

const arr = anArr({section: 'Radarr', arrId: 'Radarr', categories: ['films'], category: 'films'})
const seeded = seedingRules({...arr, maxRatio: 0.5, removal: 1, youngerThan: 0})
const rejected = importRejectedRules({...arr, errorMessages: ['Sample'], youngerThan: 0})
const order = queueOrderRule({section: 'Settings', servers: [], observes: false})

const {row, server} = subjectWith({row: {forceStart: false, superSeeding: false}})
const downloadId = asDownloadId(row.key.hash)!
const [one, two]: readonly [MediaRef, MediaRef] = [
  {kind: 'episode', id: 1, parentId: 7},
  {kind: 'episode', id: 2, parentId: 7},
]
const past = (id: number, event: HistoryRow['event'], media: MediaRef, more: Partial<HistoryRow> = {}) =>
  ({
    id,
    at: NOW - DAY * 1_000 + id,
    event,
    media,
    downloadId,
    fileId: id,
    droppedPath: '',
    ...more,
  }) as HistoryRow

/** A manager with an Arr that a test writes, and what it says to the main thread. */
class Harness {
  readonly clock = new VirtualClock(NOW)
  readonly said: FromManager[] = []
  readonly wishes: ArrWish[] = []
  history: HistoryRow[] = []
  files = new Map<number, readonly number[]>()
  queue: QueueRow[] = []
  /** Questions about downloads and their files. */
  looks = 0
  isAway = false
  listener: LiveListener | null = null
  readonly manager: Manager

  /** @param restMs the longest wait between two passes */
  constructor(timers = {rssSync: 0, refresh: 0}, restMs = 5_000) {
    this.manager = new Manager(
      this.clock,
      {run: 'r', timeZone: 'UTC', restMs},
      async () => {},
      (message) => void this.said.push(message),
      (ways) =>
        new ArrConnection({
          id: asArrId('Radarr'),
          clock: this.clock,
          random: () => 1,
          historyFrom: NOW,
          timers,
          mostLibraryRows: 1_000,
          ...ways,
          open: () => (this.isAway ? Promise.reject(away()) : Promise.resolve(this.#port())),
          channel: () => ({start: (it) => void (this.listener = it), stop: async () => {}}),
        }),
    )
  }

  begin(
    reported: Partial<Pick<Extract<ToManager, {kind: 'rules'}>, 'rules' | 'deaf'>>,
    rows: Partial<ManagedRow> = {},
  ) {
    this.manager.start()
    this.manager.hear({
      kind: 'rules',
      rules: reported.rules ?? [],
      holds: [],
      deaf: reported.deaf ?? [],
      bounds: {owners: [], held: []},
      owing: owing([{...arr, maxRatio: 1, removal: 1}]),
    })
    this.manager.hear({kind: 'servers', servers: [server]})
    this.manager.hear({kind: 'rows', rows: {isWhole: true, rows: [{...row, ...rows}], gone: []}})
  }

  decided(): readonly string[] {
    return this.said.flatMap((it) => (it.said === 'decided' ? it.decisions.map(({ruleId}) => ruleId) : []))
  }

  async ask(question: Question): Promise<unknown> {
    this.manager.hear({kind: 'question', id: 1, question})
    await this.clock.advance(5_000)
    const answer = this.said.findLast((it) => it.said === 'answer' || it.said === 'fault')
    return answer?.said === 'answer' ? answer.answer : answer
  }

  #port(): ArrPort {
    const port: Partial<ArrPort> = {
      askedBy: () => port as ArrPort,
      refusedGrabs: async () => [],
      status: {kind: 'sonarr', version: '4', apiVersion: 'v3'} as ArrPort['status'],
      media: 'episode',
      queue: () => this.#answer(this.queue),
      historySince: (at) => this.#answer(this.history.filter((it) => it.at >= at)),
      item: () => this.#answer(null),
      itemsOf: () => this.#answer([]),
      rootFolders: () => this.#answer([{path: '/series', accessible: true, freeSpace: 5}]),
      mediaManagement: () => this.#answer({hardLinks: true, recycleBin: '', minimumFreeMiB: 100}),
      files: (ownerId) => this.#looked(filesOfSeries(ownerId)),
      filesIn: () => this.#answer(null),
      historyOf: (id) => this.#looked(this.history.filter((it) => it.downloadId === id)),
      filesOf: (ids) => this.#looked(new Map(ids.map((id) => [id, this.files.get(id) ?? []]))),
      downloadHandling: () =>
        this.#answer({
          importsCompleted: true,
          searchesAfterFailure: true,
          searchesAfterInteractiveFailure: true,
        }),
      command: (wish) => this.#answer(void this.wishes.push(wish) as never),
      close: async () => {},
    }
    return port as ArrPort
  }

  #looked<T>(value: T): Promise<T> {
    this.looks++
    return this.#answer(value)
  }

  #answer<T>(value: T): Promise<T> {
    return this.isAway ? Promise.reject(away()) : Promise.resolve(value)
  }
}

function away(): ServerFault {
  return new ServerFault('server_unreachable', 'timed_out', 'Away.')
}

const imported = [
  past(1, 'grabbed', one),
  past(2, 'grabbed', two),
  past(3, 'imported', one),
  past(4, 'imported', two),
]
const bothFiles = new Map([
  [1, [3]],
  [2, [4]],
])

/** As the Arr has them in its database: those of `bothFiles`. */
const filesOfSeries = (ownerId: number): LibraryFile[] =>
  [...bothFiles].flatMap(([mediaId, ids]) =>
    ids.map((id) => ({
      id,
      ownerId,
      mediaId,
      path: `/tv/series/${id}.mkv`,
      size: 1,
      belowCutoff: false,
      score: null,
      quality: null,
    })),
  )

test.each([5_000, 60_000])(
  'B.13 LoopSleepTimer: without news it evaluates each %d ms, and news wake it at once',
  async (restMs) => {
    const harness = new Harness(undefined, restMs)
    harness.begin({})
    // Between two polls of its Arr, which are news.
    await harness.clock.advance(8 * restMs)
    const {lastPassAt: first, nextPassAt: next} = harness.manager.times
    expect(next! - first!).toBe(restMs)
    await harness.clock.advance(restMs)
    expect(harness.manager.times.lastPassAt! - first!).toBe(restMs)
    await harness.clock.advance(1_000)
    const reported = harness.clock.now()
    harness.manager.hear({kind: 'rows', rows: {isWhole: false, rows: [{...row, progress: 0.5}], gone: []}})
    await harness.clock.advance(400)
    expect(harness.manager.times.lastPassAt).toBeGreaterThanOrEqual(reported)
  },
)

test('S26 S27 what has seeded enough is removed when its import is proven, and the proof is said', async () => {
  const harness = new Harness()
  harness.history = imported.filter(({event}) => event === 'grabbed')
  harness.begin({rules: seeded})
  await harness.clock.advance(20_000)
  expect(harness.decided()).toEqual([])
  harness.history = imported
  harness.files = bothFiles
  await harness.clock.advance(15 * 60_000)
  expect(harness.decided()).toContain('radarr.seeded')
  const records = harness.said.flatMap((it) => (it.said === 'download' ? [it.record] : []))
  expect(records.at(-1)).toMatchObject({
    arrId: 'Radarr',
    downloadId,
    serverId: 'qBit',
    hash: row.key.hash,
    state: 'imported',
    mediaIds: [1, 2],
  })
  expect(harness.said.filter(({said}) => said === 'wanted')).toEqual([])
  // Its queue is told when it was read, not with each answer.
  expect(harness.said.filter(({said}) => said === 'arr').length).toBeLessThan(5)
})

test('what was proven before a restart is known without a question, and looked at again when asked for again', async () => {
  const before = new Harness()
  before.history = imported
  before.files = bothFiles
  before.begin({rules: seeded})
  await before.clock.advance(20_000)
  const records = before.said.flatMap((it) => (it.said === 'download' ? [it.record] : []))
  const harness = new Harness()
  harness.manager.hear({kind: 'downloads', records})
  harness.begin({rules: seeded})
  await harness.clock.advance(20_000)
  expect(harness.decided()).toContain('radarr.seeded')
  const fresh = {ask: 'saying', key: row.key, isFresh: true} as const
  expect(await harness.ask(fresh)).toMatchObject({evidence: null, inQueue: false})
})

test('one look at a download serves all who ask right after each other, until anything happens to it', async () => {
  const harness = new Harness()
  harness.history = imported
  harness.files = bothFiles
  harness.begin({})
  await harness.clock.advance(20_000)
  const ask = () =>
    harness.manager.hear({kind: 'question', id: 1, question: {ask: 'saying', key: row.key, isFresh: true}})
  const looks = async (work: () => void) => {
    harness.looks = 0
    work()
    await harness.clock.advance(100)
    return harness.looks
  }
  const one = await looks(ask)
  expect(one).toBeGreaterThan(0)
  expect(await looks(() => [ask(), ask(), ask()])).toBe(0)
  // What is proven by then is only looked at again.
  await harness.clock.advance(6_000)
  const later = await looks(ask)
  await harness.clock.advance(6_000)
  expect(await looks(() => [ask(), ask(), ask()])).toBe(later)
  harness.listener!.message({name: 'episodefile', action: 'updated', resource: {}, version: ''})
  await harness.clock.advance(1)
  expect(await looks(ask)).toBeGreaterThan(0)
})

test('S28 a pack of which one part is rejected and another imported is not failed', async () => {
  const harness = new Harness()
  const rejects = {
    state: 'importBlocked',
    messages: [{title: '', messages: ['Sample']}],
    media: [two],
  } as const
  harness.queue = [{...rejects, downloadId, id: 1, score: 0, status: 'completed', outputPath: '/x'} as never]
  harness.history = [past(1, 'grabbed', one), past(2, 'grabbed', two), past(3, 'imported', one)]
  harness.begin({rules: rejected})
  await harness.clock.advance(300_000)
  expect(harness.decided()).toEqual([])
  const whole = new Harness()
  whole.queue = harness.queue
  whole.history = harness.history.slice(0, 2)
  whole.begin({rules: rejected})
  await whole.clock.advance(60_000)
  expect(whole.decided()).toEqual([])
  await whole.clock.advance(120_000)
  expect(whole.decided()).toContain('radarr.import-rejected')
})

test('while its Arr is away nothing is concluded, and it is asked again when it is back', async () => {
  const harness = new Harness()
  harness.isAway = true
  harness.history = imported
  harness.files = bothFiles
  harness.begin({rules: seeded})
  await harness.clock.advance(600_000)
  expect(harness.decided()).toEqual([])
  expect(await harness.ask({ask: 'act', action: {what: 'refresh'}})).toMatchObject({said: 'fault'})
  harness.isAway = false
  await harness.clock.advance(600_000)
  expect(harness.decided()).toContain('radarr.seeded')
})

test('an Arr that fails at what a person wants of it is looked at again, and what ails it is reported at once', async () => {
  const harness = new Harness()
  harness.begin({})
  const refresh = {ask: 'act', action: {what: 'refresh'}} as const
  const fault = () => harness.said.findLast((it) => it.said === 'arr')?.arr.fault
  await harness.clock.advance(20_000)
  harness.manager.hear({kind: 'question', id: 1, question: refresh})
  await harness.clock.advance(1_000)
  expect(fault()).toBeNull()
  // It was read a moment ago, so it is not read before it is asked.
  harness.isAway = true
  expect(await harness.ask(refresh)).toMatchObject({said: 'fault'})
  expect(fault()).toBe('Away.')
})

test('Q49 its Arr is asked what the disks of its library have left', async () => {
  const harness = new Harness()
  harness.begin({})
  await harness.clock.advance(20_000)
  const folder = {path: '/series', accessible: true, freeSpace: 5}
  expect(await harness.ask({ask: 'libraryRoom'})).toEqual({roots: [folder], minimumFreeMiB: 100})
  harness.isAway = true
  expect(await harness.ask({ask: 'libraryRoom'})).toMatchObject({said: 'fault'})
})

test('B.2 its Arr is asked by the clock, without any torrent', async () => {
  const harness = new Harness({rssSync: 900, refresh: 60})
  harness.manager.start()
  await harness.clock.advance(3_600_000)
  const sent = (what: ArrWish['what']) => harness.wishes.filter((wish) => wish.what === what).length
  expect([sent('rssSync'), sent('refreshDownloads')]).toEqual([4, 59])
})

test('rules about servers are none of a manager’s', async () => {
  const harness = new Harness()
  harness.begin({rules: [order]})
  await harness.clock.advance(120_000)
  expect(harness.decided()).toEqual([])
})
