import {DropdownMenu as Radix} from 'radix-ui'
import {panelClass} from './control-class.ts'
import {joined} from './joined.ts'
import {keyOf, type MenuAction, type MenuEntry, type MenuSub} from './menu-entry.ts'
import {MenuRow, menuRowClass} from './MenuRow.tsx'

export const menuPanelClass = joined(
  panelClass,
  'max-h-(--radix-dropdown-menu-content-available-height) min-w-[200px] max-w-[min(320px,calc(100vw-16px))] overflow-y-auto p-1',
)

/** The entries of a menu that is open beside its button or at a point. */
export function MenuEntries({entries}: {entries: readonly MenuEntry[]}) {
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
function choosing(entry: MenuAction) {
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
      onSelect={choosing(entry)}
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
      onSelect={choosing(entry)}
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
