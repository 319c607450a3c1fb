/**
 * What stands in a cell: a figure or word, and its quiet unit. Pure: cells of a row in, text out. Unknown is "?", none
 * on purpose "–" (or the word for it), no end "∞"; a zero is a zero.
 */
import {day, fullTime} from '../../../i18n/format-time.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import type {TrackerName} from '../../../api/tracker-names.ts'
import type {Cell} from '../../../live/view.ts'
import {
  ago,
  bytes,
  count,
  countOf,
  duration,
  nothing,
  percent,
  ratio,
  speed,
  speedLimit,
  unknown,
  until,
  written,
  type Quantity,
} from '../../../ui/format.ts'
import type {WireColumn} from './wire-columns.ts'

/** The cells of one row by the names of their columns. */
export type CellsOf = (column: WireColumn) => Cell

/** What is not in the row: the time, and who the row's server is. */
export interface CellContext {
  /** Epoch ms. */
  readonly now: number
  readonly serverName: string
  /** Trackers that people gave a name, by host. */
  readonly trackers: ReadonlyMap<string, TrackerName>
}

export type CellWriter = (cells: CellsOf, context: CellContext) => Quantity

const empty: Quantity = {text: '', unit: '', exact: ''}

export function plain(words: string): Quantity {
  return {text: words, unit: '', exact: words}
}

/** Words; '' = there are none. */
export function words(column: WireColumn): CellWriter {
  return (cells) => {
    const cell = cells(column)
    if (cell === undefined) return unknown()
    const joint = Array.isArray(cell) ? cell.join(', ') : String(cell ?? '')
    return joint === '' ? nothing() : plain(joint)
  }
}

/** One of few values, each with a word of its own. */
export function oneOf(column: WireColumn, names: Readonly<Record<string, TextKey>>): CellWriter {
  return (cells) => {
    const cell = cells(column)
    if (cell === undefined) return unknown()
    const name = names[String(cell)]
    return cell === null || name === undefined ? nothing() : plain(text(name))
  }
}

export function yesOrNo(column: WireColumn): CellWriter {
  return oneOf(column, {true: 'cell.yes', false: 'cell.no'})
}

export function bytesIn(column: WireColumn): CellWriter {
  return numeric(column, bytes)
}

/** Nobody knows how fast a torrent is whose server is away. */
export function speedIn(column: WireColumn): CellWriter {
  return unlessStale(numeric(column, speed))
}

export function limitIn(column: WireColumn): CellWriter {
  return (cells) => speedLimit(cells(column) as number | null | undefined)
}

/** A limit that the server or category may say; `null` = none. */
export function limitOr(column: WireColumn, write: (value: number) => Quantity): CellWriter {
  return (cells) => {
    const cell = cells(column)
    if (cell === undefined) return unknown()
    if (cell === 'inherit') return plain(text('cell.inherit'))
    return cell === null ? plain(text('cell.no-limit')) : write(Number(cell))
  }
}

export function countIn(column: WireColumn): CellWriter {
  return numeric(column, countOf)
}

export function shareIn(column: WireColumn): CellWriter {
  return numeric(column, percent)
}

export function ratioIn(column: WireColumn): CellWriter {
  return numeric(column, ratio)
}

export function durationIn(column: WireColumn): CellWriter {
  return numeric(column, (value) => inOne(duration(value)))
}

export function agoIn(column: WireColumn): CellWriter {
  return (cells, {now}) => inOne(ago(cells(column) as number | null | undefined, now))
}

export function untilIn(column: WireColumn): CellWriter {
  return unlessStale((cells, {now}) => inOne(until(cells(column) as number | null | undefined, now)))
}

/** From when on a rule may remove it: the day, or how long until then when that is less than a day. */
export const removableCell: CellWriter = (cells, {now}) => {
  const at = cells('removable_at')
  // Of what is shown from memory nobody knows it, also where it was known.
  if (at === undefined || cells('stale') === true) return unknown(text('cell.removable.unknown'))
  if (at === null) return {...nothing(), exact: text('cell.removable.never')}
  const then = Number(at)
  if (then <= now) return {...plain(text('cell.removable.now')), exact: fullTime(then)}
  if (then - now < DAY_MS) return inOne(until(then, now))
  return {...plain(day(then, now)), exact: fullTime(then)}
}

const DAY_MS = 86_400_000

/** The unit of a time is no quiet one: without it the figure says nothing. */
export function inOne(quantity: Quantity): Quantity {
  return {text: written(quantity), unit: '', exact: quantity.exact}
}

/** Without metadata a size of 0 is no size. */
export const sizeCell: CellWriter = (cells) => {
  const size = cells('size')
  return size === 0 ? nothing() : bytes(size as number | undefined)
}

const endlessStates: ReadonlySet<Cell> = new Set(['stalledDown', 'downloading'])

/** What wants bytes and has no end in sight will not end; what wants none has nothing to wait for. */
export const etaCell: CellWriter = unlessStale((cells) => {
  const eta = cells('eta')
  if (eta === undefined) return unknown()
  if (eta === null) return endlessStates.has(cells('state')) ? duration(null) : nothing()
  return inOne(duration(Number(eta)))
})

/** Seeds and others that are connected: "48 / 112"; all of them where the server does not tell them apart. */
export const peersCell: CellWriter = unlessStale((cells) => {
  const seeds = cells('seeds_connected')
  const peers = cells('peers_connected')
  if (seeds === undefined && peers === undefined) return unknown()
  const swarm = {
    seedsSwarm: countOrUnknown(cells('seeds_swarm')),
    peersSwarm: countOrUnknown(cells('peers_swarm')),
  }
  if (seeds === undefined) {
    const all = countOrUnknown(peers)
    return {text: all, unit: '', exact: text('cell.peers.all', {...swarm, all})}
  }
  const exact = text('cell.peers', {...swarm, seeds: countOrUnknown(seeds), peers: countOrUnknown(peers)})
  return {text: countOrUnknown(seeds), unit: `/ ${countOrUnknown(peers)}`, exact}
})

export const serverCell: CellWriter = (_cells, {serverName}) => plain(serverName)

/** By the name of its profile; the host is one look away. */
export const trackerCell: CellWriter = (cells, {trackers}) => {
  const host = cells('tracker_host')
  if (host === undefined) return unknown()
  const words = wordIn(host)
  const named = trackers.get(words)
  if (words === '') return nothing()
  return named === undefined ? plain(words) : {text: named.name, unit: '', exact: `${named.name} · ${words}`}
}

/** What it is for, and in which Arr. */
export const itemCell: CellWriter = (cells) => {
  const item = wordIn(cells('arr_item'))
  const arr = wordIn(cells('arr_name'))
  if (item === '') return arr === '' ? nothing() : plain(arr)
  return {text: item, unit: arr, exact: [item, arr].filter((it) => it !== '').join(' · ')}
}

function wordIn(cell: Cell): string {
  return typeof cell === 'string' ? cell : ''
}

/** Only what is on several servers says so. */
export const copiesCell: CellWriter = (cells) => {
  const copies = cells('copies')
  if (copies === undefined) return unknown()
  return Number(copies) > 1 ? plain(`×${count(Number(copies))}`) : nothing()
}

/** How old what the row shows is; of a row that is up to date it is nothing. */
export const seenCell: CellWriter = (cells, {now}) =>
  cells('stale') === true ? inOne(ago(cells('seen_at') as number | null | undefined, now)) : nothing()

/** The row has no such cells yet: the columns were asked for a moment ago. */
export function notYet(): Quantity {
  return empty
}

function unlessStale(write: CellWriter): CellWriter {
  return (cells, context) => (cells('stale') === true ? nothing() : write(cells, context))
}

function numeric(column: WireColumn, write: (value: number | undefined) => Quantity): CellWriter {
  return (cells) => {
    const cell = cells(column)
    return cell === null ? nothing() : write(cell as number | undefined)
  }
}

function countOrUnknown(cell: Cell): string {
  if (cell === undefined) return '?'
  return cell === null ? '–' : count(Number(cell))
}
