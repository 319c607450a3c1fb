/** What is read aloud without being shown again: results, never speeds. */
import {Signal} from '../lib/signal.ts'

interface Announcement {
  readonly text: string
  /** Differs for each. */
  readonly turn: number
}

const changes = new Signal()
let current: Announcement = {text: '', turn: 0}

/** Says it politely, when the reader has finished his sentence. Needs the `LiveRegion` in the page. */
export function announce(text: string): void {
  current = {text, turn: current.turn + 1}
  changes.emit()
}

export const announcements = {listen: changes.listen, current: (): Announcement => current}
