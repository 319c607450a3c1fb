import {expect, test} from 'vitest'
import {ArrClient} from '#arr-client/api/client.ts'
import type {ArrPort} from '#arr-client/api/port.ts'
import {radarr} from '#arr-client/api/radarr.ts'
import type {ArrRequest} from '#arr-client/api/http-client.ts'
import type {LiveMessage} from '#arr-client/live-channel.ts'
import {asArrId, type ArrStatus} from '#model/arr.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import type {ManagedRow} from '#model/manager.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrConnection, type ArrConnectionDeps} from './arr-connection.ts'
import type {ArrTimes} from './arr-timers.ts'

const never = () => new Promise<never>(() => {})

/** To an Arr of which nobody hears anything, but for what is named. */
function connectionTo(
  own: Pick<ArrConnectionDeps, 'clock' | 'open' | 'channel'> & Partial<ArrConnectionDeps>,
): ArrConnection {
  return new ArrConnection({
    id: asArrId('radarr'),
    random: () => 0,
    historyFrom: 0,
    timers: {rssSync: 0, refresh: 0},
    mostLibraryRows: 1_000,
    changed: () => {},
    learned: () => {},
    rowOf: () => null,
    copiesOf: () => [],
    remember: () => {},
    titled: () => {},
    library: () => {},
    refused: () => {},
    gaveUp: () => {},
    ...own,
  })
}

test('a connection that is stopped asks its Arr nothing more, also while the live channel does not hang up', async () => {
  const clock = new VirtualClock()
  let isClosed = false
  const known = {
    status: {kind: 'radarr', name: 'Radarr', version: '5.0.0', apiVersion: 3, startedAt: 0},
    url: 'http://radarr',
    askedBy: () => port,
    close: async () => void (isClosed = true),
  }
  /** It answers nothing. */
  const port: ArrPort = new Proxy(known, {
    get: (own, name) => (Reflect.get(own, name) as unknown) ?? (name === 'then' ? undefined : never),
  }) as unknown as ArrPort
  const opened = Promise.withResolvers<void>()
  const connection = connectionTo({
    clock,
    open: async () => port,
    channel: () => ({start: () => opened.resolve(), stop: never}),
  })
  connection.start()
  await opened.promise
  void connection.stop()
  expect(isClosed).toBe(true)
})

test('an Arr that does not answer is tried again when it says, or as soon as a person wants it', async () => {
  const clock = new VirtualClock()
  let tries = 0
  const connection = connectionTo({
    clock,
    open: async () => {
      tries++
      throw new ServerFault('server_unreachable', 'refused', 'Nothing answers there.')
    },
    channel: () => ({start: () => undefined, stop: never}),
  })
  connection.start()
  await clock.advance(0)
  const {nextTryAt, fault} = connection.report
  expect([tries, fault]).toEqual([1, 'Nothing answers there.'])
  expect(nextTryAt).toBeGreaterThan(clock.now())
  connection.tryNow()
  // It is on its way already.
  connection.tryNow()
  await clock.advance(0)
  expect(tries).toBe(2)
  await clock.advance(connection.report.nextTryAt! - clock.now())
  expect(tries).toBe(3)
  await connection.stop()
})

/** An Arr in which nothing happens, but that its feeds are read each quarter of an hour because we order it. */
function idle() {
  const clock = new VirtualClock()
  const asked: string[] = []
  const refused: string[] = []
  const log = [{title: 'Film.2020-AAA', at: clock.now(), why: 'no'}]
  let say: (message: LiveMessage) => void = () => {}
  const answers: Record<string, () => Promise<unknown>> = {
    queue: async () => [],
    historySince: async () => [],
    health: async () => [],
    clients: async () => ({torrent: [], names: []}),
    refusedGrabs: async () => log,
    async command() {
      const resource = {
        name: 'RssSync',
        status: 'completed',
        message: 'Reports found: 25, Reports grabbed: 0',
      }
      say({name: 'command', action: 'updated', resource, version: ''})
      return {id: 1}
    },
  }
  const known = {
    status: {kind: 'radarr', name: 'Radarr', version: '5.0.0', apiVersion: 3, startedAt: 0},
    url: 'http://radarr',
    askedBy: () => port,
    close: async () => {},
  }
  const port: ArrPort = new Proxy(known, {
    get(own, name) {
      const value = Reflect.get(own, name) as unknown
      if (value !== undefined || name === 'then' || typeof name === 'symbol') return value
      return () => {
        asked.push(name)
        return (answers[name] ?? never)()
      }
    },
  }) as unknown as ArrPort
  const begin = (timers: ArrTimes) =>
    connectionTo({
      clock,
      timers,
      open: async () => port,
      channel: () => ({
        start({up, message}) {
          say = message
          up()
        },
        stop: async () => {},
      }),
      refused: (releases) => void refused.push(...releases.map(({title}) => title)),
    })
  return {clock, asked, refused, begin}
}

test.each([
  ['that we order to read its feeds four times, and that selects from them: its log among that', 900, 15, 1],
  ['that selects nothing: not its log', 0, 10, 0],
])('an idle Arr is asked at most 15 times in an hour, also one %s', async (_, rssSync, most, ofLog) => {
  const {clock, asked, refused, begin} = idle()
  const connection = begin({rssSync, refresh: 0})
  connection.start()
  await clock.advance(3_600_000)
  // What it chose before we came.
  expect(refused).toEqual(['Film.2020-AAA'])
  for (let hour = 0; hour < 24; hour++) {
    asked.length = 0
    await clock.advance(3_600_000)
    expect(asked.filter((it) => it === 'refusedGrabs')).toHaveLength(ofLog)
    expect(asked.length).toBeLessThanOrEqual(most)
    expect(asked).toContain('health')
  }
  await connection.stop()
})

/** A Radarr without a live channel that fails at its next requests as it is told to. */
class Restarting {
  readonly url = 'http://radarr'
  readonly faults: Error[] = []
  readonly asked: string[] = []
  startedAt = 0

  async read({path}: ArrRequest): Promise<never> {
    this.#answer(path)
    const answers: Readonly<Record<string, unknown>> = {
      status: {startTime: this.startedAt},
      log: {records: []},
      downloadclient: {torrent: [], names: []},
    }
    return (answers[path.split('/').at(-1)!] ?? []) as never
  }

  async stream({path}: ArrRequest): Promise<number> {
    this.#answer(path)
    return 0
  }

  async image(): Promise<null> {
    return null
  }

  async send(): Promise<boolean> {
    return true
  }

  async close(): Promise<void> {
    this.asked.push('closed')
  }

  get askedForStart(): number {
    return this.asked.filter((it) => it === '/api/v3/system/status').length
  }

  #answer(path: string): void {
    this.asked.push(path)
    const fault = this.faults.shift()
    if (fault) throw fault
  }
}

async function unheard() {
  const clock = new VirtualClock(3_600_000)
  const arr = new Restarting()
  const status = {kind: 'radarr', name: 'Radarr', version: '5.0.0', startedAt: 0} as ArrStatus
  let opened = 0
  let update = () => {}
  const connection = connectionTo({
    clock,
    open: async (_, updated) => {
      opened++
      update = updated
      return new ArrClient(arr, radarr, status)
    },
    channel: () => ({start: () => {}, stop: async () => {}}),
  })
  connection.start()
  await clock.advance(20_000)
  const row = {key: {server: 'A', hash: 'a'.repeat(40)}, category: 'films', hashV1: 'a'.repeat(40)}
  const isInQueue = () => connection.saying(row as unknown as ManagedRow).inQueue
  arr.asked.length = 0
  return {clock, arr, connection, isInQueue, update: () => update(), opened: () => opened}
}

const saysStarting = () =>
  new ServerFault('server_failed', 'server_error', 'The Arr is starting; try again in a moment.', {
    about: {starting: true},
  })
const reset = () => new ServerFault('server_unreachable', 'connection_reset', 'The connection broke.')
const is502 = () =>
  new ServerFault('server_failed', 'server_error', 'What answers there answered 502.', {about: {status: 502}})

test.each([
  ['says that it starts', saysStarting],
  ['is behind a proxy that breaks the connection', reset],
  ['is behind a proxy that says 502', is502],
])(
  'the empty queue of an Arr that began again counts two minutes later, also where it %s',
  async (_, fault) => {
    const {clock, arr, connection, isInQueue} = await unheard()
    expect(isInQueue()).toBe(false)
    arr.startedAt = clock.now()
    arr.faults.push(fault())
    void connection.refreshed().catch(() => undefined)
    await clock.advance(100)
    expect(isInQueue()).toBeUndefined()
    // Its queue is read again five minutes later at the latest.
    for (let s = 0; s < 300 && connection.report.queue === null; s++) await clock.advance(1_000)
    expect(connection.report.queue).toEqual([])
    await clock.advance(60_000)
    expect([isInQueue(), arr.askedForStart]).toEqual([undefined, 1])
    await clock.advance(61_000)
    expect([isInQueue(), arr.askedForStart]).toEqual([false, 1])
    await connection.stop()
  },
)

test('an Arr that failed for a moment, and runs as before, is believed as soon as it says so', async () => {
  const {clock, arr, connection, isInQueue} = await unheard()
  arr.faults.push(reset())
  await Promise.all([connection.refreshed(), clock.advance(2_000)])
  expect([isInQueue(), arr.askedForStart]).toEqual([false, 1])
  await connection.stop()
})

test('of a connection that is begun again nothing is asked again', async () => {
  const {clock, arr, connection, update, opened} = await unheard()
  arr.faults.push(reset())
  const end = connection.checked().catch((error: unknown) => error)
  const order = connection.commands.grab('a'.repeat(40) as never).catch((error: unknown) => error)
  await clock.advance(100)
  const before = arr.asked.length
  update()
  expect(await order).toBeInstanceOf(CommodarrError)
  await end
  expect(arr.asked.slice(before)[0]).toBe('closed')
  await clock.advance(10_000)
  expect(opened()).toBe(2)
  expect(arr.asked.slice(before).filter((it) => it === '/api/v3/history')).toEqual([])
  await connection.stop()
})
