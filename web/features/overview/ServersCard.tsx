import {Link} from '@tanstack/react-router'
import {ArrowDown, ArrowUp} from 'lucide-react'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {isTrouble} from '#model/server-trouble.ts'
import type {History} from '../../api/history.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {Card} from '../../ui/Card.tsx'
import {bytes, count as counted, speed, until, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {Meter} from '../../ui/Meter.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {serverColour} from '../../ui/server-colours.ts'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {Swatch} from '../../ui/Swatch.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {HealthIcon, healthInk} from '../servers/health/HealthIcon.tsx'
import {healthLook, isOnline, isUnread} from '../servers/health-words.ts'
import {useSpaceForecasts} from '../servers/page/use-space-forecasts.ts'
import {causeWords, kindName, milliseconds, momentWords} from '../servers/server-words.ts'
import {useScopedServers} from '../servers/switcher/scope.ts'
import {Spark} from './Spark.tsx'
import {thinned} from './figures.ts'
import {useDayHistory} from './Tiles.tsx'

const MOST = 8
const MINUTES_A_POINT = 30

const grid =
  'grid items-center gap-x-5 px-3.5 desk:grid-cols-[minmax(150px,1.1fr)_minmax(150px,1.3fr)_196px_110px_84px_150px]'

/** A line a server, in the order of the user; of many those that move most. */
export function ServersCard() {
  const isKnown = useServers() !== null
  const servers = useScopedServers()
  const {data: history} = useDayHistory()
  const [isWhole, setWhole] = useState(false)
  const busiest = useBusiest(servers)
  const shown = isWhole ? servers : servers.filter(({server_id: id}) => busiest.has(id))
  const torrents = servers.reduce((sum, it) => sum + it.torrents, 0)
  const isAllRead = !servers.some(isUnread)
  return (
    <Card
      title={text('overview.servers')}
      isPadded={false}
      className="overflow-clip"
      note={
        isKnown &&
        isAllRead && (
          <Link
            to="/torrents"
            className="num rounded-s text-text-3 hover:underline focus-visible:shadow-focus"
          >
            {text('overview.servers.sum', {count: torrents})}
          </Link>
        )
      }
      actions={
        <Link to="/settings/servers" className={textLinkClass}>
          {text('overview.servers.manage')}
        </Link>
      }
    >
      <div aria-hidden className={`${grid} min-h-[30px] text-11 font-medium text-text-3 max-desk:hidden`}>
        <span>{text('overview.servers.head.server')}</span>
        <span>{text('overview.servers.head.health')}</span>
        <span>{text('overview.servers.head.speed')}</span>
        <span>{text('overview.servers.head.day')}</span>
        <span className="text-right">{text('overview.servers.head.torrents')}</span>
        <span className="text-right">{text('overview.servers.head.space')}</span>
      </div>
      {!isKnown && <Waiting />}
      <ul>
        {shown.map((server) => (
          <ServerLine key={server.server_id} server={server} history={history} />
        ))}
      </ul>
      {servers.length > MOST && (
        <p className="border-t border-line px-3.5 py-2">
          <TextButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? text('needs.fewer') : text('overview.servers.all', {count: servers.length})}
          </TextButton>
        </p>
      )}
    </Card>
  )
}

/** Taken once for each set of servers: lines must not come and go while somebody reads them. */
function useBusiest(servers: readonly LiveServer[]): ReadonlySet<string> {
  const key = servers.map(({server_id: id}) => id).join('\n')
  const [taken, setTaken] = useState({key: '', ids: new Set<string>()})
  if (taken.key === key) return taken.ids
  const traffic = ({down_speed: down = 0, up_speed: up = 0}: LiveServer) => down + up
  const most = servers.toSorted((one, other) => traffic(other) - traffic(one)).slice(0, MOST)
  const fresh = {key, ids: new Set(most.map(({server_id: id}) => id))}
  setTaken(fresh)
  return fresh.ids
}

function Waiting() {
  return (
    <div>
      {['a', 'b', 'c'].map((row) => (
        <div key={row} className="flex min-h-11 items-center gap-6 border-t border-line px-3.5">
          <Skeleton width={120} height={12} />
          <Skeleton width={160} height={12} />
        </div>
      ))}
    </div>
  )
}

function ServerLine({server, history}: {server: LiveServer; history: History | undefined}) {
  const {server_id: id, server_name: name, server_type: kind} = server
  const place = (useServers() ?? []).findIndex((it) => it.server_id === id)
  const colour = serverColour(server.colour, place)
  const isThere = isOnline(server)
  const values = history?.servers?.find((it) => it.server_id === id)?.values.down_speed
  return (
    <li className="border-t border-line">
      <Link
        to="/settings/servers/$id"
        params={{id}}
        className={joined(
          grid,
          'num min-h-11 hover:bg-hover focus-visible:shadow-focus-in',
          'max-desk:grid-cols-[minmax(0,1fr)_auto] max-desk:gap-x-3 max-desk:gap-y-1 max-desk:py-2.5',
        )}
      >
        <span className="flex min-w-0 items-center gap-2">
          <Swatch colour={colour} isHollow={!isThere} size={10} />
          <b className="truncate font-medium">{name}</b>
          <span className="truncate text-12 text-text-3">{kindName(kind)}</span>
        </span>
        <Health server={server} />
        <span className="grid grid-cols-2 gap-2 text-text-2 max-desk:flex max-desk:gap-3 max-desk:text-12">
          <Rate icon={ArrowDown} name={text('status.down')} value={server.down_speed} isThere={isThere} />
          <Rate icon={ArrowUp} name={text('status.up')} value={server.up_speed} isThere={isThere} />
        </span>
        <span className="max-desk:hidden">
          {values && (
            <Spark
              height={22}
              series={[
                {
                  id: 'down',
                  label: text('status.down'),
                  colour: 'var(--st-downloading)',
                  values: thinned(values, MINUTES_A_POINT),
                },
              ]}
            />
          )}
        </span>
        <span className="text-right text-text-2 max-desk:hidden">
          {isUnread(server) ? '?' : counted(server.torrents)}
          <span className="sr-only"> {text('overview.servers.head.torrents')}</span>
        </span>
        <Space server={server} />
      </Link>
    </li>
  )
}

/** Its word with its shape, and what belongs to it: how fast it answers, or since when it does not. */
function Health({server}: {server: LiveServer}) {
  const now = useNow(10_000)
  return (
    <span className="flex min-w-0 items-center gap-1.5 max-desk:justify-self-end">
      <HealthIcon health={server} />
      <span
        className={joined(
          'whitespace-nowrap',
          isTrouble(server) ? `font-medium ${healthInk(server)}` : 'text-text-2',
        )}
      >
        {text(healthLook(server).word)}
      </span>
      <span className="truncate text-12 text-text-3 max-phone:hidden">{moreOf(server, now)}</span>
    </span>
  )
}

function moreOf(server: LiveServer, now: number): string {
  const {latency_ms: latency, next_try_at: next, synced_at: syncedAt} = server
  if (isOnline(server)) {
    if (server.status === 'degraded' && server.reason !== 'slow') return causeWords(server.reason)
    return latency === null ? '' : milliseconds(latency)
  }
  const asOf = syncedAt === null ? '' : text('overview.servers.as-of', {time: momentWords(syncedAt, now)})
  if (next === null || next <= now) return asOf
  const tries = text('server.trouble.next', {time: written(until(next, now))})
  return asOf === '' ? tries : `${asOf} · ${tries}`
}

function Rate({
  icon,
  name,
  value,
  isThere,
}: {
  icon: typeof ArrowDown
  name: string
  value: number | undefined
  isThere: boolean
}) {
  return (
    <span className="flex items-center gap-1 whitespace-nowrap">
      {isThere && <Icon icon={icon} size={14} />}
      <span className="sr-only">{name}</span>
      {isThere ? <Quantity value={speed(value)} /> : '–'}
    </span>
  )
}

/** What a server reported last counts only while it is there. */
function Space({server}: {server: LiveServer}) {
  const forecast = useSpaceForecasts().get(server.server_id)
  const now = useNow(60_000)
  const {disk_size: size} = server
  if (!isOnline(server) || server.free_space === undefined) {
    return (
      <span title={server.free_space_unknown} className="text-right text-text-3">
        {text('overview.space.away')}
      </span>
    )
  }
  return (
    <span
      title={[
        size !== undefined &&
          text('overview.space.of', {free: written(bytes(server.free_space)), size: written(bytes(size))}),
        forecast && text('status.full-in', {time: written(until(forecast.fullAt, now))}),
      ]
        .filter(Boolean)
        .join(' · ')}
      className={joined(
        'flex items-center justify-end gap-3 text-right',
        forecast && 'font-medium text-st-stalled',
      )}
    >
      {size !== undefined && (
        <Meter
          share={1 - server.free_space / size}
          tone={forecast ? 'warn' : 'quiet'}
          label={text('overview.space.used')}
          valueText={text('overview.space.of', {
            free: written(bytes(server.free_space)),
            size: written(bytes(size)),
          })}
          className="min-w-8 flex-1 max-desk:hidden"
        />
      )}
      <span className="sr-only">{text('tile.space')} </span>
      <span className="whitespace-nowrap">
        <Quantity value={bytes(server.free_space)} />
      </span>
      {forecast && (
        <span className="sr-only">
          {' '}
          {text('status.full-in', {time: written(until(forecast.fullAt, now))})}
        </span>
      )}
    </span>
  )
}
