import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import type {LiveServer} from '#model/live.ts'
import {printedValue} from '#search-query/printing.ts'
import {historyQuery, type History, type HistorySpan} from '../../../api/history.ts'
import {foundSums} from '../../../api/torrents.ts'
import {trashQuery} from '../../../api/trash.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {AreaChart} from '../../../ui/AreaChart.tsx'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Card} from '../../../ui/Card.tsx'
import type {ChartSeries} from '../../../ui/chart-geometry.ts'
import {day, exactTime, timeOfDay} from '../../../i18n/format-time.ts'
import {bytes, count, fullSpeed, until, written} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {milliseconds} from '../server-words.ts'
import {useSpaceForecasts} from './use-space-forecasts.ts'

const HEIGHT = 120

/** One figure of a server over time, with its newest value in words. */
export function HistoryChart({id, span, shows}: {id: string; span: HistorySpan; shows: ChartSubject}) {
  const reading = useQuery(historyQuery(id, span, metricsOf(shows)))
  const {data} = reading
  const now = useNow(60_000)
  const format = formatOf(shows)
  const series = data ? seriesOf(shows, data) : []
  const isEmpty = series.every((one) => newestOf(one) === null)
  const axis = span === 'hour' ? timeOfDay : (at: number) => (span === 'day' ? exactTime : day)(at, now)
  return (
    <Card
      title={text(`server.chart.${shows}`)}
      actions={series.map((one) => {
        const newest = newestOf(one)
        return (
          newest !== null && (
            <span key={one.id} className="num flex items-center gap-1.5 text-12 text-text-2">
              <span aria-hidden className="kit-fill size-2 rounded-full" style={{background: one.colour}} />
              {one.label} <b className="font-medium text-text">{format(newest)}</b>
            </span>
          )
        )
      })}
    >
      <Awaited reading={reading} what={text(`server.chart.${shows}`)}>
        <Skeleton height={HEIGHT + 18} />
      </Awaited>
      {data !== undefined && isEmpty && (
        <p className="grid place-items-center text-text-3" style={{height: HEIGHT + 18}}>
          {text('server.chart.none')}
        </p>
      )}
      {data !== undefined && !isEmpty && (
        <>
          <AreaChart
            label={text(`server.chart.${shows}`)}
            series={series}
            times={data.at}
            isBytes={isOfBytes(shows)}
            formatValue={format}
            formatTime={(at) => exactTime(at, now)}
            height={HEIGHT}
          />
          <div aria-hidden className="num flex justify-between pt-0.5 text-11/4 text-text-3">
            <span>{data.at[0] !== undefined && axis(data.at[0])}</span>
            <span>{text('server.now')}</span>
          </div>
        </>
      )}
    </Card>
  )
}

/** Which metrics a chart of a server shows, and in which look. */

type ChartSubject = 'speed' | 'latency' | 'torrents' | 'space'

type MetricName = keyof NonNullable<History['servers']>[number]['values']

interface Shown {
  readonly metric: MetricName
  readonly colour: string
  readonly kind: 'area' | 'line'
}

const shown: {readonly [S in ChartSubject]: readonly Shown[]} = {
  speed: [
    {metric: 'down_speed', colour: 'var(--st-downloading)', kind: 'area'},
    {metric: 'up_speed', colour: 'var(--st-seeding)', kind: 'area'},
  ],
  latency: [{metric: 'latency_ms', colour: 'var(--text-2)', kind: 'line'}],
  torrents: [
    {metric: 'torrents', colour: 'var(--text-2)', kind: 'line'},
    {metric: 'downloading', colour: 'var(--st-downloading)', kind: 'line'},
    {metric: 'failing', colour: 'var(--st-error)', kind: 'line'},
  ],
  space: [{metric: 'free_space', colour: 'var(--text-2)', kind: 'line'}],
}

const formats: {readonly [S in ChartSubject]: (value: number) => string} = {
  speed: (value) => written(fullSpeed(value)),
  latency: milliseconds,
  torrents: (value) => count(Math.round(value)),
  space: (value) => written(bytes(value)),
}

/** By commas, for the question. */
function metricsOf(subject: ChartSubject): string {
  return shown[subject].map(({metric}) => metric).join(',')
}

function seriesOf(subject: ChartSubject, history: History): readonly ChartSeries[] {
  const values = history.servers?.[0]?.values ?? {}
  return shown[subject].map(({metric, colour, kind}) => ({
    id: metric,
    colour,
    kind,
    label: text(`server.metric.${metric}` as 'server.metric.down_speed'),
    values: values[metric] ?? [],
  }))
}

function formatOf(subject: ChartSubject): (value: number) => string {
  return formats[subject]
}

/** Bytes, or bytes/s. */
function isOfBytes(subject: ChartSubject): boolean {
  return subject === 'speed' || subject === 'space'
}

/** The newest value that is known; `null` = none. */
function newestOf({values}: ChartSeries): number | null {
  return values.findLast((value) => value !== null) ?? null
}

/** What could go, each as a search that anybody can look through before he does anything. */
const ways = [
  {says: 'space.way.copies', q: 'is:complete is:duplicate'},
  {says: 'space.way.idle', q: 'is:complete activity>90d'},
  {says: 'space.way.ratio', q: 'is:complete ratio>=2'},
] as const satisfies readonly {says: TextKey; q: string}[]

/** When a disk ends, and what would free how much of it. */
export function SpaceCard({server}: {server: LiveServer}) {
  const {server_id: id, free_space: free} = server
  const forecast = useSpaceForecasts().get(id)
  const now = useNow(60_000)
  if (free === undefined) return null
  return (
    <Card title={text('space.title')} isPadded={false}>
      {forecast ? (
        <Note tone="warn" className="rounded-none!">
          {text('space.full', {
            when: written(until(forecast.fullAt, now)),
            rate: written(bytes(forecast.perDay)),
          })}
        </Note>
      ) : (
        <p className="px-3.5 pt-3 text-text-2">{text('space.enough', {free: written(bytes(free))})}</p>
      )}
      <ul className="py-1.5">
        <InTrash id={id} />
        {ways.map(({says, q}) => (
          <Way key={says} says={text(says)} q={`server:${printedValue(id)} ${q}`} />
        ))}
      </ul>
      <p className="px-3.5 pb-3 text-12 text-pretty text-text-3">
        {text('space.nobody')}{' '}
        <Link to="/activity" search={{what: 'removed,replaced'}} className={textLinkClass}>
          {text('space.journal')}
        </Link>
      </p>
    </Card>
  )
}

const row = 'num grid grid-cols-[minmax(0,1fr)_auto_80px] items-baseline gap-x-2.5 px-3.5 py-1'

function Way({says, q}: {says: string; q: string}) {
  const {data} = useQuery(foundSums(q))
  return (
    <li className={row}>
      <Link to="/torrents" search={{q, sort: '-size'}} className={`${textLinkClass} truncate`}>
        {says}
      </Link>
      <span className="text-right">{data ? count(data.count) : '?'}</span>
      <span className="text-right text-text-2">{data ? written(bytes(data.size)) : '?'}</span>
    </li>
  )
}

/** Free at once: nobody has to decide anything but that. */
function InTrash({id}: {id: string}) {
  const {data} = useQuery(trashQuery)
  const its = (data ?? []).filter((item) => item.server_id === id && item.state === 'kept')
  return (
    <li className={row}>
      <Link to="/torrents/trash" className={`${textLinkClass} truncate`}>
        {text('space.way.trash')}
      </Link>
      <span className="text-right">{data ? count(its.length) : '?'}</span>
      <span className="text-right text-text-2">
        {data ? written(bytes(its.reduce((sum, item) => sum + item.bytes, 0))) : '?'}
      </span>
    </li>
  )
}
