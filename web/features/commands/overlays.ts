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

export function isPaletteOpen(): boolean {
  return current?.name === 'palette'
}

/** What was typed into it stays if it is open. */
export function openPalette(): void {
  if (!isPaletteOpen()) openOverlay({name: 'palette', text: ''})
}

/** What lies over the page and belongs to what was there: it goes with the page, the others stay. */
export function closeNeedsYou(): void {
  if (current?.name === 'needs you') closeOverlay()
}

export function closeOverlay(): void {
  current = null
  changes.emit()
}

/**
 * What is typed while the palette is on its way, or before its field has the focus, is in it; Escape ends what is on its
 * way.
 */
export function typeAhead(event: KeyboardEvent): void {
  // What lies above it has taken it.
  if (event.defaultPrevented) return
  const {key, ctrlKey, metaKey, altKey} = event
  if (key === 'Escape') return closeOverlay()
  if (current?.name !== 'palette' || ctrlKey || metaKey || altKey) return
  const {text} = current
  if (key !== 'Backspace' && [...key].length !== 1) return
  event.preventDefault()
  openOverlay({name: 'palette', text: key === 'Backspace' ? text.slice(0, -1) : text + key})
}

export function useOverlay(): Overlay | null {
  return useSyncExternalStore(changes.listen, () => current)
}

export const nothingBrought: Brought = {files: [], links: []}
