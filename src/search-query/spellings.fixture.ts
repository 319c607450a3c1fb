/** Made-up torrents, and everything that a search, a rule and a sentence can ask of them alike. */
import * as fc from 'fast-check'
import {expect} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {labelsWith} from '#model/automation-state.ts'
import type {FactName, FactValue} from '#model/fact.ts'
import type {Condition} from '#model/rule.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {compileCondition} from '#rules/condition.ts'
import type {FactReaders} from '#rules/fact-readers.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {FactSource} from '#views/fact-tests.ts'
import {Views} from '#views/query.ts'
import {factWords} from './fact-words.ts'
import {filterOf} from './filter-of.ts'
import {conditionIn} from './rule-condition.ts'

const box = asServerId('box')
const clock = new VirtualClock()

/** What no column of the list has. */
type Facts = Readonly<Partial<Record<FactName, FactValue>>>
interface Torrent extends Omit<TorrentPatch, 'hash'> {
  readonly facts: Facts
}
export interface Hashed extends Torrent {
  readonly hash: string
}

const unknown = <T>(value: fc.Arbitrary<T>) => fc.option(value, {nil: undefined, freq: 2})
export const rows: fc.Arbitrary<readonly Torrent[]> = fc
  .array(
    fc.record({
      name: fc.constantFrom(
        'a',
        'b',
        'a b',
        'A-b',
        'Keep: b',
        'keep :b',
        'Café',
        'cafe',
        'CAFE\u0301',
        'Straße',
      ),
      state: fc.constantFrom('error', 'seeding', 'stalledUp'),
      category: fc.constantFrom('', 'tv', 'séries'),
      tags: fc.subarray(['x', 'y', 'été']),
      complete: fc.boolean(),
      isPrivate: unknown(fc.boolean()),
      comment: unknown(fc.constantFrom('', 'a', 'b', 'É', 'ﬁn')),
      // Both or none: a rule does not go by one of two texts while the other one is unknown, where a list does.
      paths: fc.constantFrom(
        {},
        {savePath: '/d', contentPath: '/d/a'},
        {savePath: '/e', contentPath: '/e/a'},
      ),
      size: unknown(fc.integer({min: 0, max: 4})),
      ratio: unknown(fc.constantFrom(0, 0.5, 1, 2)),
      progress: unknown(fc.constantFrom(0, 0.5, 1)),
      seedingTime: unknown(fc.constantFrom(0, 3_600, 90_000)),
      activeTime: unknown(fc.constantFrom(0, 3_600)),
      createdBy: unknown(fc.constantFrom('', 'mktorrent 1.1')),
      createdAt: unknown(fc.constantFrom(Date.UTC(2026, 0, 15), clock.now() - 90_000_000)),
      downSpeed: fc.constantFrom(0, 5),
      upSpeed: fc.constantFrom(0, 5),
      addedAt: unknown(fc.constantFrom(clock.now() - 7_200_000, clock.now() - 1_000, clock.now())),
      trackerHosts: fc.subarray(['a.example', 'b.example']),
      facts: fc.record(
        {
          'obligation.met': fc.constantFrom('yes', 'no', 'none'),
          'obligation.timeLeft': fc.constantFrom(null, 0, 90_000),
          stalledFor: fc.constantFrom(0, 3_600, 7_200),
          'tracker.anyWorking': fc.boolean(),
          'arr.hasFile': fc.boolean(),
          'arr.messages': fc.subarray(['sample', 'a part']),
          'arr.queueStatus': fc.constantFrom('', 'paused', 'warning'),
          'content.linksOutside': fc.constantFrom(0, 1, 3),
          'memory.lastManualChangeAt': fc.constantFrom(null, Date.UTC(2026, 0, 15), Date.UTC(2026, 2)),
        },
        {requiredKeys: []},
      ),
    }),
    {minLength: 1, maxLength: 12},
  )
  .map((all) => all.map(({paths, ...row}) => ({...row, ...paths})))

export const atoms = [
  'a',
  '"a b"',
  '/^b/',
  'Keep:',
  'cafe',
  'café',
  '"CAFÉ"',
  'strasse',
  'comment:e',
  'comment:É',
  'comment:fi',
  'category:séries',
  'tag:été',
  'state:error,seeding',
  'state:seeding',
  'category:tv',
  'category:none',
  'tag:x',
  'tag:x,y',
  'tag:none',
  'private:yes',
  'private:yes,no',
  'is:complete',
  'is:incomplete',
  'is:active',
  'is:inactive',
  'comment:a',
  'path:/d,b',
  'size>2',
  'size:1..3',
  'size:2..',
  'size=2',
  'ratio<1',
  'ratio!=2',
  'progress>=50%',
  'seeding_time>1h',
  'added<1h',
  'added:1h',
  'added:1h..3h',
  'server:box',
  'hash:00000',
  'active_time>10m',
  'creator:mk',
  'created<3d',
  'created:2026-01',
  'tracker:a.example',
  'tracker:none',
  'only_tracker:a.example',
  'only_tracker:a.example,b.example',
  'tracker:a.example,b.example',
  'obligation_met:no',
  'obligation_met:yes,none',
  'obligation_time_left<2d',
  'stalled_for>1h',
  'stalled_for:1h..3h',
  'tracker_any_working:no',
  'arr_has_file:yes',
  'arr_messages:sample',
  'arr_messages:none',
  'arr_queue_status:pause',
  'content_links_outside=0',
  'content_links_outside!=1',
  'memory_last_manual_change_at:2026-01',
] as const

export type Meant =
  | {readonly is: (typeof atoms)[number]}
  | {readonly not: Meant}
  | {readonly all: readonly Meant[]}
  | {readonly any: readonly Meant[]}

const excludable = (it: Meant) => !('is' in it) || !it.is.startsWith('hash')
export const {meant} = fc.letrec<{meant: Meant; atom: Meant}>((tie) => ({
  atom: fc.record({is: fc.constantFrom(...atoms)}),
  meant: fc.oneof(
    {maxDepth: 3},
    tie('atom'),
    fc.record({not: tie('meant')}),
    fc.record({all: fc.array(tie('meant'), {minLength: 1, maxLength: 3})}),
    fc.record({any: fc.array(tie('meant'), {minLength: 1, maxLength: 3})}),
  ) as fc.Arbitrary<Meant>,
}))

/** It excludes no hash, and has no two lists of one field side by side, also turned round: there is room for one. */
export function isWritable(it: Meant): boolean {
  const text = written(it)
  const codes = [text, `NOT (${text})`].flatMap((one) => conditionIn(one).mistakes.map(({code}) => code))
  return hasWritableHashes(it) && !codes.includes('one_list_only')
}

function hasWritableHashes(it: Meant): boolean {
  if ('is' in it) return true
  if ('not' in it) return hasNoHash(it.not)
  return ('all' in it ? it.all : it.any).every(hasWritableHashes)
}

export function hasNoHash(it: Meant): boolean {
  if ('is' in it) return excludable(it)
  if ('not' in it) return hasNoHash(it.not)
  return ('all' in it ? it.all : it.any).every(hasNoHash)
}

export function written(it: Meant): string {
  if ('is' in it) return it.is
  if ('not' in it) return 'is' in it.not ? `-${it.not.is}` : `NOT (${written(it.not)})`
  if ('all' in it) return it.all.map((one) => ('any' in one ? `(${written(one)})` : written(one))).join(' ')
  return it.any.map(written).join(' OR ')
}

/** What rules know of a row: the values that the list has, and marks of ours that only the database has. */
const readers: FactReaders<Hashed> = {
  reader: (fact) => (row) => valueOf(row, fact),
  fact: (fact, _window, row) => {
    const value = valueOf(row, fact)
    return value === undefined
      ? {unknown: 'missing', since: null, source: 'box'}
      : {value, observedAt: 0, source: 'box'}
  },
  name: ({hash}) => ({kind: 'torrent', key: `box/${hash}`, serverId: box}),
}

function valueOf(row: Hashed, fact: FactName) {
  if (fact === 'age') return row.addedAt === undefined ? undefined : (clock.now() - row.addedAt) / 1_000
  if (fact === 'sinceCreated')
    return row.createdAt == null ? undefined : (clock.now() - row.createdAt) / 1_000
  if (fact === 'server.id') return 'box'
  if (fact === 'infoHash') return row.hash
  if (fact === 'tracker.hosts') return row.trackerHosts
  if (fact === 'tags') return labelsWith(row.tags ?? [], ['imported'])
  if (fact === 'tagCount') return row.tags?.length
  if (fact in row.facts) return row.facts[fact]
  return (row as unknown as Readonly<Record<string, FactValue | undefined>>)[fact]
}

export function fleetOf(torrents: readonly Torrent[]) {
  const turns = new TimeSlice(1e9)
  const fleet = new Fleet(clock, turns)
  fleet.addServer(box)
  fleet.markServer(box, true)
  const hashes = torrents.map((_, at) => asInfoHash(at.toString(16).padStart(40, '0'))!)
  const frame = {serverId: box, epoch: 1, at: 0}
  fleet.apply({...frame, seq: 0, type: 'begin'})
  const body = torrents.map((torrent, at) => ({...torrent, hash: hashes[at]!}))
  const listed = body.map(({facts: _facts, ...row}) => row)
  fleet.apply({...frame, seq: 1, type: 'rows', rows: listed, removed: []})
  fleet.apply({...frame, seq: 2, type: 'end', believeAbsence: true})
  const views = new Views(fleet, turns, clock, undefined, undefined, judgedByRules(fleet, body))
  const reader = {
    servers: [{id: 'box', name: 'box', kind: 'rtorrent' as const}],
    arrs: [],
    now: clock.now(),
    facts: factWords,
  }
  return {
    rows: body,
    async found(text: string): Promise<readonly boolean[]> {
      const {filter, mistakes} = filterOf(text, reader)
      expect(mistakes).toEqual([])
      const {keys} = await views.matching({scope: [box], filter})
      const found = new Set(keys.map(({hash}) => hash))
      return hashes.map((hash) => found.has(hash))
    },
  }
}

export const decided = (condition: Condition, all: readonly Hashed[]) => {
  const compiled = compileCondition(condition, readers, false)
  return all.map((row) => compiled.evaluate(row) === 'yes')
}

/** As the program has it: whoever searches for a fact is answered by the evaluator of rules. */
function judgedByRules(fleet: Fleet, all: readonly Hashed[]): FactSource {
  const byHash = new Map(all.map((row) => [row.hash, row]))
  return {
    ready: async () => undefined,
    take: () => [],
    judgeOf(condition) {
      const compiled = compileCondition(condition, readers, false)
      const of = (row: number) => byHash.get(fleet.keyAt(row).hash)!
      return {version: '', verdict: (row) => compiled.evaluate(of(row)), want: () => undefined}
    },
  }
}
