/** Whose last action failed: their rows bear a mark until somebody looks at them. */
import {Signal} from '../../live/signal.ts'
import type {TorrentName} from './selection.ts'

class RowFailures {
  readonly changes = new Signal()
  readonly #reasons = new Map<TorrentName, string>()

  /** In words; `null` = nothing failed. */
  reasonOf(name: TorrentName): string | null {
    return this.#reasons.get(name) ?? null
  }

  put(failures: Iterable<readonly [name: TorrentName, reason: string]>): void {
    for (const [name, reason] of failures) this.#reasons.set(name, reason)
    this.changes.tell()
  }

  /** Somebody looked, or a later action went well. */
  take(names: Iterable<TorrentName>): void {
    let isLess = false
    for (const name of names) isLess = this.#reasons.delete(name) || isLess
    if (isLess) this.changes.tell()
  }
}

export const rowFailures = new RowFailures()
