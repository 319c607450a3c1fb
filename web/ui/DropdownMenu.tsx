import {Slot} from 'radix-ui'
import {useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement} from 'react'
import {text} from '../i18n/text.ts'
import type {MenuPoint} from './ContextMenu.tsx'
import {lazyLayer, onIntent, useWasOpen} from './lazy-part.ts'
import type {MenuEntry} from './menu-entry.ts'
import {usePhone} from './use-media.ts'

const MenuPanel = lazyLayer(async () => (await import('./MenuPanel.tsx')).MenuPanel)
const MenuSheet = lazyLayer(async () => (await import('./MenuSheet.tsx')).MenuSheet)

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
  const wasOpen = useWasOpen(isOpen)
  // By a key its first entry has the focus.
  const [isByKey, setByKey] = useState(false)
  const press = useRef<MenuPoint>(null)
  const isPhone = usePhone()
  const anchor = useRef<HTMLElement>(null)
  const ids = {trigger: useId(), panel: useId()}
  const change = (open: boolean) => {
    setOpen(open)
    onOpenChange?.(open)
  }
  const opening = isPhone
    ? ({'aria-haspopup': 'dialog', onClick: () => change(!isOpen)} as const)
    : ({
        'aria-haspopup': 'menu',
        onPointerDown: (event: PointerEvent) => {
          if (event.button !== 0 || event.ctrlKey) return
          // The focus goes to the menu, and not to the button after it.
          if (!isOpen) event.preventDefault()
          setByKey(false)
          press.current = {x: event.clientX, y: event.clientY}
          change(!isOpen)
        },
        onKeyDown: (event: KeyboardEvent) => {
          if (!OPENING_KEYS.has(event.key)) return
          event.preventDefault()
          setByKey(true)
          press.current = null
          change(event.key === 'ArrowDown' || !isOpen)
        },
      } as const)
  const shared = {open: isOpen, onOpenChange: change, entries}
  return (
    <>
      <Slot.Root
        ref={anchor}
        id={ids.trigger}
        aria-expanded={isOpen}
        aria-controls={isOpen ? ids.panel : undefined}
        data-state={isOpen ? 'open' : 'closed'}
        {...onIntent(isPhone ? MenuSheet : MenuPanel)}
        {...opening}
      >
        {trigger}
      </Slot.Root>
      {wasOpen &&
        (isPhone ? (
          <MenuSheet {...shared} id={ids.panel} label={label} />
        ) : (
          <MenuPanel
            {...shared}
            ids={ids}
            anchor={anchor}
            align={align}
            side={side}
            isByKey={isByKey}
            press={press}
          />
        ))}
    </>
  )
}

const OPENING_KEYS: ReadonlySet<string> = new Set(['Enter', ' ', 'ArrowDown'])
