/**
 * Where rows stand. Items are what lies one below the other: rows, and the heads of groups. Without groups the item is
 * the rank; a folded group is its head alone. Heights in px from the first item on.
 */
import type {LiveGroup, RankRange} from '#model/live.ts'

export const GROUP_HEAD_PX = 28

export interface RowLayout {
  /** Items there are. */
  readonly count: number
  readonly height: number
  topOf(item: number): number
  /** The item at a height; beyond the ends the first or last one. */
  itemAt(y: number): number
  /** `null` = the head of a group. */
  rankOf(item: number): number | null
  /** Of a row in a folded group the group's head. */
  itemOf(rank: number): number
  /** Place of the group that the item is in; -1 = there are no groups. */
  groupOf(item: number): number
  headOf(group: number): number
  /** Ranks of the rows between two items, the second one excluded; neighbours are joined. */
  rangesOf(from: number, to: number): RankRange[]
}

/** @param isFolded of a group's value */
export function layRows(
  count: number,
  rowHeight: number,
  groups: readonly LiveGroup[] | null,
  isFolded: (value: string) => boolean = () => false,
): RowLayout {
  return groups === null ? new PlainLayout(count, rowHeight) : new GroupedLayout(rowHeight, groups, isFolded)
}

class PlainLayout implements RowLayout {
  readonly count: number
  readonly height: number
  readonly #row: number

  constructor(count: number, row: number) {
    this.count = count
    this.height = count * row
    this.#row = row
  }

  topOf(item: number): number {
    return item * this.#row
  }

  itemAt(y: number): number {
    return within(Math.floor(y / this.#row), this.count)
  }

  rankOf(item: number): number {
    return item
  }

  itemOf(rank: number): number {
    return rank
  }

  groupOf(): number {
    return -1
  }

  headOf(): number {
    return 0
  }

  rangesOf(from: number, to: number): RankRange[] {
    const first = Math.max(0, from)
    const end = Math.min(this.count, to)
    return first < end ? [[first, end]] : []
  }
}

/** A group's first item, first rank, top, and how many of its rows stand. */
interface Part {
  readonly item: number
  readonly rank: number
  readonly top: number
  readonly shown: number
}

class GroupedLayout implements RowLayout {
  readonly count: number
  readonly height: number
  readonly #parts: Part[] = []
  readonly #row: number

  constructor(row: number, groups: readonly LiveGroup[], isFolded: (value: string) => boolean) {
    this.#row = row
    let item = 0
    let top = 0
    for (const group of groups) {
      const shown = isFolded(group.value) ? 0 : group.count
      this.#parts.push({item, rank: group.from, top, shown})
      item += 1 + shown
      top += GROUP_HEAD_PX + shown * row
    }
    this.count = item
    this.height = top
  }

  topOf(item: number): number {
    const part = this.#parts[this.groupOf(item)]
    if (!part) return 0
    const below = item - part.item
    return part.top + (below === 0 ? 0 : GROUP_HEAD_PX + (below - 1) * this.#row)
  }

  itemAt(y: number): number {
    const part = this.#parts[lastAtMost(this.#parts, (it) => it.top, y)]
    if (!part) return 0
    const below = Math.floor((y - part.top - GROUP_HEAD_PX) / this.#row) + 1
    return part.item + Math.max(0, Math.min(part.shown, below))
  }

  rankOf(item: number): number | null {
    const part = this.#parts[this.groupOf(item)]
    return part === undefined || item === part.item ? null : part.rank + item - part.item - 1
  }

  itemOf(rank: number): number {
    const part = this.#parts[lastAtMost(this.#parts, (it) => it.rank, rank)]
    if (!part) return 0
    return part.shown === 0 ? part.item : part.item + 1 + Math.min(rank - part.rank, part.shown - 1)
  }

  groupOf(item: number): number {
    return lastAtMost(this.#parts, (it) => it.item, item)
  }

  headOf(group: number): number {
    return this.#parts[group]?.item ?? 0
  }

  rangesOf(from: number, to: number): RankRange[] {
    const ranges: RankRange[] = []
    for (let at = Math.max(0, this.groupOf(from)); at < this.#parts.length; at++) {
      const part = this.#parts[at]!
      if (part.item >= to) break
      const first = part.rank + within(from - part.item - 1, part.shown + 1)
      const end = part.rank + within(to - part.item - 1, part.shown + 1)
      if (first < end) join(ranges, first, end)
    }
    return ranges
  }
}

function join(ranges: RankRange[], first: number, end: number): void {
  const last = ranges.at(-1)
  if (last?.[1] === first) ranges[ranges.length - 1] = [last[0], end]
  else ranges.push([first, end])
}

/** Between 0 and the last of so many. */
function within(at: number, count: number): number {
  return Math.max(0, Math.min(count - 1, at))
}

/** The last part whose value is not above; parts rise. 0 where all are above, -1 where there are none. */
function lastAtMost(parts: readonly Part[], valueOf: (part: Part) => number, value: number): number {
  let low = 0
  let high = parts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (valueOf(parts[middle]!) <= value) low = middle
    else high = middle - 1
  }
  return high === -1 ? -1 : low
}
