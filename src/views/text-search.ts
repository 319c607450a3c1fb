/**
 * Which names hold the words? One native search per word over all folded names at once (100,000 names: 2 to 15 ms, by
 * how many hold it). A search is kept and goes on with the names that came since.
 */
import {fold} from '#lib/fold-text.ts'
import type {FoldedNames} from './folded-names.ts'
import type {RowMatch, Work} from './work.ts'

/** Searches kept; each takes a byte a row. */
const KEPT = 32
/** Hits between two chances to pause. */
const STRIDE = 2000
const EXCLUDED = 255
/** The number of no list of names: all of them have to be looked at. */
const UNMARKED = -1
/** More words than this cannot be counted in a byte; the rest is not looked at. */
const MOST_WORDS = 200

class Search {
  readonly wanted: readonly Buffer[]
  readonly unwanted: readonly Buffer[]
  /** By row: how many of the wanted words it holds, counted in their order; or excluded. */
  found = new Uint8Array(0)
  /** Entries up to here were looked at. */
  upTo = 0
  numbering = UNMARKED

  constructor({wanted, unwanted}: TextQuery) {
    this.wanted = wanted.slice(0, MOST_WORDS).map((word) => Buffer.from(word))
    this.unwanted = unwanted.map((word) => Buffer.from(word))
  }
}

export class TextSearches {
  readonly #names: FoldedNames
  readonly #searches = new Map<string, Search>()

  constructor(names: FoldedNames) {
    this.#names = names
  }

  /** Valid until the fleet changes. The names must be up to date. */
  *match(query: TextQuery): Generator<void, RowMatch, void> {
    const search = this.#search(query)
    yield* this.#goOn(search)
    return (row) => search.found[row] === search.wanted.length
  }

  *#goOn(search: Search): Work {
    const names = this.#names
    const {entries, numbering} = names
    if (search.numbering !== names.numbering) {
      search.numbering = names.numbering
      search.upTo = 0
    }
    if (search.found.length < names.entryOf.length) {
      const found = new Uint8Array(names.entryOf.length)
      found.set(search.found)
      search.found = found
    }
    const from = search.upTo + 1
    // Given up half-way it begins again.
    search.numbering = UNMARKED
    for (let entry = from; entry <= entries; entry++) search.found[names.rowOf[entry]!] = 0
    for (let word = 0; word < search.wanted.length; word++) {
      yield* this.#mark(search, from, search.wanted[word]!, word, word + 1)
    }
    for (const word of search.unwanted) yield* this.#mark(search, from, word, search.wanted.length, EXCLUDED)
    search.upTo = entries
    search.numbering = numbering
  }

  /** Rows whose entry (`first` or later) holds the word and that stand at `before` are set to `after`. */
  *#mark(search: Search, first: number, word: Buffer, before: number, after: number): Work {
    const {store, starts, rowOf, entries, entryOf} = this.#names
    const bytes = store.bytes.subarray(0, store.used)
    let entry = first
    for (let hits = 1; entry <= entries; hits++) {
      if (hits % STRIDE === 0) yield
      const from = starts[entry]!
      const at = word.length === 1 ? indexOfByte(bytes, word[0]!, from) : bytes.indexOf(word, from)
      if (at < 0) return
      entry = entryAt(starts, entry, entries, at)
      // A hit that reaches into the next name is none, and no later one in this name can be shorter.
      const row = rowOf[entry]!
      const whole = at + word.length <= starts[entry + 1]!
      if (whole && entryOf[row] === entry && search.found[row] === before) search.found[row] = after
      entry++
    }
  }

  #search(query: TextQuery): Search {
    const wish = JSON.stringify([query.wanted, query.unwanted])
    const search = this.#searches.get(wish) ?? new Search(query)
    this.#searches.delete(wish)
    this.#searches.set(wish, search)
    if (this.#searches.size > KEPT) this.#searches.delete(this.#searches.keys().next().value!)
    return search
  }
}

/** A letter is in most names: calling the native search for each hit would cost more than looking. */
function indexOfByte(bytes: Uint8Array, byte: number, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== byte) at++
  return at < bytes.length ? at : -1
}

/** The entry with the byte at `at`, looked for from `entry` on in growing steps. */
function entryAt(starts: Uint32Array, entry: number, entries: number, at: number): number {
  let low = entry
  let step = 1
  while (low + step <= entries && starts[low + step]! <= at) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, entries + 1)
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= at) low = middle
    else high = middle
  }
  return low
}

/** What a person typed into the search box, folded. */
interface TextQuery {
  /** Each must be somewhere in the name. */
  readonly wanted: readonly string[]
  /** None may be. */
  readonly unwanted: readonly string[]
}

/** Words; `"quoted words"` stay together; `-word` and `-"quoted words"` exclude. An open quote runs to the end. */
export function parseTextQuery(text: string): TextQuery {
  const wanted: string[] = []
  const unwanted: string[] = []
  for (const [, minus, quoted, plain] of text.matchAll(/(-?)(?:"([^"]*)"?|([^\s"]+))/g)) {
    const word = fold(quoted ?? plain ?? '')
    if (word.trim() === '' || (quoted === undefined && word === '-')) continue
    if (minus === '-') unwanted.push(word)
    else wanted.push(word)
  }
  return {wanted, unwanted}
}

/** One folded piece, as it stands: nothing in it means anything. */
export function pieceQuery(piece: string): TextQuery {
  return {wanted: piece === '' ? [] : [piece], unwanted: []}
}
