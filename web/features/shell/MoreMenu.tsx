import {useMutation} from '@tanstack/react-query'
import {useLocation, useNavigate} from '@tanstack/react-router'
import {Gauge} from 'lucide-react'
import type {ReactElement} from 'react'
import {changeLimits} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useServers} from '../../live/servers.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {useOffered} from '../commands/commands.ts'
import {usePlaces, type Place} from '../commands/places.ts'
import {isOnline} from '../servers/health-words.ts'

const nothing: readonly MenuEntry[] = []

/**
 * On narrow screens: what finds no room in the bar, then the storage, the servers and the settings, then the alternative
 * speed limits and what the page offers.
 *
 * @param renderTrigger told whether the page that is shown is among them: it is marked then, as a tab of its own would be
 */
export function MoreMenu({
  label,
  places,
  further = nothing,
  renderTrigger,
}: {
  label: string
  /** Of the five. */
  places: readonly Place[]
  further?: readonly MenuEntry[]
  renderTrigger: (current: 'page' | undefined) => ReactElement
}) {
  const path = useLocation({select: ({pathname}) => pathname})
  const storage = usePlaces('storage')
  const servers = usePlaces('fleet').filter(({to}) => to === '/settings/servers')
  const settings = usePlaces('settings')
  const entryOf = useEntryOf()
  const isHere = [...places, ...storage, ...settings].some(
    ({to}) => to !== '/' && (path === to || path.startsWith(`${to}/`)),
  )
  return (
    <DropdownMenu
      label={label}
      align="end"
      entries={[
        ...places.map(entryOf),
        ...further,
        {separator: true},
        ...storage.map(entryOf),
        {separator: true},
        ...[...servers, ...settings].map(entryOf),
        ...useSlowEntries(),
        ...useOfferedEntries(),
      ]}
      trigger={renderTrigger(isHere ? 'page' : undefined)}
    />
  )
}

function useEntryOf(): (place: Place) => MenuEntry {
  const navigate = useNavigate()
  return ({to, label, icon}) => ({id: to, label: text(label), icon, onSelect: () => void navigate({to})})
}

/** What the page offers here besides. */
function useOfferedEntries(): readonly MenuEntry[] {
  return useOffered()
    .filter(({isInMore}) => isInMore === true)
    .map(({id, label, icon, run}) => ({id, label: text(label), icon, onSelect: run}))
}

/** Alternative speed limits on all servers that are his and can have them; nothing where there is none. */
function useSlowEntries(): readonly MenuEntry[] {
  const able = (useServers() ?? []).filter(
    (it) => isOnline(it) && it.access === 'own' && it.alt_speed !== undefined,
  )
  const isOn = able.every((it) => it.alt_speed === true)
  const {mutate} = useMutation({
    mutationFn: () => Promise.all(able.map(({server_id: id}) => changeLimits(id, {alt_speed: !isOn}))),
    onError: ({message}) => toast({text: message, tone: 'bad'}),
  })
  if (able.length === 0) return nothing
  return [{id: 'slow', label: text('status.slow_all'), icon: Gauge, checked: isOn, onSelect: () => mutate()}]
}
