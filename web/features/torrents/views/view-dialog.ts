import {useSyncExternalStore} from 'react'
import {Signal} from '../../../lib/signal.ts'

/** Which dialog of saved views is open: from the tool bar, the side bar, or a key. */
export type ViewDialog =
  | {readonly name: 'save'}
  | {readonly name: 'rename' | 'share' | 'delete' | 'copy' | 'end'; readonly id: string}
  | {readonly name: 'list'}

const changes = new Signal()
let current: ViewDialog | null = null

export function openViewDialog(dialog: ViewDialog): void {
  current = dialog
  changes.emit()
}

export function closeViewDialog(): void {
  current = null
  changes.emit()
}

export function useViewDialog(): ViewDialog | null {
  return useSyncExternalStore(changes.listen, () => current)
}
