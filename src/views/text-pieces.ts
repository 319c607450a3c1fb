/**
 * Pieces of text in a column, without regard to case and accents. Words that repeat are looked at once each; long texts
 * of their own row by row, kept; names by the search of `text-search.ts`.
 */
import type {Fleet} from '#fleet/fleet.ts'
import {InternedColumn} from '#fleet/interned-columns.ts'
import type {PiecesAcross, SearchableField} from '#model/query.ts'
import {fold} from '#lib/fold-text.ts'
import type {RowTests} from './row-tests.ts'
import type {ShownText} from './sort-keys.ts'
import {pieceQuery, type TextSearches} from './text-search.ts'
import type {RowMatch} from './work.ts'

const STRIDE = 64

type Words = InternedColumn<string> | InternedColumn<string | undefined>

/** The distinct words of a column, folded. */
class FoldedWords {
  readonly column: Words
  /** By id; `undefined` = no such word. */
  readonly folded: (string | undefined)[] = []
  readonly #of: (string | undefined)[] = []
  readonly #shown: (text: string) => string

  constructor(column: Words, shown: (text: string) => string) {
    this.column = column
    this.#shown = shown
  }

  /** Words that are new are folded. */
  *refresh(): Generator<void, void, void> {
    const {values} = this.column.interner
    this.folded.length = values.length
    this.#of.length = values.length
    for (let id = 0; id < values.length; id++) {
      if (id % STRIDE === 0) yield
      const word = values[id]
      if (word === this.#of[id]) continue
      this.#of[id] = word
      this.folded[id] = word === undefined ? undefined : fold(this.#shown(word))
    }
  }
}

export class TextPieces {
  readonly #fleet: Fleet
  readonly #tests: RowTests
  readonly #searches: TextSearches
  readonly #shown: ShownText
  readonly #words = new Map<SearchableField, FoldedWords>()

  constructor(fleet: Fleet, tests: RowTests, searches: TextSearches, shown: ShownText) {
    this.#fleet = fleet
    this.#tests = tests
    this.#searches = searches
    this.#shown = shown
  }

  /**
   * Columns read as one. An unknown text, one that no column knows, holds no piece, and is not one without it either. For
   * `name` the folded names must be up to date.
   */
  *match({fields, choice}: PiecesAcross): Generator<void, RowMatch, void> {
    const anyOf = choice.any && (yield* this.#each(fields, choice.any))
    const allOf = yield* this.#each(fields, choice.all ?? [])
    const noneOf = yield* this.#each(fields, choice.none ?? [])
    const known = fields.map((field) => this.#known(field))
    return (row) =>
      (!anyOf || anyOf.some((holds) => holds(row))) &&
      allOf.every((holds) => holds(row)) &&
      (noneOf.length === 0 || (!noneOf.some((holds) => holds(row)) && known.some((isKnown) => isKnown(row))))
  }

  #known(field: SearchableField): RowMatch {
    const column = this.#fleet.rows.columns[field]
    if (!(column instanceof InternedColumn)) return (row) => column.isKnown(row)
    const {values} = column.interner
    return (row) => values[column.code(row)] !== undefined
  }

  /** By piece: does one of the columns hold it? */
  *#each(
    fields: readonly SearchableField[],
    pieces: readonly string[],
  ): Generator<void, readonly RowMatch[], void> {
    const matches: RowMatch[] = []
    for (const piece of pieces) {
      const columns: RowMatch[] = []
      for (const field of fields) columns.push(yield* this.#inColumn(field, fold(piece)))
      const [only] = columns
      matches.push(only && columns.length === 1 ? only : (row) => columns.some((holds) => holds(row)))
    }
    return matches
  }

  *#inColumn(field: SearchableField, piece: string): Generator<void, RowMatch, void> {
    if (field === 'name') return yield* this.#searches.match(pieceQuery(piece))
    const column = this.#fleet.rows.columns[field]
    if (column instanceof InternedColumn) return yield* this.#inWords(field, column, piece)
    return yield* this.#tests.passing(`${field} ${piece}`, column, () => (row) => {
      const text = column.read(row)
      return text !== undefined && fold(this.#shown(field, text)).includes(piece)
    })
  }

  *#inWords(field: SearchableField, column: Words, piece: string): Generator<void, RowMatch, void> {
    const words = this.#words.get(field) ?? new FoldedWords(column, (text) => this.#shown(field, text))
    this.#words.set(field, words)
    yield* words.refresh()
    const holding = new Uint8Array(words.folded.length)
    for (let id = 0; id < holding.length; id++) {
      holding[id] = words.folded[id]?.includes(piece) ? 1 : 0
      if (id % STRIDE === 0) yield
    }
    return (row) => holding[column.code(row)] === 1
  }
}
