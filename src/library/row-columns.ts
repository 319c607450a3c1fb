/**
 * A library row as numbers and texts, the same in frames between threads and in the columns of the store: so a row costs
 * some 180 bytes, and 500 of them cross to the main thread as one typed array and one list of texts.
 *
 *   rows ─ RowFrame.of ─▶ numbers (a row after the other), texts, tags ─▶ hash of each ─▶ LibraryStore
 */
import {availabilities, libraryKinds, seriesTypes, type LibraryKey, type LibraryRow} from '#model/library.ts'
import type {EpochMs} from '#model/units.ts'

export type Cells =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float64Array

interface NumberColumn {
  readonly cells: (new (rows: number) => Cells) & {readonly BYTES_PER_ELEMENT: number}
  /** `null` = it does not apply, or is not known. */
  readonly of: (row: LibraryRow) => number | null
  /** Of a time: it is kept by whole ones of so many ms. */
  readonly unit?: number
  /** What stands for `null` in the cells; of a column without one there is no `null`. */
  readonly none?: number
}

/** Arrs give dates to the minute. 32 bits of them end in the year 6053. */
const MINUTE_MS = 60_000
const int32 = {cells: Int32Array, none: -(2 ** 31)}
const int16 = {cells: Int16Array, none: -(2 ** 15)}
const minutes = {...int32, unit: MINUTE_MS}
const moment = {cells: Float64Array, none: Number.NaN}

/** In the order in which they stand in a frame. */
const numberColumns = {
  kind: {cells: Uint8Array, of: ({kind}) => libraryKinds.indexOf(kind)},
  id: {cells: Uint32Array, of: ({id}) => id},
  parentId: {...int32, of: ({parentId}) => parentId},
  seasonNumber: {...int16, of: ({seasonNumber}) => seasonNumber},
  number: {...int32, of: (row) => row.number},
  year: {...int16, of: ({year}) => year},
  tmdbId: {...int32, of: ({tmdbId}) => tmdbId},
  tvdbId: {...int32, of: ({tvdbId}) => tvdbId},
  imdbId: {...int32, of: ({imdbId}) => imdbNumber(imdbId)},
  inCinemasAt: {...minutes, of: ({inCinemasAt}) => inCinemasAt},
  digitalAt: {...minutes, of: ({digitalAt}) => digitalAt},
  physicalAt: {...minutes, of: ({physicalAt}) => physicalAt},
  releasedAt: {...minutes, of: ({releasedAt}) => releasedAt},
  runtimeMinutes: {...int16, of: ({runtimeMinutes}) => runtimeMinutes},
  minimumAvailability: {
    cells: Uint8Array,
    of: ({minimumAvailability}) => availabilities.indexOf(minimumAvailability),
  },
  seriesType: {cells: Uint8Array, of: ({seriesType}) => seriesTypes.indexOf(seriesType)},
  addedAt: {...minutes, of: ({addedAt}) => addedAt},
  monitored: {cells: Uint8Array, of: ({monitored}) => Number(monitored)},
  fileId: {...int32, of: ({fileId}) => fileId},
  have: {...int32, of: ({have}) => have},
  due: {...int32, of: ({due}) => due},
  size: {cells: Float64Array, of: ({size}) => size},
  belowCutoff: {
    cells: Int8Array,
    none: -1,
    of: ({belowCutoff}) => (belowCutoff === null ? null : Number(belowCutoff)),
  },
  score: {...int32, of: ({score}) => score},
  profileId: {...int32, of: ({profileId}) => profileId},
  searchedAt: {...moment, of: ({searchedAt}) => searchedAt},
} as const satisfies Readonly<Record<string, NumberColumn>>

export type NumberName = keyof typeof numberColumns
export const numberNames = Object.keys(numberColumns) as readonly NumberName[]
const columns: readonly NumberColumn[] = Object.values(numberColumns)
const WIDTH = columns.length
const at = Object.fromEntries(numberNames.map((name, index) => [name, index])) as Record<NumberName, number>

const textNames = ['title', 'quality', 'foreignId'] as const

export function newCells(name: NumberName, rows: number): Cells {
  return new numberColumns[name].cells(rows)
}

/** What stands in a cell for this number; what has no room there is not known. @param value NaN = `null` */
export function cellOf(name: NumberName, value: number): number {
  const {none, unit, least, most} = scales[name]
  const cell = Math.floor(value / unit)
  // NaN is in no range.
  return cell >= least && cell <= most ? cell : none
}

interface CellScale {
  readonly hasNone: boolean
  readonly none: number
  readonly unit: number
  readonly least: number
  readonly most: number
}

function rangeOf(cells: NumberColumn['cells']): readonly [least: number, most: number] {
  if (cells === Float64Array) return [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
  const bits = cells.BYTES_PER_ELEMENT * 8
  const isSigned = cells === Int8Array || cells === Int16Array || cells === Int32Array
  return isSigned ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]
}

const scales = Object.fromEntries(
  Object.entries<NumberColumn>(numberColumns).map(([name, {none, unit = 1, cells}]) => {
    const [least, most] = rangeOf(cells)
    return [name, {hasNone: none !== undefined, none: none ?? 0, unit, least, most}]
  }),
) as Record<NumberName, CellScale>

/** Ids that a row can have. */
export function isRowId(id: number): boolean {
  return Number.isInteger(id) && id > 0 && id < 2 ** 32
}

/** NaN = `null`. */
export function numberIn(name: NumberName, cell: number): number {
  const {hasNone, none, unit} = scales[name]
  return hasNone && cell === none ? Number.NaN : cell * unit
}

/** Rows of one library on their way to the main thread, each with the hash of what it says. */
export interface RowFrame {
  readonly readAt: EpochMs
  readonly count: number
  /** `WIDTH` of each row; NaN = `null`. */
  readonly numbers: Float64Array
  /** As many of each row as there are columns of texts. */
  readonly texts: readonly string[]
  readonly tags: readonly (readonly number[])[]
  readonly hashes: Int32Array
}

export function frameOf(rows: readonly LibraryRow[], readAt: EpochMs): RowFrame {
  const numbers = new Float64Array(rows.length * WIDTH)
  const words = new Uint32Array(numbers.buffer)
  const texts: string[] = []
  const hashes = new Int32Array(rows.length)
  rows.forEach((row, index) => {
    columns.forEach((column, place) => {
      numbers[index * WIDTH + place] = column.of(row) ?? Number.NaN
    })
    for (const name of textNames) texts.push(row[name])
    hashes[index] = hashOf(words, index, row)
  })
  return {readAt, count: rows.length, numbers, texts, tags: rows.map(({tags}) => tags), hashes}
}

export function numberOf(frame: RowFrame, row: number, name: NumberName): number {
  return frame.numbers[row * WIDTH + at[name]]!
}

export function textOf(frame: RowFrame, row: number, name: (typeof textNames)[number]): string {
  return frame.texts[row * textNames.length + textNames.indexOf(name)]!
}

/** Where a row is read from: its numbers, NaN for `null`, and what is no number. */
export interface RowSource {
  readonly number: (name: NumberName) => number
  readonly title: string
  readonly quality: string
  readonly foreignId: string
  readonly tags: readonly number[]
}

export function rowOfFrame(frame: RowFrame, row: number): LibraryRow {
  return rowFrom({
    number: (name) => numberOf(frame, row, name),
    title: textOf(frame, row, 'title'),
    quality: textOf(frame, row, 'quality'),
    foreignId: textOf(frame, row, 'foreignId'),
    tags: frame.tags[row]!,
  })
}

export function rowFrom({number, title, quality, foreignId, tags}: RowSource): LibraryRow {
  const orNull = (name: NumberName) => {
    const value = number(name)
    return Number.isNaN(value) ? null : value
  }
  const belowCutoff = orNull('belowCutoff')
  return {
    kind: libraryKinds[number('kind')]!,
    id: number('id'),
    parentId: orNull('parentId'),
    seasonNumber: orNull('seasonNumber'),
    number: orNull('number'),
    title,
    year: orNull('year'),
    tmdbId: orNull('tmdbId'),
    tvdbId: orNull('tvdbId'),
    imdbId: imdbText(orNull('imdbId')),
    foreignId,
    inCinemasAt: orNull('inCinemasAt'),
    digitalAt: orNull('digitalAt'),
    physicalAt: orNull('physicalAt'),
    releasedAt: orNull('releasedAt'),
    runtimeMinutes: orNull('runtimeMinutes') ?? 0,
    minimumAvailability: availabilities[number('minimumAvailability')]!,
    seriesType: seriesTypes[number('seriesType')]!,
    addedAt: orNull('addedAt'),
    monitored: number('monitored') === 1,
    fileId: orNull('fileId'),
    have: orNull('have') ?? 0,
    due: orNull('due') ?? 0,
    size: number('size'),
    quality,
    belowCutoff: belowCutoff === null ? null : belowCutoff === 1,
    score: orNull('score'),
    profileId: orNull('profileId'),
    tags,
    searchedAt: orNull('searchedAt'),
  }
}

/** `tt0111161`, `tt10838180`: at least seven digits. */
export function imdbNumber(id: string | null): number | null {
  const digits = /^tt(\d{1,9})$/.exec(id ?? '')?.[1]
  return digits === undefined ? null : Number(digits)
}

function imdbText(number: number | null): string | null {
  return number === null ? null : `tt${String(number).padStart(7, '0')}`
}

/* ── what a row is by: whether it says something else than before, and whether it is another thing by now ── */

/** Another one whenever what a row keeps changes: rows that were written before are then written again. */
const SHAPE = 1

function hashOf(words: Uint32Array, row: number, {title, quality, foreignId, tags}: LibraryRow): number {
  let mixed = SHAPE
  const from = row * WIDTH * 2
  for (let place = from; place < from + WIDTH * 2; place++) mixed = mix(mixed, words[place]!)
  for (const text of [title, quality, foreignId]) mixed = mixText(mixed, text)
  for (const tag of tags) mixed = mix(mixed, tag)
  return mixed
}

function mix(mixed: number, word: number): number {
  const next = Math.imul(mixed ^ word, 0x9e3779b1)
  return next ^ (next >>> 15)
}

function mixText(mixed: number, text: string): number {
  let next = mix(mixed, text.length)
  for (let place = 0; place < text.length; place++) next = mix(next, text.charCodeAt(place))
  return next
}

type Identified = Pick<LibraryRow, 'kind' | 'parentId' | 'tmdbId' | 'tvdbId' | 'foreignId' | 'title'>

/** What the number of a row means: by its foreign id, or by its name. */
export interface Identity {
  /** 0 = it has none that would show it. */
  readonly foreign: number
  readonly title: number
}

/**
 * An episode is known by its series. Names are compared without case, blanks and dots: where a foreign id was merged into
 * another one, the title stays, and it is the same thing.
 */
export function identityOf(row: Identified): Identity {
  const {kind, parentId, tmdbId, tvdbId, foreignId} = row
  const number = {
    movie: tmdbId,
    series: tvdbId,
    episode: parentId,
    season: null,
    artist: null,
    album: null,
    author: null,
    book: null,
  }[kind]
  const foreign = foreignId === '' ? (number ?? 0) : mixText(SHAPE, foreignId)
  return {foreign, title: mixText(SHAPE, row.title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ''))}
}

/** The same number means something else now: its Arr has another database. */
export function isOther(before: Identity, now: Identity): boolean {
  const isKnown = before.foreign !== 0 && now.foreign !== 0
  return isKnown && before.foreign !== now.foreign && before.title !== now.title
}

/** By one number for each kind and id, for maps of one library. */
export function keyNumber({kind, id}: LibraryKey): number {
  return libraryKinds.indexOf(kind) * 2 ** 32 + id
}

export function keyFrom(number: number): LibraryKey {
  return {kind: libraryKinds[Math.floor(number / 2 ** 32)]!, id: number % 2 ** 32}
}
