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
  })
  connection.start()
  await opened.promise
  void connection.stop()
  expect(isClosed).toBe(true)
})
