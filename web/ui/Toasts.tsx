import {Toast as Radix} from 'radix-ui'
import {useSyncExternalStore} from 'react'
import {text} from '../text/text.ts'
import {toasts} from './toast.ts'
import {ToastCard} from './ToastCard.tsx'

/** Where toasts appear. Once in the page; F8 goes to them. */
export function Toasts() {
  const shown = useSyncExternalStore(toasts.listen, toasts.current)
  return (
    <Radix.Provider label={text('toast.label')} swipeDirection="right">
      {shown.map((one) => (
        <ToastCard key={one.id} toast={one} />
      ))}
      <Radix.Viewport
        label={text('toast.region')}
        className="pointer-events-none fixed right-4 bottom-[calc(var(--status-h)+var(--ledger-h)+12px)] z-toast grid w-max max-w-[min(440px,calc(100vw-24px))] justify-items-end gap-2 focus-visible:shadow-none max-phone:right-3 max-phone:bottom-[calc(122px+env(safe-area-inset-bottom))] max-phone:left-3 max-phone:w-auto max-phone:max-w-none max-phone:justify-items-stretch"
      />
    </Radix.Provider>
  )
}
