import {expect, test} from 'vitest'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {LiveMessage} from '#arr-client/live-channel.ts'
import {asArrId} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrConnection} from './arr-connection.ts'
import type {ArrTimes} from './arr-timers.ts'

const never = () => new Promise<never>(() => {})

test('whoever is stopped asks its Arr nothing more, also while the live channel does not hang up', async () => {
  const clock = new VirtualClock()
  let isClosed = false
  const known = {
    status: {kind: 'radarr', name: 'Radarr', version: '5.0.0', apiVersion: 3, startedAt: 0},
    url: 'http://radarr',
    close: async () => void (isClosed = true),
  }
  /** It answers nothing. */
  const port = new Proxy(known, {
    get: (own, name) => (Reflect.get(own, name) as unknown) ?? (name === 'then' ? undefined : never),
  }) as unknown as ArrPort
  const opened = Promise.withResolvers<void>()
  const connection = new ArrConnection({
    id: asArrId('radarr'),
    clock,
    random: () => 0,
    historyFrom: 0,
    timers: {rssSync: 0, refresh: 0},
    open: async () => port,
    channel: () => ({start: () => opened.resolve(), stop: never}),
    changed: () => {},
    learned: () => {},
    rowOf: () => null,
    copiesOf: () => [],
    remember: () => {},
    titled: () => {},
    refused: () => {},
  })
  connection.start()
  await opened.promise
  void connection.stop()
  expect(isClosed).toBe(true)
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
    downloadClients: async () => [],
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
    close: async () => {},
  }
  const port = new Proxy(known, {
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
    new ArrConnection({
      id: asArrId('radarr'),
      clock,
      random: () => 0,
      historyFrom: 0,
      timers,
      open: async () => port,
      channel: () => ({
        start({up, message}) {
          say = message
          up()
        },
        stop: async () => {},
      }),
      changed: () => {},
      learned: () => {},
      rowOf: () => null,
      copiesOf: () => [],
      remember: () => {},
      titled: () => {},
      refused: (releases) => void refused.push(...releases.map(({title}) => title)),
    })
  return {clock, asked, refused, begin}
}

test.each([
  ['that we order to read its feeds four times, and that chooses from them: its log among that', 900, 15, 1],
  ['that chooses nothing: not its log', 0, 10, 0],
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
