/**
 * Where rows stand. Items are what lies one below the other: rows, and the heads of groups. Without groups the item is
 * the rank; a folded group is its head alone. Heights in px from the first item on.
 */
import {liveLimits, type LiveGroup, type RankRange} from '#model/live.ts'
import type {KeyList, LiveView} from '../../../live/view.ts'
import type {TorrentName} from '../../torrent-rows/selection.ts'

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

/** How rows lie and how far the list is scrolled: as it is shown, or as it is about to be. */
export interface Laid {
  readonly layout: RowLayout
  readonly map: ScrollMap
}

export interface Viewport extends Laid {
  readonly scrollTop: number
  /** px from the first item on to what stands at the upper edge. */
  readonly seen: number
  /** The first item that is seen, and the first one no longer. */
  readonly first: number
  readonly end: number
}

/** What the list is seen through, px. */
export interface ViewportSize {
  readonly viewport: number
  readonly rowHeight: number
  /** What stays at the upper edge, over the rows. */
  readonly stuck: number
}

/** As far down as there is something to see. */
export function viewportAt({layout, map}: Laid, wanted: number, {viewport}: ViewportSize): Viewport {
  const scrollTop = Math.max(0, Math.min(wanted, map.height - viewport))
  const seen = map.toContent(scrollTop)
  const end = layout.count === 0 ? 0 : layout.itemAt(seen + viewport - 1) + 1
  return {layout, map, scrollTop, seen, first: layout.itemAt(seen), end}
}

/** How far to scroll so that an item is seen, no further than needed. */
export function topFor(
  item: number,
  {layout, map}: Laid,
  scrollTop: number,
  {viewport, rowHeight, stuck}: ViewportSize,
): number {
  const top = layout.topOf(item)
  const seen = map.toContent(scrollTop)
  const bottom = top + (layout.rankOf(item) === null ? GROUP_HEAD_PX : rowHeight)
  if (top < seen + stuck) return Math.max(0, map.toScroll(top - stuck))
  return bottom > seen + viewport ? map.toScroll(bottom - viewport) : scrollTop
}

/** Is it known who stands at each rank that is seen? */
export function isKnown({layout, first, end}: Viewport, view: {isKnown(rank: number): boolean}): boolean {
  for (let item = first; item < end; item++) {
    const rank = layout.rankOf(item)
    if (rank !== null && !view.isKnown(rank)) return false
  }
  return true
}

/**
 * Browsers hold no element that is higher than some 16 million px (Firefox 17.9, Chromium 33.5). Longer lists are
 * scrolled in a shorter element, each px of which stands for more.
 */
const HIGHEST_PX = 15_000_000

export interface ScrollMap {
  /** Height of the element that is scrolled. */
  readonly height: number
  /** px from the first item on to what stands at the upper edge. */
  toContent(scrollTop: number): number
  toScroll(content: number): number
}

/** @param height of all items @param viewport height of what is seen */
export function scrollMap(height: number, viewport: number, highest = HIGHEST_PX): ScrollMap {
  if (height <= highest) return {height, toContent: same, toScroll: same}
  const factor = (height - viewport) / (highest - viewport)
  return {
    height: highest,
    toContent: (scrollTop) => scrollTop * factor,
    toScroll: (content) => content / factor,
  }
}

function same(px: number): number {
  return px
}

/** Items before and after what is seen: rows are there before they are scrolled to. */
const AROUND = 40
/** The window moves in steps, so that scrolling does not ask at every row. */
const STEP = 20

/**
 * Which ranks the view is asked for: what is seen, and a good piece before and after it, in steps.
 *
 * @param from the first item seen @param to the first one no longer seen
 */
export function shownRanges(layout: RowLayout, from: number, to: number): RankRange[] {
  const first = Math.max(0, Math.floor((from - AROUND) / STEP) * STEP)
  const end = Math.ceil((to + AROUND) / STEP) * STEP
  return bounded(layout.rangesOf(first, end))
}

/** No more than the server serves; a screen that shows more than that has gaps. */
function bounded(ranges: readonly RankRange[]): RankRange[] {
  let left: number = liveLimits.rows
  const kept: RankRange[] = []
  for (const [from, to] of ranges.slice(0, liveLimits.ranges)) {
    if (left <= 0) break
    kept.push([from, Math.min(to, from + left)])
    left -= to - from
  }
  return kept
}

/** The names of torrents from one item to another, also of those that the page has no rows of. */
export type RowsOf = Pick<LiveView, 'at' | 'keys'>

/** Both items are included, in either order; rows in folded groups are not. `null` = nobody answers who they are. */
export async function namesBetween(
  view: RowsOf,
  layout: RowLayout,
  one: number,
  other: number,
): Promise<readonly TorrentName[] | null> {
  return namesIn(view, layout.rangesOf(Math.min(one, other), Math.max(one, other) + 1))
}

/** All the others of the list, rows in folded groups among them. @param count of the list */
export async function namesBeside(
  view: RowsOf,
  layout: RowLayout,
  [one, other]: readonly [number, number],
  count: number,
): Promise<readonly TorrentName[] | null> {
  const between = layout.rangesOf(Math.min(one, other), Math.max(one, other) + 1)
  const begins = [0, ...between.map(([, to]) => to)]
  const ends = [...between.map(([from]) => from), count]
  const beside = begins.map((from, at): RankRange => [from, ends[at]!])
  return namesIn(
    view,
    beside.filter(([from, to]) => from < to),
  )
}

async function namesIn(view: RowsOf, ranges: readonly RankRange[]): Promise<readonly TorrentName[] | null> {
  const known = ranges.flatMap((range) => knownNames(view, range))
  if (known.every((name) => name !== null)) return known
  const parts = await Promise.all(ranges.flatMap(inParts).map(([from, to]) => view.keys(from, to)))
  if (parts.some((part) => part === null)) return null
  return (parts as KeyList[]).flat().map(([server, hash]) => `${server}~${hash}`)
}

function knownNames(view: RowsOf, [from, to]: RankRange): (TorrentName | null)[] {
  return Array.from({length: to - from}, (_, at) => view.at(from + at)?.key ?? null)
}

/** Questions of the size that the server answers. */
function inParts([from, to]: RankRange): RankRange[] {
  const parts: RankRange[] = []
  for (let at = from; at < to; at += liveLimits.keys) parts.push([at, Math.min(to, at + liveLimits.keys)])
  return parts
}
