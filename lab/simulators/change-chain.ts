/**
 * Who changed last: a chain in order of change, newest at the end. A change moves its item to the end in constant
 * time, so "what changed since" walks only what changed, however many items there are.
 */
export class ChangeMark<T> {
  revision = 0
  /** ms of `Clock.monotonic`. */
  at = -Infinity
  item: T | null = null
  older: ChangeMark<T> | null = null
  newer: ChangeMark<T> | null = null
}

export class ChangeChain<T> {
  #newest: ChangeMark<T> | null = null

  /** `item` changed now: its mark goes to the end. */
  touch(mark: ChangeMark<T>, item: T, revision: number, at: number): void {
    this.drop(mark)
    mark.item = item
    mark.revision = revision
    mark.at = at
    mark.older = this.#newest
    if (this.#newest) this.#newest.newer = mark
    this.#newest = mark
  }

  /** The item is gone. */
  drop(mark: ChangeMark<T>): void {
    if (this.#newest === mark) this.#newest = mark.older
    if (mark.older) mark.older.newer = mark.newer
    if (mark.newer) mark.newer.older = mark.older
    mark.older = mark.newer = mark.item = null
  }

  /** Newest first. Time: the number of answers. */
  *since(revision: number): Generator<T> {
    for (let mark = this.#newest; mark && mark.revision > revision; mark = mark.older) yield mark.item!
  }

  /** Changed at or after `at`, newest first. */
  *sinceTime(at: number): Generator<T> {
    for (let mark = this.#newest; mark && mark.at >= at; mark = mark.older) yield mark.item!
  }
}
