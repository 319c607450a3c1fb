import {useEffect, useRef} from 'react'
import {text} from '../i18n/text.ts'
import {toast} from '../lib/toast.ts'
import {useSending, wordsOf, type Sending} from './use-sending.ts'

interface Saving extends Sending {
  /** Nothing of it is on the page any more: what has to be said is said elsewhere. */
  readonly isLeft: () => boolean
}

/**
 * A value that is changed in place. What was sent is saved although its page is left; why it was refused is said by a toast
 * then.
 * @param what it is
 */
export function useSaving(what: string): Saving {
  const sending = useSending()
  const isLeft = useIsLeft()
  return {
    ...sending,
    isLeft,
    send: (work) =>
      sending.send(async () => {
        try {
          await work()
        } catch (cause) {
          if (isLeft()) notSaved(what, cause as Error)
          throw cause
        }
      }),
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

/** Why something was not saved whose page is left by now. */
export function notSaved(what: string, error: Error): void {
  toast({text: text('page.not-saved', {what, why: wordsOf(error)}), tone: 'bad'})
}
