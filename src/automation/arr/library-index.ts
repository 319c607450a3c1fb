/**
 * What was said of a library so far, in a few numbers for each row: so that only what differs crosses to the main thread,
 * and so that an Arr is noticed whose numbers mean other things than before. It outlives the connection to the Arr.
 */
import type {LibraryKnown} from '#library/parts.ts'
import {
  identityOf,
  isOther,
  keyFrom,
  keyNumber,
  rowOfFrame,
  type Identity,
  type RowFrame,
} from '#library/row-columns.ts'
import type {LibraryKind, LibraryRow} from '#model/library.ts'
import type {EpochMs} from '#model/units.ts'

interface Known extends Identity {
  readonly hash: number
  readonly parent: number
}

export class LibraryIndex {
  readonly #rows = new Map<number, Known>()
  /** When it was read whole last; `null` = never, or its Arr has another database since. */
  readAt: EpochMs | null = null

  take({readAt, keys, hashes, parents, foreigns, titles}: LibraryKnown): void {
    this.#rows.clear()
    this.readAt = readAt
    keys.forEach((key, at) => {
      const identity = {foreign: foreigns[at]!, title: titles[at]!}
      this.#rows.set(key, {hash: hashes[at]!, parent: parents[at]!, ...identity})
    })
  }

  get keys(): Iterable<number> {
    return this.#rows.keys()
  }

  get size(): number {
    return this.#rows.size
  }

  has(key: number): boolean {
    return this.#rows.has(key)
  }

  /** It was said before, word for word. */
  isSame(key: number, hash: number): boolean {
    return this.#rows.get(key)?.hash === hash
  }

  /** Its number meant something else before. */
  isOther(row: LibraryRow): boolean {
    const before = this.#rows.get(keyNumber(row))
    return before !== undefined && isOther(before, identityOf(row))
  }

  put(frame: RowFrame): void {
    for (let at = 0; at < frame.count; at++) {
      const row = rowOfFrame(frame, at)
      const hash = frame.hashes[at]!
      this.#rows.set(keyNumber(row), {hash, parent: row.parentId ?? 0, ...identityOf(row)})
    }
  }

  remove(key: number): void {
    this.#rows.delete(key)
  }

  /** What is below a series, artist or author; of some kinds alone. */
  below(parentId: number, kinds: ReadonlySet<LibraryKind>): readonly number[] {
    const found: number[] = []
    for (const [key, {parent}] of this.#rows) {
      if (parent === parentId && kinds.has(keyFrom(key).kind)) found.push(key)
    }
    return found
  }
}
