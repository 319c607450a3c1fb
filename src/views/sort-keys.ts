/** A number per row for every column that can be sorted by. NaN = unknown or none, and comes last either way. */
import {EnumColumn, FlagColumn, NumberColumn, WholeColumn} from '#fleet/column.ts'
import type {Fleet} from '#fleet/fleet.ts'
import {InternedColumn, SetColumn} from '#fleet/interned-columns.ts'
import type {SortKey} from '#model/query.ts'
import type {TorrentField} from '#model/torrent.ts'
import {fold} from '#lib/fold-text.ts'
import {ByteStore} from './fold.ts'
import type {NameOrder} from './name-order.ts'
import {firstNumbers, NaturalKeys, orderByKeys} from './natural-order.ts'
import type {Work} from './work.ts'

export interface SortNumbers {
  /** The generation in which a number last changed. */
  readonly generation: number
  /** Brings what `read` needs up to date, in pieces. */
  refresh(): Iterable<void>
  read(row: number): number
}

const STRIDE = 256

/**
 * A text as whoever sees least is shown it. Rows stand by nothing else: who has a server of his own could put texts
 * beside one that is kept from him, and read it from the order.
 */
export type ShownText = (field: TorrentField, text: string) => string

export function sortNumbers(
  by: SortKey['by'],
  fleet: Fleet,
  names: NameOrder,
  shown: ShownText,
): SortNumbers {
  if (by === 'server') return new ServerNumbers(fleet)
  if (by === 'name') return new NameNumbers(fleet, names)
  const column = fleet.rows.columns[by]
  if (
    column instanceof NumberColumn ||
    column instanceof WholeColumn ||
    column instanceof FlagColumn ||
    column instanceof EnumColumn
  ) {
    return new PlainNumbers(column)
  }
  const shownText = (text: string) => shown(by, text)
  if (column instanceof InternedColumn || column instanceof SetColumn)
    return new WordNumbers(column, shownText)
  return new TextNumbers(fleet, by, shownText)
}

class PlainNumbers implements SortNumbers {
  readonly #column: {readonly generation: number; number(row: number): number}

  constructor(column: {readonly generation: number; number(row: number): number}) {
    this.#column = column
  }

  get generation(): number {
    return this.#column.generation
  }

  refresh(): Iterable<void> {
    return []
  }

  read(row: number): number {
    return this.#column.number(row)
  }
}

class ServerNumbers implements SortNumbers {
  readonly #fleet: Fleet
  #ranks: readonly number[] = []

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  /** A torrent never moves to another server (it goes there and comes here), but servers take other places. */
  get generation(): number {
    return this.#fleet.serversMoved
  }

  refresh(): Iterable<void> {
    this.#ranks = this.#fleet.serverRanks
    return []
  }

  read(row: number): number {
    return this.#ranks[this.#fleet.rows.servers[row]!] ?? Number.NaN
  }
}

/** Equal names have equal numbers, so that the next key decides among them. */
class NameNumbers implements SortNumbers {
  readonly #fleet: Fleet
  readonly #names: NameOrder
  #groups: Float64Array = new Float64Array(0)

  constructor(fleet: Fleet, names: NameOrder) {
    this.#fleet = fleet
    this.#names = names
  }

  get generation(): number {
    return this.#fleet.rows.columns.name.generation
  }

  *refresh(): Work {
    this.#groups = yield* this.#names.groups()
  }

  read(row: number): number {
    return this.#groups[row]!
  }
}

/** Interned words and lists of them: the rank of each distinct one. */
class WordNumbers implements SortNumbers {
  readonly #column: InternedColumn<string | null | undefined> | SetColumn<readonly string[] | undefined>
  readonly #shown: (text: string) => string
  #ranks = new Float64Array(0)
  #of = -1

  constructor(
    column: InternedColumn<string | null | undefined> | SetColumn<readonly string[] | undefined>,
    shown: (text: string) => string,
  ) {
    this.#column = column
    this.#shown = shown
  }

  get generation(): number {
    return this.#column.generation
  }

  *refresh(): Work {
    const {interner} = this.#column
    if (this.#of === interner.generation) return
    this.#of = interner.generation
    const texts: (string | undefined)[] = []
    for (const value of interner.values) {
      const text = typeof value === 'object' ? value.join('\n') : value
      texts.push(text === undefined ? undefined : this.#shown(text))
      if (texts.length % STRIDE === 0) yield
    }
    this.#ranks = yield* ranksOf(texts)
  }

  read(row: number): number {
    return this.#ranks[this.#column.code(row)] ?? Number.NaN
  }
}

/** Texts of their own in every row: ranked again when one of them changed. */
class TextNumbers implements SortNumbers {
  readonly #fleet: Fleet
  readonly #field: TorrentField
  readonly #shown: (text: string) => string
  #ranks = new Float64Array(0)
  #of = -1

  constructor(fleet: Fleet, field: TorrentField, shown: (text: string) => string) {
    this.#fleet = fleet
    this.#field = field
    this.#shown = shown
  }

  get generation(): number {
    return this.#fleet.rows.columns[this.#field].generation
  }

  *refresh(): Work {
    const {rows} = this.#fleet
    const latest = Math.max(this.generation, rows.membership)
    if (this.#of === latest) return
    this.#of = latest
    const texts: (string | undefined)[] = []
    for (let row = 0; row < rows.end; row++) {
      const text = rows.isShown(row) ? (this.#fleet.valueAt(row, this.#field) as string | null) : null
      texts.push(text == null ? undefined : this.#shown(text))
      if (row % STRIDE === 0) yield
    }
    this.#ranks = yield* ranksOf(texts)
  }

  read(row: number): number {
    return this.#ranks[row] ?? Number.NaN
  }
}

/** By place in the list: the rank of the text in natural order, the same for texts that differ only in case and accents. */
function* ranksOf(texts: readonly (string | undefined)[]): Generator<void, Float64Array<ArrayBuffer>, void> {
  const places: number[] = []
  const keys = new NaturalKeys(texts.length, texts.length * 32)
  const folded = new ByteStore(256)
  for (let place = 0; place < texts.length; place++) {
    const text = texts[place]
    if (text === undefined) continue
    folded.used = 0
    folded.appendText(fold(text))
    keys.add(folded.bytes, 0, folded.used)
    places.push(place)
    if (place % STRIDE === 0) yield
  }
  const order = firstNumbers(places.length)
  yield* orderByKeys(order, keys, () => 0)
  const ranks = new Float64Array(texts.length).fill(Number.NaN)
  let rank = 0
  for (let i = 0; i < order.length; i++) {
    if (i > 0 && keys.compare(order[i - 1]!, order[i]!) !== 0) rank++
    ranks[places[order[i]!]!] = rank
    if (i % STRIDE === 0) yield
  }
  return ranks
}
