/** Which ranks the view is asked for: what is seen, and a good piece before and after it, in steps. */
import {liveLimits, type RankRange} from '#model/live.ts'
import type {RowLayout} from './row-layout.ts'

/** Items before and after what is seen: rows are there before they are scrolled to. */
const AROUND = 40
/** The window moves in steps, so that scrolling does not ask at every row. */
const STEP = 20

/** @param from the first item seen @param to the first one no longer seen */
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
