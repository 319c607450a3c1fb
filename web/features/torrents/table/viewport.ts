/** How rows lie and how far the list is scrolled: as it is shown, or as it is about to be. Pure. */
import {liveLimits, type RankRange} from '#model/live.ts'
import {GROUP_HEAD_PX, type RowLayout} from './row-layout.ts'

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
export function isTold({layout, first, end}: Viewport, view: {isTold(rank: number): boolean}): boolean {
  for (let item = first; item < end; item++) {
    const rank = layout.rankOf(item)
    if (rank !== null && !view.isTold(rank)) return false
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
