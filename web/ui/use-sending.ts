import {useState} from 'react'
import {keepUnsent, NoAnswer, Problem} from '../api/problem.ts'
import {text} from '../i18n/text.ts'

export interface Sending {
  readonly isBusy: boolean
  /** Why it was refused, in words; '' = it was not. */
  readonly error: string
  readonly problem: Problem | null
  /** @returns whether it went well */
  readonly send: (work: () => Promise<unknown>) => Promise<boolean>
  /** What was refused is another thing by now. */
  readonly forget: () => void
}

/** Something that is sent by a button: busy meanwhile, and what went wrong in words beside it. */
export function useSending(): Sending {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  return {
    isBusy,
    error: error === null ? '' : wordsOf(error),
    problem: error instanceof Problem ? error : null,
    forget: () => setError(null),
    send: async (work) => {
      setBusy(true)
      setError(null)
      try {
        await work()
        return true
      } catch (cause) {
        keepUnsent(cause, document.title)
        setError(cause as Error)
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}

/** Why something was refused, in words. */
export function wordsOf(error: Error): string {
  if (error instanceof NoAnswer) return text('page.away.title')
  const seconds = error instanceof Problem ? error.retryAfter : null
  return seconds === null
    ? error.message
    : `${error.message} ${text('account.try_again_in', {count: seconds})}`
}
