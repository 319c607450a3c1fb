import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Fleet} from './fleet.ts'
import type {FleetDelta} from './writer.ts'

const serverId = 'qBit' as ServerId
const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [InfoHash, InfoHash, InfoHash]

/** A fleet with two torrents, and what it tells from then on. */
function twoTorrents() {
  const clock = new VirtualClock()
  const fleet = new Fleet(clock, new TimeSlice())
  let seq = 0
  const head = () => ({serverId, epoch: 1, seq: seq++, at: 7})
  fleet.addServer(serverId)
  fleet.markServer(serverId, true)
  fleet.apply({...head(), type: 'begin'})
  fleet.apply({...head(), type: 'rows', rows: [{hash: a, name: 'A', size: 5}, {hash: b}], removed: []})
  fleet.apply({...head(), type: 'end', believeAbsence: true})
  const reported: FleetDelta[] = []
  fleet.onChange((delta) => reported.push(delta))
  const rowOf = (hash: InfoHash) => fleet.rowOf({serverId, hash})!
  return {clock, fleet, head, reported, rowOf}
}

test('a value that is said again changes nothing and is not published', () => {
  const {fleet, head, reported} = twoTorrents()
  const {size} = fleet.rows.columns
  const before = size.generation
  fleet.apply({...head(), type: 'rows', rows: [{hash: a, name: 'A', size: 5}], removed: []})
  expect(size.generation).toBe(before)
  expect(reported).toEqual([])
})

test('only the column that changed gets a new generation', () => {
  const {fleet, head} = twoTorrents()
  const {size, name} = fleet.rows.columns
  const before = name.generation
  fleet.apply({...head(), type: 'rows', rows: [{hash: a, name: 'A', size: 6}], removed: []})
  expect(size.generation).toBe(fleet.rows.generation)
  expect(name.generation).toBe(before)
})

test('a frame is published once, with each row in one of its lists', () => {
  const {fleet, head, reported, rowOf} = twoTorrents()
  const [rowA, rowB] = [rowOf(a), rowOf(b)]
  const rows = [
    {hash: a, size: 6},
    {hash: c, size: 1},
    {hash: a, size: 7},
  ]
  fleet.apply({...head(), type: 'rows', rows, removed: [b]})
  expect(reported).toMatchObject([
    {changed: [rowA], added: [rowOf(c)], removed: [{row: rowB, key: {serverId, hash: b}}], servers: []},
  ])
})

test('rows of an open list are published when it ends, not before', () => {
  const {fleet, head, reported, rowOf} = twoTorrents()
  fleet.apply({...head(), type: 'begin'})
  fleet.apply({...head(), type: 'rows', rows: [{hash: a}, {hash: b}, {hash: c}], removed: []})
  expect(reported).toEqual([])
  fleet.apply({...head(), type: 'end', believeAbsence: true})
  expect(reported).toMatchObject([{changed: [], added: [rowOf(c)], removed: []}])
})

test('a server that goes offline is published, its rows are stale, and none of them is touched', () => {
  const {fleet, reported} = twoTorrents()
  fleet.markServer(serverId, false)
  expect(reported).toMatchObject([{changed: [], servers: [serverId]}])
  expect(fleet.get({serverId, hash: a})!.stale).toBe(true)
})

test('a row number is given out again half an hour after its torrent went, with nothing left of the old one', async () => {
  const {clock, fleet, head, rowOf} = twoTorrents()
  const row = rowOf(a)
  fleet.apply({...head(), type: 'rows', rows: [], removed: [a]})
  await clock.advance(31 * 60_000)
  fleet.apply({...head(), type: 'rows', rows: [{hash: c}], removed: []})
  expect(rowOf(c)).toBe(row)
  expect(fleet.get({serverId, hash: c})).toMatchObject({name: '', size: undefined})
})

test('a torrent that went can be shown again as it was, for readers as a new row that no frame has announced', async () => {
  const {clock, fleet, head, reported, rowOf} = twoTorrents()
  const row = rowOf(a)
  fleet.apply({...head(), type: 'rows', rows: [], removed: [a]})
  await clock.advance(29 * 60_000)
  reported.length = 0
  fleet.apply({...head(), type: 'recall', hashes: [a, b]})
  expect(reported).toMatchObject([{changed: [], added: [row], removed: []}])
  expect(fleet.get({serverId, hash: a})).toMatchObject({name: 'A', size: 5, stale: true, seenAt: 7})
  expect([fleet.rows.births[row], fleet.departed(serverId)]).toEqual([fleet.rows.generation, []])
})

test('what a command of ours removed, and what is proved to be gone, is not kept', () => {
  const {fleet, head} = twoTorrents()
  fleet.expectRemoved({serverId, hash: a}, {id: 'x', until: 1e15})
  fleet.apply({...head(), type: 'missing', hashes: [a, b]})
  expect([fleet.count(serverId), fleet.unseen(serverId), fleet.departed(serverId)]).toEqual([1, 1, []])
  fleet.apply({...head(), type: 'settle', isProved: true})
  expect([fleet.count(serverId), fleet.departed(serverId)]).toEqual([0, []])
})

test('a listener that no longer listens hears nothing', () => {
  const {fleet, head} = twoTorrents()
  let calls = 0
  const stop = fleet.onChange(() => calls++)
  stop()
  fleet.apply({...head(), type: 'rows', rows: [{hash: a, size: 9}], removed: []})
  expect(calls).toBe(0)
})

test('the ratio is that of all servers that a torrent was on, whenever that is known, and stays unknown where a part is', () => {
  const {fleet, head, reported, rowOf} = twoTorrents()
  const put = (hash: InfoHash, uploaded?: number) =>
    fleet.apply({
      ...head(),
      type: 'rows',
      rows: [{hash, completed: 10, downloaded: 0, ...(uploaded !== undefined && {uploaded})}],
      removed: [],
    })
  const ratio = (hash: InfoHash) => fleet.valueAt(rowOf(hash), 'ratio')
  put(a, 4)
  put(b)
  expect([ratio(a), ratio(b)]).toEqual([0.4, undefined])
  const key = (hash: InfoHash) => ({serverId, hash})
  reported.length = 0
  for (const hash of [a, b, c]) fleet.countBefore(key(hash), {uploaded: 8, downloaded: 10})
  expect([ratio(a), ratio(b)]).toEqual([1.2, undefined])
  expect(reported.flatMap(({changed}) => changed)).toEqual([rowOf(a)])
  put(a, 14)
  put(c, 2)
  expect([ratio(a), ratio(c)]).toEqual([2.2, 1])
  // Clients reckon that of their server alone.
  for (const more of [{}, {completed: 10}])
    fleet.apply({...head(), type: 'rows', rows: [{hash: a, ratio: 1.4, ...more}], removed: []})
  expect(ratio(a)).toBe(2.2)
  // What it earns in its time there is of this server alone.
  fleet.apply({...head(), type: 'rows', rows: [{hash: a, activeTime: 30 * 86_400}], removed: []})
  expect(fleet.valueAt(rowOf(a), 'popularity')).toBeCloseTo(1.42)
  fleet.countBefore(key(a), null)
  expect(ratio(a)).toBe(1.4)
})
