/**
 * Rows as they travel, built for the hot route: only the chosen columns are read, by row number, and nothing is
 * checked on the way out (the schema beside it types what is written here).
 */
import type {z} from 'zod'
import {snake} from '#lib/snake-case.ts'
import type {ServerView} from '#model/services.ts'
import type {TorrentField, TorrentRecord} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {
  fieldOf,
  torrentColumnNames,
  torrentFreshnessNames,
  torrentHead,
  type TorrentColumn,
  type TorrentSchema,
} from '../schemas/torrent.ts'
import type {FleetRows} from '../scope/sources.ts'
import {known} from './torrent-query.ts'

/** A torrent on the wire: its head, and the columns that were asked for. */
type WireTorrent = z.output<typeof TorrentSchema>

/** The same while it is being filled, column by column. */
type Open = Record<string, unknown>

/** Which columns to read; `null` = all of them. */
type Columns = {
  readonly columns: readonly {readonly name: TorrentColumn; readonly field: TorrentField}[]
  readonly freshness: readonly (typeof torrentFreshnessNames)[number][]
} | null

const headNames = Object.keys(torrentHead)
const selectable = [...headNames, ...torrentFreshnessNames, ...torrentColumnNames]
const allColumns = columnsOf(torrentColumnNames)

/** @throws {RequestInvalid} for a column that does not exist. */
export function selectedColumns(fields: readonly string[] | undefined): Columns {
  if (fields === undefined) return null
  const names = new Set(fields.map((it) => known('fields', it, selectable)))
  return {
    columns: columnsOf(torrentColumnNames.filter((it) => names.has(it))),
    freshness: torrentFreshnessNames.filter((it) => names.has(it)),
  }
}

function columnsOf(names: readonly TorrentColumn[]) {
  return names.map((name) => ({name, field: fieldOf(name)}))
}

/** Rows of a window, in its order. Rows that left the fleet meanwhile are left out, also where another came in. */
export function wireRows(
  fleet: FleetRows,
  window: {readonly keys: readonly TorrentKey[]; readonly rows: readonly number[]},
  servers: ReadonlyMap<ServerId, ServerView>,
  selected: Columns,
): WireTorrent[] {
  const result: WireTorrent[] = []
  for (let at = 0; at < window.rows.length; at++) {
    const row = window.rows[at]!
    const key = window.keys[at]!
    if (fleet.serverAt(row) !== key.serverId) continue
    const isWhole = selected === null || selected.freshness.length > 0
    const record = isWhole ? fleet.record(row) : null
    if (isWhole && record === null) continue
    const torrent = headOf(key, servers.get(key.serverId))
    if (selected === null) addAll(torrent, record!)
    else addSelected(torrent, fleet, row, record, selected)
    result.push(torrent as WireTorrent)
  }
  return result
}

/** One whole torrent. */
export function wireTorrent(record: TorrentRecord, server: ServerView | null): WireTorrent {
  const torrent = headOf(record.key, server ?? undefined)
  addAll(torrent, record)
  return torrent as WireTorrent
}

/** Some columns of one torrent that stands. */
export function wireColumns(
  fleet: FleetRows,
  key: TorrentKey,
  server: ServerView | null,
  selected: NonNullable<Columns>,
): WireTorrent {
  const torrent = headOf(key, server ?? undefined)
  const row = fleet.rowOf(key)
  if (row !== null) addSelected(torrent, fleet, row, fleet.record(row), selected)
  return torrent as WireTorrent
}

function headOf(key: TorrentKey, server: ServerView | undefined): Open {
  return {
    info_hash: key.hash,
    server_id: key.serverId,
    server_name: server?.name ?? key.serverId,
    server_type: server?.kind,
  }
}

function addAll(torrent: Open, record: TorrentRecord): void {
  addFreshness(torrent, record, torrentFreshnessNames)
  for (const {name, field} of allColumns) torrent[name] = record[field]
}

function addSelected(
  torrent: Open,
  fleet: FleetRows,
  row: number,
  record: TorrentRecord | null,
  selected: NonNullable<Columns>,
): void {
  if (record !== null) addFreshness(torrent, record, selected.freshness)
  for (const {name, field} of selected.columns) torrent[name] = fleet.valueAt(row, field)
}

function addFreshness(
  torrent: Open,
  record: TorrentRecord,
  names: readonly (typeof torrentFreshnessNames)[number][],
): void {
  const {seenAt: seen_at, stale, pending, removalWaits: removal_waits} = record
  const values = {seen_at, stale, pending: pending.map(snake), removal_waits}
  for (const name of names) torrent[name] = values[name]
}
