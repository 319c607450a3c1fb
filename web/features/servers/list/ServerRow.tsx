import {useSortable} from '@dnd-kit/sortable'
import {Link} from '@tanstack/react-router'
import {ArrowDown, ArrowUp, Ellipsis, GripVertical} from 'lucide-react'
import {memo} from 'react'
import type {LiveServer} from '#model/live.ts'
import type {History} from '../../../api/history.ts'
import type {Server} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {Bars26} from '../../../ui/Bars26.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {bytes, count as counted, fullSpeed} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {healthLook, isOnline, isUnread} from '../health-words.ts'
import {TroubleLine} from '../health/HealthActionButton.tsx'
import {ServerHealthBadge} from '../health/HealthIcon.tsx'
import {latencyBars} from '../health/health-events.ts'
import {ServerStatusPopover} from '../health/ServerStatusPopover.tsx'
import {kindName, milliseconds, momentWords} from '../server-words.ts'
import {FileMark} from './FileMark.tsx'
import type {Step} from './order.ts'
import {TestLine, type TestResult} from './TestLine.tsx'
import {useServerMenu, type ServerMenuDeps} from './use-server-menu.ts'

/** The columns that head and rows of the list of servers share. */
export const rowGrid =
  'desk:grid desk:grid-cols-[20px_minmax(190px,1.25fr)_178px_120px_132px_132px_40px] desk:items-center desk:gap-x-5 desk:pr-3 desk:pl-2'

interface ServerRowProps {
  readonly server: LiveServer
  readonly card: Server | null
  /** In the list, 0 first. */
  readonly place: number
  /** Its place among those that he may move; `null` = it is not his to move. */
  readonly order: number | null
  /** Of those that he may move. */
  readonly count: number
  readonly history: History | undefined
  readonly test: TestResult | null
  readonly onTest: (id: string) => Promise<void>
  readonly onDismiss: (id: string) => void
  readonly onStep: (id: string, step: Step) => void
}

/**
 * A server in the list; trouble and results of tests open a line below. Remembered: of hundreds of servers some change
 * each second, and the others must not be written again.
 */
export const ServerRow = memo(function ServerRow({
  server,
  card,
  place,
  order,
  count,
  history,
  test,
  onTest,
  onDismiss,
  onStep,
}: ServerRowProps) {
  const {server_id: id, server_name: name} = server
  const {setNodeRef, setActivatorNodeRef, listeners, attributes, transform, transition, isDragging} =
    useSortable({id, disabled: order === null})
  return (
    <li
      ref={setNodeRef}
      style={{
        transform: transform === null ? undefined : `translateY(${Math.round(transform.y)}px)`,
        transition,
      }}
      className={joined(
        'relative border-b border-line bg-surface last:border-0 hover:bg-hover max-desk:p-3.5 desk:py-[13px]',
        isDragging && 'z-sticky shadow-2',
      )}
    >
      <div
        className={joined(
          rowGrid,
          'max-desk:grid max-desk:grid-cols-[minmax(0,1fr)_auto_auto] max-desk:items-start max-desk:gap-x-2 max-desk:gap-y-2',
        )}
      >
        {order === null ? (
          <span className="max-desk:hidden" />
        ) : (
          <button
            type="button"
            ref={setActivatorNodeRef}
            {...attributes}
            {...listeners}
            aria-label={text('servers.drag.handle', {name})}
            className="grid h-8 w-6 cursor-grab touch-none place-items-center rounded-s text-text-3 hover:bg-press focus-visible:shadow-focus max-desk:hidden"
          >
            <Icon icon={GripVertical} size={14} />
          </button>
        )}
        <WhoCell server={server} card={card} place={place} />
        <HealthCell server={server} history={history} />
        <TorrentsCell server={server} />
        <SpeedsCell server={server} />
        <SpaceCell server={server} />
        <ServerMenu
          server={server}
          owner={card?.owner?.name ?? null}
          onTest={() => void onTest(id)}
          order={order === null ? null : {place: order, count, onStep: (step) => onStep(id, step)}}
          className="max-desk:order-3"
        />
      </div>
      <TroubleLine server={server} className="mt-2.5 desk:mr-3 desk:ml-12" />
      {test && (
        <TestLine result={test} onDismiss={() => onDismiss(id)} className="mt-2 desk:mr-3 desk:ml-12" />
      )}
    </li>
  )
})

/** Everything that is done with one server. What is not his to do says whom to ask. */
function ServerMenu({className, ...parts}: ServerMenuDeps & {readonly className?: string}) {
  const entries = useServerMenu(parts)
  const {server_name: name} = parts.server
  return (
    <DropdownMenu
      label={name}
      align="end"
      entries={entries}
      trigger={<IconButton label={text('server.menu', {name})} icon={Ellipsis} className={className} />}
    />
  )
}

// The columns; on narrow screens they are the parts of its card.

function WhoCell({server, card, place}: {server: LiveServer; card: Server | null; place: number}) {
  return (
    <div className="grid min-w-0 gap-0.5 max-desk:order-1">
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <span className="flex max-w-full min-w-0 items-center gap-2">
          <Swatch colour={serverColour(server.colour, place)} isHollow={!isOnline(server)} size={11} />
          <Link
            to="/settings/servers/$id"
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

function HealthCell({server, history}: {server: LiveServer; history: History | undefined}) {
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

function TorrentsCell({server}: {server: LiveServer}) {
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

function SpeedsCell({server}: {server: LiveServer}) {
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

function SpaceCell({server}: {server: LiveServer}) {
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

const SLOW_MS = 2000

/** How long a server took to answer in each of the last minutes. Drawn again with the history, not with each speed. */
const LatencyBars = memo(function LatencyBars({
  id,
  name,
  history,
}: {
  id: string
  name: string
  history: History | undefined
}) {
  return (
    <Bars26
      values={latencyBars(history, id)}
      label={text('servers.latencies', {name})}
      formatValue={milliseconds}
      slowFrom={SLOW_MS}
      className="h-4!"
    />
  )
})
