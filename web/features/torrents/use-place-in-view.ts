import {useSyncExternalStore} from 'react'
import type {LiveView} from '../../live/view.ts'
import type {TorrentName} from '../torrent-rows/selection.ts'

export interface PlaceInView {
  /** Counted from 1. */
  readonly rank: number
  readonly total: number
}

/** Where a torrent stands in the list, wherever that is scrolled to; `null` = it left the list, absent = not known. */
export function usePlaceInView(view: LiveView, name: TorrentName): PlaceInView | null | undefined {
  const rank = useSyncExternalStore(view.changes.listen, () => view.rankOf(name))
  const total = useSyncExternalStore(view.changes.listen, () => view.totals?.count ?? 0)
  return rank == null ? rank : {rank: rank + 1, total}
}
