import {useQuery} from '@tanstack/react-query'
import {Link, type LinkProps} from '@tanstack/react-router'
import {
  ArrowLeftRight,
  CircleCheck,
  CopyCheck,
  FileX2,
  HardDrive,
  Hourglass,
  Trash2,
  type LucideIcon,
} from 'lucide-react'
import {useState} from 'react'
import {fleetHistoryQuery, spanMsOf} from '../../api/history.ts'
import {orphansQuery, type OrphanList} from '../../api/orphans.ts'
import {usePermission} from '../../api/session.ts'
import {foundSums} from '../../api/torrents.ts'
import {trashQuery} from '../../api/trash.ts'
import {dayAndTime, exactTime} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {AreaChart} from '../../ui/AreaChart.tsx'
import {Awaited} from '../../ui/Awaited.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Card} from '../../ui/Card.tsx'
import {bytes, duration, until, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {Meter} from '../../ui/Meter.tsx'
import {pageClass} from '../../ui/PageHead.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {serverColour} from '../../ui/server-colours.ts'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {Swatch} from '../../ui/Swatch.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {forecastAfter, lastKnown, withForecast} from '../overview/figures.ts'
import {NoServers} from '../servers/list/NoServers.tsx'
import {isOnline} from '../servers/health-words.ts'
import {useSpaceForecasts} from '../servers/page/use-space-forecasts.ts'
import {useScopedServers} from '../servers/switcher/scope.ts'
import {selection} from '../torrent-rows/selection.ts'
import {disksOf, spaceVerdict, type Disk} from './disks.ts'

const DAY_MS = 86_400_000
/** Below it hours say more. */
const DAYS_IN_WORDS = 3

/** How long the room lasts on each disk, and what could go. Nothing acts from here. */
export function DiskSpacePage() {
  useTitle(text('disk-space.title'))
  const isKnown = useServers() !== null
  const disks = disksOf(useScopedServers(), useSpaceForecasts())
  const [selected, setSelected] = useState<string | null>(null)
  const disk = disks.find(({server}) => server.server_id === selected) ?? disks[0]
  return (
    <main tabIndex={-1} className={pageClass}>
      <div className="mx-auto grid max-w-[1240px] gap-4">
        {!isKnown && <Waiting />}
        {isKnown && disk === undefined && (
          <>
            <h1 className="text-20/tight font-bold">{text('disk-space.title')}</h1>
            <NoServers />
          </>
        )}
        {disk !== undefined && (
          <>
            <Verdict disks={disks} />
            <div className="grid items-start gap-4 desk:grid-cols-[minmax(0,1fr)_300px]">
              <div className="grid min-w-0 gap-4">
                <SpaceChart key={disk.server.server_id} disk={disk} />
                <Ways disk={disk} />
              </div>
              <Disks disks={disks} shown={disk} onSelect={setSelected} />
            </div>
          </>
        )}
      </div>
    </main>
  )
}

function Waiting() {
  return (
    <>
      <h1 className="sr-only">{text('disk-space.title')}</h1>
      <Skeleton width={340} height={20} />
      <Card>
        <Skeleton width="60%" height={160} />
      </Card>
    </>
  )
}

function Verdict({disks}: {disks: readonly Disk[]}) {
  const now = useNow(60_000)
  const {key, values, isWarning} = spaceVerdict(disks, (at) => timeUntil(at, now))
  const [first] = disks
  const more =
    first?.forecast && first.free !== null
      ? text('disk-space.per-day', {
          free: written(bytes(first.free)),
          perDay: written(bytes(first.forecast.perDay)),
        })
      : text(key === 'disk-space.none-known' ? 'disk-space.none-known.more' : 'disk-space.well.more')
  return (
    <header className="grid grid-cols-[20px_minmax(0,1fr)] gap-x-3.5 gap-y-1">
      <Icon
        icon={HardDrive}
        size={20}
        className={joined('mt-0.5', isWarning ? 'text-st-stalled' : 'text-text-2')}
      />
      <h1 className="text-20/tight font-bold tracking-[-.015em] text-balance">{text(key, values)}</h1>
      <p className="col-start-2 text-14 text-pretty text-text-2 max-phone:text-13">{more}</p>
    </header>
  )
}

/** Days in words, for the headline; hours when it is about to happen. */
function timeUntil(at: number, now: number): string {
  const days = Math.floor((at - now) / DAY_MS)
  return days < DAYS_IN_WORDS ? written(until(at, now)) : text('disk-space.days', {count: days})
}

const spans = {'60d': 60 * DAY_MS, year: spanMsOf('year')} as const
const AHEAD_DAYS = 15

/** What was free, and dotted how it goes on. */
function SpaceChart({disk: {server, forecast}}: {disk: Disk}) {
  const {server_id: id, server_name: name} = server
  const [span, setSpan] = useState<keyof typeof spans>('60d')
  const now = useNow(60_000)
  const colour = useColour(server.server_id)
  const reading = useQuery(
    fleetHistoryQuery({servers: [id], lastMs: spans[span], span: 86_400, metrics: 'free_space'}),
  )
  const {data} = reading
  const values = data?.servers?.find((it) => it.server_id === id)?.values.free_space ?? []
  const isEmpty = values.every((it) => it === null)
  const more = forecast === null ? 0 : AHEAD_DAYS
  const last = data?.at.at(-1) ?? now
  const times = [...(data?.at ?? []), ...Array.from({length: more}, (_, at) => last + (at + 1) * DAY_MS)]
  const label = text('disk-space.chart.of', {name})
  const series = withForecast(
    {id, label, colour, kind: 'line', values},
    {more, stepMs: DAY_MS, perDay: forecast?.perDay ?? null},
  ).map((it) => (it.kind === 'forecast' ? {...it, label: text('disk-space.chart.ahead')} : it))
  const freed =
    useQuery({...foundSums(`server:"${id}" ${ENOUGH}`), enabled: forecast !== null}).data?.size ?? 0
  const withFirstWay = forecastAfter(
    {id: `${id} freed`, label: '', colour: 'var(--text-2)', values},
    {more, stepMs: DAY_MS, perDay: forecast?.perDay ?? null, freed},
  ).map((it) => ({
    ...it,
    label: text('disk-space.chart.freed', {
      size: written(bytes(freed)),
      time: written(duration(lastsFor(values, forecast, freed))),
    }),
  }))
  return (
    <Card
      title={label}
      actions={
        <Segmented
          label={text('disk-space.span')}
          value={span}
          onChange={setSpan}
          options={(['60d', 'year'] as const).map((value) => ({
            value,
            label: text(`disk-space.span.${value}`),
          }))}
        />
      }
    >
      <Awaited reading={reading} what={label}>
        <Skeleton width="100%" height={160} />
      </Awaited>
      {data !== undefined && isEmpty && (
        <p className="py-14 text-center text-text-2">{text('disk-space.chart.none')}</p>
      )}
      {data !== undefined && !isEmpty && (
        <>
          <AreaChart
            label={label}
            series={[...series, ...withFirstWay]}
            times={times}
            formatValue={(it) => written(bytes(it))}
            formatTime={(at) => dayAndTime(at, now)}
            isBytes
            height={160}
          />
          <div aria-hidden className="num mt-1 flex justify-between text-11 text-text-3">
            <span>{exactTime(times[0]!, now)}</span>
            <span>{exactTime(times.at(-1)!, now)}</span>
          </div>
          {withFirstWay.map(({id: key, label: words}) => (
            <p key={key} className="mt-1 text-right text-12 text-text-2">
              {words}
            </p>
          ))}
        </>
      )}
    </Card>
  )
}

/** Seconds until it is full, with so much freed. */
function lastsFor(
  values: readonly (number | null)[],
  forecast: Disk['forecast'],
  freed: number,
): number | undefined {
  const free = lastKnown(values)
  return free === null || forecast === null
    ? undefined
    : ((free + freed) / forecast.perDay) * (DAY_MS / 1_000)
}

function useColour(id: string): string {
  const servers = useServers() ?? []
  const place = servers.findIndex((it) => it.server_id === id)
  return serverColour(servers[place]?.colour ?? null, place)
}

function Disks({
  disks,
  shown,
  onSelect,
}: {
  disks: readonly Disk[]
  shown: Disk
  onSelect: (id: string) => void
}) {
  return (
    <Card
      title={text('disk-space.disks')}
      isPadded={false}
      // Where it does not stand beside them, what is chosen there comes before what follows from it.
      className="overflow-clip max-desk:order-first"
    >
      <ul className="divide-y divide-line">
        {disks.map((disk) => (
          <DiskLine
            key={disk.server.server_id}
            disk={disk}
            isShown={disk === shown}
            onSelect={() => onSelect(disk.server.server_id)}
          />
        ))}
      </ul>
    </Card>
  )
}

function DiskLine({disk, isShown, onSelect}: {disk: Disk; isShown: boolean; onSelect: () => void}) {
  const {server, free, size, forecast} = disk
  const {server_name: name} = server
  const now = useNow(60_000)
  const colour = useColour(server.server_id)
  return (
    <li>
      <button
        type="button"
        aria-pressed={isShown}
        onClick={onSelect}
        className="grid w-full gap-2 px-3.5 py-3 text-left hover:bg-hover focus-visible:shadow-focus-in aria-pressed:bg-accent-soft"
      >
        <span className="flex min-w-0 items-center gap-2">
          <Swatch colour={colour} isHollow={!isOnline(server)} size={10} />
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="num whitespace-nowrap">
            {free === null ? text('disk-space.disk.unknown') : written(bytes(free))}
            {size !== null && (
              <span className="text-text-3"> {text('disk-space.disk.of', {size: written(bytes(size))})}</span>
            )}
          </span>
        </span>
        {free !== null && size !== null && (
          <Meter
            share={1 - free / size}
            tone={forecast === null ? 'quiet' : 'warn'}
            label={text('disk-space.disk.meter', {name})}
            valueText={text('disk-space.disk.used', {free: written(bytes(free)), size: written(bytes(size))})}
          />
        )}
        <span
          className={joined(
            'text-12 text-pretty wrap-anywhere',
            forecast === null ? 'text-text-2' : 'text-st-stalled',
          )}
        >
          {stateOf(disk, now)}
        </span>
      </button>
    </li>
  )
}

function stateOf({server, free, size, forecast}: Disk, now: number): string {
  if (free === null) {
    if (!isOnline(server)) return text('disk-space.disk.away', {name: server.server_name})
    return server.free_space_unknown ?? text('disk-space.disk.silent')
  }
  const lasts =
    forecast === null
      ? text('disk-space.disk.lasts')
      : text('disk-space.disk.full', {time: written(until(forecast.fullAt, now))})
  return size === null ? `${lasts} · ${text('disk-space.disk.no-size')}` : lasts
}

/** What rules may remove by now. */
const ENOUGH = 'is:complete removable<1m'
const IDLE = 'is:complete activity>90d'
const COPIES = 'is:complete is:duplicate'
const COMPLETE = 'is:complete'

/** Each leads to the list of exactly these. */
function Ways({disk: {server}}: {disk: Disk}) {
  const {server_id: id, server_name: name} = server
  const isAdministrator = usePermission('admin')
  return (
    <Card title={text('disk-space.ways', {name})} isPadded={false}>
      <p className="border-b border-line px-3.5 py-2 text-12 text-text-3">{text('disk-space.ways.note')}</p>
      <ul className="divide-y divide-line">
        <TorrentsWay icon={CircleCheck} name="enough" query={ENOUGH} serverId={id} />
        <TorrentsWay icon={Hourglass} name="idle" query={IDLE} serverId={id} />
        <TorrentsWay icon={CopyCheck} name="copies" query={COPIES} serverId={id} />
        <MoveWay serverId={id} />
        {isAdministrator && <OrphansWay serverId={id} />}
        <TrashWay serverId={id} />
      </ul>
    </Card>
  )
}

interface Sum {
  readonly count: number
  readonly size: number
}

function TorrentsWay({
  icon,
  name,
  query,
  serverId,
}: {
  icon: LucideIcon
  name: 'enough' | 'idle' | 'copies'
  query: string
  serverId: string
}) {
  const {data} = useQuery(foundSums(`server:"${serverId}" ${query}`))
  return (
    <Way
      icon={icon}
      name={text(`disk-space.way.${name}`)}
      says={text(`disk-space.way.${name}.says`)}
      sum={data}
      count={data && text('disk-space.way.torrents', {count: data.count})}
      to="/torrents"
      search={{q: query, servers: serverId}}
      // What is done with them is done there, where each of them is seen.
      onReview={() => {
        if (data !== undefined && data.count > 0) selection.matching(query, [serverId], data.count)
      }}
    />
  )
}

/** What is complete, to the server with the most space; which of it goes is said in the list. */
function MoveWay({serverId}: {serverId: string}) {
  const {data} = useQuery(foundSums(`server:"${serverId}" ${COMPLETE}`))
  const roomiest = (useServers() ?? [])
    .filter(({server_id: id, access}) => id !== serverId && access !== 'view')
    .filter((it) => isOnline(it) && it.free_space !== undefined)
    .toSorted((one, other) => other.free_space! - one.free_space!)[0]
  if (roomiest === undefined) return null
  const {server_name: name, free_space: free} = roomiest
  return (
    <Way
      icon={ArrowLeftRight}
      name={text('disk-space.way.move')}
      says={text('disk-space.way.move.says', {name, size: written(bytes(free))})}
      sum={data}
      count={data && text('disk-space.way.torrents', {count: data.count})}
      to="/torrents"
      search={{q: COMPLETE, servers: serverId, sort: '-size'}}
    />
  )
}

function OrphansWay({serverId}: {serverId: string}) {
  const {data} = useQuery(orphansQuery)
  const isScanned = data !== undefined && data.ended_at !== null
  const sum = isScanned ? orphansOn(serverId, data) : undefined
  return (
    <Way
      icon={FileX2}
      name={text('disk-space.way.orphans')}
      says={text(
        data === undefined || isScanned ? 'disk-space.way.orphans.says' : 'disk-space.way.orphans.unscanned',
      )}
      sum={sum}
      count={sum && text('disk-space.way.files', {count: sum.count})}
      to="/torrents/orphaned-files"
    />
  )
}

/** In the folders that it saves to; others may save there, too. */
function orphansOn(serverId: string, {folders}: OrphanList): Sum {
  const own = folders.filter(({servers}) => servers.some(({server_id: id}) => id === serverId))
  return {
    count: own.reduce((sum, it) => sum + it.orphans, 0),
    size: own.reduce((sum, it) => sum + it.bytes, 0),
  }
}

function TrashWay({serverId}: {serverId: string}) {
  const {data} = useQuery(trashQuery)
  const now = useNow(60_000)
  const kept = data?.filter(({server_id: id, state}) => id === serverId && state === 'kept')
  const first = Math.min(...(kept ?? []).flatMap(({until: at}) => at ?? []))
  const sum = kept && {count: kept.length, size: kept.reduce((all, {bytes: its}) => all + its, 0)}
  return (
    <Way
      icon={Trash2}
      name={text('disk-space.way.trash')}
      says={
        Number.isFinite(first)
          ? text('disk-space.way.trash.says', {when: exactTime(first, now)})
          : text('disk-space.way.trash.none')
      }
      sum={sum}
      count={sum && text('disk-space.way.files', {count: sum.count})}
      to="/torrents/trash"
    />
  )
}

function Way({
  icon,
  name,
  says,
  sum,
  count,
  onReview,
  ...to
}: {
  icon: LucideIcon
  name: string
  says: string
  /** `undefined` = not known yet. */
  sum: Sum | undefined
  count: string | undefined
  /** Before the page is left for what is reviewed. */
  onReview?: () => void
} & Pick<LinkProps, 'to' | 'search'>) {
  return (
    <li className="grid min-h-13 grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-3.5 py-2 phone:grid-cols-[16px_minmax(0,1fr)_110px_90px_auto]">
      <Icon icon={icon} className="text-text-2" />
      <span className="grid min-w-0">
        <span className="font-medium">{name}</span>
        <span className="text-12 text-pretty text-text-2">{says}</span>
      </span>
      <span className="num text-right text-text-2 max-phone:col-start-2 max-phone:row-start-2 max-phone:text-left">
        {count ?? text('disk-space.way.unknown')}
      </span>
      <span className="num text-right font-medium max-phone:col-start-3 max-phone:row-start-2">
        {sum === undefined ? '?' : written(bytes(sum.size))}
      </span>
      <Link
        {...(to as LinkProps)}
        onClick={onReview}
        aria-label={text('disk-space.way.review-of', {name})}
        className={joined(buttonClass('ghost'), 'max-phone:col-start-3 max-phone:row-start-1')}
      >
        {text('disk-space.way.review')}
      </Link>
    </li>
  )
}
