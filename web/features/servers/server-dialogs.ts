/** Which dialog about servers is open: one at a time, from any page. */
import {useSyncExternalStore} from 'react'
import {Signal} from '../../lib/signal.ts'

export type ServerDialogState =
  | {readonly name: 'add'}
  /** `focus`: where somebody has to type. */
  | {readonly name: 'edit'; readonly id: string; readonly focus?: 'password' | 'address'}
  | {readonly name: 'copy'; readonly id: string}
  /** `staysHere`: the page is not about this server. */
  | {readonly name: 'remove'; readonly id: string; readonly staysHere?: true}
  | {readonly name: 'share'; readonly id: string}
  | {readonly name: 'transfer'; readonly tab: 'import' | 'export' | 'discover'}
  /** The other side's own words. */
  | {readonly name: 'answer'; readonly id: string}

const changes = new Signal()
let current: ServerDialogState | null = null

export function openServerDialog(dialog: ServerDialogState): void {
  current = dialog
  changes.emit()
}

export function closeServerDialog(): void {
  current = null
  changes.emit()
}

export function useServerDialog(): ServerDialogState | null {
  return useSyncExternalStore(changes.listen, () => current)
}
