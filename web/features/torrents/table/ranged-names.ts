/** The names of torrents from one item to another, also of those that the page has no rows of. */
import {liveLimits, type RankRange} from '#model/live.ts'
import type {KeyList, LiveView} from '../../../live/view.ts'
import type {TorrentName} from '../../torrent-rows/selection.ts'
import type {RowLayout} from './row-layout.ts'

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
