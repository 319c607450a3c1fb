/** An order put into groups: torrents that belong together stand together, in the order they had. */
import type {Fleet} from '#fleet/fleet.ts'
import {trackerCalled, type GroupName, type NamedTracker, type TorrentTotals} from '#model/query.ts'
import {torrentStates} from '#model/torrent.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {privacy} from './facets.ts'
import {fold} from '#lib/fold-text.ts'
import {compareNatural} from './natural-order.ts'

/** Its torrents stand at ranks `from` to `from + count - 1`. */
export interface RankGroup extends TorrentTotals {
  /**
   * Id of the server, state, category ('' = none), all tags that its torrents have, joined by commas ('' = none), name or
   * host of a tracker ('' = none), or 'true', 'false', 'unknown'.
   */
  readonly value: string
  readonly from: number
}

/** Rows by group, and within it as they came. @param named trackers of one name are one group */
export function grouped(
  name: GroupName,
  fleet: Fleet,
  scope: readonly ServerId[],
  rows: Uint32Array,
  named: readonly NamedTracker[] = [],
): {readonly rows: Uint32Array; readonly groups: readonly RankGroup[]} {
  const {codeOf, valueOf} = groupings[name](fleet, named)
  const numbers = new Map<string, number>()
  const numberOfCode: number[] = []
  const sums: {count: number; size: number; downSpeed: number; upSpeed: number}[] = []
  const numberOfRank = new Uint32Array(rows.length)
  const {size, downSpeed, upSpeed} = fleet.rows.columns
  for (let rank = 0; rank < rows.length; rank++) {
    const row = rows[rank]!
    const code = codeOf(row)
    const number = (numberOfCode[code] ??= numberOf(numbers, valueOf(code)))
    numberOfRank[rank] = number
    const sum = (sums[number] ??= {count: 0, size: 0, downSpeed: 0, upSpeed: 0})
    sum.count++
    sum.size += size.number(row) || 0
    const [down, up] = [downSpeed.number(row), upSpeed.number(row)]
    // As in the totals: only what is known of now.
    if ((down === 0 && up === 0) || fleet.isStale(row)) continue
    sum.downSpeed += down
    sum.upSpeed += up
  }
  const groups: RankGroup[] = []
  const nextRank = new Uint32Array(numbers.size)
  let from = 0
  for (const value of orders[name]([...numbers.keys()], scope)) {
    const number = numbers.get(value)!
    groups.push({value, from, ...sums[number]!})
    nextRank[number] = from
    from += sums[number]!.count
  }
  return {rows: placed(rows, numberOfRank, nextRank), groups}
}

function placed(rows: Uint32Array, numberOfRank: Uint32Array, nextRank: Uint32Array): Uint32Array {
  const result = new Uint32Array(rows.length)
  for (let rank = 0; rank < rows.length; rank++) result[nextRank[numberOfRank[rank]!]!++] = rows[rank]!
  return result
}

function numberOf(numbers: Map<string, number>, value: string): number {
  const known = numbers.get(value)
  if (known !== undefined) return known
  numbers.set(value, numbers.size)
  return numbers.size - 1
}

interface Grouping {
  readonly codeOf: (row: number) => number
  readonly valueOf: (code: number) => string
}

const groupings: {
  readonly [G in GroupName]: (fleet: Fleet, named: readonly NamedTracker[]) => Grouping
} = {
  server: (fleet) => ({
    codeOf: (row) => fleet.rows.servers[row]!,
    valueOf: (number) => fleet.serverIdOf(number),
  }),
  state: ({rows: {columns}}) => ({
    codeOf: (row) => columns.state.code(row),
    valueOf: (code) => columns.state.words[code]!,
  }),
  category: ({rows: {columns}}) => ({
    codeOf: (row) => columns.category.code(row),
    valueOf: (id) => columns.category.interner.values[id]!,
  }),
  // Torrents with the same tags: each stands once, so that counts add up and nothing is selected twice (decision 062).
  tag: ({rows: {columns}}) => ({
    codeOf: (row) => columns.tags.code(row),
    valueOf: (id) => (columns.tags.interner.values[id] ?? []).toSorted(byName).join(', '),
  }),
  tracker: ({rows: {columns}}, named) => ({
    codeOf: (row) => columns.trackerHost.code(row),
    valueOf: (id) => trackerCalled(columns.trackerHost.interner.values[id] ?? '', named),
  }),
  private: ({rows: {columns}}) => ({
    codeOf: (row) => columns.isPrivate.code(row),
    valueOf: (code) => privacy[code]!,
  }),
}

function byName(one: string, other: string): number {
  return byNames({value: one, name: Buffer.from(fold(one))}, {value: other, name: Buffer.from(fold(other))})
}

type Ordering = (values: readonly string[], scope: readonly ServerId[]) => readonly string[]

const orders: {readonly [G in GroupName]: Ordering} = {
  server: (values, scope) => listed(values, scope),
  state: (values) => listed(values, torrentStates),
  category: byNameAndNoneLast,
  tag: byNameAndNoneLast,
  tracker: byNameAndNoneLast,
  private: (values) => listed(values, ['true', 'false', 'unknown']),
}

function listed(values: readonly string[], order: readonly string[]): readonly string[] {
  const places = new Map(order.map((value, place) => [value, place]))
  return values.toSorted((a, b) => places.get(a)! - places.get(b)!)
}

/** Words that differ only in case or accents are groups of their own, so something must decide. */
function byNameAndNoneLast(values: readonly string[]): readonly string[] {
  // Once each: a server may have a category for each of its torrents.
  const folded = values.map((value) => ({value, name: Buffer.from(fold(value))}))
  folded.sort(byNames)
  return folded.map(({value}) => value)
}

interface Folded {
  readonly value: string
  readonly name: Buffer
}

function byNames({value: a, name: x}: Folded, {value: b, name: y}: Folded): number {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1
  return compareNatural(x, 0, x.length, y, 0, y.length) || (a < b ? -1 : 1)
}
