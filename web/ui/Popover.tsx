import {Slot} from 'radix-ui'
import {useId, useRef, useState, type ReactElement, type ReactNode} from 'react'
import {lazyLayer, onIntent, useWasOpen} from './lazy-part.ts'
import type {PanelPlace} from './PopoverPanel.tsx'

const PopoverPanel = lazyLayer(async () => (await import('./PopoverPanel.tsx')).PopoverPanel)

/** A small panel by its button: settings, a form of one field. */
export function Popover({
  trigger,
  label,
  open,
  onOpenChange,
  children,
  ...place
}: PanelPlace & {
  /** One element that takes props and a ref. */
  trigger: ReactElement
  /** Its name. */
  label: string
  open?: boolean | undefined
  onOpenChange?: ((open: boolean) => void) | undefined
  children: ReactNode
}) {
  const [own, setOwn] = useState(false)
  const isOpen = open ?? own
  const wasOpen = useWasOpen(isOpen)
  const anchor = useRef<HTMLElement>(null)
  const id = useId()
  const change = (it: boolean) => {
    setOwn(it)
    onOpenChange?.(it)
  }
  return (
    <>
      <Slot.Root
        ref={anchor}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        data-state={isOpen ? 'open' : 'closed'}
        {...onIntent(PopoverPanel)}
        onClick={() => change(!isOpen)}
      >
        {trigger}
      </Slot.Root>
      {wasOpen && (
        <PopoverPanel {...place} id={id} label={label} anchor={anchor} open={isOpen} onOpenChange={change}>
          {children}
        </PopoverPanel>
      )}
    </>
  )
}
