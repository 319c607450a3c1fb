import {DropdownMenu as Radix} from 'radix-ui'
import {useState, type RefObject} from 'react'
import {giveFocusBack} from './focus-origin.ts'
import {HeldAnchor} from './held-anchor.ts'
import type {MenuPoint} from './ContextMenu.tsx'
import type {MenuEntry} from './menu-entry.ts'
import {MenuEntries, menuPanelClass} from './MenuEntries.tsx'

/** What a `DropdownMenu` opens. */
export function MenuPanel({
  ids,
  anchor,
  entries,
  open,
  onOpenChange,
  align,
  side,
  isByKey,
}: {
  ids: {readonly trigger: string; readonly panel: string}
  /** Its button. */
  anchor: RefObject<HTMLElement | null>
  entries: readonly MenuEntry[]
  open: boolean
  onOpenChange: (open: boolean) => void
  align: 'start' | 'center' | 'end'
  side: 'top' | 'right' | 'bottom' | 'left'
  /** It was opened by a key: its first entry gets the focus. */
  isByKey: boolean
}) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Radix.Trigger asChild>
        <HeldAnchor anchor={anchor} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          id={ids.panel}
          aria-labelledby={ids.trigger}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          loop
          className={menuPanelClass}
          onFocus={(event) => {
            // Radix knows of keys only what was pressed while it was there.
            const isEntered = event.target === event.currentTarget && event.relatedTarget === anchor.current
            if (isByKey && isEntered) firstEntryOf(event.currentTarget)?.focus({preventScroll: true})
          }}
        >
          <MenuEntries entries={entries} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function firstEntryOf(menu: HTMLElement): HTMLElement | null {
  return menu.querySelector('[role^=menuitem]:not([data-disabled])')
}

/** What a `MenuAt` opens. */
export function PlacedMenu({
  point,
  entries,
  onOpenChange,
}: {
  point: MenuPoint
  entries: readonly MenuEntry[]
  onOpenChange: (open: boolean) => void
}) {
  const [origin] = useState(() => document.activeElement)
  return (
    <Radix.Root open onOpenChange={onOpenChange} modal={false}>
      <Radix.Trigger asChild>
        <span aria-hidden tabIndex={-1} className="fixed" style={{left: point.x, top: point.y}} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="start"
          sideOffset={2}
          collisionPadding={8}
          loop
          className={menuPanelClass}
          // The point has no focus to give back; where it came from has.
          onCloseAutoFocus={(event) => giveFocusBack(event, origin)}
        >
          <MenuEntries entries={entries} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
