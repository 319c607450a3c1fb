import {DropdownMenu as Radix} from 'radix-ui'
import {useRef, useState, type PointerEvent, type RefObject} from 'react'
import type {MenuPoint} from './ContextMenu.tsx'
import {panelClass} from './control-class.ts'
import {giveFocusBack} from './focus-origin.ts'
import {HeldAnchor} from './held-anchor.ts'
import {joined} from './joined.ts'
import {keyOf, type MenuAction, type MenuEntry, type MenuSub} from './menu-entry.ts'
import {MenuRow, menuRowClass} from './MenuRow.tsx'

const menuPanelClass = joined(
  panelClass,
  'max-h-(--radix-dropdown-menu-content-available-height) min-w-[200px] max-w-[min(320px,calc(100vw-16px))] overflow-y-auto p-1',
)

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
  press,
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
  /** Where its button was pressed; `null` = by a key. */
  press: RefObject<MenuPoint | null>
}) {
  const guard = useOpeningPress(press)
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
          {...guard}
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

/** px; a hand that holds still moves less. Source: the same bound in Radix's own Select. */
const STILL = 10

/**
 * A menu opens as a button goes down, and may slide under the pointer before it goes up: that press chooses nothing, unless
 * it was drawn to an entry.
 */
function useOpeningPress(press: RefObject<MenuPoint | null>) {
  return {
    onPointerDownCapture: () => (press.current = null),
    onPointerUpCapture: (event: PointerEvent) => {
      const at = press.current
      press.current = null
      if (at && Math.hypot(event.clientX - at.x, event.clientY - at.y) <= STILL) event.stopPropagation()
    },
  }
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
  const press = useRef<MenuPoint | null>(point)
  const guard = useOpeningPress(press)
  return (
    <Radix.Root open onOpenChange={onOpenChange} modal={false}>
      <Radix.Trigger asChild>
        <span aria-hidden tabIndex={-1} className="fixed" style={{left: point.x, top: point.y}} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          // Only beside the point it slides up and down until it fits. Below or above, it would be cut where the window
          // has room for it, and what slides under the pointer would be chosen as its button goes up.
          side="right"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          sticky="always"
          loop
          className={menuPanelClass}
          {...guard}
          // The point has no focus to give back; where it came from has.
          onCloseAutoFocus={(event) => giveFocusBack(event, origin)}
        >
          <MenuEntries entries={entries} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** The entries of a menu that is open beside its button or at a point. */
function MenuEntries({entries}: {entries: readonly MenuEntry[]}) {
  return entries.map((entry, at) => <Entry key={keyOf(entry, at)} entry={entry} />)
}

function Entry({entry}: {entry: MenuEntry}) {
  if ('separator' in entry) return <Radix.Separator className="m-1 border-t border-line" />
  if ('heading' in entry) {
    return (
      <Radix.Label className="px-2 pt-1.5 pb-0.5 text-11 font-bold text-text-3">{entry.heading}</Radix.Label>
    )
  }
  if ('entries' in entry) return <Sub entry={entry} />
  return entry.checked === undefined ? <Action entry={entry} /> : <Choice entry={entry} />
}

/** Chosen by keyboard, too, what is off can be reached: that is how its reason is heard. */
function selecting(entry: MenuAction) {
  return (event: Event) => {
    if (entry.disabledReason !== undefined || entry.stays) event.preventDefault()
    if (entry.disabledReason === undefined) entry.onSelect()
  }
}

function Action({entry}: {entry: MenuAction}) {
  return (
    <Radix.Item
      aria-disabled={entry.disabledReason !== undefined || undefined}
      className={menuRowClass(entry)}
      onSelect={selecting(entry)}
    >
      <MenuRow entry={entry} />
    </Radix.Item>
  )
}

function Choice({entry}: {entry: MenuAction}) {
  return (
    <Radix.CheckboxItem
      checked={entry.checked === 'mixed' ? 'indeterminate' : entry.checked === true}
      aria-disabled={entry.disabledReason !== undefined || undefined}
      className={menuRowClass(entry)}
      onSelect={selecting(entry)}
    >
      <MenuRow entry={entry} />
    </Radix.CheckboxItem>
  )
}

function Sub({entry}: {entry: MenuSub}) {
  if (entry.disabledReason !== undefined) {
    return <Action entry={{...entry, onSelect: () => undefined}} />
  }
  return (
    <Radix.Sub>
      <Radix.SubTrigger className={menuRowClass(entry)}>
        <MenuRow entry={entry} />
      </Radix.SubTrigger>
      <Radix.Portal>
        <Radix.SubContent sideOffset={4} alignOffset={-5} collisionPadding={8} className={menuPanelClass}>
          <MenuEntries entries={entry.entries} />
        </Radix.SubContent>
      </Radix.Portal>
    </Radix.Sub>
  )
}
