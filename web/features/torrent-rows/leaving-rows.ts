/** Torrents whose removal waits: their rows say so until it is sent, or taken back. */
import {Signal} from '../../lib/signal.ts'
import {partsOf, selection, type Selected, type Selection, type TorrentName} from './selection.ts'

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
