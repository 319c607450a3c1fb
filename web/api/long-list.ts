/**
 * A long list in an answer, `{"files":[{…},{…}]}`, parsed while it arrives: `JSON.parse` of 15 MB at once would hold the
 * page for a tenth of a second. It is cut behind a `}`; a cut in the middle of a row is no JSON, so it shows.
 */
import type {Sliced} from '../lib/slices.ts'

/** Characters parsed between two pauses. */
const AT_ONCE = 64 * 1024
/** A cut that failed stood in a text: the ones before it are tried. */
const TRIES = 8

export class LongList<Row> {
  readonly #name: string
  readonly #rows: Row[] = []
  /** Not parsed yet. */
  #text = ''
  #hasBegun = false

  constructor(name: string) {
    this.#name = name
  }

  *push(text: string): Sliced<void> {
    this.#text += text
    if (!this.#hasBegun && !this.#begin()) return
    let at = 0
    while (this.#text.length - at >= AT_ONCE) {
      const next = this.#part(at)
      if (next === null) break
      at = next
      yield
    }
    this.#text = this.#text.slice(at)
  }

  /** @throws {SyntaxError} when it broke off, or is another answer */
  finish(): Row[] {
    const head = this.#hasBegun ? `{${JSON.stringify(this.#name)}:[` : ''
    const {[this.#name]: left} = JSON.parse(head + this.#text) as Record<string, Row[]>
    if (!left) throw new SyntaxError(`There are no ${this.#name} in the answer.`)
    for (const row of left) this.#rows.push(row)
    return this.#rows
  }

  #begin(): boolean {
    const head = new RegExp(`^\\s*\\{\\s*"${this.#name}"\\s*:\\s*\\[`).exec(this.#text)
    if (!head) return false
    this.#hasBegun = true
    this.#text = this.#text.slice(head[0].length)
    return true
  }

  /** Parses some rows. @returns where the next begins; `null` = no cut was found: more has to be there */
  #part(from: number): number | null {
    let cut = from + AT_ONCE
    for (let tries = 0; tries < TRIES; tries++) {
      cut = this.#text.lastIndexOf('},', cut - 1)
      if (cut < from) return null
      try {
        const rows = JSON.parse(`[${this.#text.slice(from, cut + 1)}]`) as Row[]
        for (const row of rows) this.#rows.push(row)
        return cut + 2
      } catch {
        // Not between two rows.
      }
    }
    return null
  }
}
