import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {insertHealthChanges} from '#store/repositories/health-changes.ts'
import {putSamples} from '#store/repositories/samples.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {everyStore} from '#test/store/every-store.ts'
import {History} from './history.ts'
import {A, B, sample} from './history.fixture.ts'
import type {Sample} from './sample.ts'

type HistoryQuestion = Parameters<History['series']>[0]

const noon = Date.UTC(2026, 0, 1, 12)
const MINUTE = 60_000

everyStore('the history', (open) => {
  async function harness() {
    const store = await open()
    const clock = new VirtualClock(noon)
    const world = {open: [] as Sample[]}
    const history = new History(
      store,
      {soFar: (ids, span) => world.open.filter((it) => ids.includes(it.serverId) && it.span === span)},
      clock,
      new TimeSlice(),
      () => ({minutes: 2, hours: 90, days: 3_650}),
    )
    const put = (...rows: Sample[]) => store.write((db) => putSamples(db, rows))
    const ask = (change: Partial<HistoryQuestion>) =>
      history.series({
        serverIds: [A],
        from: noon - 3 * MINUTE,
        to: noon,
        span: 60,
        metrics: ['torrents'],
        ...change,
      })
    return {store, world, history, put, ask}
  }
  const minute = (ago: number, change: Partial<Sample> = {}) =>
    sample(noon - ago * MINUTE, {span: 60, count: 6, torrents: ago, ...change})

  test('servers are listed one by one and together, in the order they were asked for', async () => {
    const {put, ask} = await harness()
    await put(minute(3), minute(1), minute(2, {serverId: B}), minute(1, {serverId: B}), minute(0))
    await put(minute(2, {serverId: asServerId('not asked for')}), minute(4))
    expect(await ask({serverIds: [B, A]})).toEqual({
      span: 60,
      at: [noon - 3 * MINUTE, noon - 2 * MINUTE, noon - MINUTE],
      servers: [
        {serverId: B, values: {torrents: [null, 2, 1]}},
        {serverId: A, values: {torrents: [3, null, 1]}},
      ],
      sum: {torrents: [3, 2, 2]},
      reporting: [1, 1, 2],
    })
  })

  test('only what was asked for is listed, and together only what can be summed', async () => {
    const {put, ask} = await harness()
    await put(minute(1))
    const {servers, sum} = await ask({metrics: ['freeSpace', 'downloaded']})
    expect([Object.keys(servers![0]!.values), Object.keys(sum)]).toEqual([
      ['freeSpace', 'downloaded'],
      ['downloaded'],
    ])
  })

  test('what has not ended is shown as it is so far, in the place of what was kept of it', async () => {
    const {put, ask, world} = await harness()
    await put(minute(1), minute(0))
    world.open = [minute(0, {torrents: 55, count: 2}), sample(noon, {torrents: 66})]
    const {servers, sum, reporting} = await ask({to: noon + MINUTE})
    expect(servers![0]!.values).toEqual({torrents: [null, null, 1, 55]})
    expect([sum, reporting]).toEqual([{torrents: [null, null, 1, 55]}, [0, 0, 1, 1]])
  })

  test('many servers are shown together only, as one by one', async () => {
    const {put, ask, world} = await harness()
    const ids = Array.from({length: 60}, (_, n): ServerId => asServerId(`many${n}`))
    const rows = ids.flatMap((serverId, n) =>
      [3, 2, 1, 0].filter((ago) => (n + ago) % 7 > 0).map((ago) => minute(ago, {serverId, online: n % 2})),
    )
    await put(...rows)
    world.open = [minute(0, {serverId: ids[5]!, torrents: 9})]
    const question = {serverIds: ids, from: noon - 1_400 * MINUTE, to: noon + MINUTE}
    const apart = await ask({...question, metrics: ['torrents']})
    const together = await ask({
      ...question,
      metrics: ['torrents', 'downSpeed', 'online', 'failing', 'uploaded'],
    })
    expect([apart.servers?.length, together.servers]).toEqual([60, null])
    expect([together.sum.torrents, together.reporting]).toEqual([apart.sum.torrents, apart.reporting])
    const there = (ago: number) => ids.filter((_, n) => (n + ago) % 7 > 0).length
    expect(together.sum.torrents!.slice(-4)).toEqual([...[3, 2, 1].map((ago) => there(ago) * ago), 9])
    expect(together.reporting.slice(-4)).toEqual([3, 2, 1, 0].map(there))
  })

  test('however many ask in one moment, their looks are shared out over the turns', async () => {
    const {store, put} = await harness()
    await put(minute(1), minute(1, {serverId: B}))
    const looks = {now: 0, most: 0, all: 0}
    const history = new History(
      {
        read: (work) => {
          looks.most = Math.max(looks.most, ++looks.now)
          looks.all++
          return store.read(work)
        },
      },
      {soFar: () => []},
      new VirtualClock(noon),
      new TimeSlice(0),
      () => ({minutes: 2, hours: 90, days: 3_650}),
    )
    let isOver = false
    const turn = () => {
      looks.now = 0
      if (!isOver) setImmediate(turn)
    }
    turn()
    const question = {serverIds: [A, B], from: noon - 3 * MINUTE, to: noon, span: 60} as const
    const ask = () => history.series({...question, metrics: ['torrents']})
    await Promise.all(Array.from({length: 20}, ask))
    isOver = true
    expect(looks).toMatchObject({most: 1, all: 40})
  })

  test('of no server there is nothing', async () => {
    const {ask} = await harness()
    expect(await ask({serverIds: []})).toMatchObject({
      servers: [],
      reporting: [0, 0, 0],
      sum: {torrents: [null, null, null]},
    })
    expect(await ask({from: noon + MINUTE, to: noon + 2 * MINUTE})).toMatchObject({at: [], reporting: []})
  })

  test('changes of health are those of the servers asked about', async () => {
    const {store, history} = await harness()
    const change = (serverId: ServerId, at: number) => ({
      serverId,
      at,
      status: 'banned' as const,
      reason: 'banned' as const,
      detail: '',
    })
    await store.write((db) => insertHealthChanges(db, [change(A, 1), change(B, 2), change(A, 3)]))
    expect(await history.health([A], {from: 0, to: 3, limit: 5})).toEqual([change(A, 1)])
  })
})
