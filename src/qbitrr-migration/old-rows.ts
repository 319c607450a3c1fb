/** Rows of the older program as records: whatever a generation lacks, or wrote otherwise than it should, is not said. */
import {torrentMarks, type TorrentMark} from '#model/automation-state.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {OldMediaKind, OldTable} from './old-tables.ts'

export interface OldTorrent {
  readonly holds: 'torrents'
  readonly hash: InfoHash
  /** Section of its server; `null` = there was only one. */
  readonly server: string | null
  readonly marks: readonly TorrentMark[]
}

export interface OldItem {
  readonly holds: 'media'
  readonly arr: string
  /** `movie/12` */
  readonly item: string
  readonly searched: boolean
  readonly requested: boolean
  /** "Two (2021)", "Show · Pilot"; `null` = it does not say. */
  readonly title: string | null
  /** `null` = it has the profile it always had. */
  readonly profile: OldProfile | null
}

interface OldProfile {
  /** Who has it: films themselves, the series of an episode. */
  readonly item: string
  readonly title: string | null
  readonly original: number
  readonly temporary: number | null
  readonly switchedAt: EpochMs | null
}

export type OldRecord = OldTorrent | OldItem

/** A row as SQLite gives it, by the names of `OldTable.columns`; its whole numbers are `bigint`. */
export type OldRow = Readonly<Record<string, unknown>>

/** @returns `null` = nothing in it is worth having */
export function oldRecord(table: OldTable, row: OldRow): OldRecord | null {
  const read = (column: string): unknown => row[table.columns.get(column) ?? '']
  return table.holds === 'torrents' ? torrentOf(read) : itemOf(table, read)
}

type Read = (column: string) => unknown

function torrentOf(read: Read): OldTorrent | null {
  const hash = read('hash')
  const marks = torrentMarks.filter((mark) => isYes(read(mark.toLowerCase())))
  if (typeof hash !== 'string' || marks.length === 0) return null
  const known = asInfoHash(hash.trim())
  const server = textOf(read('qbitinstance'))
  return known === null
    ? null
    : {holds: 'torrents', hash: known, server: server === 'default' ? null : server, marks}
}

function itemOf(table: OldTable & {holds: 'media'}, read: Read): OldItem | null {
  const id = idOf(read('entryid'))
  const arr = table.arr ?? textOf(read('arrinstance'))
  if (id === null || arr === null) return null
  const item = `${table.kind}/${id}`
  const record: OldItem = {
    holds: 'media',
    arr,
    item,
    searched: isYes(read('searched')),
    requested: isYes(read('isrequest')) || isYes(read('ombi')),
    title: titleOf(table.kind, read),
    profile: profileOf(table.kind, item, read),
  }
  return record.searched || record.requested || record.profile !== null ? record : null
}

/** Who has the profile of such an item, and the columns with his id and his name. */
const holders: Partial<Readonly<Record<OldMediaKind, Holder>>> = {
  episode: {kind: 'series', id: 'seriesid', title: 'seriestitle'},
  album: {kind: 'artist', id: 'artistid', title: 'artisttitle'},
  book: {kind: 'author', id: 'authorid', title: 'authorname'},
}

interface Holder {
  readonly kind: OldMediaKind
  readonly id: string
  readonly title: string
}

/** With the year of a film, and with whose it is. */
function titleOf(kind: OldMediaKind, read: Read): string | null {
  const title = textOf(read('title'))
  const holder = holders[kind]
  if (holder) return [textOf(read(holder.title)), title].filter((it) => it !== null).join(' · ') || null
  const year = kind === 'movie' ? idOf(read('year')) : null
  return title === null || year === null ? title : `${title} (${year})`
}

function profileOf(kind: OldMediaKind, item: string, read: Read): OldProfile | null {
  const original = idOf(read('originalprofileid'))
  const temporary = idOf(read('currentprofileid'))
  if (original === null || original === temporary) return null
  const holder = holders[kind]
  const id = idOf(read(holder?.id ?? 'entryid'))
  if (id === null) return null
  return {
    original,
    temporary,
    item: holder ? `${holder.kind}/${id}` : item,
    title: holder ? textOf(read(holder.title)) : titleOf(kind, read),
    switchedAt: timeOf(read('lastprofileswitchtime')),
  }
}

function isYes(value: unknown): boolean {
  if (typeof value === 'string') return value === '1' || value.toLowerCase() === 'true'
  return numberOf(value) === 1
}

function idOf(value: unknown): number | null {
  const id = numberOf(value)
  return Number.isSafeInteger(id) && id > 0 ? id : null
}

/** NaN = none. A column without a type holds whole numbers as floats. */
function numberOf(value: unknown): number {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

/** `2026-01-02 03:04:05.678901`, taken as UTC: hours do not matter here. */
function timeOf(value: unknown): EpochMs | null {
  if (typeof value !== 'string') return null
  const at = Date.parse(`${value.slice(0, 23).replace(' ', 'T')}Z`)
  return Number.isNaN(at) ? null : at
}
