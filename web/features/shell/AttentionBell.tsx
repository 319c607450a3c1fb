import {Link} from '@tanstack/react-router'
import {Bell} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {text} from '../../text/text.ts'
import {until, written} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {Popover} from '../../ui/Popover.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {ServerHealthBadge} from '../servers/ServerHealthBadge.tsx'
import {useSpaceForecasts} from '../servers/use-space-forecasts.ts'
import {serversInTrouble} from './trouble.ts'

/** More are a list of their own: the page of servers. */
const MOST = 8

/** What somebody should look at, with the way there. */
export function AttentionBell() {
  const servers = useServers() ?? []
  const troubled = serversInTrouble(servers)
  const ending = useEndingDisks(servers)
  const all = troubled.length + ending.length
  const label = text('attention.open', {count: all})
  return (
    <Popover
      label={label}
      align="end"
      className="p-2"
      trigger={
        <IconButton label={label} icon={Bell}>
          {all > 0 && (
            <span
              aria-hidden
              className="num absolute top-0.5 right-px h-3.75 min-w-3.75 rounded-full bg-st-stalled px-1 text-11/[15px] font-bold text-surface"
            >
              {all}
            </span>
          )}
        </IconButton>
      }
    >
      <ul className="grid w-80 max-w-full gap-1">
        {all === 0 && <li className="p-2 text-text-2">{text('attention.none')}</li>}
        {troubled.slice(0, MOST).map((server) => (
          <li key={server.server_id}>
            <Link
              to="/servers/$id"
              params={{id: server.server_id}}
              className="grid gap-1 rounded-m p-2 hover:bg-hover"
            >
              <span className="flex items-center gap-2 font-medium">
                <span className="min-w-0 flex-1 truncate">{server.server_name}</span>
                <ServerHealthBadge server={server} />
              </span>
              <span className="text-12 text-pretty text-text-2">{server.advice || server.detail}</span>
            </Link>
          </li>
        ))}
        {ending.slice(0, MOST).map(({server, words}) => (
          <li key={`full ${server.server_id}`}>
            <Link
              to="/servers/$id"
              params={{id: server.server_id}}
              className="grid gap-1 rounded-m p-2 hover:bg-hover"
            >
              <span className="truncate font-medium">{server.server_name}</span>
              <span className="text-12 text-pretty text-text-2">{words}</span>
            </Link>
          </li>
        ))}
        {troubled.length > MOST && (
          <li className="p-2">
            <Link to="/servers" className={textLinkClass}>
              {text('attention.more', {count: troubled.length - MOST})}
            </Link>
          </li>
        )}
      </ul>
    </Popover>
  )
}

/** Soon enough that somebody should think of it. */
const SOON_MS = 7 * 86_400_000

function useEndingDisks(servers: readonly LiveServer[]): readonly {server: LiveServer; words: string}[] {
  const forecasts = useSpaceForecasts()
  const now = useNow(60_000)
  return servers.flatMap((server) => {
    const forecast = forecasts.get(server.server_id)
    if (!forecast || forecast.fullAt - now > SOON_MS) return []
    return [{server, words: text('attention.full', {time: written(until(forecast.fullAt, now))})}]
  })
}
