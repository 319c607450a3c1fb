import type {Db} from '#store/store.ts'

/** Rows of one table, the last word about each. */
export interface Changes<Row> {
  readonly put: readonly Row[]
  readonly gone: readonly Row[]
}

interface Word<Row> {
  readonly row: Row
  readonly isGone: boolean
}

/** What a book changed and the database does not have yet. Of a row only the last word is kept, however often it changes. */
export class Unwritten<Row> {
  #words = new Map<string, Word<Row>>()
  readonly #write: (db: Db, changes: Changes<Row>) => Promise<void>
  readonly #noted: () => void

  constructor(write: (db: Db, changes: Changes<Row>) => Promise<void>, noted: () => void) {
    this.#write = write
    this.#noted = noted
  }

  get size(): number {
    return this.#words.size
  }

  put(key: string, row: Row): void {
    this.#say(key, {row, isGone: false})
  }

  /** @param row its key is what counts */
  remove(key: string, row: Row): void {
    this.#say(key, {row, isGone: true})
  }

  /** It is written by somebody else. */
  drop(key: string): void {
    this.#words.delete(key)
  }

  /** The oldest words, as work for a transaction; they wait here no longer. */
  take(most: number): {readonly size: number; write(db: Db): Promise<void>; putBack(): void} {
    const taken: [string, Word<Row>][] = []
    for (const entry of this.#words) {
      if (taken.length === most) break
      taken.push(entry)
    }
    for (const [key] of taken) this.#words.delete(key)
    return {
      size: taken.length,
      write: (db) => this.#write(db, changesOf(taken.map(([, word]) => word))),
      // Whatever was said meanwhile is newer.
      putBack: () => void (this.#words = new Map([...taken, ...this.#words])),
    }
  }

  #say(key: string, word: Word<Row>): void {
    this.#words.set(key, word)
    this.#noted()
  }
}

function changesOf<Row>(words: readonly Word<Row>[]): Changes<Row> {
  const rows = (isGone: boolean) => words.filter((word) => word.isGone === isGone).map(({row}) => row)
  return {put: rows(false), gone: rows(true)}
}
