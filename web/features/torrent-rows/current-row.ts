/** The torrent that keys act on while nothing is chosen: where somebody is in the list, shown in open details. */
import {useSyncExternalStore} from 'react'
import {Signal} from '../../lib/signal.ts'
import type {TorrentName} from './selection.ts'

class CurrentRow {
  readonly changes = new Signal()
  name: TorrentName | null = null
  #isSought = false

  become(name: TorrentName | null): void {
    this.#isSought = false
    if (name === this.name) return
    this.name = name
    this.changes.emit()
  }

  /** Named by an address, not gone to in the list: the list is to show it, wherever it stands. */
  seek(name: TorrentName): void {
    this.become(name)
    this.#isSought = true
  }

  /** The list is to scroll to it; until it was taken. */
  get isSought(): boolean {
    return this.#isSought
  }

  found(): void {
    this.#isSought = false
  }
}

export const currentRow = new CurrentRow()

export function useCurrentRow(): TorrentName | null {
  return useSyncExternalStore(currentRow.changes.listen, () => currentRow.name)
}
