import {mkdtemp, readdir, readFile, rm, truncate, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import * as fc from 'fast-check'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hashes, servers, Speaker, utterances} from '#test/fleet/arbitrary-frames.ts'
import {isFull} from '#test/proof.ts'
import {Fleet} from './fleet.ts'
import {readSnapshot, writeSnapshot} from './snapshot.ts'

const [one, other] = servers as [(typeof servers)[0], (typeof servers)[0]]
const turns = new TimeSlice()
let folder = ''
let path = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commodarr-snapshot-'))
  path = join(folder, 'fleet.snapshot')
})

afterAll(() => rm(folder, {recursive: true}))

function emptyFleet(clock = new VirtualClock()): Fleet {
  const fleet = new Fleet(clock, turns)
  for (const id of servers) {
    fleet.addServer(id)
    fleet.markServer(id, true)
  }
  return fleet
}

function fleetOf(rows: readonly TorrentPatch[], clock?: VirtualClock): Fleet {
  const fleet = emptyFleet(clock)
  const speaker = new Speaker()
  speaker.greet((frame) => fleet.apply(frame))
  speaker.say({server: one, off: 'no', body: {type: 'rows', rows: [...rows], removed: []}}, 7, (frame) =>
    fleet.apply(frame),
  )
  return fleet
}

function recordsOf(fleet: Fleet): unknown[] {
  return servers.flatMap((id) => fleet.rowsOf(id).map((row) => fleet.record(row)))
}

const ubuntu: TorrentPatch = {hash: hashes[0]!, name: 'Ubuntu', size: 5, tags: ['a'], state: 'seeding'}

test('a snapshot brings every row back as it was, and stale', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(utterances, {minLength: 3, maxLength: 20, size: 'max'}), async (said) => {
      const before = emptyFleet()
      const speaker = new Speaker()
      speaker.greet((frame) => before.apply(frame))
      for (const [at, utterance] of said.entries()) speaker.say(utterance, at, (frame) => before.apply(frame))
      const after = emptyFleet()
      await writeSnapshot(path, before, turns)
      const count = recordsOf(before).length
      expect(await readSnapshot(path, after, turns)).toEqual({status: 'restored', rows: count})
      const asStale = recordsOf(before).map((record) => Object.assign({}, record, {stale: true}))
      expect(recordsOf(after)).toEqual(asStale)
    }),
    {numRuns: isFull ? 60 : 10},
  )
})

test('a snapshot holds what the server said, not what a command made us expect', async () => {
  const before = fleetOf([ubuntu])
  const key = {serverId: one, hash: ubuntu.hash}
  before.expect(key, {patch: {state: 'stopped', comment: 'x'}}, {id: 'x', until: Number.MAX_SAFE_INTEGER})
  await writeSnapshot(path, before, turns)
  const after = emptyFleet()
  await readSnapshot(path, after, turns)
  expect(after.get(key)).toMatchObject({state: 'seeding', comment: undefined, pending: [], stale: true})
})

test('a server that begins to send its list takes the rows over, and only its end concludes from absence', async () => {
  await writeSnapshot(path, fleetOf([ubuntu, {...ubuntu, hash: hashes[1]!}]), turns)
  const fleet = emptyFleet()
  await readSnapshot(path, fleet, turns)
  const head = (seq: number) => ({serverId: one, epoch: 9, seq, at: 8})
  fleet.apply({...head(0), type: 'begin'})
  fleet.apply({...head(1), type: 'rows', rows: [{hash: hashes[0]!, size: 6}], removed: []})
  expect(fleet.count(one)).toBe(2)
  expect(fleet.get({serverId: one, hash: hashes[0]!})).toMatchObject({size: 6, name: 'Ubuntu', stale: false})
  fleet.apply({...head(2), type: 'end', believeAbsence: true})
  expect(fleet.count(one)).toBe(1)
})

test('rows of servers that are gone, or that sent their list already, are left out', async () => {
  await writeSnapshot(path, fleetOf([ubuntu]), turns)
  const without = new Fleet(new VirtualClock(), turns)
  without.addServer(other)
  expect(await readSnapshot(path, without, turns)).toEqual({status: 'restored', rows: 0})
  const synced = fleetOf([])
  expect(await readSnapshot(path, synced, turns)).toEqual({status: 'restored', rows: 0})
  expect(synced.totals().count).toBe(0)
})

test('a snapshot taken over many blocks comes back whole', async () => {
  const rows = Array.from({length: 3000}, (_, i) => ({
    hash: i.toString(16).padStart(40, '0') as TorrentPatch['hash'],
    name: `Torrent ${i}`,
    category: `c${i % 7}`,
  }))
  const before = fleetOf(rows)
  const after = emptyFleet()
  await writeSnapshot(path, before, turns)
  expect(await readSnapshot(path, after, turns)).toEqual({status: 'restored', rows: 3000})
  expect(after.get({serverId: one, hash: rows[2999]!.hash})).toMatchObject({
    name: 'Torrent 2999',
    category: 'c3',
  })
})

test('what is missing, foreign, old, cut or changed is ignored with its reason', async () => {
  const fleet = emptyFleet()
  const reasonOf = async () => {
    const result = await readSnapshot(path, fleet, turns)
    return result.status === 'ignored' ? result.reason : null
  }
  await rm(path, {force: true})
  expect(await reasonOf()).toBe('missing')
  await writeFile(path, 'something else')
  expect(await reasonOf()).toBe('not_a_snapshot')
  await writeSnapshot(path, fleetOf([ubuntu]), turns)
  const whole = await readFile(path)
  await writeFile(path, whole.with(8, whole[8]! + 1))
  expect(await reasonOf()).toBe('outdated')
  await writeFile(path, whole)
  await truncate(path, whole.length - 1)
  expect(await reasonOf()).toBe('corrupt')
  expect(fleet.totals().count).toBe(0)
})

test('no changed byte crashes the start or leaves half a list', async () => {
  await writeSnapshot(path, fleetOf([ubuntu]), turns)
  const whole = await readFile(path)
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({min: 1, max: 255}), async (at, by) => {
      await writeFile(path, whole.with(at, (whole[at]! + by) & 0xff))
      const fleet = emptyFleet()
      const result = await readSnapshot(path, fleet, turns)
      expect(result.status).toBe('ignored')
      expect(fleet.totals().count).toBe(0)
    }),
    {numRuns: isFull ? 100 : 25},
  )
})

test('a write that fails leaves the file before it, and nothing of its own', async () => {
  await writeSnapshot(path, fleetOf([ubuntu]), turns)
  const broken = fleetOf([ubuntu])
  broken.rows.hashBytes = () => {
    throw new Error('disk')
  }
  await expect(writeSnapshot(path, broken, turns)).rejects.toThrow('disk')
  expect(await readdir(folder)).toEqual(['fleet.snapshot'])
  const fleet = emptyFleet()
  expect(await readSnapshot(path, fleet, turns)).toEqual({status: 'restored', rows: 1})
})
