/** How many torrents, and how many wanted bytes, each value of a facet would show. */
import type {Fleet} from '#fleet/fleet.ts'
import type {ListInterner} from '#fleet/interner.ts'
import {trackerCalled, type FacetCount, type FacetName, type NamedTracker} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {no, type Refusals} from './filter-bits.ts'
import {sizesOf} from './totals.ts'

export type Facets = {readonly [F in FacetName]?: readonly FacetCount[]}

/** Counts and sizes by a small number: a column's code or a server's number. */
interface Tally {
  readonly counts: Float64Array
  readonly sizes: Float64Array
}

/** The same of one server of many: most codes are on none of its torrents. */
type SparseTally = Map<number, {count: number; size: number}>

/** Counts of an earlier moment, and what they were counted of. */
export interface KnownFacets {
  readonly facets: Facets
  readonly refused: Refusals
  /** Of the fleet, then. */
  readonly generation: number
  /** By which trackers were called. */
  readonly trackers: string
}

/** The same names of trackers are the same text. */
export function namesKey(named: readonly NamedTracker[]): string {
  return named.length === 0 ? '' : JSON.stringify(named)
}

/**
 * Most frequent first. Values that no torrent has are not listed. All six over 100,000 rows: 5 ms.
 *
 * @param known taken over where nothing that counts changed since
 * @param called trackers of one name are one value, for which each torrent counts once
 */
export function facets(
  names: readonly FacetName[],
  fleet: Fleet,
  refused: Refusals,
  known: KnownFacets | null = null,
  called: readonly NamedTracker[] = [],
): Facets {
  const counts: {[F in FacetName]?: readonly FacetCount[]} = {}
  const {size} = fleet.rows.columns
  const isKept =
    known !== null && isSameSelection(fleet, refused, known) && size.generation <= known.generation
  let sizes: Float64Array | null = null
  for (const name of names) {
    const isCalledSo = name !== 'tracker' || known?.trackers === namesKey(called)
    const before =
      isKept && isCalledSo && changedIn[name](fleet) <= known.generation ? known.facets[name] : undefined
    if (before) {
      counts[name] = before
      continue
    }
    sizes ??= sizesOf(fleet, refused.length)
    const facet = name === 'tracker' ? {...trackers(fleet), nameOf: namer(called)} : facetsOf[name](fleet)
    counts[name] = named(counted(facet, refused, 0xff & ~no[name], sizes), facet)
  }
  return counts
}

/** Are the very torrents in and out, for the same reasons, that were then? */
export function isSameSelection(
  fleet: Fleet,
  refused: Refusals,
  before: {readonly refused: Refusals; readonly generation: number},
): boolean {
  return fleet.rows.membership <= before.generation && Buffer.compare(refused, before.refused) === 0
}

/** The generation in which a value of a facet last changed, torrents that came and went left out. */
const changedIn: {readonly [F in FacetName]: (fleet: Fleet) => number} = {
  server: () => 0,
  state: ({rows}) => rows.columns.state.generation,
  category: ({rows}) => rows.columns.category.generation,
  tag: ({rows}) => rows.columns.tags.generation,
  tracker: ({rows: {columns}}) => Math.max(columns.trackerHosts.generation, columns.trackerHost.generation),
  private: ({rows}) => rows.columns.isPrivate.generation,
}

/** The same for each server of the scope by itself, unfiltered, in one pass over the rows. */
export function facetPerServer(
  name: FacetName,
  fleet: Fleet,
  scope: readonly ServerId[],
): ReadonlyMap<ServerId, readonly FacetCount[]> {
  const facet = facetsOf[name](fleet)
  const tallies = new Map<ServerId, SparseTally>(scope.map((id) => [id, new Map()]))
  const byNumber: (SparseTally | undefined)[] = []
  for (const [id, tally] of tallies) {
    const number = fleet.serverNumber(id)
    if (number !== null) byNumber[number] = tally
  }
  const {rows} = fleet
  const {size} = rows.columns
  for (let row = 0; row < rows.end; row++) {
    const tally = byNumber[rows.servers[row]!]
    if (!tally || !rows.isShown(row)) continue
    const code = facet.codes[row]!
    const sum = tally.get(code)
    if (sum === undefined) tally.set(code, {count: 1, size: size.number(row) || 0})
    else {
      sum.count++
      sum.size += size.number(row) || 0
    }
  }
  const values = new Values(facet)
  return new Map(
    [...tallies].map(([id, tally]) => {
      for (const [code, {count, size: together}] of tally) values.add(code, count, together)
      return [id, values.taken()]
    }),
  )
}

/** By row; always the same kind of array, so that counting is one fast loop. */
type Codes = Uint32Array

interface Facet {
  readonly codes: Codes
  /** Codes run from 0 to before this. */
  readonly codeEnd: number
  /** Codes below this are lists, and each of their words counts. */
  readonly lists: ListInterner | null
  /** What any other code stands for; `undefined` = it is unknown, and counts for nothing. */
  readonly valueOf: (code: number) => string | undefined
  /** What words are called; several may be called the same. Absent = each is its own name. */
  readonly nameOf?: ((word: string) => string) | null
}

/** `null` = each tracker is called by its host. Of each host it is found out once. */
function namer(called: readonly NamedTracker[]): ((host: string) => string) | null {
  if (called.length === 0) return null
  const known = new Map<string, string>()
  return (host) => {
    const before = known.get(host)
    if (before !== undefined) return before
    const name = trackerCalled(host, called)
    known.set(host, name)
    return name
  }
}

const facetsOf: {readonly [F in FacetName]: (fleet: Fleet) => Facet} = {
  server: (fleet) => ({
    codes: codesOf({values: fleet.rows.servers, initial: 0}, fleet.rows.end),
    codeEnd: fleet.serverRanks.length,
    lists: null,
    valueOf: (number) => fleet.serverIdOf(number),
  }),
  state: ({rows: {end, columns}}) => ({
    codes: codesOf(columns.state, end),
    codeEnd: columns.state.words.length,
    lists: null,
    valueOf: (code) => columns.state.words[code]!,
  }),
  category: ({rows: {end, columns}}) => ({
    codes: codesOf(columns.category, end),
    codeEnd: columns.category.interner.end,
    lists: null,
    valueOf: (id) => columns.category.interner.values[id]!,
  }),
  tag: ({rows: {end, columns}}) => ({
    codes: codesOf(columns.tags, end),
    codeEnd: columns.tags.interner.end,
    lists: columns.tags.interner,
    valueOf: () => undefined,
  }),
  tracker: trackers,
  private: ({rows: {end, columns}}) => ({
    codes: codesOf(columns.isPrivate, end),
    codeEnd: privacy.length,
    lists: null,
    valueOf: (code) => privacy[code]!,
  }),
}

/** By code of a flag column. */
export const privacy = ['false', 'true', 'unknown', 'unknown'] as const

/** By row: a number for what trackers its torrent has, and which hosts that number stands for. */
export function trackerCodes(fleet: Fleet): {
  readonly codes: Codes
  readonly codeEnd: number
  readonly hostsOf: (code: number) => {readonly hosts: readonly string[]; readonly areAllKnown: boolean}
} {
  const {codes, codeEnd, lists, valueOf} = trackers(fleet)
  return {
    codes,
    codeEnd,
    hostsOf(code) {
      const all = lists?.values[code]
      if (all !== undefined) return {hosts: [...new Set(all)], areAllKnown: true}
      const first = code >= (lists?.end ?? 0) ? valueOf(code) : undefined
      return {hosts: first ? [first] : [], areAllKnown: first === ''}
    },
  }
}

/** All hosts of a torrent where they are known, else the first one's. */
function trackers({rows: {end, columns}}: Fleet): Facet {
  const {trackerHosts, trackerHost} = columns
  const lists = trackerHosts.interner
  const hosts = trackerHost.interner.values
  const values = new Uint32Array(end).fill(lists.end)
  const [hostIds, listIds] = [trackerHost.values, trackerHosts.values]
  for (let row = 0; row < Math.min(end, hostIds.length); row++) values[row] = lists.end + hostIds[row]!
  for (let row = 0; row < Math.min(end, listIds.length); row++)
    if (listIds[row] !== 0) values[row] = listIds[row]!
  return {codes: values, codeEnd: lists.end + hosts.length, lists, valueOf: (code) => hosts[code - lists.end]}
}

/** A column's cells; its array may end early. */
function codesOf(
  {values, initial}: {readonly values: Uint8Array | Uint16Array | Uint32Array; readonly initial: number},
  end: number,
): Codes {
  const known = Math.min(end, values.length)
  const codes = new Uint32Array(end)
  codes.set(values.subarray(0, known))
  return codes.fill(initial, known)
}

function newTally(codeEnd: number): Tally {
  return {counts: new Float64Array(codeEnd), sizes: new Float64Array(codeEnd)}
}

function counted({codes, codeEnd}: Facet, refused: Refusals, others: number, sizes: Float64Array): Tally {
  const tally = newTally(codeEnd)
  for (let row = 0; row < refused.length; row++) {
    if ((refused[row]! & others) !== 0) continue
    const code = codes[row]!
    tally.counts[code]!++
    tally.sizes[code]! += sizes[row]!
  }
  return tally
}

/** Codes become values; codes that stand for several words count for each, several codes may share one. */
function named({counts, sizes}: Tally, facet: Facet): readonly FacetCount[] {
  const values = new Values(facet)
  for (let code = 0; code < counts.length; code++)
    if (counts[code]! > 0) values.add(code, counts[code]!, sizes[code]!)
  return values.taken()
}

type Sum = {-readonly [K in keyof FacetCount]: FacetCount[K]}

/** Words are added up by their numbers, and named when all are. */
class Values {
  readonly #facet: Facet
  readonly #listEnd: number
  readonly #ofWords: Tally
  /** Words that were added up, each once. */
  #words: number[] = []
  #sums = new Map<string, Sum>()

  constructor(facet: Facet) {
    this.#facet = facet
    this.#listEnd = facet.lists?.end ?? 0
    this.#ofWords = newTally(facet.lists?.words.end ?? 0)
  }

  add(code: number, count: number, size: number): void {
    const {lists, valueOf, nameOf = null} = this.#facet
    if (lists === null || code >= this.#listEnd) {
      const value = valueOf(code)
      return this.#sum(value === undefined || nameOf === null ? value : nameOf(value), count, size)
    }
    if (lists.values[code]?.length === 0) return this.#sum('', count, size)
    if (nameOf !== null) {
      for (const name of new Set(lists.values[code]?.map(nameOf))) this.#sum(name, count, size)
      return
    }
    const {counts, sizes} = this.#ofWords
    for (const word of lists.wordsOf(code)) {
      if (counts[word] === 0) this.#words.push(word)
      counts[word]! += count
      sizes[word]! += size
    }
  }

  /** All that was added, the most frequent first. Afterwards nothing is. */
  taken(): readonly FacetCount[] {
    const {counts, sizes} = this.#ofWords
    for (const word of this.#words) {
      this.#sum(this.#facet.lists?.words.values[word], counts[word]!, sizes[word]!)
      counts[word] = sizes[word] = 0
    }
    const all = [...this.#sums.values()]
    this.#words = []
    this.#sums = new Map()
    return all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  }

  #sum(value: string | undefined, count: number, size: number): void {
    if (value === undefined) return
    const sum = this.#sums.get(value)
    if (sum === undefined) return void this.#sums.set(value, {value, count, size})
    sum.count += count
    sum.size += size
  }
}
