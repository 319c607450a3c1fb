import {Check, Folder, Globe, Lock, LockOpen, Minus, Tag, type LucideIcon} from 'lucide-react'
import {useServers} from '../../../live/servers.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {StateIcon} from '../../../ui/StateIcon.tsx'
import {stateIconPaths, type StateIconName} from '../../../ui/state-icons.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {isOnline} from '../../servers/health/health-words.ts'
import type {FacetKind} from './facet-kinds.ts'
import type {FacetValue} from './facet-values.ts'

/** What stands before a value: its own shape, or whether it is wanted or not. */
export function FacetMark({kind, value}: {kind: FacetKind; value: FacetValue}) {
  if (value.standing === 'excluded') return <Icon icon={Minus} size={14} className="text-st-error" />
  if (kind.name === 'state') return <StateIcon state={stateIcon(value.value)} size={14} />
  if (kind.name === 'server') return <ServerMark id={value.value} />
  if (value.standing === 'included') return <Icon icon={Check} size={14} className="text-accent" />
  return <Icon icon={iconOf(kind, value.value)} size={14} className="text-text-3" />
}

function ServerMark({id}: {id: string}) {
  const servers = useServers() ?? []
  const place = servers.findIndex((server) => server.server_id === id)
  const server = servers[place]
  const colour = serverColour(server?.colour ?? null, Math.max(0, place))
  return (
    <span className="grid w-3.5 place-items-center">
      <Swatch colour={colour} isHollow={server !== undefined && !isOnline(server)} />
    </span>
  )
}

function stateIcon(word: string): StateIconName {
  return Object.hasOwn(stateIconPaths, word) ? (word as StateIconName) : 'unknown'
}

function iconOf({name}: FacetKind, value: string): LucideIcon {
  if (name === 'category') return Folder
  if (name === 'tag') return Tag
  if (name === 'private') return value === 'yes' ? Lock : LockOpen
  return Globe
}
