import type {ReactNode} from 'react'
import {LiveRegion} from './LiveRegion.tsx'
import {Toasts} from './Toasts.tsx'
import {TooltipProvider} from './Tooltip.tsx'

/** Around all pages, once: tips, toasts, and what is read aloud. */
export function KitRoot({children}: {children: ReactNode}) {
  return (
    <TooltipProvider>
      {children}
      <Toasts />
      <LiveRegion />
    </TooltipProvider>
  )
}
