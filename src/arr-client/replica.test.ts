import {expect, test} from 'vitest'
import {asDownloadId, type ArrStatus, type HistoryRow, type QueueRow} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {LiveListener, LiveMessage} from './live-channel.ts'
import {ArrReplica, type ReplicaChange} from './replica.ts'

const HOUR = 3_600_000

/** An Arr that counts what it is asked, with a channel that a test speaks through. */
function harness(rows: readonly QueueRow[] = []) {
  const clock = new VirtualClock()
  const asked: string[] = []
  const changes: ReplicaChange[] = []
  let listener: LiveListener | null = null
  const arr = {rows, history: [] as HistoryRow[], fails: false, hangs: false}
  const answer = <T>(what: string, value: () => T): Promise<T> => {
    asked.push(what)
    if (arr.hangs) return new Promise(() => undefined)
    return arr.fails ? Promise.reject(new Error('away')) : Promise.resolve(value())
  }
  const lists = {
    queue: () => answer('queue', () => [...arr.rows]),
    historySince: (at: number) => answer('history', () => arr.history.filter((it) => it.at >= at)),
  }
  const replica = new ArrReplica({
    clock,
    cursor: {at: clock.now(), seen: []},
    changed: (change) => void changes.push(change),
    channel: {start: (it) => void (listener = it), stop: () => Promise.resolve()},
    port: {status: {version: '4.0'} as ArrStatus, ...lists},
    again: lists,
  })
  const say = (name: string, more: Partial<LiveMessage> = {}) =>
    listener!.message({name, action: 'sync', resource: undefined, version: '', ...more})
  replica.start()
  return {clock, asked, changes, arr, replica, say, up: () => listener!.up(), down: () => listener!.down()}
}

const row = (id: number, hash: string): QueueRow => ({id, downloadId: asDownloadId(hash), media: []}) as never
const event = (id: number, at: number, hash: string, what = 'imported'): HistoryRow =>
  ({id, at, event: what, downloadId: asDownloadId(hash)}) as never

/** As an Arr does it: at every refresh, and again after its processing. */
async function anHour(it: ReturnType<typeof harness>, each: () => void = () => undefined): Promise<void> {
  for (let minute = 0; minute < 60; minute++) {
    it.say('queue')
    each()
    await it.clock.advance(5_000)
    it.say('queue')
    await it.clock.advance(55_000)
  }
}

test('a busy Arr is asked at most 75 times in an hour, whatever leaves its queue', async () => {
  const it = harness([row(1, 'a')])
  it.up()
  await it.clock.advance(60_000)
  it.asked.length = 0
  let next = 2
  await anHour(it, () => (it.arr.rows = [row(next, `h${next++}`)]))
  expect(it.asked.length).toBeLessThanOrEqual(75)
  expect(it.asked.filter((what) => what === 'queue').length).toBeGreaterThan(25)
})

test('an idle Arr is asked at most 15 times in an hour', async () => {
  const it = harness()
  it.up()
  await it.clock.advance(60_000)
  it.asked.length = 0
  await anHour(it)
  expect(it.asked.length).toBeLessThanOrEqual(15)
  expect(it.asked.length).toBeGreaterThanOrEqual(8)
})

test('a queue of usenet alone is read each five minutes, and at once when counters or the history say that more came', async () => {
  const usenet = (id: number, hash: string): QueueRow => ({...row(id, hash), protocol: 'usenet'})
  const it = harness([usenet(1, 'a'), usenet(2, 'b')])
  it.up()
  it.say('queue/status', {resource: {totalCount: 2}})
  await it.clock.advance(60_000)
  it.asked.length = 0
  await anHour(it)
  expect(it.asked.filter((what) => what === 'queue').length).toBeGreaterThanOrEqual(10)
  expect(it.asked.filter((what) => what === 'queue').length).toBeLessThanOrEqual(16)
  expect(it.replica.isBehind).toBe(false)
  it.asked.length = 0
  it.arr.rows = [...it.arr.rows, {...row(3, 'c'), protocol: 'torrent'}]
  it.say('queue/status', {resource: {totalCount: 3}})
  await it.clock.advance(5_000)
  expect([it.asked, it.replica.downloads.size]).toEqual([['queue'], 3])
  // One of a torrent server among them is followed as closely as ever.
  it.asked.length = 0
  await anHour(it)
  expect(it.asked.filter((what) => what === 'queue').length).toBeGreaterThan(50)
})

test('a torrent that takes the place of a usenet download is known as soon as the history has its grab', async () => {
  const it = harness([{...row(1, 'a'), protocol: 'usenet'}])
  it.up()
  it.say('queue/status', {resource: {totalCount: 1}})
  await it.clock.advance(120_000)
  it.arr.history = [event(9, it.clock.now(), 'b', 'grabbed')]
  it.arr.rows = [{...row(2, 'b'), protocol: 'torrent'}]
  it.say('queue')
  it.say('movie', {resource: {grabbed: true}})
  await it.clock.advance(15_000)
  it.say('queue')
  await it.clock.advance(5_000)
  expect([...it.replica.downloads.keys()]).toEqual([asDownloadId('b')])
})

test('an empty queue that fills is read when its counters say so', async () => {
  const it = harness()
  it.up()
  await it.clock.advance(120_000)
  it.asked.length = 0
  it.arr.rows = [row(1, 'a')]
  it.say('queue/status', {resource: {totalCount: 1}})
  await it.clock.advance(1_000)
  expect(it.asked).toEqual(['queue'])
  expect(it.replica.downloads.size).toBe(1)
  expect(it.replica.counters?.total).toBe(1)
})

test('after our own action it is read at once, once for many', async () => {
  const it = harness([row(1, 'a')])
  it.up()
  await it.clock.advance(5_000)
  it.asked.length = 0
  for (let at = 0; at < 10; at++) it.replica.look()
  await it.clock.advance(2_000)
  expect(it.asked).toEqual(['queue'])
})

test('an action while a question is under way is looked at right after it', async () => {
  const it = harness([row(1, 'a')])
  it.up()
  await it.clock.advance(5_000)
  it.asked.length = 0
  it.replica.look('both')
  it.up()
  await it.clock.advance(2_000)
  expect(it.asked.filter((what) => what === 'queue').length).toBeGreaterThanOrEqual(1)
  expect(it.asked).toContain('history')
})

test('what is grabbed is known from the history at once, and from the queue as soon as the Arr lists it', async () => {
  const it = harness()
  it.up()
  await it.clock.advance(30_000)
  it.asked.length = 0
  it.arr.history.push(event(9, it.clock.now(), 'a', 'grabbed'))
  it.say('movie', {resource: {id: 17, grabbed: true}})
  await it.clock.advance(900)
  expect(it.asked).toEqual(['history'])
  expect(it.changes.flatMap(({history}) => history).map(({id}) => id)).toEqual([9])
  await it.clock.advance(4_100)
  it.arr.rows = [row(1, 'a')]
  it.say('queue')
  await it.clock.advance(1_000)
  // What was said last it may have written since.
  expect(it.asked).toEqual(['history', 'history', 'queue'])
  expect(it.replica.downloads.size).toBe(1)
})

test('of what the Arr never lists the queue is not asked again and again', async () => {
  const it = harness()
  it.up()
  await it.clock.advance(30_000)
  it.arr.history.push(event(9, it.clock.now(), 'a', 'grabbed'))
  it.replica.hint()
  await it.clock.advance(120_000)
  it.asked.length = 0
  await anHour(it)
  expect(it.asked.length).toBeLessThanOrEqual(15)
})

test('many hints are one look, another one when all is said, and hints without end are one each minute', async () => {
  const it = harness([row(1, 'a')])
  it.up()
  await it.clock.advance(61_000)
  it.asked.length = 0
  for (let at = 0; at < 50; at++) it.replica.hint()
  await it.clock.advance(1_000)
  expect(it.asked).toEqual(['history'])
  await it.clock.advance(5_000)
  expect(it.asked).toEqual(['history', 'history'])
  await it.clock.advance(HOUR)
  it.asked.length = 0
  let next = 2
  for (let second = 0; second < 3_600; second++) {
    it.replica.hint()
    if (second % 30 === 0) {
      it.arr.history.push(event(next, it.clock.now(), `h${next}`, 'grabbed'))
      it.arr.rows = [row(next, `h${next++}`)]
      it.say('queue')
    }
    await it.clock.advance(1_000)
  }
  expect(it.asked.length).toBeLessThanOrEqual(150)
  expect(it.asked.filter((what) => what === 'queue').length).toBeGreaterThan(25)
  expect(it.asked.filter((what) => what === 'history').length).toBeGreaterThan(25)
  it.arr.history.push(event(next, it.clock.now(), 'last', 'grabbed'))
  await it.clock.advance(75_000)
  expect(it.changes.flatMap(({history}) => history).map(({id}) => id)).toContain(next)
})

test('three grabs two seconds apart and their imports seconds later: each is known within fifteen seconds', async () => {
  const it = harness([row(9, 'other')])
  it.up()
  await it.clock.advance(HOUR)
  const happened = new Map<number, number>()
  const known = () => new Set(it.changes.flatMap(({history}) => history).map(({id}) => id))
  const happens = (id: number, hash: string, what: string) => {
    happened.set(id, it.clock.now())
    it.arr.history.push(event(id, it.clock.now(), hash, what))
  }
  for (let tick = 0; tick < 300; tick++) {
    const [second, isWhole] = [tick / 10, tick % 10 === 0]
    if (isWhole && second <= 4 && second % 2 === 0) {
      happens(10 + second, `h${second}`, 'grabbed')
      it.say('movie', {resource: {id: second, grabbed: true}})
      it.arr.rows = [...it.arr.rows, row(10 + second, `h${second}`)]
    }
    // It says that a file came in before its history has it.
    for (const [at, hash] of [
      [4, 'h0'],
      [7, 'h2'],
      [10, 'h4'],
    ] as const) {
      if (second === at) it.say('moviefile', {action: 'updated', resource: {id: at}})
      if (second === at + 1) happens(20 + at, hash, 'imported')
    }
    if (second === 12) it.say('queue')
    await it.clock.advance(100)
    for (const [id, at] of happened) {
      if (it.clock.now() - at > 15_000) expect(known(), `${id}`).toContain(id)
    }
  }
  expect(known().size).toBe(6)
})

const film = (id: number, hash: string, state: string) =>
  ({...row(id, hash), state, media: [{kind: 'movie', id, parentId: null}]}) as QueueRow
const came = (id: number, at: number, hash: string, what = 'imported'): HistoryRow =>
  ({...event(id, at, hash, what), media: {kind: 'movie', id: 1, parentId: null}}) as never

test('what came in has left the queue as soon as the history says so', async () => {
  const it = harness([film(1, 'a', 'importPending'), film(2, 'b', 'importPending')])
  it.up()
  await it.clock.advance(61_000)
  it.arr.history.push(came(5, it.clock.now(), 'a'))
  it.say('moviefile', {action: 'updated'})
  await it.clock.advance(5_100)
  const states = it.replica.queue?.map(({state}) => state)
  expect(states).toEqual(['imported', 'importPending'])
  expect(it.replica.downloads.get(asDownloadId('a')!)?.rows[0]?.state).toBe('imported')
  it.arr.rows = [film(2, 'b', 'importPending')]
  await it.clock.advance(61_000)
  expect(it.replica.queue).toHaveLength(1)
})

test('what was grabbed again since it came in waits as its queue says', async () => {
  const it = harness([film(1, 'a', 'downloading')])
  it.up()
  await it.clock.advance(61_000)
  const now = it.clock.now()
  it.arr.history.push(came(5, now, 'a'), came(6, now + 1, 'a', 'grabbed'))
  it.replica.hint()
  await it.clock.advance(1_000)
  expect(it.replica.queue?.map(({state}) => state)).toEqual(['downloading'])
})

test('what was said a minute ago and is not read yet leaves nothing that decides', async () => {
  const it = harness([row(1, 'a')])
  it.up()
  await it.clock.advance(61_000)
  expect(it.replica.isBehind).toBe(false)
  it.arr.hangs = true
  it.say('queue')
  await it.clock.advance(69_000)
  expect(it.replica.isBehind).toBe(false)
  it.changes.length = 0
  await it.clock.advance(2_000)
  expect(it.replica.isBehind).toBe(true)
  expect(it.changes).toMatchObject([{queue: true}])
})

test('a hint of what an Arr that is away did waits for its turn', async () => {
  const it = harness([row(1, 'a')])
  it.arr.fails = true
  it.up()
  await it.clock.advance(10_000)
  it.asked.length = 0
  it.replica.hint()
  await it.clock.advance(5_000)
  expect(it.asked).toEqual([])
  it.arr.fails = false
  await it.clock.advance(120_000)
  expect(it.replica.fault).toBeNull()
  expect(it.asked).toContain('history')
})

test('without a channel what was grabbed is looked for in the queue with the next slot', async () => {
  const it = harness()
  await it.clock.advance(61_000)
  it.asked.length = 0
  it.arr.history.push(event(9, it.clock.now(), 'a', 'grabbed'))
  it.arr.rows = [row(1, 'a')]
  it.replica.hint()
  await it.clock.advance(120_000)
  expect(it.asked.slice(0, 3)).toEqual(['history', 'history', 'queue'])
  expect(it.replica.downloads.size).toBe(1)
})

test('what leaves the queue is looked up in the history, each row reported once', async () => {
  const it = harness([row(1, 'a')])
  it.up()
  await it.clock.advance(61_000)
  it.changes.length = 0
  it.arr.rows = []
  it.arr.history.push(event(9, it.clock.now(), 'a'))
  it.say('queue')
  await it.clock.advance(HOUR)
  expect(it.changes.flatMap(({history}) => history).map(({id}) => id)).toEqual([9])
  expect(it.replica.historyOf(asDownloadId('a')!)).toHaveLength(1)
})

test('each connecting is followed by one full reading, what was missed included', async () => {
  const it = harness()
  await it.clock.advance(1_000)
  it.up()
  await it.clock.advance(1_000)
  it.down()
  await it.clock.advance(30_000)
  it.arr.rows = [row(1, 'a')]
  it.asked.length = 0
  it.up()
  await it.clock.advance(1_000)
  expect(it.asked).toEqual(['history', 'queue'])
  expect(it.replica.queue).toHaveLength(1)
})

test('a channel that breaks is reported at once, and the Arr is asked whether it is there', async () => {
  const it = harness()
  it.up()
  await it.clock.advance(10_000)
  it.changes.length = 0
  it.arr.fails = true
  it.down()
  expect([it.changes.length, it.replica.isLive]).toEqual([1, false])
  await it.clock.advance(1_000)
  expect([it.replica.queue, it.replica.fault]).toEqual([null, expect.any(Error)])
})

test('it is polled only while the channel is down', async () => {
  const it = harness([row(1, 'a')])
  await it.clock.advance(1_000)
  it.asked.length = 0
  await it.clock.advance(HOUR)
  expect(it.asked.length).toBeGreaterThan(55)
  expect(it.asked.length).toBeLessThanOrEqual(75)
  it.up()
  await it.clock.advance(1_000)
  it.asked.length = 0
  await it.clock.advance(HOUR)
  expect(it.asked.length).toBe(8)
})

test('an Arr that fails leaves a queue of which nothing may be concluded, and recovers', async () => {
  const it = harness([row(1, 'a')])
  it.up()
  await it.clock.advance(61_000)
  it.arr.fails = true
  it.say('queue')
  await it.clock.advance(61_000)
  expect(it.replica.queue).toBeNull()
  expect(it.replica.fault).toBeInstanceOf(Error)
  expect(it.replica.downloads.size).toBe(1)
  it.asked.length = 0
  await it.clock.advance(HOUR)
  expect(it.asked.length).toBeLessThanOrEqual(75)
  it.arr.fails = false
  await it.clock.advance(120_000)
  expect(it.replica.queue).toHaveLength(1)
  expect(it.replica.fault).toBeNull()
})

test('an update of the app and changes of its library are reported', async () => {
  const it = harness()
  it.changes.length = 0
  it.say('version', {version: '4.0'})
  it.say('movie', {resource: {id: 17}})
  it.say('version', {version: '4.1'})
  it.say('health')
  expect(it.changes.filter(({queue}) => !queue)).toMatchObject([
    {library: {name: 'movie', resource: {id: 17}}},
    {version: '4.1'},
    {health: true},
  ])
  await it.replica.stop()
})

test('nothing is asked after the end', async () => {
  const it = harness([row(1, 'a')])
  await it.clock.advance(1_000)
  await it.replica.stop()
  it.asked.length = 0
  await it.clock.advance(HOUR)
  expect(it.asked).toEqual([])
})

test.each([
  [
    'feeds that had something',
    {
      name: 'RssSync',
      status: 'completed',
      message: 'RSS Sync Completed. Reports found: 25, Reports grabbed: 0',
    },
    true,
  ],
  [
    'feeds that had nothing',
    {
      name: 'RssSync',
      status: 'completed',
      message: 'RSS Sync Completed. Reports found: 0, Reports grabbed: 0',
    },
    false,
  ],
  ['feeds of which it says nothing', {name: 'RssSync', status: 'completed'}, true],
  ['feeds that it begins to read', {name: 'RssSync', status: 'started', message: 'Starting RSS Sync'}, false],
  ['feeds that it could not read to the end', {name: 'RssSync', status: 'failed', message: null}, true],
  [
    'a search',
    {
      name: 'MoviesSearch',
      status: 'completed',
      message: 'Completed search for 1 movies. 0 reports downloaded.',
    },
    true,
  ],
  [
    'a search for all that is missing',
    {name: 'MissingEpisodeSearch', status: 'completed', message: null},
    true,
  ],
  ['a look at its downloads', {name: 'RefreshMonitoredDownloads', status: 'completed', message: null}, false],
  ['something else', 'x', false],
])('whether it may have selected releases, by the end of %s: %o %s', async (_, resource, may) => {
  const it = harness()
  it.up()
  await it.clock.advance(60_000)
  it.changes.length = 0
  it.asked.length = 0
  it.say('command', {resource})
  await it.clock.advance(60_000)
  expect([it.changes.some(({grabbed: selected}) => selected), it.asked]).toEqual([may, []])
})

test('whether it selected anything is unknown while it is not heard, and right after that', async () => {
  const it = harness()
  const selected = () => it.changes.splice(0).filter((change) => change.grabbed).length
  expect(selected()).toBeGreaterThan(0)
  it.up()
  await it.clock.advance(3 * HOUR)
  expect(selected()).toBe(0)
  it.down()
  await it.clock.advance(HOUR)
  expect(selected()).toBe(4)
  it.up()
  expect(selected()).toBe(1)
})
