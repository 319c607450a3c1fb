import {DropdownMenu as Radix} from 'radix-ui'
import {useState, type ReactElement} from 'react'
import {text} from '../i18n/text.ts'
import type {MenuEntry} from './menu-entry.ts'
import {MenuEntries, menuPanelClass} from './MenuEntries.tsx'
import {MenuSheet} from './MenuSheet.tsx'
import {usePhone} from './use-media.ts'

/** A menu by its button: opens on pointer down, letters find an entry. On phones a sheet from below. */
export function DropdownMenu({
  trigger,
  entries,
  label = text('menu.actions'),
  align = 'start',
  side = 'bottom',
  onOpenChange,
}: {
  /** One element that takes props and a ref. */
  trigger: ReactElement
  entries: readonly MenuEntry[]
  /** The head of the sheet. */
  label?: string | undefined
  align?: 'start' | 'center' | 'end' | undefined
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined
  onOpenChange?: ((open: boolean) => void) | undefined
}) {
  const [isOpen, setOpen] = useState(false)
  const isPhone = usePhone()
  const change = (open: boolean) => {
    setOpen(open)
    onOpenChange?.(open)
  }
  if (isPhone) {
    return <MenuSheet open={isOpen} onOpenChange={change} label={label} entries={entries} trigger={trigger} />
  }
  return (
    <Radix.Root open={isOpen} onOpenChange={change} modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          loop
          className={menuPanelClass}
        >
          <MenuEntries entries={entries} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
