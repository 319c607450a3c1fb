/** Which metrics a chart of a server shows, and in which look. */
import type {History} from '../../../api/history.ts'
import {text} from '../../../i18n/text.ts'
import type {ChartSeries} from '../../../ui/chart-geometry.ts'
import {bytes, count, fullSpeed, written} from '../../../ui/format.ts'
import {milliseconds} from '../server-words.ts'

export type ChartSubject = 'speed' | 'latency' | 'torrents' | 'space'

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
export function metricsOf(subject: ChartSubject): string {
  return shown[subject].map(({metric}) => metric).join(',')
}

export function seriesOf(subject: ChartSubject, history: History): readonly ChartSeries[] {
  const values = history.servers?.[0]?.values ?? {}
  return shown[subject].map(({metric, colour, kind}) => ({
    ...{id: metric, colour, kind},
    label: text(`server.metric.${metric}` as 'server.metric.down_speed'),
    values: values[metric] ?? [],
  }))
}

export function formatOf(subject: ChartSubject): (value: number) => string {
  return formats[subject]
}

/** Bytes, or bytes/s. */
export function isOfBytes(subject: ChartSubject): boolean {
  return subject === 'speed' || subject === 'space'
}

/** The newest value that is known; `null` = none. */
export function newestOf({values}: ChartSeries): number | null {
  return values.findLast((value) => value !== null) ?? null
}
