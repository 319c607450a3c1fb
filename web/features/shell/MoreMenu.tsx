import {useNavigate} from '@tanstack/react-router'
import type {ReactElement} from 'react'
import {text} from '../../i18n/text.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {useSections} from './use-sections.ts'

const nothing: readonly MenuEntry[] = []

/** The sections that find no room beside the others; nothing when there are none. */
export function MoreMenu({trigger, more = nothing}: {trigger: ReactElement; more?: readonly MenuEntry[]}) {
  const navigate = useNavigate()
  const sections = useSections().filter(({isMinor}) => isMinor)
  const entries = sections.map(({to, label, icon}): MenuEntry => ({
    id: to,
    label: text(label),
    icon,
    onSelect: () => void navigate({to}),
  }))
  if (entries.length + more.length === 0) return null
  return (
    <DropdownMenu label={text('nav.more')} align="end" entries={[...entries, ...more]} trigger={trigger} />
  )
}
