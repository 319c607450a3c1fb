import {Suspense, useSyncExternalStore} from 'react'
import {toasts} from '../lib/toast.ts'
import {lazyPart} from './lazy-part.ts'
import {useWasOpen} from './use-was-open.ts'

const ToastList = lazyPart([], async () => (await import('./ToastList.tsx')).ToastList, 'soon')

/** What passes, over all pages; once, below what says that a part of the pages is not to be had. */
export function Toasts() {
  const shown = useSyncExternalStore(toasts.listen, toasts.current)
  const wasShown = useWasOpen(shown.length > 0)
  return (
    wasShown && (
      <Suspense>
        <ToastList shown={shown} />
      </Suspense>
    )
  )
}
