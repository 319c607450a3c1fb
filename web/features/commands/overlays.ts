/** What lies over the page: one at a time, opened from anywhere. */
import {useSyncExternalStore} from 'react'
import {Signal} from '../../lib/signal.ts'

/** What somebody brought to add: dropped files, pasted links. */
export interface Brought {
  readonly files: readonly File[]
  readonly links: readonly string[]
}

type Overlay =
  | {readonly name: 'palette'; readonly text: string}
  | {readonly name: 'keys'}
  | {readonly name: 'needs you'}
  | {readonly name: 'clock'}
  | {readonly name: 'lost-settings'}
  | {readonly name: 'add'; readonly brought: Brought}

const changes = new Signal()
let current: Overlay | null = null

export function openOverlay(overlay: Overlay): void {
  current = overlay
  changes.emit()
}

/** What lies over the page and belongs to what was there: it goes with the page, the others stay. */
export function closeNeedsYou(): void {
  if (current?.name === 'needs you') closeOverlay()
}

export function closeOverlay(): void {
  current = null
  changes.emit()
}

export function useOverlay(): Overlay | null {
  return useSyncExternalStore(changes.listen, () => current)
}

export const nothingBrought: Brought = {files: [], links: []}
