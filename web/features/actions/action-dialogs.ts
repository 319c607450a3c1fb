/** Which dialog about torrents is open: one at a time, about what was chosen when it opened. */
import {useSyncExternalStore} from 'react'
import {Signal} from '../../lib/signal.ts'
import type {DialogName} from './actions.ts'
import type {ActionTarget} from './target.ts'

export interface ActionDialogState {
  readonly name: DialogName
  readonly target: ActionTarget
}

const changes = new Signal()
let current: ActionDialogState | null = null

export function openActionDialog(name: DialogName, target: ActionTarget): void {
  current = {name, target}
  changes.emit()
}

export function closeActionDialog(): void {
  current = null
  changes.emit()
}

/** The one that is open now. */
export function presentActionDialog(): ActionDialogState | null {
  return current
}

export function useActionDialog(): ActionDialogState | null {
  return useSyncExternalStore(changes.listen, () => current)
}
