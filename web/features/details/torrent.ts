/** A torrent as the details show it: what the live list says of it, and where that is silent, what its server told when asked. */
import type {torrentFreshnessNames} from '#http/schemas/torrent.ts'
import type {TorrentColumns} from '../../api/details.ts'
import type {ViewRow} from '../../live/view.ts'
import type {TorrentName} from '../torrent-rows/selection.ts'
import {columns as listColumns} from '../torrents/table/columns.ts'
import type {CellsOf} from '../torrents/table/cell-text.ts'
import type {WireColumn} from '../torrents/table/wire-columns.ts'

export interface Torrent extends TorrentColumns {
  readonly server_id: string
  readonly info_hash: string
  /** Its server is not online, or its last list lacked it. */
  readonly stale: boolean
  /** When its server last told of it, epoch ms; `null` = it is up to date. */
  readonly seen_at: number | null
  /** Columns that show what a command should bring about, not confirmed yet. */
  readonly pending: readonly string[]
  /** Why its removal waits; `null` = none does. */
  readonly removal_waits: string | null
  /** Servers in sight that hold the same data, this one among them. */
  readonly copies: number
  /** Of the Arr whose torrent it is; `null` = of none in sight. */
  readonly arr_name: string | null
}

const freshness = [
  'stale',
  'pending',
  'seen_at',
  'removal_waits',
] as const satisfies (typeof torrentFreshnessNames)[number][]

/** Everything that a live row can tell. */
export const detailColumns: readonly WireColumn[] = [
  ...new Set([...listColumns.flatMap(({reads}) => reads), ...freshness, 'copies' as const]),
]

/** @param more columns that the list of its server does not carry */
export function torrentOf(
  row: Pick<ViewRow, 'serverId' | 'infoHash' | 'cells'>,
  more: TorrentColumns,
): Torrent {
  const known: Record<string, unknown> = {...more}
  for (const [at, column] of detailColumns.entries()) {
    const cell = row.cells[at]
    if (cell !== undefined) known[column] = cell
  }
  return {
    stale: false,
    seen_at: null,
    pending: [],
    removal_waits: null,
    copies: 1,
    arr_name: null,
    ...(known as TorrentColumns),
    server_id: row.serverId,
    info_hash: row.infoHash,
  }
}

/** `serverId~infoHash`. */
export function nameOf({server_id, info_hash}: Pick<Torrent, 'server_id' | 'info_hash'>): TorrentName {
  return `${server_id}~${info_hash}`
}

/** For what reads cells by the names of their columns. */
export function cellsOf(torrent: Torrent): CellsOf {
  return (column) => torrent[column]
}

/** Zero-width places where a release name may go on in the next line: behind its dots, not within its words. */
export function breakable(name: string): string {
  return name.replaceAll(/(?<=[^\s._])[._](?=\S)/g, '$&\u200b')
}
