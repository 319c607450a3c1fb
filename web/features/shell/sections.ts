/** The sections of the program, in their order: the header, the tab bar and the keys go by this list. */
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
import type {Permission} from '#model/access.ts'
import {useSession} from '../../api/session.ts'
import type {TextKey} from '../../i18n/text.ts'

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
