import {expect, test} from 'vitest'
import type {ArrPort} from '#arr-client/api/port.ts'
import {asArrId} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrConnection} from './arr-connection.ts'

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

test('an idle Arr is asked at most 15 times in an hour, its health, its clients and its log among that', async () => {
  const clock = new VirtualClock()
  const asked: string[] = []
  const answers: Record<string, () => Promise<unknown>> = {
    queue: async () => [],
    historySince: async () => [],
    health: async () => [],
    downloadClients: async () => [],
    refusedGrabs: async () => [],
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
  const connection = new ArrConnection({
    id: asArrId('radarr'),
    clock,
    random: () => 0,
    historyFrom: 0,
    timers: {rssSync: 0, refresh: 0},
    open: async () => port,
    channel: () => ({start: ({up}) => up(), stop: async () => {}}),
    changed: () => {},
    learned: () => {},
    rowOf: () => null,
    copiesOf: () => [],
    remember: () => {},
    titled: () => {},
    refused: () => {},
  })
  connection.start()
  await clock.advance(3_600_000)
  for (let hour = 0; hour < 24; hour++) {
    asked.length = 0
    await clock.advance(3_600_000)
    expect(asked).toContain('refusedGrabs')
    expect(asked.length).toBeLessThanOrEqual(15)
  }
  await connection.stop()
})
