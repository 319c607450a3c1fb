/** The names of torrents from one item to another, also of those that the page has no rows of. */
import {liveLimits, type RankRange} from '#model/live.ts'
import type {KeyList, LiveView} from '../../../live/view.ts'
import type {TorrentName} from '../selection.ts'
import type {RowLayout} from './row-layout.ts'

export type RowsOf = Pick<LiveView, 'at' | 'keys'>

/** Both items are included, in either order; rows in folded groups are not. `null` = nobody answers who they are. */
export async function namesBetween(
  view: RowsOf,
  layout: RowLayout,
  one: number,
  other: number,
): Promise<readonly TorrentName[] | null> {
  const ranges = layout.rangesOf(Math.min(one, other), Math.max(one, other) + 1)
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
