import {useQuery} from '@tanstack/react-query'
import {historyQuery, type History, type HistorySpan} from '../../../api/history.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {AreaChart} from '../../../ui/AreaChart.tsx'
import {Card} from '../../../ui/Card.tsx'
import type {ChartSeries} from '../../../ui/chart-geometry.ts'
import {bytes, count, fullSpeed, written} from '../../../ui/format.ts'
import {day, exactTime, timeOfDay} from '../../../ui/format-time.ts'
import {milliseconds} from '../server-words.ts'

const HEIGHT = 120

/** One figure of a server over time, with its newest value in words. */
export function HistoryChart({id, span, shows}: {id: string; span: HistorySpan; shows: ChartSubject}) {
  const {data} = useQuery(historyQuery(id, span, metricsOf(shows)))
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
      {data === undefined || isEmpty ? (
        <p className="grid place-items-center text-text-3" style={{height: HEIGHT + 18}}>
          {data !== undefined && text('server.chart.none')}
        </p>
      ) : (
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
