import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {
  lastSampledAt,
  latestSamples,
  nextSampledServer,
  pruneSamples,
  putSamples,
  removeSamples,
  samplesOf,
  type SampleRow,
} from './samples.ts'

const [A, B, C] = [asServerId('A'), asServerId('B'), asServerId('C')]

function sample(serverId: SampleRow['serverId'], at: number, change: Partial<SampleRow> = {}): SampleRow {
  return {
    serverId,
    span: 10,
    at,
    count: 1,
    downSpeed: 10.5,
    upSpeed: 1,
    downSpeedMax: 12,
    upSpeedMax: 2,
    downloaded: 100,
    uploaded: 10,
    torrents: 3,
    downloading: 1,
    seeding: 1,
    failing: 1,
    freeSpace: 2 ** 52,
    latencyMs: 3.25,
    online: 1,
    ...change,
  }
}

everyStore('samples', (open) => {
  const put = (store: Store, ...rows: SampleRow[]) => store.write((db) => putSamples(db, rows))
  const all = (store: Store) =>
    store.read((db) =>
      db.selectFrom('samples').selectAll().orderBy('serverId').orderBy('span').orderBy('at').execute(),
    )
  const places = async (store: Store) => (await all(store)).map((it) => `${it.serverId} ${it.span} ${it.at}`)

  test('a sample comes back as it was kept, also what is unknown', async () => {
    const store = await open()
    const rows = [sample(A, 10_000), sample(A, 20_000, {freeSpace: null, latencyMs: null, online: 0.25})]
    await put(store, ...rows)
    expect(await all(store)).toEqual(rows)
  })

  test('a later sample of the same time takes the place of the first, whole', async () => {
    const store = await open()
    await put(store, sample(A, 10_000))
    const later: SampleRow = {
      ...sample(A, 10_000),
      count: 2,
      downSpeed: 1,
      upSpeed: 2,
      downSpeedMax: 3,
      upSpeedMax: 4,
      downloaded: 5,
      uploaded: 6,
      torrents: 7,
      downloading: 8,
      seeding: 9,
      failing: 10,
      freeSpace: null,
      latencyMs: null,
      online: 0,
    }
    await put(store, later)
    expect(await all(store)).toEqual([later])
  })

  test('many samples are written, and let others go on in between', async () => {
    const store = await open()
    let turns = 0
    let isDone = false
    const count = () => {
      turns++
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    await put(store, ...Array.from({length: 1_100}, (_, n) => sample(A, n * 10_000)))
    isDone = true
    expect([(await all(store)).length, turns >= 4]).toEqual([1_100, true])
  })

  test('the latest of a server are those that had ended, oldest first', async () => {
    const store = await open()
    await put(
      store,
      ...[0, 10_000, 20_000, 30_000].map((at) => sample(A, at)),
      sample(B, 10_000),
      sample(A, 0, {span: 60}),
    )
    const latest = async (by: number, limit: number) =>
      (await store.read((db) => latestSamples(db, A, 10, by, limit))).map(({at}) => at)
    expect([await latest(30_000, 2), await latest(29_999, 2), await latest(9_999, 2)]).toEqual([
      [10_000, 20_000],
      [0, 10_000],
      [],
    ])
  })

  test('a range of a server begins at its beginning and ends before its end', async () => {
    const store = await open()
    await put(store, ...[0, 10_000, 20_000, 30_000].map((at) => sample(A, at)), sample(B, 10_000))
    const rows = await store.read((db) => samplesOf(db, A, {span: 10, from: 10_000, to: 30_000}))
    expect(rows.map(({at}) => at)).toEqual([10_000, 20_000])
  })

  test('what is too old or lies in the future goes, of one span, a portion at a time', async () => {
    const store = await open()
    await put(
      store,
      ...[0, 10_000, 20_000, 30_000, 40_000].map((at) => sample(A, at)),
      sample(A, 0, {span: 60}),
    )
    const prune = (which: Parameters<typeof pruneSamples>[2], limit: number) =>
      store.write((db) => pruneSamples(db, 10, which, limit))
    expect([await prune({before: 20_000}, 1), await prune({before: 20_000}, 2)]).toEqual([1, 1])
    expect([await prune({after: 30_000}, 2), await prune({after: 30_000}, 2)]).toEqual([1, 0])
    expect(await places(store)).toEqual(['A 10 20000', 'A 10 30000', 'A 60 0'])
  })

  test('servers with samples are found one after the other, with their newest sample', async () => {
    const store = await open()
    await put(store, sample(A, 0), sample(A, 50_000, {span: 60}), sample(C, 10_000))
    expect(await store.read((db) => nextSampledServer(db, ''))).toBe(A)
    expect(await store.read((db) => nextSampledServer(db, A))).toBe(C)
    expect(await store.read((db) => nextSampledServer(db, C))).toBeNull()
    expect(await store.read((db) => lastSampledAt(db, A))).toBe(50_000)
    expect(await store.read((db) => lastSampledAt(db, B))).toBeNull()
  })

  test('samples of a server go a portion at a time, and no other’s', async () => {
    const store = await open()
    await put(store, sample(A, 0), sample(A, 10_000), sample(A, 0, {span: 60}), sample(B, 0))
    const remove = () => store.write((db) => removeSamples(db, A, 2))
    expect([await remove(), await remove(), await remove()]).toEqual([2, 1, 0])
    expect(await places(store)).toEqual(['B 10 0'])
  })
})
