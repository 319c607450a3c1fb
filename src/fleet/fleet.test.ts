import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ServerFrame} from '#model/frame.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {expectedPatches, hashes, servers, Speaker, utterances} from '#test/fleet/arbitrary-frames.ts'
import {NaiveFleet} from '#test/fleet/naive-fleet.ts'
import {isFull} from '#test/proof.ts'
import type {Settled} from './expectations.ts'
import {Fleet} from './fleet.ts'
import type {FleetDelta} from './writer.ts'

const keys: TorrentKey[] = servers.flatMap((serverId) => hashes.map((hash) => ({serverId, hash})))
const keyArbitrary = fc.constantFrom(...keys)

/** The fleet and its plain model, driven alike. */
class Pair {
  readonly clock = new VirtualClock()
  readonly fleet = new Fleet(this.clock, new TimeSlice())
  readonly naive = new NaiveFleet()
  readonly settled: Settled[] = []
  readonly answers: string[] = []
  readonly speaker = new Speaker()

  constructor() {
    this.fleet.onSettled((settled) => this.settled.push(settled))
    for (const id of servers) this.addServer(id)
  }

  addServer(id: ServerId): void {
    this.fleet.addServer(id)
    this.naive.addServer(id)
  }

  readonly apply = (frame: ServerFrame): 'applied' | 'gap' => {
    const answer = this.fleet.apply(frame)
    this.answers.push(answer)
    this.naive.answers.push(this.naive.apply(frame))
    return answer
  }

  /** Everything the fleet shows. */
  shown(): object {
    const {fleet} = this
    return {
      answers: this.answers,
      records: keys.map((key) => withSortedPending(fleet.get(key))),
      counts: servers.map((id) => fleet.count(id)),
      order: byRank(fleet),
      rows: servers.map((id) => texts(fleet.rowsOf(id).map((row) => fleet.keyAt(row)))),
      holders: hashes.map((hash) => texts(fleet.holders(hash))),
      holdersOfV1: hashes.map((hash) => texts(fleet.holdersOfV1(hash))),
      absent: servers.map((id) => fleet.absent(id, () => true)),
      departed: servers.map((id) => fleet.departed(id).toSorted()),
      settled: sortedSettled(this.settled),
      previewed: texts(this.previewed().map((row) => fleet.keyAt(row))),
    }
  }

  /** Rows that people are shown alone. */
  previewed(): number[] {
    const {rows} = this.fleet
    return Array.from({length: rows.end}, (_, row) => row).filter(
      (row) => rows.isShown(row) && !rows.isVisible(row),
    )
  }

  /** The same as the plain model has it. */
  modelled(): object {
    const {naive} = this
    const present = naive.keys()
    const where = (is: (key: TorrentKey) => boolean) => present.filter(is)
    return {
      answers: naive.answers,
      records: keys.map((key) => naive.get(key)),
      counts: servers.map((id) => where((key) => key.serverId === id).length),
      order: naive.serversInOrder(),
      rows: servers.map((id) => texts(where((key) => key.serverId === id))),
      holders: hashes.map((hash) => texts(where((key) => key.hash === hash))),
      holdersOfV1: hashes.map((hash) => texts(where((key) => naive.get(key)!['infoHashV1'] === hash))),
      absent: servers.map((id) => naive.absent(id)),
      departed: servers.map((id) => [...naive.servers.get(id)!.departed.keys()].toSorted()),
      settled: sortedSettled(naive.settled),
      previewed: texts(naive.previewed()),
    }
  }
}

function byRank(fleet: Fleet): ServerId[] {
  const rankOf = (id: ServerId) => fleet.serverRanks[fleet.serverNumber(id)!]!
  return fleet.serverIds.toSorted((a, b) => rankOf(a) - rankOf(b))
}

function withSortedPending(record: TorrentRecord | null): object | null {
  return record && {...record, pending: record.pending.toSorted()}
}

function texts(keys: readonly TorrentKey[]): string[] {
  return keys.map(keyText).sort()
}

function sortedSettled(settled: readonly Settled[]): string[] {
  return settled.map(({id, key, outcome}) => `${id} ${key.serverId} ${key.hash} ${outcome}`).sort()
}

const steps = fc.oneof(
  {
    weight: 20,
    arbitrary: utterances.map(
      (utterance) => (pair: Pair) => pair.speaker.say(utterance, pair.clock.now(), pair.apply),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(keyArbitrary, expectedPatches, fc.constantFrom('x', 'y'), fc.nat(3))
      .map(([key, patch, id, seconds]) => (pair: Pair) => {
        const options = {id, until: pair.clock.now() + seconds * 1000 + 1}
        pair.fleet.expect(key, {patch}, options)
        pair.naive.expect(key, {patch}, options)
      }),
  },
  fc.tuple(keyArbitrary, fc.constantFrom('x', 'y')).map(([key, id]) => (pair: Pair) => {
    const options = {id, until: pair.clock.now() + 2000}
    pair.fleet.expectRemoved(key, options)
    pair.naive.expectRemoved(key, options)
  }),
  fc.constantFrom('x', 'y').map((id) => (pair: Pair) => {
    pair.fleet.withdraw(id)
    pair.naive.withdraw(id)
  }),
  fc.nat(2000).map((ms) => async (pair: Pair) => {
    await pair.clock.advance(ms)
    pair.naive.expire(pair.clock.now())
  }),
  fc.tuple(fc.constantFrom(...servers), fc.boolean()).map(([id, online]) => (pair: Pair) => {
    pair.fleet.markServer(id, online)
    pair.naive.markServer(id, online)
  }),
  fc.constantFrom(...servers).map((id) => (pair: Pair) => {
    pair.fleet.removeServer(id)
    pair.naive.removeServer(id)
    pair.addServer(id)
  }),
  fc.shuffledSubarray(servers).map((ids) => (pair: Pair) => {
    pair.fleet.orderServers(ids)
    pair.naive.orderServers(ids)
  }),
  fc.constant((pair: Pair) => pair.fleet.rows.arena.compact()),
)

test('whatever links and commands do, the columns show what a plain model shows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, {minLength: 10, maxLength: 40, size: 'max'}), async (run) => {
      const pair = new Pair()
      pair.speaker.greet(pair.apply)
      for (const step of run) {
        await step(pair)
        await Promise.resolve()
        expect(pair.shown()).toEqual(pair.modelled())
      }
    }),
    {numRuns: isFull ? 150 : 20},
  )
})

test('the rows of a first list are shown to people as they come, and to no rule before its end', () => {
  const [id, other] = servers as [ServerId, ServerId]
  const [hash, second] = hashes as [InfoHash, InfoHash]
  const fleet = new Fleet(new VirtualClock(), new TimeSlice())
  const deltas: FleetDelta[] = []
  for (const server of [id, other]) fleet.addServer(server)
  fleet.onChange((delta) => deltas.push(delta))
  let seq = 0
  const send = (frame: object) => {
    deltas.length = 0
    return fleet.apply({serverId: id, epoch: 1, seq: seq++, at: 5, ...frame} as ServerFrame)
  }
  const seenByDeciders = () => ({
    one: fleet.get({serverId: id, hash}),
    has: fleet.hasKey({serverId: id, hash}),
    addedAt: fleet.addedAt({serverId: id, hash}),
    rows: fleet.rowsOf(id),
    count: fleet.count(id),
    holders: [...fleet.holders(hash), ...fleet.holdersOfV1(hash)],
    totals: [fleet.totals(), fleet.totals(id)],
    absent: fleet.absent(id, () => true),
    unseen: fleet.unseen(id),
    departed: fleet.departed(id),
    synced: fleet.serverFigures(id).syncedAt,
    expects: fleet.expect({serverId: id, hash}, {patch: {}}, {id: 'x', until: 10}),
  })
  const nothing = seenByDeciders()
  send({type: 'begin'})
  send({type: 'rows', rows: [{hash, name: 'first', size: 7, addedAt: 3_000}], removed: []})
  const [row] = deltas[0]!.previewed as [number]
  expect(seenByDeciders()).toEqual(nothing)
  expect(deltas).toMatchObject([{added: [], changed: [], removed: [], servers: []}])
  expect([fleet.valueAt(row, 'name'), fleet.isStale(row), fleet.serverAt(row)]).toEqual(['first', true, id])

  // It changes and more follow; then it breaks off, and all of it is gone.
  send({type: 'rows', rows: [{hash, name: 'renamed'}, {hash: second}], removed: []})
  expect(new Set(deltas[0]!.previewed)).toEqual(new Set([row, row + 1]))
  send({type: 'abort'})
  expect(deltas[0]!.previewed).toHaveLength(2)
  expect([fleet.rows.isShown(row), fleet.serverAt(row), fleet.record(row)]).toEqual([false, null, null])
  expect(seenByDeciders()).toEqual(nothing)

  // Whole at last, they are there for everybody; the next list shows nothing before its end.
  send({type: 'begin'})
  send({type: 'rows', rows: [{hash}], removed: []})
  send({type: 'end', believeAbsence: true})
  expect(deltas).toMatchObject([{added: [expect.any(Number)], previewed: []}])
  expect(fleet.rowsOf(id)).toHaveLength(1)
  send({type: 'begin'})
  send({type: 'rows', rows: [{hash: second}], removed: []})
  expect(deltas).toEqual([])
})
