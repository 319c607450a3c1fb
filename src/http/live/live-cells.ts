/** Cells of the columns that a page asks for, read by row number. */
import {snake} from '#lib/snake-case.ts'
import type {LiveCell} from '#model/live.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {known} from '../rows/torrent-query.ts'
import {fieldOf, torrentColumnNames, type TorrentColumn} from '../schemas/torrent.ts'
import type {VisibleRows} from '../scope/scoped-fleet.ts'

/** @param row one that stands and is in sight */
export type CellReader = (fleet: VisibleRows, row: number, key: TorrentKey) => LiveCell

/** The server does not tell. One object, so that cells compare by identity. */
const unknownCell: LiveCell = Object.freeze({})

const besides: Readonly<Record<string, CellReader>> = {
  stale: (fleet, row) => fleet.isStale(row),
  seen_at: (fleet, row) => (fleet.isStale(row) ? (fleet.record(row)?.seenAt ?? null) : null),
  pending: (fleet, row) => fleet.pending(row).map(snake),
  removal_waits: (fleet, row) => fleet.removalWaits(row),
  arr_name: (fleet, row) => fleet.arrNameAt(row),
  copies: (fleet, _row, {hash}) => fleet.holders(hash).length,
}

const accepted = [...torrentColumnNames, ...Object.keys(besides)]

/** In the order of the names. @throws {RequestInvalid} for a column that does not exist */
export function cellReaders(columns: readonly string[]): readonly CellReader[] {
  return columns.map((it) => {
    const name = known('columns', it, accepted)
    return besides[name] ?? columnReader(name as TorrentColumn)
  })
}

function columnReader(column: TorrentColumn): CellReader {
  const field = fieldOf(column)
  return (fleet, row) => cellOf(fleet.valueAt(row, field))
}

function cellOf(value: unknown): LiveCell {
  const isUnknown = value === undefined || (typeof value === 'number' && !Number.isFinite(value))
  return isUnknown ? unknownCell : (value as LiveCell)
}

export function isSameCell(a: LiveCell, b: LiveCell): boolean {
  if (a === b) return true
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
  return a.every((it, at) => it === b[at])
}
