import {Popover as Radix} from 'radix-ui'
import type {ReactNode, RefObject} from 'react'
import {panelClass} from './control-class.ts'
import {HeldAnchor} from './held-anchor.ts'
import {joined} from './joined.ts'

export interface PanelPlace {
  align?: 'start' | 'center' | 'end' | undefined
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined
  className?: string | undefined
}

/** What a `Popover` opens. */
export function PopoverPanel({
  id,
  label,
  anchor,
  open,
  onOpenChange,
  align = 'start',
  side = 'bottom',
  className = 'p-3',
  children,
}: PanelPlace & {
  id: string
  label: string
  /** Its button. */
  anchor: RefObject<HTMLElement | null>
  open: boolean
  onOpenChange: (open: boolean) => void
  children: ReactNode
}) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>
        <HeldAnchor anchor={anchor} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          id={id}
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={joined(
            panelClass,
            'max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-16px)] overflow-y-auto',
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
