import {useEffect, useRef, useState} from 'react'
import {keepUnsent, NoAnswer, Problem} from '../api/problem.ts'
import {text} from '../i18n/text.ts'
import {toast} from '../lib/toast.ts'

interface Sending {
  readonly isBusy: boolean
  /** Why it was refused, in words; '' = it was not. */
  readonly error: string
  readonly problem: Problem | null
  /**
   * What is sent goes on although its page is left; why it was refused is said by a toast then.
   * @returns whether it went well
   */
  readonly send: (work: () => Promise<unknown>) => Promise<boolean>
  /** What was refused is another thing by now. */
  readonly forget: () => void
  /** Nothing of it is on the page any more: what has to be said is said elsewhere. */
  readonly isLeft: () => boolean
}

/** Something that is sent by a button: busy meanwhile, and what went wrong in words beside it. @param what it is, for who has left its page */
export function useSending(what = ''): Sending {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const isLeft = useIsLeft()
  return {
    isBusy,
    error: error === null ? '' : wordsOf(error),
    problem: error instanceof Problem ? error : null,
    forget: () => setError(null),
    isLeft,
    send: async (work) => {
      setBusy(true)
      setError(null)
      try {
        await work()
        return true
      } catch (cause) {
        keepUnsent(cause, document.title)
        if (isLeft()) notSaved(what, cause as Error)
        setError(cause as Error)
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}

/** Whether what asks is on the page no more. */
export function useIsLeft(): () => boolean {
  const isLeft = useRef(false)
  useEffect(() => {
    isLeft.current = false
    return () => void (isLeft.current = true)
  }, [])
  return () => isLeft.current
}

/** Why something was not done whose page is left by now. @param what it is; '' = the reason says it */
export function notSaved(what: string, error: Error): void {
  const why = wordsOf(error)
  toast({text: what === '' ? why : text('page.not-saved', {what, why}), tone: 'bad'})
}

function wordsOf(error: Error): string {
  if (error instanceof NoAnswer) return text('page.away.title')
  const seconds = error instanceof Problem ? error.retryAfter : null
  return seconds === null
    ? error.message
    : `${error.message} ${text('account.try_again_in', {count: seconds})}`
}
