import {useLocation, useNavigate} from '@tanstack/react-router'
import type {ReactElement} from 'react'
import {text} from '../../i18n/text.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {useSections} from './use-sections.ts'

const nothing: readonly MenuEntry[] = []

/**
 * The sections that find no room beside the others; nothing when there are none.
 * @param isAll none of them finds any
 * @param renderTrigger told whether the page that is shown is among them: it is marked then, as a section of its own would be
 */
export function MoreMenu({
  renderTrigger,
  more = nothing,
  isAll = false,
}: {
  renderTrigger: (current: 'page' | undefined) => ReactElement
  more?: readonly MenuEntry[]
  isAll?: boolean
}) {
  const navigate = useNavigate()
  const path = useLocation({select: ({pathname}) => pathname})
  const sections = useSections().filter(({isMinor}) => isAll || isMinor)
  const entries = sections.map(({to, label, icon}): MenuEntry => ({
    id: to,
    label: text(label),
    icon,
    onSelect: () => void navigate({to}),
  }))
  if (entries.length + more.length === 0) return null
  const isHere = [...entries, ...more].some((entry) => 'id' in entry && entry.id === path)
  return (
    <DropdownMenu
      label={text(isAll ? 'nav.main' : 'nav.more')}
      align="end"
      entries={[...entries, ...more]}
      trigger={renderTrigger(isHere ? 'page' : undefined)}
    />
  )
}
