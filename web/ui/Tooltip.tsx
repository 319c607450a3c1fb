import {Tooltip as Radix} from 'radix-ui'
import type {ReactElement, ReactNode} from 'react'
import {Kbd} from './Kbd.tsx'

const DELAY_MS = 500

/** Once around the pages: after the first tip the next ones come at once. */
export function TooltipProvider({children}: {children: ReactNode}) {
  return (
    <Radix.Provider delayDuration={DELAY_MS} skipDelayDuration={300}>
      {children}
    </Radix.Provider>
  )
}

/** A tip for pointer and keyboard. Nothing stands only here: on touch there are no tips. */
export function Tooltip({
  content,
  keys,
  isName = false,
  side = 'bottom',
  children,
}: {
  /** `undefined` = there is none now. */
  content: ReactNode
  keys?: string | undefined
  /** It repeats the name of the control, and is therefore not read a second time. */
  isName?: boolean | undefined
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined
  /** One element that takes props and a ref. */
  children: ReactElement
}) {
  return (
    <Radix.Root
      {...(isName && {disableHoverableContent: true})}
      {...(content === undefined && {open: false})}
    >
      <Radix.Trigger
        asChild
        {...(isName && {'aria-describedby': undefined})}
        // Not when a closed menu gives the focus back to who works with a pointer.
        onFocus={(event) => {
          if (!event.currentTarget.matches(':focus-visible')) event.preventDefault()
        }}
      >
        {children}
      </Radix.Trigger>
      {/* One that fades out would stand there without words. */}
      {content !== undefined && (
        <Radix.Portal>
          <Radix.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="kit-pop z-toast flex max-w-[320px] items-center gap-2 rounded-m bg-raised px-2 py-1 text-12 text-pretty text-text shadow-2"
          >
            {content}
            {keys !== undefined && <Kbd keys={keys} />}
          </Radix.Content>
        </Radix.Portal>
      )}
    </Radix.Root>
  )
}
