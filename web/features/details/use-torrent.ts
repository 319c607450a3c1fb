/** One torrent as everything about it shows it, live. */
import {useQuery} from '@tanstack/react-query'
import {useMemo, useSyncExternalStore} from 'react'
import type {WireKey} from '../../api/actions.ts'
import {moreQuery} from '../../api/details.ts'
import {useLiveView} from '../../live/use-view.ts'
import type {LiveView, ViewRow} from '../../live/view.ts'
import {partsOf, type TorrentName} from '../torrent-rows/selection.ts'
import {detailColumns, torrentOf, type Torrent} from './torrent.ts'
import {useAsking} from './use-part.ts'

type FoundTorrent =
  | {readonly state: 'loading'}
  /** Nobody in sight has it (any more). */
  | {readonly state: 'gone'}
  | {readonly state: 'found'; readonly torrent: Torrent}

const MORE_EVERY_MS = 15_000

/** One torrent, live: its row, and what its server told when asked. */
export function useTorrent(name: TorrentName): FoundTorrent {
  const of = useMemo(() => partsOf(name), [name])
  const view = useLiveView(wishFor(of), [[0, 1]])
  const row = rowOf(view, name)
  useRowIfAny(row)
  const asking = useAsking(of.server_id)
  const {data: more} = useQuery({...moreQuery(of), ...asking(MORE_EVERY_MS)})
  if (row) return {state: 'found', torrent: torrentOf(row, more ?? {})}
  return {state: view.isCurrent && isAbout(view, of) ? 'gone' : 'loading'}
}

function wishFor(of: WireKey) {
  return {q: '', keys: [of], sort: ['name'], group: null, columns: detailColumns, facets: []}
}

/** Right after another torrent was asked for, the row is still that of the one before. */
function rowOf(view: LiveView, name: TorrentName): ViewRow | null {
  const row = view.at(0)
  return row?.key === name ? row : null
}

/** Has it been asked about this one yet? */
function isAbout(view: LiveView, {server_id, info_hash}: WireKey): boolean {
  const asked = view.wish.keys?.[0]
  return asked?.server_id === server_id && asked.info_hash === info_hash
}

function useRowIfAny(row: ViewRow | null): void {
  useSyncExternalStore(row?.changes.listen ?? never, () => row?.version ?? 0)
}

function never() {
  return () => undefined
}
