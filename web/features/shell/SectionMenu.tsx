import {useQuery} from '@tanstack/react-query'
import {useLocation, useNavigate} from '@tanstack/react-router'
import type {ReactElement} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import {text} from '../../i18n/text.ts'
import {useAttention} from '../../live/attention.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {waitingInAll} from './attention.ts'
import {useSections, type Section} from './sections.ts'

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

/** What a section is called, and what in it waits for an answer. */
export function SectionName({section: {to, label}}: {section: Pick<Section, 'to' | 'label'>}) {
  return (
    <>
      {text(label)}
      {to === '/arrs' && <Waiting />}
    </>
  )
}

function Waiting() {
  const count = useWaiting()
  if (count === 0) return null
  return (
    <span className="num text-11 font-bold text-st-stalled">
      <span aria-hidden>{count}</span>
      <span className="sr-only">, {text('nav.waiting', {count})}</span>
    </span>
  )
}

/** What of all Arrs in sight waits for a person: downloads, and what their rules ask. */
function useWaiting(): number {
  const {data = []} = useQuery(arrsQuery)
  return waitingInAll(data, useAttention())
}
