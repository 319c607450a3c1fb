import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import {isRunning, type TorrentPatch} from '#model/torrent.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {Settled} from './expectations.ts'
import {Fleet} from './fleet.ts'

const key = {serverId: 'qBit' as ServerId, hash: 'a'.repeat(40) as InfoHash}

/** A fleet with one stopped torrent of which its server can say more. */
function stoppedTorrent() {
  const clock = new VirtualClock()
  const fleet = new Fleet(clock, new TimeSlice())
  const settled: Settled['outcome'][] = []
  let seq = 0
  const head = () => ({serverId: key.serverId, epoch: 1, seq: seq++, at: clock.now()})
  const say = (patch: Omit<TorrentPatch, 'hash'>) =>
    fleet.apply({...head(), type: 'rows', rows: [Object.assign({hash: key.hash}, patch)], removed: []})
  const remove = () => fleet.apply({...head(), type: 'rows', rows: [], removed: [key.hash]})
  fleet.addServer(key.serverId)
  fleet.apply({...head(), type: 'begin'})
  say({state: 'stopped', category: 'tv'})
  fleet.apply({...head(), type: 'end', believeAbsence: true})
  fleet.onSettled(({outcome}) => settled.push(outcome))
  const soon = {id: 'x', until: clock.now() + 10_000}
  return {clock, fleet, settled, say, remove, soon}
}

test('a row shows what a command should bring about until the server says the same', () => {
  const {fleet, settled, say, soon} = stoppedTorrent()
  fleet.expect(key, {patch: {category: 'films'}}, soon)
  expect(fleet.get(key)).toMatchObject({category: 'films', pending: ['category']})
  say({category: 'tv'})
  expect(fleet.get(key)).toMatchObject({category: 'films', pending: ['category']})
  say({category: 'films'})
  expect(fleet.get(key)).toMatchObject({category: 'films', pending: []})
  expect(settled).toEqual(['confirmed'])
})

test('what the command accepts confirms it, and the row shows what the server said', () => {
  const {fleet, settled, say, soon} = stoppedTorrent()
  const accepts = (_: unknown, state: unknown) => isRunning(state as 'stopped')
  fleet.expect(key, {patch: {state: 'downloading'}, accepts}, soon)
  say({state: 'queuedDown'})
  expect(fleet.get(key)).toMatchObject({state: 'queuedDown', pending: []})
  expect(settled).toEqual(['confirmed'])
})

test('when its time is up the row shows what the server last said meanwhile', async () => {
  const {clock, fleet, settled, say, soon} = stoppedTorrent()
  fleet.expect(key, {patch: {category: 'films'}}, soon)
  say({category: 'music'})
  await clock.advance(10_000)
  expect(fleet.get(key)).toMatchObject({category: 'music', pending: []})
  expect(settled).toEqual(['expired'])
})

test('what is so already is confirmed, but not before the one who expects it got the answer', async () => {
  const {fleet, settled, soon} = stoppedTorrent()
  fleet.expect(key, {patch: {state: 'stopped'}}, soon)
  expect(settled).toEqual([])
  await Promise.resolve()
  expect(settled).toEqual(['confirmed'])
})

test('a torrent that should go stays, pending, until it went', () => {
  const {fleet, settled, remove, soon} = stoppedTorrent()
  fleet.expectRemoved(key, soon)
  expect(fleet.get(key)!.pending).toEqual(['state'])
  remove()
  expect(fleet.get(key)).toBeNull()
  expect(settled).toEqual(['removed'])
})

test('a withdrawn expectation falls back at once and is settled for no one', async () => {
  const {clock, fleet, settled, soon} = stoppedTorrent()
  fleet.expect(key, {patch: {category: 'films'}}, soon)
  fleet.withdraw(soon.id)
  expect(fleet.get(key)).toMatchObject({category: 'tv', pending: []})
  await clock.advance(20_000)
  expect(settled).toEqual([])
})

test('nothing is expected of a torrent that is not there', () => {
  const {fleet, soon} = stoppedTorrent()
  const other = {...key, hash: 'b'.repeat(40) as InfoHash}
  expect(fleet.expect(other, {patch: {state: 'stopped'}}, soon)).toBe(false)
})

test('a torrent says why its removal waits, each reason until its end, and is reported as changed', () => {
  const {fleet} = stoppedTorrent()
  const changes: number[] = []
  fleet.onChange(({changed}) => void changes.push(changed.length))
  const why = () => fleet.get(key)?.removalWaits
  fleet.waitForRemoval('one', [key, {...key, hash: 'b'.repeat(40) as InfoHash}], 'First.')
  fleet.waitForRemoval('two', [key], 'Second.')
  expect(why()).toBe('First.')
  fleet.endRemovalWait('one')
  fleet.endRemovalWait('one')
  expect(why()).toBe('Second.')
  fleet.endRemovalWait('two')
  expect([why(), fleet.removalWaits(fleet.rowOf(key)!)]).toEqual([undefined, null])
  expect(changes).toEqual([1, 1, 1, 1])
})

test('what comes back while its removal waits says it again', () => {
  const {fleet, say, remove} = stoppedTorrent()
  fleet.waitForRemoval('one', [key], 'First.')
  remove()
  say({state: 'stopped'})
  expect(fleet.get(key)?.removalWaits).toBe('First.')
})
