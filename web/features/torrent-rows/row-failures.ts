/** Whose last action failed: their rows bear a mark until somebody looks at them, or a later action is over. */
import {Signal} from '../../lib/signal.ts'
import type {TorrentName} from './selection.ts'

export class RowFailures {
  readonly changes = new Signal()
  readonly #marks = new Map<TorrentName, {readonly reason: string; readonly action: string}>()

  /** In words; `null` = nothing failed. */
  reasonOf(name: TorrentName): string | null {
    return this.#marks.get(name)?.reason ?? null
  }

  /** @param action its id */
  put(action: string, failures: Iterable<readonly [name: TorrentName, reason: string]>): void {
    for (const [name, reason] of failures) this.#marks.set(name, {reason, action})
    this.changes.emit()
  }

  /** Somebody looked, or did something else to them. */
  take(names: Iterable<TorrentName>): void {
    const before = this.#marks.size
    for (const name of names) this.#marks.delete(name)
    if (this.#marks.size < before) this.changes.emit()
  }

  /** What it left undone was tried again, or all of it was taken back. */
  takeOf(action: string): void {
    this.take([...this.#marks].filter(([, mark]) => mark.action === action).map(([name]) => name))
  }

  /** Something was done to torrents that this page knows no names of. */
  clear(): void {
    this.take([...this.#marks.keys()])
  }
}

export const rowFailures = new RowFailures()
