/** Results that pass: one line at the lower left. Nothing ever stands only in a toast. */
import {Signal} from './signal.ts'

export type ToastTone = 'good' | 'info' | 'warn' | 'bad'

interface Toast {
  readonly text: string
  readonly tone?: ToastTone | undefined
  readonly action?: {readonly label: string; readonly run: () => void} | undefined
  /** Can be taken back until then, epoch ms by the server's clock. */
  readonly undo?: {readonly until: number; readonly run: () => void} | undefined
  /** How long it stays; with an undo as long as that, else 4 s, and a failure until it is dismissed. Under pointer or focus it stays. */
  readonly durationMs?: number | undefined
}

export interface ShownToast extends Toast {
  readonly id: number
}

/** So long what was done can be taken back in its toast. */
export const UNDO_MS = 10_000

const MOST_AT_ONCE = 3
const changes = new Signal()
let shown: readonly ShownToast[] = []
let lastId = 0

/** Shows it; of more than three the oldest leaves that cannot be taken back; the page shows the newest three. @returns how to take it away */
export function toast(added: Toast): () => void {
  const id = ++lastId
  const leaving = shown.length < MOST_AT_ONCE ? undefined : shown.find(({undo}) => undo === undefined)
  become([...shown.filter((one) => one !== leaving), {...added, id}])
  return () => dismiss(id)
}

export function dismiss(id: number): void {
  become(shown.filter((one) => one.id !== id))
}

export const toasts = {listen: changes.listen, current: (): readonly ShownToast[] => shown}

function become(next: readonly ShownToast[]): void {
  shown = next
  changes.emit()
}
