/** What tiles draw and say of the history, and how torrents spread over servers. `null` = not known. Pure. */
import type {History, TrackerHistory} from '../../api/history.ts'
import type {Distribution} from '../../api/today.ts'
import {sumOf, type ChartSeries, type ChartValues} from '../../ui/chart-geometry.ts'

type Values = readonly (number | null)[]

/** Means of so many neighbours: a picture has fewer points than the history. A stretch without any value stays a gap. */
export function thinned(values: Values, step: number): ChartValues {
  return Array.from({length: Math.ceil(values.length / step)}, (_, at) => {
    const known = values.slice(at * step, (at + 1) * step).filter((it) => it !== null)
    return known.length === 0 ? null : known.reduce((sum, it) => sum + it, 0) / known.length
  })
}

/** At each point, what was uploaded since the first one divided by what was downloaded; `null` where nothing was. */
export function ratiosOf(uploaded: Values, downloaded: Values): ChartValues {
  let [up, down] = [0, 0]
  return downloaded.map((more, at) => {
    const given = uploaded[at] ?? null
    if (more === null || given === null) return null
    up += given
    down += more
    return down === 0 ? null : up / down
  })
}

export function lastKnown(values: ChartValues): number | null {
  return values.findLast((it) => it !== null) ?? null
}

/** When the first point was measured; `null` = none was. */
export function firstKnownAt(at: readonly number[], values: ChartValues): number | null {
  const place = values.findIndex((it) => it !== null)
  return place === -1 ? null : (at[place] ?? null)
}

/**
 * Trackers are counted by the hour: in the first one something may have been known only from a minute on, as servers were
 * added then. @param minutes of that hour; absent = they are not kept, or not read yet
 */
export function countedSince(since: number, minutes: Pick<History, 'at' | 'sum'> | undefined): number {
  return (minutes && firstKnownAt(minutes.at, minutes.sum.uploaded ?? [])) ?? since
}

/**
 * A level, and dotted behind it how it goes on.
 * @param more points that come behind the last one, each `stepMs` later
 * @param perDay what it loses in a day; `null` = nobody can say, and nothing is drawn
 */
export function withForecast(
  series: ChartSeries,
  {more, stepMs, perDay}: {readonly more: number; readonly stepMs: number; readonly perDay: number | null},
): readonly ChartSeries[] {
  const {values} = series
  const end = values.findLastIndex((it) => it !== null)
  const level = {...series, values: [...values, ...Array<null>(more).fill(null)]}
  const from = values[end]
  if (perDay === null || from === undefined || from === null) return [level]
  return [level, aheadOf(series, {more, lost: (perDay * stepMs) / DAY_MS, freed: 0})]
}

/** How a level goes on when so much is freed now; none where nobody can say, or nothing would be freed. */
export function forecastAfter(
  series: ChartSeries,
  {
    more,
    stepMs,
    perDay,
    freed,
  }: {readonly more: number; readonly stepMs: number; readonly perDay: number | null; readonly freed: number},
): readonly ChartSeries[] {
  const isKnown = series.values.some((it) => it !== null)
  if (perDay === null || freed <= 0 || !isKnown) return []
  return [aheadOf(series, {more, lost: (perDay * stepMs) / DAY_MS, freed})]
}

/** @param lost with each point */
function aheadOf(
  series: ChartSeries,
  {more, lost, freed}: {readonly more: number; readonly lost: number; readonly freed: number},
): ChartSeries {
  const {values} = series
  const end = values.findLastIndex((it) => it !== null)
  const from = values[end]! + freed
  const ahead = Array.from({length: values.length + more}, (_, at) =>
    at < end ? null : Math.max(0, from - lost * (at - end)),
  )
  return {...series, id: `${series.id} forecast`, kind: 'forecast', values: ahead}
}

const DAY_MS = 86_400_000

interface SpreadRow<S> {
  /** '' = none. */
  readonly category: string
  readonly total: number
  /** In the order of the servers; those without any are left out. */
  readonly parts: readonly {readonly server: S; readonly count: number}[]
}

/** @returns the largest first */
export function spreadOf<S extends {readonly server_id: string}>(
  distribution: Distribution,
  servers: readonly S[],
): readonly SpreadRow<S>[] {
  return Object.entries(distribution)
    .map(([category, counts]) => {
      const parts = servers.flatMap((server) => {
        const count = counts[server.server_id] ?? 0
        return count === 0 ? [] : [{server, count}]
      })
      return {category, parts, total: parts.reduce((sum, {count}) => sum + count, 0)}
    })
    .filter(({total}) => total > 0)
    .toSorted((one, other) => other.total - one.total || (one.category < other.category ? -1 : 1))
}

interface TrackerUploads {
  /** The most first, those that are together last; those to which nothing went are left out. */
  readonly rows: readonly {
    /** Of its profile, else its host; '' = no tracker, * = the others together. */
    readonly name: string
    readonly hosts: readonly string[]
    /** bytes */
    readonly uploaded: number
  }[]
  /** Epoch ms; `null` = from the beginning of the range. */
  readonly since: number | null
  /** Was nothing known for a while after that? */
  readonly hasGaps: boolean
}

/** What was uploaded to the torrents of each tracker in a range. */
export const OTHER_TRACKERS = '*'

/** @returns `null` = nothing is known */
export function trackerUploads({at, trackers, reporting}: TrackerHistory): TrackerUploads | null {
  const sums = trackers.flatMap(({name, hosts, uploaded}) => {
    const sum = sumOf(uploaded)
    return sum === null ? [] : [{name, hosts, uploaded: sum}]
  })
  if (sums.length === 0) return null
  const isKnown = (place: number) =>
    (reporting[place] ?? 0) > 0 || trackers.some(({uploaded}) => (uploaded[place] ?? null) !== null)
  const first = at.findIndex((_, place) => isKnown(place))
  const order = (name: string) => (name === OTHER_TRACKERS ? 1 : 0)
  return {
    rows: sums
      .filter(({uploaded}) => uploaded > 0)
      .toSorted((one, other) => order(one.name) - order(other.name) || other.uploaded - one.uploaded),
    since: first > 0 ? (at[first] ?? null) : null,
    hasGaps: at.some((_, place) => place > first && !isKnown(place)),
  }
}
