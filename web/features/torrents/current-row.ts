/** The torrent that keys act on while nothing is chosen: where somebody is in the list, shown in open details. */
import {useSyncExternalStore} from 'react'
import {Signal} from '../../live/signal.ts'
import type {TorrentName} from './selection.ts'

class CurrentRow {
  readonly changes = new Signal()
  name: TorrentName | null = null

  become(name: TorrentName | null): void {
    if (name === this.name) return
    this.name = name
    this.changes.tell()
  }
}

export const currentRow = new CurrentRow()

export function useCurrentRow(): TorrentName | null {
  return useSyncExternalStore(currentRow.changes.listen, () => currentRow.name)
}
