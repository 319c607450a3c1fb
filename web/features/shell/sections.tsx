import {useQuery} from '@tanstack/react-query'
import {useLocation, useNavigate} from '@tanstack/react-router'
import {
  BookOpen,
  Cpu,
  FileX2,
  List,
  ListChecks,
  RefreshCw,
  Server,
  Trash2,
  Users,
  type LucideIcon,
} from 'lucide-react'
import type {ReactElement} from 'react'
import type {Permission} from '#model/access.ts'
import {arrsQuery} from '../../api/arrs.ts'
import {useSession} from '../../api/session.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {useAttention} from '../../live/attention.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {waitingInAll} from './attention.ts'

/** The sections of the program, in their order: the header, the tab bar and the keys go by this list. */
export interface Section {
  readonly to:
    | '/torrents'
    | '/arrs'
    | '/rules'
    | '/servers'
    | '/journal'
    | '/trash'
    | '/orphans'
    | '/people'
    | '/processes'
  readonly label: TextKey
  readonly icon: LucideIcon
  /** `g` and then this letter. */
  readonly key: string
  /** Only for who may do this; absent = for everybody. */
  readonly needs?: Permission
  /** Stands under "More" where there is little room. */
  readonly isMinor?: true
}

const sections: readonly Section[] = [
  {to: '/torrents', label: 'nav.torrents', icon: List, key: 't'},
  {to: '/arrs', label: 'nav.arrs', icon: RefreshCw, key: 'a'},
  {to: '/rules', label: 'nav.rules', icon: ListChecks, key: 'r', isMinor: true},
  {to: '/servers', label: 'nav.servers', icon: Server, key: 's'},
  {to: '/journal', label: 'nav.journal', icon: BookOpen, key: 'j', isMinor: true},
  {to: '/trash', label: 'nav.trash', icon: Trash2, key: 'x', isMinor: true},
  {to: '/orphans', label: 'nav.orphans', icon: FileX2, key: 'h', needs: 'admin', isMinor: true},
  {to: '/people', label: 'nav.people', icon: Users, key: 'p', needs: 'admin', isMinor: true},
  {to: '/processes', label: 'nav.processes', icon: Cpu, key: 'o', needs: 'admin', isMinor: true},
]

/** Those that he may see. */
export function useSections(): readonly Section[] {
  const permissions = useSession().visitor?.permissions ?? []
  return sections.filter(({needs}) => needs === undefined || permissions.includes(needs))
}

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
