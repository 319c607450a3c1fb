import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Verdict} from '#model/decision.ts'
import type {TorrentFilter} from '#model/query.ts'
import type {Condition} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {FactSource} from './fact-tests.ts'
import {LiveViews, type ViewSpec} from './live-views.ts'
import {Views} from './query.ts'

const box = asServerId('box')
const owes: Condition = {fact: 'obligation.met', op: 'eq', value: 'no'}
const pays: Condition = {not: owes}

/** Torrents called as the judge says of them, and how often he was asked. */
function harness() {
  const clock = new VirtualClock()
  const turns = new TimeSlice(1e9)
  const fleet = new Fleet(clock, turns)
  fleet.addServer(box)
  fleet.markServer(box, true)
  let seq = 0
  const say = (names: readonly string[], begin = false) => {
    const frame = {serverId: box, epoch: 1, at: 0}
    const rows = names.map((name, at) => ({
      hash: asInfoHash(at.toString(16).padStart(40, '0'))!,
      name,
      size: at,
    }))
    if (begin) fleet.apply({...frame, seq: seq++, type: 'begin'})
    fleet.apply({...frame, seq: seq++, type: 'rows', rows, removed: []})
    if (begin) fleet.apply({...frame, seq: seq++, type: 'end', believeAbsence: true})
  }
  const done = {
    asked: 0,
    ready: 0,
    wanted: [] as string[],
    room: 100,
    for: [] as (string | undefined)[],
    version: '1',
    pieces: 0,
  }
  const time = {ms: 0}
  let hang: Promise<void> | undefined
  const nameOf = (row: number) => fleet.record(row)!.name
  const source: FactSource = {
    async ready() {
      done.ready++
      await hang
    },
    *take() {
      for (let piece = 0; piece < done.pieces; piece++) {
        time.ms++
        yield
      }
    },
    judgeOf: (condition) => ({
      version: done.version,
      verdict(row) {
        done.asked++
        const said = nameOf(row) as Verdict
        if (said === 'unknown') return said
        return (said === 'yes') === 'fact' in condition ? 'yes' : 'no'
      },
      want(rows, by) {
        done.for.push(by)
        for (const row of rows) {
          done.wanted.push(nameOf(row))
          if (done.wanted.length % done.room === 0) return
        }
      },
    }),
  }
  class SteppingClock extends VirtualClock {
    override monotonic(): number {
      return super.monotonic() + time.ms
    }
  }
  const views = new Views(fleet, turns, new SteppingClock(), undefined, () => time.ms, source)
  const found = async (filter: TorrentFilter, by?: string) => {
    const {keys} = await views.matching({scope: [box], filter, by})
    return keys.map((key) => fleet.get(key)!.name).sort()
  }
  return {clock, fleet, views, say, done, found, hangs: (until: Promise<void>) => void (hang = until)}
}

test('a search for a fact finds what it is true of, its opposite what it is not, and what is unknown is found by neither', async () => {
  const {say, found} = harness()
  say(['yes', 'no', 'unknown', 'yes'], true)
  expect(await found({facts: [owes]})).toEqual(['yes', 'yes'])
  expect(await found({facts: [pays]})).toEqual(['no'])
  expect(await found({groups: [[{facts: [owes]}, {facts: [pays]}]]})).toEqual(['no', 'yes', 'yes'])
})

test('a torrent is checked again once it changed, and all of them once any answer may differ', async () => {
  const {say, found, done} = harness()
  say(['yes', 'no', 'no'], true)
  await found({facts: [owes]})
  expect(done.asked).toBe(3)
  await found({facts: [owes]})
  expect(done.asked).toBe(3)
  say(['no'])
  expect(await found({facts: [owes]})).toEqual([])
  expect(done.asked).toBe(4)
  done.version = '2'
  await found({facts: [owes]})
  expect(done.asked).toBe(7)
})

test('what two searches of the most conditions were answered is kept', async () => {
  const {say, found, done} = harness()
  say(['yes'], true)
  const conditions = Array.from({length: 128}, (_, at): Condition => ({
    fact: 'arr.score',
    op: 'gt',
    value: at,
  }))
  const searchBoth = async () => {
    await found({facts: conditions.slice(0, 64)})
    await found({facts: conditions.slice(64)})
  }
  await searchBoth()
  expect(done.asked).toBe(128)
  await searchBoth()
  expect(done.asked).toBe(128)
})

test('only what nothing else refuses is worth a look', async () => {
  const {say, found, done} = harness()
  say(['yes', 'unknown', 'unknown', 'no'], true)
  await found({facts: [owes], ranges: {size: {min: 2}}}, 'ida')
  expect(done.for).toEqual(['ida'])
  expect(done.wanted).toEqual(['unknown', 'no'])
})

test('where there is no room to look at all of them, the next search goes on where the last one ended', async () => {
  const {say, found, done} = harness()
  say(['yes', 'unknown', 'no'], true)
  done.room = 2
  await found({facts: [owes]})
  expect(done.wanted).toEqual(['yes', 'unknown'])
  say(['yes', 'unknown', 'no'])
  await found({facts: [owes]})
  expect(done.wanted.slice(2)).toEqual(['unknown', 'no'])
})

test('a search without facts asks for none', async () => {
  const {say, found, done} = harness()
  say(['yes'], true)
  await found({complete: false})
  expect(done).toEqual({asked: 0, ready: 0, wanted: [], room: 100, for: [], version: '1', pieces: 0})
})

test('an open view of a fact is looked at again every two seconds, also while nothing changes', async () => {
  const {clock, fleet, views, say, done} = harness()
  say(['unknown'], true)
  const live = new LiveViews(fleet, views, clock)
  const wish: ViewSpec = {filter: {facts: [owes]}, sort: [], group: null, facets: []}
  live.open({wish, scope: () => [box], by: 'ida', onNews: () => undefined, onRefused: () => undefined})
  await clock.advance(100)
  const before = done.ready
  await clock.advance(2_000)
  expect(done.ready).toBe(before + 1)
  live.close()
})

test('a search that asks for too much has nothing asked of others', async () => {
  const {say, found, done} = harness()
  say(['yes'], true)
  await expect(found({facts: [{any: Array.from({length: 65}, () => owes)}]})).rejects.toThrow(
    '64 are the most',
  )
  expect(done.ready).toBe(0)
})

test('each person has others asked for one search at a time, and waits for no other person', async () => {
  const {say, found, done, hangs} = harness()
  say(['yes'], true)
  const {promise, resolve} = Promise.withResolvers<void>()
  hangs(promise)
  const searches = [
    found({facts: [owes]}, 'ida'),
    found({facts: [owes]}, 'ida'),
    found({facts: [owes]}, 'otto'),
  ]
  await Promise.resolve()
  expect(done.ready).toBe(2)
  expect(await found({})).toEqual(['yes'])
  resolve()
  expect(await Promise.all(searches)).toEqual([['yes'], ['yes'], ['yes']])
  expect(done.ready).toBe(3)
})

test('what others answered is taken in at the cost of who searches, and who has nothing left has no manager asked', async () => {
  const {say, found, done} = harness()
  say(['yes'], true)
  done.pieces = 10_000
  for (let search = 1; search <= 8; search++)
    await expect(found({facts: [owes]}, 'ida')).rejects.toMatchObject({code: 'too_expensive'})
  done.ready = 0
  await expect(found({facts: [owes]}, 'ida')).rejects.toMatchObject({code: 'too_expensive'})
  expect(done.ready).toBe(0)
  await expect(found({facts: [owes]}, 'otto')).rejects.toMatchObject({code: 'too_expensive'})
  expect(done.ready).toBe(1)
})
