import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ManagedRow, ManagerId, RowsMessage} from '#model/manager.ts'
import {keyText, type InfoHash, type TorrentKey} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hashes, servers, Speaker, utterances} from '#test/fleet/arbitrary-frames.ts'
import {RowFeed} from './row-feed.ts'

const managers = ['radarr', 'fleet'] as ManagerId[]

/** A house with managers that keep what they are told. */
class Harness {
  readonly clock = new VirtualClock()
  readonly fleet = new Fleet(this.clock, new TimeSlice())
  readonly speaker = new Speaker()
  /** Categories and hashes that radarr claims; everything else is the fleet manager's, or nobody's. */
  categories = new Set(['films'])
  claims = new Set<string>()
  hasFleetManager = true
  isDeaf = false
  readonly known = new Map<ManagerId, Map<string, ManagedRow>>()
  readonly messages: {id: ManagerId; reported: RowsMessage}[] = []
  readonly faults: string[] = []
  readonly feed = new RowFeed(
    this.fleet,
    this.clock,
    new TimeSlice(),
    {error: (_about, text) => this.faults.push(text)},
    {
      ownerOf: (key, v1, category) => this.ownerOf(key, v1, category),
      send: (id, reported) => this.hear(id, reported),
      looked: () => {},
    },
  )
  readonly stop: () => Promise<void>

  constructor() {
    for (const id of servers) this.fleet.addServer(id)
    for (const id of managers) this.known.set(id, new Map())
    this.stop = this.feed.start()
    this.speaker.greet((frame) => this.fleet.apply(frame))
  }

  ownerOf({hash}: TorrentKey, v1: string | null, category: string): ManagerId | null {
    const isRadarrs =
      this.claims.has(hash) || (v1 !== null && this.claims.has(v1)) || this.categories.has(category)
    return isRadarrs ? managers[0]! : this.hasFleetManager ? managers[1]! : null
  }

  hear(id: ManagerId, reported: RowsMessage): void {
    if (this.isDeaf) throw new Error('no port')
    this.messages.push({id, reported})
    const known = this.known.get(id)!
    if (reported.isWhole) known.clear()
    for (const key of reported.gone) known.delete(keyText(key))
    for (const row of reported.rows) known.set(keyText(row.key), row)
  }

  /** The thread of a manager died; the new one knows nothing. */
  reborn(id: ManagerId): void {
    this.known.set(id, new Map([['nonsense', {} as ManagedRow]]))
    this.feed.begin(id)
  }

  shown(): unknown {
    return managers.map((id) => [...this.known.get(id)!.keys()].sort())
  }

  truth(): unknown {
    const present = servers.flatMap((id) => this.fleet.rowsOf(id)).map((row) => this.fleet.record(row)!)
    const ofManager = (id: ManagerId) =>
      present.filter((it) => this.ownerOf(it.key, it.infoHashV1 ?? null, it.category) === id)
    return managers.map((id) =>
      ofManager(id)
        .map(({key}) => keyText(key))
        .sort(),
    )
  }

  async settled(): Promise<void> {
    await this.clock.advance(1_000)
  }
}

const hash = fc.constantFrom(...hashes)
const steps = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(utterances, {minLength: 1, maxLength: 6}).map((said) => (harness: Harness) => {
      for (const one of said)
        harness.speaker.say(one, harness.clock.now(), (frame) => harness.fleet.apply(frame))
    }),
  },
  {weight: 3, arbitrary: fc.nat(900).map((ms) => (harness: Harness) => harness.clock.advance(ms))},
  fc.subarray(['films', 'tv', 'tv2']).map((categories) => (harness: Harness) => {
    harness.categories = new Set(categories)
    void harness.feed.reconsider()
  }),
  fc.boolean().map((has) => (harness: Harness) => {
    harness.hasFleetManager = has
    void harness.feed.reconsider()
  }),
  fc.array(hash, {maxLength: 3}).map((claims) => (harness: Harness) => {
    const before = harness.claims
    harness.claims = new Set(claims)
    harness.feed.reconsiderHashes([...before, ...claims] as InfoHash[])
  }),
  fc.constantFrom(...managers).map((id) => (harness: Harness) => harness.reborn(id)),
  fc.constantFrom(...servers).map((id) => (harness: Harness) => {
    harness.fleet.removeServer(id)
    harness.fleet.addServer(id)
  }),
)

test('whatever happens, each manager knows exactly the torrents that it evaluates, as they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, {minLength: 5, maxLength: 25}), async (run) => {
      const harness = new Harness()
      for (const step of run) await step(harness)
      await harness.settled()
      expect(harness.shown()).toEqual(harness.truth())
      for (const id of managers) {
        for (const record of harness.known.get(id)!.values()) {
          const {seenAt: _seenAt, stale: _stale, ...now} = harness.fleet.get(record.key)!
          const isListed = harness.fleet.rows.isSeen(harness.fleet.rowOf(record.key)!)
          expect(record).toEqual({...now, isListed})
        }
      }
      expect(harness.faults).toEqual([])
      await harness.stop()
    }),
    {numRuns: 60},
  )
})

function filled(): Harness {
  const harness = new Harness()
  const rows = hashes.map((it) => ({hash: it, name: it, category: 'films'}))
  for (const body of [
    {type: 'begin' as const, fresh: false},
    {type: 'rows' as const, rows, removed: []},
    {type: 'end' as const, believeAbsence: true},
  ]) {
    harness.speaker.say({server: servers[0]!, off: 'no', body} as never, 0, (frame) =>
      harness.fleet.apply(frame),
    )
  }
  return harness
}

test('changes of a fifth of a second are one message, and what did not change is none', async () => {
  const harness = filled()
  await harness.clock.advance(199)
  expect(harness.messages).toHaveLength(0)
  await harness.clock.advance(1)
  expect(harness.messages.map(({id, reported}) => [id, reported.rows.length])).toEqual([
    ['radarr', hashes.length],
  ])
  await harness.feed.reconsider()
  await harness.settled()
  expect(harness.messages).toHaveLength(1)
  await harness.stop()
})

test('a manager that missed a message gets everything with the next one', async () => {
  const harness = filled()
  harness.isDeaf = true
  await harness.clock.advance(200)
  expect(harness.faults).toEqual(['a manager could not be sent its torrents'])
  harness.isDeaf = false
  await harness.settled()
  expect(harness.messages).toHaveLength(1)
  expect(harness.messages[0]!.reported).toMatchObject({isWhole: true, gone: []})
  expect(harness.shown()).toEqual(harness.truth())
  await harness.stop()
})
