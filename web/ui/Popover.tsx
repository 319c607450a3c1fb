import {Popover as Radix} from 'radix-ui'
import type {ReactElement, ReactNode} from 'react'
import {panelClass} from './control-class.ts'
import {joined} from './joined.ts'

/** A small panel by its button: settings, a form of one field. */
export function Popover({
  trigger,
  label,
  open,
  onOpenChange,
  align = 'start',
  side = 'bottom',
  className = 'p-3',
  children,
}: {
  /** One element that takes props and a ref. */
  trigger: ReactElement
  /** Its name. */
  label: string
  open?: boolean | undefined
  onOpenChange?: ((open: boolean) => void) | undefined
  align?: 'start' | 'center' | 'end' | undefined
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <Radix.Root {...(open !== undefined && {open})} {...(onOpenChange && {onOpenChange})}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
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
