import {useNow} from '../../../live/clock.ts'
import {useServers} from '../../../live/servers.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {ago, written} from '../../../ui/format.ts'
import {isOnline} from '../../servers/health/health-words.ts'
import type {FacetKind} from './facet-kinds.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

/** How the values of a section are called. A server that is away says how old its rows are. */
export function useFacetLabels(kind: FacetKind): (value: string) => string {
  const servers = useServers()
  const now = useNow(kind.name === 'server' ? SECOND_MS : MINUTE_MS)
  return (value) => {
    if (value === '' && kind.none) return text(kind.none)
    if (kind.name === 'state') return stateLabel(value)
    if (kind.name === 'private') return text(value === 'yes' ? 'facet.private.yes' : 'facet.private.no')
    if (kind.name !== 'server') return value
    const server = servers?.find(({server_id: id}) => id === value)
    if (!server) return value
    const {server_name: name, last_ok_at: at} = server
    if (isOnline(server) || at === null) return name
    return text('facet.aged', {name, age: written(ago(at, now))})
  }
}

const states: Readonly<Record<string, TextKey>> = {
  downloading: 'state.downloading',
  metadata: 'state.metadata',
  stalled: 'state.stalled',
  queued: 'state.queued',
  seeding: 'state.seeding',
  idle: 'facet.state.idle',
  checking: 'state.checking',
  moving: 'state.moving',
  stopped: 'state.stopped',
  error: 'state.error',
  missing: 'state.missing',
  unknown: 'state.unknown',
}

function stateLabel(value: string): string {
  const key = states[value]
  return key ? text(key) : value
}
