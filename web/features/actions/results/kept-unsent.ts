/** What was not sent because the session had ended is told after the next log-in: the page that knew of it is gone by then. */
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../ui/toast.ts'

const KEY = 'commodarr-unsent'
const TOLD_MS = 20_000

/** @param title of the action, as it is told */
export function keepUnsent(title: string): void {
  sessionStorage.setItem(KEY, JSON.stringify([...kept(), title]))
}

/** Once, when somebody is in again. */
export function tellUnsent(): void {
  const titles = kept()
  sessionStorage.removeItem(KEY)
  if (titles.length === 0) return
  toast({tone: 'warn', text: text('result.unsent-then', {what: titles.join(', ')}), durationMs: TOLD_MS})
}

function kept(): readonly string[] {
  return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as readonly string[]
}
