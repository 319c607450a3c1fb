/** What queries decide over made-up torrents, many of whose facts are unknown. */
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {isFull} from '#test/proof.ts'
import {Views} from '#views/query.ts'
import {filterOf} from './filter-of.ts'
import {normalised} from './normalised.ts'

const box = asServerId('box')
const clock = new VirtualClock()

type Torrent = Omit<TorrentPatch, 'hash'>

const unknown = <T>(value: fc.Arbitrary<T>) => fc.option(value, {nil: undefined, freq: 2})
const rows: fc.Arbitrary<readonly Torrent[]> = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'a b', ''),
    state: fc.constantFrom('error', 'seeding', 'unknown'),
    category: fc.constantFrom('', 'tv'),
    tags: fc.subarray(['x', 'y']),
    trackerHost: unknown(fc.constantFrom('', 'a.org')),
    trackerHosts: unknown(fc.subarray(['a.org', 'b.org'])),
    isPrivate: unknown(fc.boolean()),
    comment: unknown(fc.constantFrom('', 'a', 'b')),
    savePath: unknown(fc.constantFrom('/d', '/e')),
    contentPath: unknown(fc.constantFrom('/d/a', '/e/a')),
    size: unknown(fc.integer({min: 0, max: 4})),
    ratio: unknown(fc.constantFrom(0, 0.5, 1, 2)),
    addedAt: unknown(fc.constantFrom(0, clock.now() - 1000, clock.now())),
  }),
  {minLength: 1, maxLength: 12},
)

/** One value of what a torrent has one of: two of it are one of the two. */
const atoms = [
  'a',
  '"a b"',
  '/^b/',
  'state:error,seeding',
  'category:tv',
  'tag:x',
  'tag:none',
  'tracker:a.org',
  'only_tracker:a.org',
  'private:yes',
  'is:complete',
  'comment:a',
  'path:/d,b',
  'size>2',
  'size:1..3',
  'size=2',
  'ratio<1',
  'added<1h',
  'server:box',
] as const
type Atom = (typeof atoms)[number]

type Meant =
  | {readonly is: Atom}
  | {readonly not: Meant}
  | {readonly all: readonly Meant[]}
  | {readonly any: readonly Meant[]}

const {meant} = fc.letrec<{meant: Meant; atom: Meant}>((tie) => ({
  atom: fc.record({is: fc.constantFrom(...atoms)}),
  meant: fc.oneof(
    {maxDepth: 3},
    tie('atom'),
    fc.record({not: tie('meant')}),
    fc.record({all: fc.array(tie('meant'), {minLength: 1, maxLength: 3})}),
    fc.record({any: fc.array(tie('meant'), {minLength: 1, maxLength: 3})}),
  ) as fc.Arbitrary<Meant>,
}))

function written(it: Meant): string {
  if ('is' in it) return it.is
  if ('not' in it) return 'is' in it.not ? `-${it.not.is}` : `NOT (${written(it.not)})`
  if ('all' in it) return it.all.map((one) => ('any' in one ? `(${written(one)})` : written(one))).join(' ')
  return it.any.map(written).join(' OR ')
}

/** Of every torrent: whether it is met; `null` = unknown. */
function decision(it: Meant, known: ReadonlyMap<Atom, boolean | null>): boolean | null {
  if ('is' in it) return known.get(it.is)!
  if ('not' in it) {
    const other = decision(it.not, known)
    return other === null ? null : !other
  }
  const [parts, ends] = 'all' in it ? [it.all, false] : [it.any, true]
  const decisions = new Set(parts.map((part) => decision(part, known)))
  if (decisions.has(ends)) return ends
  return decisions.has(null) ? null : !ends
}

function fleetOf(torrents: readonly Torrent[]) {
  const turns = new TimeSlice(1e9)
  const fleet = new Fleet(clock, turns)
  fleet.addServer(box)
  fleet.markServer(box, true)
  const hashes = torrents.map((_, at) => asInfoHash(at.toString(16).padStart(40, '0'))!)
  const frame = {serverId: box, epoch: 1, at: 0}
  fleet.apply({...frame, seq: 0, type: 'begin'})
  const body = torrents.map((torrent, at) => ({...torrent, hash: hashes[at]!}))
  fleet.apply({...frame, seq: 1, type: 'rows', rows: body, removed: []})
  fleet.apply({...frame, seq: 2, type: 'end', believeAbsence: true})
  const views = new Views(fleet, turns, clock)
  const reader = {servers: [{id: 'box', name: 'box', kind: 'rtorrent' as const}], arrs: [], now: clock.now()}
  /** By torrent. */
  return async (text: string): Promise<readonly boolean[]> => {
    const {filter, mistakes} = filterOf(text, reader)
    expect(mistakes).toEqual([])
    const {keys} = await views.matching({scope: [box], filter})
    const found = new Set(keys.map(({hash}) => hash))
    return hashes.map((hash) => found.has(hash))
  }
}

test('whatever is written is found by what its parts decide, what is excluded too, and what is unknown by neither', async () => {
  await fc.assert(
    fc.asyncProperty(rows, meant, async (torrents, it) => {
      const found = fleetOf(torrents)
      const decisions = new Map<Atom, readonly (boolean | null)[]>()
      for (const atom of atoms) {
        const [met, unmet] = [await found(atom), await found(`-${atom}`)]
        expect(met.map((isMet, at) => isMet && unmet[at])).not.toContain(true)
        decisions.set(
          atom,
          met.map((isMet, at) => (isMet ? true : unmet[at]! ? false : null)),
        )
      }
      const expected = torrents.map((_, at) => {
        return decision(it, new Map(atoms.map((atom) => [atom, decisions.get(atom)![at]!])))
      })
      const text = written(it)
      expect(await found(text)).toEqual(expected.map((decided) => decided === true))
      expect(await found(normalised(text))).toEqual(expected.map((decided) => decided === true))
      expect(await found(`NOT (${text})`)).toEqual(expected.map((decided) => decided === false))
    }),
    {numRuns: isFull ? 300 : 60},
  )
})

test('only what is unknown is found by neither an atom nor its opposite', async () => {
  const known: Torrent = {
    name: 'a',
    trackerHost: '',
    trackerHosts: [],
    isPrivate: false,
    comment: '',
    savePath: '/e',
    contentPath: '/e/a',
    size: 2,
    ratio: 0.5,
    addedAt: 0,
  }
  const found = fleetOf([known, {name: 'a'}])
  const undecided = new Set([
    'tracker',
    'only_tracker',
    'private',
    'comment',
    'path',
    'size',
    'ratio',
    'added',
  ])
  for (const atom of atoms) {
    const [met, unmet] = [await found(atom), await found(`-${atom}`)]
    const isUnknown = undecided.has(/^[a-z_]+/.exec(atom)?.[0] ?? '')
    expect([met[0] !== unmet[0], met[1] !== unmet[1]], atom).toEqual([true, !isUnknown])
  }
})
