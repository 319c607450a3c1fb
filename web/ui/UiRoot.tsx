import {useSyncExternalStore, type ReactNode} from 'react'
import {toasts} from '../lib/toast.ts'
import {announcements} from './announce.ts'
import {useFocusMemory} from './focus-origin.ts'
import {lazyLayer, useWasOpen} from './lazy-part.ts'
import {TooltipProvider} from './Tooltip.tsx'

/** Around all pages, once: tips, and what is read aloud. */
export function UiRoot({children}: {children: ReactNode}) {
  useFocusMemory()
  return (
    <TooltipProvider>
      {children}
      <LiveRegion />
    </TooltipProvider>
  )
}

/** Where announcements are read aloud. Once in the page. */
function LiveRegion() {
  const {text, turn} = useSyncExternalStore(announcements.listen, announcements.current)
  return (
    <output aria-live="polite" aria-atomic className="sr-only">
      {/* The same words twice are two announcements. */}
      <span key={turn}>{text}</span>
    </output>
  )
}

const ToastList = lazyLayer(async () => (await import('./ToastList.tsx')).ToastList)

/** What passes, over all pages; once, below what says that a part of the pages is not to be had. */
export function Toasts() {
  const shown = useSyncExternalStore(toasts.listen, toasts.current)
  const wasShown = useWasOpen(shown.length > 0)
  return wasShown && <ToastList shown={shown} />
}
