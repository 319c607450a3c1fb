import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import {
  countTraffic,
  nextServerWithTraffic,
  oldestTraffic,
  putTraffic,
  removeTraffic,
  trafficOf,
  type TrafficRow,
} from './traffic.ts'

const [A, B] = [asServerId('A'), asServerId('B')]
const DAY = 86_400_000

const row = (change: Partial<TrafficRow> = {}): TrafficRow => ({
  serverId: A,
  kind: 'torrent',
  subject: 'one',
  at: 0,
  downloaded: [0, 5],
  uploaded: [],
  levels: [null, 0.5],
  ...change,
})

everyStore('traffic', (open) => {
  const inAll = {from: 0, to: 100 * DAY}

  test('a day comes back as it went in, and a later one of the same key takes its place', async () => {
    const store = await open()
    const large = row({uploaded: [Number.MAX_SAFE_INTEGER]})
    await store.write((db) => putTraffic(db, [row()]))
    await store.write((db) => putTraffic(db, [large, row({kind: 'tracker'}), row({serverId: B})]))
    const ask = {serverId: A, kind: 'torrent', ...inAll} as const
    expect(await store.read((db) => trafficOf(db, ask))).toEqual([large])
  })

  test('a stretch of some subjects is read oldest first', async () => {
    const store = await open()
    const days = [3, 1, 2, 0].map((n) => row({at: n * DAY}))
    await store.write((db) => putTraffic(db, [...days, row({subject: 'two', at: DAY})]))
    const ask = {serverId: A, kind: 'torrent', from: DAY, to: 3 * DAY} as const
    const found = async (subjects?: readonly string[]) =>
      (await store.read((db) => trafficOf(db, ask, subjects))).map(({at, subject}) => [at / DAY, subject])
    expect(await found(['one', 'three'])).toEqual([
      [1, 'one'],
      [2, 'one'],
    ])
    expect(await found()).toHaveLength(3)
  })

  test('rows are counted and removed by age, by day and by server, at most so many at once', async () => {
    const store = await open()
    const many = Array.from({length: 600}, (_, n) => row({subject: String(n), at: (n % 3) * DAY}))
    await store.write((db) => putTraffic(db, [...many, row({serverId: B, kind: 'tracker'})]))
    const count = () => store.read((db) => countTraffic(db, {serverId: A, kind: 'torrent', ...inAll}))
    expect([await count(), await store.read((db) => oldestTraffic(db, A, 'torrent'))]).toEqual([600, 0])
    const gone = (which: Parameters<typeof removeTraffic>[1], limit = 500) =>
      store.write((db) => removeTraffic(db, which, limit))
    const oneDay = {serverId: A, kind: 'torrent', from: DAY, to: 2 * DAY} as const
    expect(await store.read((db) => countTraffic(db, oneDay))).toBe(200)
    expect(await gone({serverId: A, kind: 'torrent', at: 0}, 150)).toBe(150)
    expect(await gone({before: DAY})).toBe(51)
    expect(await gone({after: DAY})).toBe(200)
    expect(await store.read((db) => oldestTraffic(db, A, 'torrent'))).toBe(DAY)
    expect(await gone({serverId: A})).toBe(200)
    expect([await count(), await store.read((db) => oldestTraffic(db, A, 'torrent'))]).toEqual([0, null])
  })

  test('servers that have some are found one after the other', async () => {
    const store = await open()
    await store.write((db) => putTraffic(db, [row(), row({serverId: B})]))
    const next = (after: string) => store.read((db) => nextServerWithTraffic(db, after))
    expect([await next(''), await next('A'), await next('B')]).toEqual([A, B, null])
  })

  test('what is damaged counts as nothing', async () => {
    const store = await open()
    await store.write((db) => putTraffic(db, [row()]))
    await store.write((db) => db.updateTable('traffic').set({downloaded: '{', levels: '7'}).execute())
    const ask = {serverId: A, kind: 'torrent', ...inAll} as const
    expect(await store.read((db) => trafficOf(db, ask))).toEqual([row({downloaded: [], levels: []})])
  })
})
