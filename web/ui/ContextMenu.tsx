import {Slot} from 'radix-ui'
import type {ReactElement} from 'react'
import type {MenuEntry} from './menu-entry.ts'
import {MenuAt} from './MenuAt.tsx'
import {useContextMenu} from './use-context-menu.ts'
import {useLongPress} from './use-long-press.ts'

/** The menu of one thing: right button, Shift F10, or a long press. */
export function ContextMenu({
  entries,
  label,
  children,
}: {
  entries: readonly MenuEntry[]
  label?: string | undefined
  /** One element that takes props and a ref. */
  children: ReactElement
}) {
  const {point, open, openAt, close} = useContextMenu()
  const press = useLongPress(openAt)
  return (
    <>
      <Slot.Root onContextMenu={open} {...press}>
        {children}
      </Slot.Root>
      <MenuAt point={point} entries={entries} onClose={close} label={label} />
    </>
  )
}
