/** Rows that are about to leave, and rows whose action failed. */
import {Signal} from '../../lib/signal.ts'
import {partsOf, selection, type Selected, type Selection, type TorrentName} from './selection.ts'

/** Torrents whose removal waits: their rows say so until it is sent, or taken back. */
export class LeavingRows {
  readonly changes = new Signal()
  readonly #lists: Pick<Selection, 'holds'>
  readonly #waiting = new Map<string, {readonly selected: Selected; readonly stayOn: ReadonlySet<string>}>()

  /** @param lists tells which of all that match is on screen */
  constructor(lists: Pick<Selection, 'holds'>) {
    this.#lists = lists
  }

  /** @param action its id @param stayOn servers whose torrents do not go */
  put(action: string, selected: Selected, stayOn: readonly string[] = []): void {
    this.#waiting.set(action, {selected, stayOn: new Set(stayOn)})
    this.changes.emit()
  }

  end(action: string): void {
    if (this.#waiting.delete(action)) this.changes.emit()
  }

  has(name: TorrentName): boolean {
    for (const {selected, stayOn} of this.#waiting.values())
      if (this.#lists.holds(selected, name) && !stayOn.has(partsOf(name).server_id)) return true
    return false
  }
}

export const leavingRows = new LeavingRows(selection)

/** Whose last action failed: their rows bear a mark until somebody looks at them, or a later action is over. */
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
