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
  /** 0 = it has none, or several. */
  readonly file: number
  /** Of its file; `null` = not read. */
  readonly score: number | null
}

export class LibraryIndex {
  readonly #rows = new Map<number, Known>()
  /** When it was read whole last; `null` = never, or its Arr has another database since. */
  readAt: EpochMs | null = null
  /**
   * Its numbers mean other things than before, and it was not read whole since. reported: the connection
   * noticed it.
   */
  replaced: 'no' | 'found' | 'reported' = 'no'

  take({readAt, keys, hashes, parents, foreigns, titles, files, scores}: LibraryKnown): void {
    this.#rows.clear()
    this.readAt = readAt
    keys.forEach((key, at) => {
      const identity = {foreign: foreigns[at]!, title: titles[at]!}
      const score = Number.isNaN(scores[at]) ? null : scores[at]!
      this.#rows.set(key, {hash: hashes[at]!, parent: parents[at]!, file: files[at]!, score, ...identity})
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
      const {parentId, fileId, score} = row
      this.#rows.set(keyNumber(row), {
        hash,
        parent: parentId ?? 0,
        file: fileId ?? 0,
        score,
        ...identityOf(row),
      })
    }
  }

  remove(key: number): void {
    this.#rows.delete(key)
  }

  /** Of this file, as it was read; `null` = it was not. */
  scoreOf(key: number, fileId: number): number | null {
    const known = this.#rows.get(key)
    return known?.file === fileId ? known.score : null
  }

  /** @returns false = it has another file by now */
  setScore(key: number, fileId: number, score: number): boolean {
    const known = this.#rows.get(key)
    if (known?.file !== fileId) return false
    this.#rows.set(key, {...known, score})
    return true
  }

  /** Movies with a file of which no score was read, the last that were added first. @returns their ids */
  withoutScore(most: number): readonly number[] {
    const ids: number[] = []
    for (const [key, {file, score}] of this.#rows) {
      const {kind, id} = keyFrom(key)
      if (kind === 'movie' && file > 0 && score === null) ids.push(id)
    }
    return ids.sort((one, other) => other - one).slice(0, most)
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
