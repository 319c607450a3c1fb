/** Several torrents as one: sums where they make sense, else how many values there are. Pure. */
import {text, type TextKey} from '../../text/text.ts'
import {bytes, count, fullSpeed, ratio, type Quantity} from '../../ui/format.ts'
import {plain} from '../torrents/table/cell-text.ts'
import {stateOf, stateWords} from '../torrents/table/state-face.ts'
import type {Torrent} from './torrent.ts'

export interface SeveralFigure {
  readonly term: TextKey
  readonly value: Quantity
}

/** What they are: the value that all have, or how many there are. */
export function sharedFacts(
  torrents: readonly Torrent[],
  serverName: (id: string) => string,
): readonly SeveralFigure[] {
  return [
    one('details.state', torrents, (it) => text(stateWords[stateOf(it.state)])),
    one('details.server', torrents, (it) => serverName(it.server_id)),
    one('details.category', torrents, (it) => it.category || text('details.no-category')),
    one('details.tags', torrents, (it) => it.tags?.toSorted().join(', ') || text('details.no-tags')),
    one('details.tracker', torrents, (it) => it.tracker_host || text('details.no-tracker')),
    one('details.save-path', torrents, (it) => it.save_path ?? '?'),
  ]
}

/** What they have together. Of what somebody does not tell there is no sum. */
export function sums(torrents: readonly Torrent[]): readonly SeveralFigure[] {
  const uploaded = sum(torrents, (it) => it.uploaded)
  const downloaded = sum(torrents, (it) => it.downloaded)
  const together =
    uploaded === undefined || downloaded === undefined
      ? undefined
      : downloaded === 0
        ? null
        : uploaded / downloaded
  return [
    {term: 'details.size', value: bytes(sum(torrents, (it) => it.size))},
    {term: 'details.downloaded', value: bytes(downloaded)},
    {term: 'details.uploaded', value: bytes(uploaded)},
    {term: 'details.ratio', value: ratio(together)},
    {term: 'details.down', value: fullSpeed(sum(torrents, (it) => (it.stale ? 0 : it.down_speed)))},
    {term: 'details.up', value: fullSpeed(sum(torrents, (it) => (it.stale ? 0 : it.up_speed)))},
  ]
}

function one(
  term: TextKey,
  torrents: readonly Torrent[],
  valueOf: (torrent: Torrent) => string,
): SeveralFigure {
  const values = new Set(torrents.map(valueOf))
  const [only = ''] = values
  const words = values.size === 1 ? only : text('details.different', {count: count(values.size)})
  return {term, value: plain(words)}
}

function sum(
  torrents: readonly Torrent[],
  valueOf: (torrent: Torrent) => number | undefined,
): number | undefined {
  let all = 0
  for (const torrent of torrents) {
    const value = valueOf(torrent)
    if (value === undefined) return undefined
    all += value
  }
  return all
}
