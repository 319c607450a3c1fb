/**
 * Every page that people go to, by the group in which it stands: the header, the tab bar, the side bars, the keys and the
 * palette all go by this list.
 */
import {
  Activity,
  ChartNoAxesColumn,
  CircleUser,
  Cpu,
  FileX2,
  Film,
  HardDrive,
  List,
  ListChecks,
  Megaphone,
  RefreshCw,
  Server,
  Settings,
  Trash2,
  Truck,
  Users,
  type LucideIcon,
} from 'lucide-react'
import type {Permission} from '#model/access.ts'
import {useSession} from '../../api/session.ts'
import type {TextKey} from '../../i18n/text.ts'

type Address =
  | '/'
  | '/torrents'
  | '/library'
  | '/rules'
  | '/activity'
  | '/torrents/trash'
  | '/torrents/orphaned-files'
  | '/torrents/disk-space'
  | '/settings'
  | '/settings/servers'
  | '/settings/arrs'
  | '/settings/trackers'
  | '/settings/users'
  | '/settings/system'
  | '/settings/move-in'
  | '/settings/account'

export type PlaceGroup = 'main' | 'storage' | 'settings' | 'fleet' | 'program' | 'you'

export interface Place {
  /** Stable: people's own keys are kept by it. */
  readonly id: string
  readonly to: Address
  readonly group: PlaceGroup
  readonly label: TextKey
  readonly icon: LucideIcon
  /** `g` and then this one; absent = none until somebody binds one. */
  readonly key?: string
  /** Only for who may do this; absent = for everybody. */
  readonly needs?: Permission
}

const places: readonly Place[] = [
  {id: 'go /', to: '/', group: 'main', label: 'nav.overview', icon: ChartNoAxesColumn, key: 'o'},
  {id: 'go /torrents', to: '/torrents', group: 'main', label: 'nav.torrents', icon: List, key: 't'},
  {id: 'go /library', to: '/library', group: 'main', label: 'nav.library', icon: Film, key: 'l'},
  {id: 'go /rules', to: '/rules', group: 'main', label: 'nav.rules', icon: ListChecks, key: 'r'},
  {id: 'go /journal', to: '/activity', group: 'main', label: 'nav.activity', icon: Activity, key: 'a'},
  {id: 'go /trash', to: '/torrents/trash', group: 'storage', label: 'nav.trash', icon: Trash2},
  {
    id: 'go /orphans',
    to: '/torrents/orphaned-files',
    group: 'storage',
    label: 'nav.orphans',
    icon: FileX2,
    needs: 'admin',
  },
  {
    id: 'go /disk-space',
    to: '/torrents/disk-space',
    group: 'storage',
    label: 'nav.disk-space',
    icon: HardDrive,
  },
  {id: 'go /settings', to: '/settings', group: 'settings', label: 'nav.settings', icon: Settings, key: ','},
  {id: 'go /servers', to: '/settings/servers', group: 'fleet', label: 'nav.servers', icon: Server},
  {id: 'go /arrs', to: '/settings/arrs', group: 'fleet', label: 'nav.arrs', icon: RefreshCw},
  {id: 'go /trackers', to: '/settings/trackers', group: 'fleet', label: 'nav.trackers', icon: Megaphone},
  {
    id: 'go /people',
    to: '/settings/users',
    group: 'program',
    label: 'nav.users',
    icon: Users,
    needs: 'admin',
  },
  {
    id: 'go /processes',
    to: '/settings/system',
    group: 'program',
    label: 'nav.system',
    icon: Cpu,
    needs: 'admin',
  },
  {
    id: 'go /move-in',
    to: '/settings/move-in',
    group: 'program',
    label: 'nav.move-in',
    icon: Truck,
    needs: 'admin',
  },
  {id: 'go account', to: '/settings/account', group: 'you', label: 'nav.account', icon: CircleUser},
]

/** Those of a group that who looks may see. */
export function usePlaces(...groups: readonly PlaceGroup[]): readonly Place[] {
  const permissions = useSession().visitor?.permissions ?? []
  return places.filter(
    ({group, needs}) => groups.includes(group) && (needs === undefined || permissions.includes(needs)),
  )
}

/** Old path → where the page is now; what follows it, like an id, stays. */
const moved: readonly (readonly [old: RegExp, now: string])[] = [
  [/^\/journal$/, '/activity'],
  [/^\/arrs$/, '/settings/arrs'],
  [/^\/arrs\/([^/]+)$/, '/library/arrs/$1'],
  [/^\/servers(\/[^/]+)?$/, '/settings/servers$1'],
  [/^\/trash$/, '/torrents/trash'],
  [/^\/orphans$/, '/torrents/orphaned-files'],
  [/^\/people$/, '/settings/users'],
  [/^\/processes$/, '/settings/system'],
  [/^\/account$/, '/settings/account'],
  [/^\/move-in$/, '/settings/move-in'],
  // As people call them.
  [/^\/(?:overview|dashboard)$/, '/'],
  [/^\/(?:storage|disk-space)$/, '/torrents/disk-space'],
  [/^\/(?:queue|library\/queue)$/, '/library'],
  [/^\/users$/, '/settings/users'],
]

// Where pages were before: bookmarks, links in messages and old documents go on to lead to them.

/** @param path without the base path of the program. @returns `null` = it is none of the old ones */
export function addressNow(path: string): string | null {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path
  const found = moved.find(([old]) => old.test(plain))
  return found ? plain.replace(...found) : null
}
