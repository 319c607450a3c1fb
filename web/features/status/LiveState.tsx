import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useConnection} from '../../live/connection.ts'
import {duration, written} from '../../ui/format.ts'
import {joined} from '../../ui/joined.ts'
import {lateBy} from '../servers/health/health-words.ts'
import {useScopedServers} from '../servers/switcher/scoped-servers.ts'

const words = {
  connecting: 'live.connecting',
  live: 'live.live',
  reconnecting: 'live.reconnecting',
  'signed out': 'live.signed_out',
} as const

/** Is what one sees the present? */
export function LiveState() {
  const {state} = useConnection()
  const servers = useScopedServers()
  const now = useNow()
  const late = state === 'live' ? lateBy(servers, now) : null
  return (
    <output className="flex items-center gap-1.5">
      <i
        className={joined(
          'size-1.5 rounded-full',
          state === 'live' && late === null ? 'bg-st-seeding' : 'border border-st-stalled bg-transparent',
        )}
      />
      {late === null
        ? text(words[state])
        : text('live.late', {time: written(duration(Math.round(late / 1000)))})}
    </output>
  )
}
