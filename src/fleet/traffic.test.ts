import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {asInfoHash, asServerId, type InfoHash, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Fleet} from './fleet.ts'
import {TorrentTraffic} from './traffic.ts'

const [A, B] = [asServerId('A'), asServerId('B')]
const [one, two] = ['1', '2'].map((digit) => asInfoHash(digit.repeat(40))!) as [InfoHash, InfoHash]
const now = Date.UTC(2026, 0, 1)

function harness() {
  const fleet = new Fleet(new VirtualClock(now), new TimeSlice())
  const traffic = new TorrentTraffic(fleet)
  const seqs = new Map<ServerId, {epoch: number; seq: number}>()
  const head = (serverId: ServerId, begins = false) => {
    const last = seqs.get(serverId) ?? {epoch: 0, seq: -1}
    const next = begins ? {epoch: last.epoch + 1, seq: 0} : {epoch: last.epoch, seq: last.seq + 1}
    seqs.set(serverId, next)
    return {serverId, ...next, at: now}
  }
  /** A whole list: who is not in it went. */
  const list = (serverId: ServerId, ...rows: TorrentPatch[]) => {
    fleet.addServer(serverId)
    fleet.apply({...head(serverId, true), type: 'begin'})
    fleet.apply({...head(serverId), type: 'rows', rows, removed: []})
    fleet.apply({...head(serverId), type: 'end', believeAbsence: true})
  }
  const change = (serverId: ServerId, ...rows: TorrentPatch[]) =>
    fleet.apply({...head(serverId), type: 'rows', rows, removed: []})
  let at = now
  const look = async (...servers: ServerId[]) => {
    at += 10_000
    const moved = await traffic.moved(new Set(servers.length > 0 ? servers : [A, B]), at)
    return moved.map(
      ({serverId, hash, downloaded, uploaded}) => `${serverId}${hash[0]} ${downloaded} ${uploaded}`,
    )
  }
  return {fleet, traffic, list, change, look}
}

const torrent = (hash: InfoHash, uploaded?: number, change: Partial<TorrentPatch> = {}): TorrentPatch => ({
  hash,
  downloaded: 100,
  uploaded,
  trackerHost: 'tracker.example',
  progress: 0.5,
  addedAt: now - 3_600_000,
  ...change,
})

test('what a torrent moved before it was first seen is not counted; then the difference is', async () => {
  const {list, change, look, traffic} = harness()
  list(A, torrent(one, 1_000), torrent(two, 5))
  expect(await look()).toEqual([])
  change(A, torrent(one, 1_007, {downloaded: 103}))
  expect(await traffic.moved(new Set([A]), now)).toEqual([
    {serverId: A, hash: one, trackerHost: 'tracker.example', progress: 0.5, downloaded: 3, uploaded: 7},
  ])
  expect(await look()).toEqual([])
})

test('a torrent that was added since the last look counts from its beginning', async () => {
  const {list, change, look} = harness()
  list(A, torrent(one, 1))
  await look()
  change(A, torrent(two, 40, {addedAt: now + 15_000}))
  expect(await look()).toEqual(['A2 100 40'])
})

test('a counter that went back moved nothing, and counts on from there', async () => {
  const {list, change, look} = harness()
  list(A, torrent(one, 1_000))
  await look()
  change(A, torrent(one, 900))
  expect(await look()).toEqual([])
  change(A, torrent(one, 950))
  expect(await look()).toEqual(['A1 0 50'])
})

test('a counter that is not known for a moment loses nothing', async () => {
  const {list, change, look} = harness()
  list(A, torrent(one, 1_000))
  await look()
  change(A, torrent(one, undefined))
  expect(await look()).toEqual([])
  change(A, torrent(one, 1_010))
  expect(await look()).toEqual(['A1 0 10'])
})

test('what moved while the server was away is counted when it is seen again', async () => {
  const {fleet, list, look} = harness()
  list(A, torrent(one, 1_000))
  await look()
  fleet.markServer(A, false)
  expect(await look()).toEqual([])
  list(A, torrent(one, 1_500))
  expect(await look()).toEqual(['A1 0 500'])
})

test('a torrent in the place of another one is not compared with it', async () => {
  const {list, look} = harness()
  list(A, torrent(one, 1_000))
  await look()
  list(A)
  list(A, torrent(two, 9_000))
  expect(await look()).toEqual([])
})

test('one that went and is listed again begins again', async () => {
  const {list, change, look} = harness()
  list(A, torrent(one, 1_000))
  await look()
  list(A)
  await look()
  list(A, torrent(one, 5_000))
  expect(await look()).toEqual([])
  change(A, torrent(one, 5_001))
  expect(await look()).toEqual(['A1 0 1'])
})

test('servers that are not asked about are not looked at', async () => {
  const {list, change, look} = harness()
  list(A, torrent(one, 1))
  list(B, torrent(one, 1))
  await look()
  change(A, torrent(one, 2))
  change(B, torrent(one, 3))
  expect(await look(B)).toEqual(['B1 0 2'])
})

test('torrents are counted for each tracker; of those whose tracker is not known nothing is said', async () => {
  const {list, traffic} = harness()
  list(A, torrent(one, 1), torrent(two, 1, {trackerHost: ''}))
  list(B, torrent(one, 1, {trackerHost: undefined}), torrent(two, 1))
  expect(await traffic.countsByTracker(new Set([A, B]))).toEqual(
    new Map([
      [
        A,
        new Map([
          ['tracker.example', 1],
          ['', 1],
        ]),
      ],
      [B, new Map([['tracker.example', 1]])],
    ]),
  )
})

test('rows that a snapshot restored are no measurement until their server reports them', async () => {
  const {fleet, look, list} = harness()
  fleet.addServer(A)
  fleet.restore([{serverId: A, hash: one, seenAt: now}], ([row]) => {
    for (const column of Object.values(fleet.rows.columns)) column.reset(row!)
    fleet.rows.columns.uploaded.write(row!, 10)
  })
  await look()
  list(A, torrent(one, 900))
  expect(await look()).toEqual([])
})
