/** The columns of a server in the list; on narrow screens the parts of its card. */
import {Link} from '@tanstack/react-router'
import {ArrowDown, ArrowUp} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import type {History} from '../../../api/history.ts'
import type {Server} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {bytes, count as counted, fullSpeed} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {healthLook, isOnline, isUnread} from '../health/health-words.ts'
import {LatencyBars} from '../health/LatencyBars.tsx'
import {ServerHealthBadge} from '../health/ServerHealthBadge.tsx'
import {ServerStatusPopover} from '../health/ServerStatusPopover.tsx'
import {FileMark} from '../import/FileMark.tsx'
import {kindName, milliseconds, momentWords} from '../server-words.ts'

export function WhoCell({server, card, place}: {server: LiveServer; card: Server | null; place: number}) {
  return (
    <div className="grid min-w-0 gap-0.5 max-desk:order-1">
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <span className="flex max-w-full min-w-0 items-center gap-2">
          <Swatch colour={serverColour(server.colour, place)} isHollow={!isOnline(server)} size={11} />
          <Link
            to="/servers/$id"
            params={{id: server.server_id}}
            className="truncate rounded-s text-14 font-bold hover:underline focus-visible:shadow-focus"
          >
            {server.server_name}
          </Link>
        </span>
        {card?.origin === 'file' && <FileMark />}
        {server.default_for_adding && <Mark>{text('servers.default')}</Mark>}
        {server.server_tags.map((tag) => (
          <Mark key={tag}>{tag}</Mark>
        ))}
      </span>
      <span className="truncate text-12 text-text-2">
        {kindName(server.server_type)} {server.version ?? ''}
        {card && <span className="text-text-3"> · {shortAddress(card.url)}</span>}
      </span>
      {card?.owner && server.access !== 'own' && (
        <span className="truncate text-12 text-text-3">
          {text('servers.owned', {owner: card.owner.name})}
        </span>
      )}
    </div>
  )
}

function Mark({children}: {children: string}) {
  return (
    <span className="max-w-28 truncate rounded-s bg-tint-quiet px-1.5 text-11/4 text-text-2">{children}</span>
  )
}

function shortAddress(url: string): string {
  return url.replace(/^[a-z+]+:\/\//, '')
}

export function HealthCell({server, history}: {server: LiveServer; history: History | undefined}) {
  const latency = server.latency_ms
  return (
    <div className="grid min-w-0 justify-items-start gap-[3px] max-desk:order-2 max-desk:justify-items-end">
      <ServerStatusPopover
        server={server}
        trigger={
          <button
            type="button"
            aria-label={text('server.health-button', {
              word: text(healthLook(server).word),
              name: server.server_name,
            })}
            className="rounded-s focus-visible:shadow-focus pointer-coarse:py-3"
          >
            <ServerHealthBadge server={server} />
          </button>
        }
      />
      <span className="flex items-end gap-2 max-desk:hidden">
        <LatencyBars id={server.server_id} name={server.server_name} history={history} />
        <span className="num text-12/4 whitespace-nowrap text-text-3">
          {latency === null || !isOnline(server) ? '' : milliseconds(latency)}
        </span>
      </span>
    </div>
  )
}

export function TorrentsCell({server}: {server: LiveServer}) {
  return (
    <div className="grid gap-[3px] max-desk:order-4 max-desk:col-span-full max-desk:flex max-desk:gap-2">
      <Link
        to="/torrents"
        search={{servers: server.server_id}}
        className={joined(textLinkClass, 'num justify-self-start text-text!')}
      >
        {isUnread(server) ? <span title={text('servers.unread')}>?</span> : counted(server.torrents)}
        <span className="desk:sr-only"> {text('servers.torrents', {count: server.torrents})}</span>
      </Link>
      {server.stale_rows > 0 && <Age server={server} />}
    </div>
  )
}

function Age({server}: {server: LiveServer}) {
  const now = useNow(60_000)
  if (server.synced_at === null) return null
  return (
    <span className="truncate text-12 text-text-3">
      {text('servers.as-of', {time: momentWords(server.synced_at, now)})}
    </span>
  )
}

export function SpeedsCell({server}: {server: LiveServer}) {
  return (
    <div className="grid gap-[3px] max-desk:order-5 max-desk:flex max-desk:gap-4">
      <span className="flex items-center gap-1.5">
        <Icon icon={ArrowDown} size={14} />
        <span className="sr-only">{text('server.down')}</span>
        {server.down_speed === undefined ? '–' : <Quantity value={fullSpeed(server.down_speed)} />}
      </span>
      <span className="flex items-center gap-1.5 text-text-2">
        <Icon icon={ArrowUp} size={14} />
        <span className="sr-only">{text('server.up')}</span>
        {server.up_speed === undefined ? '–' : <Quantity value={fullSpeed(server.up_speed)} />}
      </span>
    </div>
  )
}

const SCARCE_BYTES = 10 * 1024 ** 3

export function SpaceCell({server}: {server: LiveServer}) {
  const {free_space: free} = server
  if (!isOnline(server)) {
    return <span className="text-12 text-text-3 max-desk:hidden">{text('servers.space.away')}</span>
  }
  if (free === undefined) {
    const why = server.free_space_unknown
    return (
      <span title={why} className="text-12 text-text-3 max-desk:hidden">
        {text(why === undefined ? 'servers.space.untold' : 'servers.space.unknown')}
      </span>
    )
  }
  return (
    <span
      className={joined(
        'max-desk:order-6 max-desk:col-span-2 max-desk:text-right',
        free < SCARCE_BYTES && 'font-medium text-st-stalled',
      )}
    >
      <Quantity value={bytes(free)} />
      <span className="desk:sr-only"> {text('servers.space.free')}</span>
    </span>
  )
}
