import {Link} from '@tanstack/react-router'
import {Bell} from 'lucide-react'
import {useServers} from '../../live/servers.ts'
import {text} from '../../text/text.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {Popover} from '../../ui/Popover.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {ServerHealthBadge} from '../servers/ServerHealthBadge.tsx'
import {serversInTrouble} from './trouble.ts'

/** More are a list of their own: the page of servers. */
const MOST = 8

/** What somebody should look at, with the way there. */
export function AttentionBell() {
  const troubled = serversInTrouble(useServers() ?? [])
  const label = text('attention.open', {count: troubled.length})
  return (
    <Popover
      label={label}
      align="end"
      className="p-2"
      trigger={
        <IconButton label={label} icon={Bell}>
          {troubled.length > 0 && (
            <span
              aria-hidden
              className="num absolute top-0.5 right-px h-3.75 min-w-3.75 rounded-full bg-st-stalled px-1 text-11/[15px] font-bold text-surface"
            >
              {troubled.length}
            </span>
          )}
        </IconButton>
      }
    >
      <ul className="grid w-80 max-w-full gap-1">
        {troubled.length === 0 && <li className="p-2 text-text-2">{text('attention.none')}</li>}
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
