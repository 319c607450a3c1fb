import {useQuery} from '@tanstack/react-query'
import {useState, type ReactNode} from 'react'
import type {LiveServer} from '#model/live.ts'
import {fleetHistoryQuery, movedSinceQuery, type History} from '../../api/history.ts'
import {day} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {sumOf, type ChartSeries} from '../../ui/chart-geometry.ts'
import {bytes, fullSpeed, nothing, ratio, until, unknown, written, type Quantity} from '../../ui/format.ts'
import {lazyDialog} from '../../ui/lazy-part.ts'
import {serverColour} from '../../ui/server-colours.ts'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {startOfDay} from '../../i18n/format-time.ts'
import {isOnline} from '../servers/health-words.ts'
import {useSpaceForecasts} from '../servers/page/use-space-forecasts.ts'
import {useScopedServers, useServerScope} from '../servers/switcher/scope.ts'
import {figuresOf} from '../status/fleet-status.ts'
import {firstKnownAt, lastKnown, ratiosOf, thinned, withForecast} from './figures.ts'
import {Spark} from './Spark.tsx'

export type TileSubject = 'down' | 'up' | 'ratio' | 'space'

const ChartDialog = lazyDialog(['overview'], async () => (await import('./ChartDialog.tsx')).ChartDialog)

const DAY_MS = 86_400_000
/** Minutes of which a point of the picture is the mean. */
const MINUTES_A_POINT = 10
const HEIGHT = 38

/** Four figures of now with their past; each opens the large chart. */
export function Tiles() {
  const [open, setOpen] = useState<TileSubject | null>(null)
  return (
    <div className="grid grid-cols-4 gap-4 max-desk:grid-cols-2 max-desk:gap-3.5 max-[340px]:grid-cols-1">
      <SpeedTile subject="down" metric="down_speed" moved="downloaded" onOpen={setOpen} />
      <SpeedTile subject="up" metric="up_speed" moved="uploaded" onOpen={setOpen} />
      <RatioTile onOpen={setOpen} />
      <SpaceTile onOpen={setOpen} />
      {open !== null && <ChartDialog subject={open} onClose={() => setOpen(null)} />}
    </div>
  )
}

type OnOpen = (subject: TileSubject) => void

function Tile({
  subject,
  since,
  value,
  picture,
  caption,
  isWarning = false,
  onOpen,
}: {
  subject: TileSubject
  since: string
  /** `undefined` = it is being read. */
  value: Quantity | undefined
  picture: ReactNode
  caption: string
  isWarning?: boolean
  onOpen: OnOpen
}) {
  const name = text(`tile.${subject}`)
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      onClick={() => onOpen(subject)}
      className="grid min-w-0 content-start overflow-clip rounded-l border border-line-strong bg-surface pt-3 pb-2.5 text-left hover:bg-hover focus-visible:shadow-focus"
    >
      <span className="flex items-baseline justify-between gap-2 px-3.5 text-12 text-text-2">
        <span>{name}</span>
        <span className="text-text-3">{since}</span>
      </span>
      <span
        className="num h-8 px-3.5 text-20/8 font-bold tracking-[-.015em] whitespace-nowrap"
        title={value?.exact}
      >
        {value === undefined ? (
          <Skeleton width={90} height={18} className="mt-1.5" />
        ) : (
          <>
            {value.text}
            {value.unit !== '' && (
              <span className="pl-1 text-13 font-normal tracking-normal text-text-2">{value.unit}</span>
            )}
          </>
        )}
      </span>
      <span className="my-1 block" style={{height: HEIGHT}}>
        {picture}
      </span>
      <span
        className={`num min-h-4.5 truncate px-3.5 text-12 ${isWarning ? 'font-medium text-st-stalled' : 'text-text-2'}`}
      >
        {caption}
      </span>
    </button>
  )
}

/** What flows now as the live figures say, and behind it the last day. */
function SpeedTile({
  subject,
  metric,
  moved,
  onOpen,
}: {
  subject: 'down' | 'up'
  metric: 'down_speed' | 'up_speed'
  moved: 'downloaded' | 'uploaded'
  onOpen: OnOpen
}) {
  const isKnown = useServers() !== null
  const servers = useScopedServers()
  const {data} = useDayHistory()
  const now = useNow(60_000)
  const {data: sinceMorning} = useQuery(movedSinceQuery(useServerScope(), startOfDay(now)))
  const sum = sumOf(sinceMorning?.sum[moved])
  const series: ChartSeries = {
    id: metric,
    label: text(`tile.${subject}`),
    colour: subject === 'down' ? 'var(--st-downloading)' : 'var(--st-seeding)',
    values: thinned(data?.sum[metric] ?? [], MINUTES_A_POINT),
  }
  return (
    <Tile
      subject={subject}
      since={text('tile.24h')}
      value={isKnown ? fullSpeed(figuresOf(servers)[subject]) : undefined}
      picture={<Spark series={[series]} height={HEIGHT} />}
      caption={captionOfMoved(sinceMorning, sum)}
      onOpen={onOpen}
    />
  )
}

function captionOfMoved(history: History | undefined, sum: number | null): string {
  if (history === undefined) return ''
  return sum === null ? text('tile.moved.unknown') : text('tile.moved', {bytes: written(bytes(sum))})
}

/** Minute by minute, each server and all together: for tiles and the list of servers alike. */
export function useDayHistory() {
  const servers = useServerScope()
  return useQuery(fleetHistoryQuery({servers, lastMs: DAY_MS, span: 60, metrics: 'down_speed,up_speed'}))
}

const RATIO_DAYS = 90

function RatioTile({onOpen}: {onOpen: OnOpen}) {
  const servers = useServerScope()
  const {data, error} = useQuery(
    fleetHistoryQuery({servers, lastMs: RATIO_DAYS * DAY_MS, span: 86_400, metrics: 'downloaded,uploaded'}),
  )
  const now = useNow(60_000)
  const {uploaded = [], downloaded = []} = data?.sum ?? {}
  const values = ratiosOf(uploaded, downloaded)
  const [up, down] = [sumOf(uploaded), sumOf(downloaded)]
  const first = firstKnownAt(data?.at ?? [], downloaded)
  const last = lastKnown(values)
  const isWhole = first === null || now - first > (RATIO_DAYS - 1) * DAY_MS
  return (
    <Tile
      subject="ratio"
      since={isWhole ? text('tile.90d') : text('tile.since', {day: day(first, now)})}
      value={data === undefined ? (error === null ? undefined : unknown()) : ratioValue(last, down)}
      picture={
        <Spark
          series={[{id: 'ratio', label: text('tile.ratio'), colour: 'var(--text-2)', kind: 'line', values}]}
          height={HEIGHT}
        />
      }
      caption={captionOfRatio(data, up, down)}
      onOpen={onOpen}
    />
  )
}

/** Without a download there is no ratio; where nothing was measured it is not known. */
function ratioValue(last: number | null, down: number | null): Quantity {
  if (last !== null) return ratio(last)
  return down === 0 ? nothing() : unknown()
}

function captionOfRatio(history: History | undefined, up: number | null, down: number | null): string {
  if (history === undefined || up === null || down === null) return ''
  if (down === 0) return text('tile.ratio.none')
  return text('tile.ratio.of', {up: written(bytes(up)), down: written(bytes(down))})
}

const SPACE_DAYS = 60
const AHEAD_DAYS = 15

/**
 * Servers may share a disk, so what is free on them cannot be summed: the least of it is what somebody has to know.
 */
function SpaceTile({onOpen}: {onOpen: OnOpen}) {
  const isKnown = useServers() !== null
  const all = useServers() ?? []
  const servers = leastFree(useScopedServers())
  const forecasts = useSpaceForecasts()
  const now = useNow(60_000)
  const scope = useServerScope()
  const {data} = useQuery(
    fleetHistoryQuery({servers: scope, lastMs: SPACE_DAYS * DAY_MS, span: 86_400, metrics: 'free_space'}),
  )
  const [least] = servers
  const soonest = servers
    .flatMap((server) => {
      const forecast = forecasts.get(server.server_id)
      return forecast === undefined ? [] : [{server, forecast}]
    })
    .toSorted((one, other) => one.forecast.fullAt - other.forecast.fullAt)[0]
  const series = servers.flatMap((server) => {
    const values = data?.servers?.find(({server_id: id}) => id === server.server_id)?.values.free_space
    if (values === undefined) return []
    const perDay = forecasts.get(server.server_id)?.perDay ?? null
    return withForecast(spaceSeries(server, all, values), {more: AHEAD_DAYS, stepMs: DAY_MS, perDay})
  })
  const name = least?.server_name ?? ''
  return (
    <Tile
      subject="space"
      since={text('tile.60d')}
      value={isKnown ? (least === undefined ? unknown() : bytes(least.free_space)) : undefined}
      picture={
        <Spark series={series} height={HEIGHT} forecastFrom={SPACE_DAYS / (SPACE_DAYS + AHEAD_DAYS)} />
      }
      caption={
        soonest
          ? text('tile.space.full', {
              name: soonest.server.server_name,
              time: written(until(soonest.forecast.fullAt, now)),
            })
          : least === undefined
            ? isKnown
              ? text('tile.space.unknown')
              : ''
            : text(servers.length > 1 ? 'tile.space.least' : 'tile.space.only', {name})
      }
      isWarning={soonest !== undefined}
      onOpen={onOpen}
    />
  )
}

const MOST_LINES = 4

/** Those that say what is free, the least first; not more than a chart can show. */
export function leastFree(servers: readonly LiveServer[]): readonly LiveServer[] {
  return servers
    .filter((it) => isOnline(it) && it.free_space !== undefined)
    .toSorted((one, other) => one.free_space! - other.free_space!)
    .slice(0, MOST_LINES)
}

/** @param all in the order of people: a server without a colour of its own has that of its place */
export function spaceSeries(
  {server_id: id, server_name: name, colour}: LiveServer,
  all: readonly LiveServer[],
  values: readonly (number | null)[],
): ChartSeries {
  const place = all.findIndex((it) => it.server_id === id)
  return {id, label: name, colour: serverColour(colour, place), kind: 'line', values}
}
