import {expect, test} from 'vitest'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {insertHealthChanges} from '#store/repositories/health-changes.ts'
import {putSamples} from '#store/repositories/samples.ts'
import {putTraffic, type TrafficRow} from '#store/repositories/traffic.ts'
import type {Store} from '#store/store.ts'
import {everyStore} from '#test/store/every-store.ts'
import {A, B, sample} from './history.fixture.ts'
import {HistoryRetention} from './retention.ts'
import {beginOf, spans, type Span} from './sample.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const now = Date.UTC(2026, 5, 1)

everyStore('keeping the history', (open) => {
  async function harness() {
    const store = await open()
    const days = {minutes: 2, hours: 90, days: 3_650}
    const retention = new HistoryRetention(
      store,
      () => days,
      (id) => !id.startsWith('s_'),
      (id) => (id.startsWith('mia') ? 'mia' : null),
      (owner) => ({rows: owner === null ? 6 : 4}),
    )
    const ids = async () => {
      const samples = await store.read((db) =>
        db.selectFrom('samples').select('serverId').distinct().execute(),
      )
      const changes = await store.read((db) =>
        db.selectFrom('healthChanges').select('serverId').distinct().execute(),
      )
      const names = (rows: readonly {serverId: string}[]) =>
        rows
          .map(({serverId}) => serverId)
          .toSorted()
          .join()
      return [names(samples), names(changes)]
    }
    return {store, retention, days, ids}
  }

  const kept: readonly [Span, number][] = [
    [10, HOUR],
    [60, 2 * DAY],
    [3_600, 90 * DAY],
    [86_400, 3_650 * DAY],
  ]

  test('each span is kept for its time, and what lies a day ahead not at all', async () => {
    const {store, retention, days} = await harness()
    const at = (span: Span, age: number) => sample(beginOf(now, span) - age, {span})
    const rows = kept.flatMap(([span, age]) => [
      at(span, age + span * 1_000),
      at(span, age),
      at(span, -DAY),
      at(span, -3 * DAY),
    ])
    await store.write((db) => putSamples(db, rows))
    await retention.prune(now)
    const left = async () => {
      const all = await store.read((db) =>
        db.selectFrom('samples').selectAll().orderBy('span').orderBy('at').execute(),
      )
      return all.map((it) => [it.span, beginOf(now, it.span as Span) - it.at])
    }
    expect(await left()).toEqual(
      kept.flatMap(([span, age]) => [
        [span, age],
        [span, -DAY],
      ]),
    )
    days.hours = 1
    await retention.prune(now)
    expect((await left()).filter(([span]) => span === 3_600)).toEqual([[3_600, -DAY]])
  })

  test('however many there are', async () => {
    const {store, retention, ids} = await harness()
    await store.write((db) =>
      putSamples(
        db,
        Array.from({length: 1_250}, (_, n) => sample(n * 10_000)),
      ),
    )
    await retention.prune(now)
    expect(await ids()).toEqual(['', ''])
  })

  test('what a server left that went more than thirty days ago is removed; the others’ stays', async () => {
    const {store, retention, ids} = await harness()
    const put = (serverId: ServerId, age: number) =>
      store.write(async (db) => {
        await putSamples(
          db,
          spans.map((span) => sample(now - age, {span, serverId})),
        )
        await insertHealthChanges(db, [
          {serverId, at: now - age, status: 'online', reason: 'none', detail: ''},
        ])
      })
    await put(A, 31 * DAY)
    await put(B, 31 * DAY)
    await put(asServerId('a little while ago'), 29 * DAY)
    // Nobody is ever called so again.
    await put(asServerId('s_removed'), DAY)
    await store.write((db) =>
      insertHealthChanges(db, [
        {
          serverId: asServerId('never sampled'),
          at: now - 31 * DAY,
          status: 'paused',
          reason: 'disabled',
          detail: '',
        },
        {serverId: asServerId('Ünused'), at: now - DAY, status: 'paused', reason: 'disabled', detail: ''},
      ]),
    )
    await retention.removeGone(new Set([B]), now)
    expect(await ids()).toEqual(['B,a little while ago', 'B,a little while ago,Ünused'])
  })

  const torrentDay = (serverId: string, ago: number, subject = 'one'): TrafficRow => ({
    serverId: asServerId(serverId),
    kind: 'torrent',
    subject,
    at: beginOf(now, 86_400) - ago * DAY,
    downloaded: [1],
    uploaded: [],
    levels: [],
  })
  const daysLeft = async (store: Store) => {
    const rows = await store.read((db) =>
      db.selectFrom('traffic').selectAll().orderBy('serverId').orderBy('at').orderBy('subject').execute(),
    )
    return rows.map(
      ({serverId, at, subject}) => `${serverId} ${(beginOf(now, 86_400) - at) / DAY} ${subject}`,
    )
  }

  test('days of torrents are kept as long as days of servers, and not of a clock that went wrong', async () => {
    const {store, retention, days} = await harness()
    days.days = 5
    await store.write((db) =>
      putTraffic(
        db,
        [6, 5, 0, -1, -2].map((ago) => torrentDay('A', ago)),
      ),
    )
    await retention.prune(now)
    expect(await daysLeft(store)).toEqual(['A 5 one', 'A 0 one', 'A -1 one'])
  })

  test('a server with too many days loses the oldest, and no other does', async () => {
    const {store, retention} = await harness()
    const mine = [3, 2, 1, 0].map((ago) => torrentDay('A', ago))
    const hers = [9, 8, 7].flatMap((ago) => [torrentDay('mia-1', ago), torrentDay('mia-2', ago)])
    await store.write((db) => putTraffic(db, [...mine, ...hers, torrentDay('mia-1', 9, 'two')]))
    await retention.pruneCrowded(new Set(['A', 'mia-1', 'mia-2'].map(asServerId)), now)
    expect(await daysLeft(store)).toEqual([
      'A 3 one',
      'A 2 one',
      'A 1 one',
      'A 0 one',
      'mia-1 8 one',
      'mia-1 7 one',
      'mia-2 8 one',
      'mia-2 7 one',
    ])
  })

  test('what torrents moved on a server that was removed goes, too', async () => {
    const {store, retention} = await harness()
    await store.write((db) => putTraffic(db, [torrentDay('s_removed', 0), torrentDay('B', 0)]))
    await retention.removeGone(new Set([B]), now)
    expect(await daysLeft(store)).toEqual(['B 0 one'])
  })

  test('nothing kept, nothing to remove', async () => {
    const {retention, ids} = await harness()
    await retention.prune(now)
    await retention.removeGone(new Set(), now)
    expect(await ids()).toEqual(['', ''])
  })
})
