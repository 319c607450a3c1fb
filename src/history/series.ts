/** From samples to what a chart draws: one array a metric, `null` where nothing is known. */
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {seenIn, type Sample} from './sample.ts'
import type {SelectedRange} from './span-choice.ts'

export const metrics = [
  'downSpeed',
  'upSpeed',
  'downSpeedMax',
  'upSpeedMax',
  'downloaded',
  'uploaded',
  'torrents',
  'downloading',
  'seeding',
  'failing',
  'freeSpace',
  'latencyMs',
  'online',
] as const
export type Metric = (typeof metrics)[number]

/** Several servers have these together. Not the largest rates, which they had at different moments, nor disks they may share. */
export const summedMetrics = [
  'downSpeed',
  'upSpeed',
  'downloaded',
  'uploaded',
  'torrents',
  'downloading',
  'seeding',
  'failing',
  'online',
] as const satisfies readonly Metric[]
export type SummedMetric = (typeof summedMetrics)[number]

export type Series<M extends Metric> = {readonly [N in M]?: readonly (number | null)[]}

export interface ServerSeries {
  readonly serverId: ServerId
  readonly values: Series<Metric>
}

/** Only while it was seen is it known how fast it was. */
const ratesOnly: ReadonlySet<Metric> = new Set(['downSpeed', 'upSpeed', 'downSpeedMax', 'upSpeedMax'])

export function timesOf({from, span, points}: SelectedRange): EpochMs[] {
  return Array.from({length: points}, (_, at) => from + at * span * 1_000)
}

export function seriesOf(
  serverId: ServerId,
  samples: readonly Sample[],
  range: SelectedRange,
  wanted: readonly Metric[],
): ServerSeries {
  const filled = byPlace(samples, range)
  const values = wanted.map((metric) => [metric, filled.map((it) => (it ? valueOf(it, metric) : null))])
  return {serverId, values: Object.fromEntries(values) as Series<Metric>}
}

function valueOf(sample: Sample, metric: Metric): number | null {
  return ratesOnly.has(metric) && seenIn(sample) === 0 ? null : sample[metric]
}

/** One for each point of the range; of the same time the later one counts. */
function byPlace(samples: readonly Sample[], range: SelectedRange): (Sample | null)[] {
  const places: (Sample | null)[] = Array.from({length: range.points}, () => null)
  for (const sample of samples) {
    const place = placeOf(sample.at, range)
    if (place in places) places[place] = sample
  }
  return places
}

/** Not whole, or beyond the points, where none begins. */
function placeOf(at: EpochMs, {from, span}: SelectedRange): number {
  return (at - from) / (span * 1_000)
}

/** Several servers at one time. */
interface Together extends Record<SummedMetric, number> {
  /** That have a sample there, and that were seen in it. */
  servers: number
  seen: number
}

/** All servers together, time by time, as more of them are added. */
export class Sum {
  readonly #range: SelectedRange
  readonly #points: (Together | null)[]

  constructor(range: SelectedRange) {
    this.#range = range
    this.#points = Array.from({length: range.points}, () => null)
  }

  add(sample: Sample): void {
    const place = placeOf(sample.at, this.#range)
    if (!(place in this.#points)) return
    const point = (this.#points[place] ??= nothingYet())
    point.servers++
    if (seenIn(sample) > 0) point.seen++
    for (const metric of summedMetrics) point[metric] += sample[metric]
  }

  /** How many servers each point speaks for. */
  reporting(): number[] {
    return this.#points.map((point) => point?.servers ?? 0)
  }

  /** `online`: the mean of the shares. */
  values(wanted: readonly SummedMetric[]): Series<SummedMetric> {
    const values = wanted.map((metric) => [
      metric,
      this.#points.map((it) => (it ? summedValue(it, metric) : null)),
    ])
    return Object.fromEntries(values) as Series<SummedMetric>
  }
}

function nothingYet(): Together {
  return {
    servers: 0,
    seen: 0,
    downSpeed: 0,
    upSpeed: 0,
    downloaded: 0,
    uploaded: 0,
    torrents: 0,
    downloading: 0,
    seeding: 0,
    failing: 0,
    online: 0,
  }
}

function summedValue(point: Together, metric: SummedMetric): number | null {
  if (metric === 'online') return point.online / point.servers
  return ratesOnly.has(metric) && point.seen === 0 ? null : point[metric]
}
