/** Which dialog about Arrs is open: one at a time, on the pages of Arrs. */
import {useSyncExternalStore} from 'react'
import {Signal} from '../../lib/signal.ts'

export type ArrField = 'address' | 'key' | 'category'

export type ArrDialogState =
  | {readonly name: 'add'}
  /** `focus`: where somebody has to type. */
  | {readonly name: 'edit'; readonly id: string; readonly focus?: ArrField}
  | {readonly name: 'remove'; readonly id: string}
  | {readonly name: 'share'; readonly id: string}

const changes = new Signal()
let current: ArrDialogState | null = null

export function openArrDialog(dialog: ArrDialogState): void {
  current = dialog
  changes.emit()
}

export function closeArrDialog(): void {
  current = null
  changes.emit()
}

export function useArrDialog(): ArrDialogState | null {
  return useSyncExternalStore(changes.listen, () => current)
}
