/**
 * The libraries of all Arrs in columns, one row for each thing: 60,000 rows are 11 MB. A row keeps its place for as long
 * as it is there, so lists of places stay right between two changes.
 *
 *   frame ─ put ─▶ place of (Arr, kind, id) ─▶ cells · titles · interned qualities and tags
 */
import {randomInt} from 'node:crypto'
import {Interner} from '#fleet/interner.ts'
import type {ArrId} from '#model/arr.ts'
import {libraryKinds, type KeptRow, type LibraryKey, type LibraryKind} from '#model/library.ts'
import {
  cellOf,
  newCells,
  numberIn,
  numberNames,
  numberOf,
  rowFrom,
  textOf,
  type Cells,
  type NumberName,
  type RowFrame,
} from './row-columns.ts'
import {TitleOrder} from './title-order.ts'

const FREE = 0
const GONE = -1
const NO_PLACE = -1
const FIRST_ROWS = 256
export class LibraryStore {
  /** By their number in the cells. A hole where one left. */
  readonly #arrs: (ArrId | undefined)[] = []
  readonly #rowsOfArr: number[] = []
  #cells = {} as Record<NumberName, Cells>
  /** 0 = nothing stands there, else 1 + the number of its Arr. */
  #owners = new Uint16Array(FIRST_ROWS)
  #hashes = new Int32Array(FIRST_ROWS)
  #readAt = new Float64Array(FIRST_ROWS)
  #qualities = new Uint32Array(FIRST_ROWS)
  #tagLists = new Uint32Array(FIRST_ROWS)
  readonly #titles: string[] = []
  /** Of music and books alone. */
  readonly #foreignIds = new Map<number, string>()
  readonly #qualityNames = new Interner<string>((name) => name)
  readonly #tags = new Interner<readonly number[]>((tags) => tags.join())
  readonly #free: number[] = []
  #end = 0
  /** Open addressing: 1 + the place of a row. */
  #slots = new Int32Array(FIRST_ROWS * 2)
  #taken = 0
  readonly #seed = randomInt(2 ** 31)
  readonly #order = new TitleOrder((place) => (this.#owners[place] === 0 ? null : this.#titles[place]!))

  constructor() {
    for (const name of numberNames) this.#cells[name] = newCells(name, FIRST_ROWS)
  }

  /** Places run from 0 to before this, holes included. */
  get end(): number {
    return this.#end
  }

  get size(): number {
    return this.#end - this.#free.length
  }

  sizeOf(arrId: ArrId): number {
    return this.#rowsOfArr[this.#arrs.indexOf(arrId)] ?? 0
  }

  /** Of what is in typed arrays; titles are some 45 bytes more each. */
  get bytes(): number {
    const own = [this.#owners, this.#hashes, this.#readAt, this.#qualities, this.#tagLists, this.#slots]
    return [...own, ...Object.values(this.#cells)].reduce((sum, cells) => sum + cells.byteLength, 0)
  }

  /** @param take is handed the place of each row that says something else than before */
  put(arrId: ArrId, frame: RowFrame, take: (place: number) => void = () => undefined): void {
    const arr = this.#arrNumber(arrId)
    for (let row = 0; row < frame.count; row++) {
      const [kind, id] = [numberOf(frame, row, 'kind'), numberOf(frame, row, 'id')]
      const known = this.#find(arr, kind, id)
      if (known !== NO_PLACE && this.#hashes[known] === frame.hashes[row]) {
        this.#readAt[known] = frame.readAt
        continue
      }
      const place = known === NO_PLACE ? this.#newPlace(arr, kind, id) : known
      this.#fill(place, frame, row)
      take(place)
    }
  }

  /** @returns false = it is not there */
  remove(arrId: ArrId, key: LibraryKey): boolean {
    const place = this.placeOf(arrId, key)
    if (place === null) return false
    this.#clear(place)
    return true
  }

  /** @returns false = it is not there, or has this score */
  setScore(arrId: ArrId, key: LibraryKey, score: number): boolean {
    const place = this.placeOf(arrId, key)
    const cell = cellOf('score', score)
    if (place === null || this.#cells.score[place] === cell) return false
    this.#cells.score[place] = cell
    return true
  }

  /** All that this Arr has. */
  removeArr(arrId: ArrId): void {
    const arr = this.#arrs.indexOf(arrId)
    if (arr < 0) return
    for (let place = 0; place < this.#end; place++) if (this.#owners[place] === arr + 1) this.#clear(place)
    this.#arrs[arr] = undefined
  }

  placeOf(arrId: ArrId, {kind, id}: LibraryKey): number | null {
    const arr = this.#arrs.indexOf(arrId)
    if (arr < 0) return null
    const place = this.#find(arr, libraryKinds.indexOf(kind), id)
    return place === NO_PLACE ? null : place
  }

  /** Before anybody asks for it. */
  prepareTitleOrder(turns: Parameters<TitleOrder['prepare']>[0]): Promise<void> {
    return this.#order.prepare(turns)
  }

  /** Places of all rows in the order of their titles. What was handed out stays as it is. */
  get inTitleOrder(): Uint32Array {
    return this.#order.places
  }

  /** `null` = nothing stands there. */
  arrAt(place: number): ArrId | null {
    const owner = this.#owners[place] ?? 0
    return owner === 0 ? null : (this.#arrs[owner - 1] ?? null)
  }

  /** Of a row that stands, as the next ones are. NaN = `null`. */
  numberAt(place: number, name: NumberName): number {
    return numberIn(name, this.#cells[name][place]!)
  }

  kindAt(place: number): LibraryKind {
    return libraryKinds[this.#cells.kind[place]!]!
  }

  titleAt(place: number): string {
    return this.#titles[place]!
  }

  qualityAt(place: number): string {
    return this.#qualityNames.values[this.#qualities[place]!]!
  }

  tagsAt(place: number): readonly number[] {
    return this.#tags.values[this.#tagLists[place]!]!
  }

  hashAt(place: number): number {
    return this.#hashes[place]!
  }

  readAtOf(place: number): number {
    return this.#readAt[place]!
  }

  rowAt(place: number): KeptRow {
    const row = rowFrom({
      number: (name) => this.numberAt(place, name),
      title: this.titleAt(place),
      quality: this.qualityAt(place),
      foreignId: this.#foreignIds.get(place) ?? '',
      tags: this.tagsAt(place),
    })
    return {...row, arrId: this.arrAt(place)!, readAt: this.readAtOf(place)}
  }

  /** Its series, artist or author; `null` = it is one, or it is not known (yet). */
  parentAt(place: number): number | null {
    const parentId = this.numberAt(place, 'parentId')
    const kind = parentKinds[this.kindAt(place)]
    if (kind === null || Number.isNaN(parentId)) return null
    const parent = this.#find(this.#owners[place]! - 1, libraryKinds.indexOf(kind), parentId)
    return parent === NO_PLACE ? null : parent
  }

  #arrNumber(arrId: ArrId): number {
    const known = this.#arrs.indexOf(arrId)
    if (known >= 0) return known
    const hole = this.#arrs.indexOf(undefined)
    const arr = hole < 0 ? this.#arrs.length : hole
    this.#arrs[arr] = arrId
    this.#rowsOfArr[arr] = 0
    return arr
  }

  #newPlace(arr: number, kind: number, id: number): number {
    const place = this.#free.pop() ?? this.#end++
    if (place >= this.#owners.length) this.#grow()
    this.#owners[place] = arr + 1
    this.#cells.kind[place] = kind
    this.#cells.id[place] = id
    this.#qualities[place] = 0
    this.#tagLists[place] = 0
    this.#order.changed(place)
    this.#rowsOfArr[arr]!++
    this.#takeSlot(place)
    return place
  }

  #fill(place: number, frame: RowFrame, row: number): void {
    for (const name of numberNames) this.#cells[name][place] = cellOf(name, numberOf(frame, row, name))
    this.#hashes[place] = frame.hashes[row]!
    this.#readAt[place] = frame.readAt
    const title = textOf(frame, row, 'title')
    if (this.#titles[place] !== title) {
      this.#titles[place] = title
      this.#order.changed(place)
    }
    this.#forgetNames(place)
    this.#qualities[place] = this.#qualityNames.acquire(textOf(frame, row, 'quality'))
    this.#tagLists[place] = this.#tags.acquire(frame.tags[row]!)
    const foreignId = textOf(frame, row, 'foreignId')
    if (foreignId === '') this.#foreignIds.delete(place)
    else this.#foreignIds.set(place, foreignId)
  }

  #forgetNames(place: number): void {
    this.#qualityNames.release(this.#qualities[place]!)
    this.#tags.release(this.#tagLists[place]!)
  }

  #clear(place: number): void {
    const arr = this.#owners[place]! - 1
    this.#slots[this.#slotOf(arr, this.#cells.kind[place]!, this.#cells.id[place]!)] = GONE
    this.#owners[place] = 0
    this.#titles[place] = ''
    this.#order.changed(place)
    this.#forgetNames(place)
    this.#foreignIds.delete(place)
    this.#free.push(place)
    this.#rowsOfArr[arr]!--
  }

  #grow(): void {
    const rows = this.#owners.length * 2
    const grown = <T extends Cells>(old: T, wider: T): T => {
      wider.set(old)
      return wider
    }
    for (const name of numberNames) this.#cells[name] = grown(this.#cells[name], newCells(name, rows))
    this.#owners = grown(this.#owners, new Uint16Array(rows))
    this.#hashes = grown(this.#hashes, new Int32Array(rows))
    this.#readAt = grown(this.#readAt, new Float64Array(rows))
    this.#qualities = grown(this.#qualities, new Uint32Array(rows))
    this.#tagLists = grown(this.#tagLists, new Uint32Array(rows))
  }

  #find(arr: number, kind: number, id: number): number {
    const slot = this.#slotOf(arr, kind, id)
    return slot === NO_PLACE ? NO_PLACE : this.#slots[slot]! - 1
  }

  #slotOf(arr: number, kind: number, id: number): number {
    const mask = this.#slots.length - 1
    for (let slot = this.#start(arr, kind, id) & mask; ; slot = (slot + 1) & mask) {
      const taken = this.#slots[slot]!
      if (taken === FREE) return NO_PLACE
      if (taken !== GONE && this.#is(taken - 1, arr, kind, id)) return slot
    }
  }

  #is(place: number, arr: number, kind: number, id: number): boolean {
    const isOfArr = this.#owners[place] === arr + 1
    return isOfArr && this.#cells.id[place] === id && this.#cells.kind[place] === kind
  }

  /** An Arr is somebody's, who may give it any numbers: where they fall is not to be foreseen. */
  #start(arr: number, kind: number, id: number): number {
    let mixed = Math.imul(this.#seed ^ id, 0x9e3779b1)
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ (kind << 16) ^ arr, 0x85ebca6b)
    return (mixed ^ (mixed >>> 13)) >>> 0
  }

  #takeSlot(place: number): void {
    if ((this.#taken + 1) * 3 > this.#slots.length * 2) return this.#rehash()
    const mask = this.#slots.length - 1
    const {id, kind} = this.#cells
    let slot = this.#start(this.#owners[place]! - 1, kind[place]!, id[place]!) & mask
    while (this.#slots[slot]! > FREE) slot = (slot + 1) & mask
    if (this.#slots[slot] === FREE) this.#taken++
    this.#slots[slot] = place + 1
  }

  /** All that stand, also the one for which there was no room. */
  #rehash(): void {
    let slots = this.#slots.length
    while (this.size * 3 > slots) slots *= 2
    this.#slots = new Int32Array(slots)
    this.#taken = 0
    for (let place = 0; place < this.#end; place++) if (this.#owners[place] !== 0) this.#takeSlot(place)
  }
}

/** Of whom something is a part. */
const parentKinds: Readonly<Record<LibraryKind, LibraryKind | null>> = {
  movie: null,
  series: null,
  season: 'series',
  episode: 'series',
  artist: null,
  album: 'artist',
  author: null,
  book: 'author',
}
