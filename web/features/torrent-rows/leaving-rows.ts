/** Torrents whose removal waits: their rows say so until it is sent, or taken back. */
import {Signal} from '../../lib/signal.ts'
import {partsOf, selection, type Chosen, type Selection, type TorrentName} from './selection.ts'

export class LeavingRows {
  readonly changes = new Signal()
  readonly #lists: Pick<Selection, 'holds'>
  readonly #waiting = new Map<string, {readonly chosen: Chosen; readonly stayOn: ReadonlySet<string>}>()

  /** @param lists tells which of all that match is on screen */
  constructor(lists: Pick<Selection, 'holds'>) {
    this.#lists = lists
  }

  /** @param action its id @param stayOn servers whose torrents do not go */
  put(action: string, chosen: Chosen, stayOn: readonly string[] = []): void {
    this.#waiting.set(action, {chosen, stayOn: new Set(stayOn)})
    this.changes.tell()
  }

  end(action: string): void {
    if (this.#waiting.delete(action)) this.changes.tell()
  }

  has(name: TorrentName): boolean {
    for (const {chosen, stayOn} of this.#waiting.values())
      if (this.#lists.holds(chosen, name) && !stayOn.has(partsOf(name).server_id)) return true
    return false
  }
}

export const leavingRows = new LeavingRows(selection)
