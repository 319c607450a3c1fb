/**
 * What torrents and trackers moved over time, as charts draw it.
 *
 * Only what moved something is written, so an hour without anything is 0 where its server was seen, and not known where
 * it was not: the samples of servers tell which.
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {trackerCalled, type NamedTracker} from '#model/query.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes, EpochMs, Share} from '#model/units.ts'
import type {TrafficRow} from '#store/repositories/traffic.ts'
import {FINE_MS} from './fine-traffic.ts'
import type {HistoryDays} from './retention.ts'
import {beginOf, FINEST, seenIn, type Span} from './sample.ts'
import type {ServerSamples} from './history.ts'
import {timesOf} from './series.ts'
import {selectRange, type SelectedRange} from './span-choice.ts'
import {DAY, DAY_MS, HOUR, HOUR_MS, hourOf} from './traffic-hours.ts'
import {OTHER_TRACKERS, type Traffic} from './traffic.ts'

interface AskedTime {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly span: Span | 'auto'
}

type Points = (number | null)[]

interface TrackerSeries {
  /** As people call it, else its host; '' = no tracker, * = several together. */
  readonly name: string
  /** That are counted in it; of several together and of no tracker none. */
  readonly hosts: string[]
  readonly downloaded: Points
  readonly uploaded: Points
  /** At the end of each point. */
  readonly torrents: Points
}

interface TrackersAnswer {
  /** Seconds a point stands for. */
  readonly span: Span
  readonly at: EpochMs[]
  /** Those that moved most first. */
  readonly trackers: TrackerSeries[]
  /** Of how many servers each point is made. */
  readonly reporting: number[]
}

/** What is known of a torrent now; `null` = it is not there. */
export interface TorrentLife {
  readonly addedAt: EpochMs | undefined
  readonly completedAt: EpochMs | null | undefined
}

interface TorrentAnswer {
  readonly span: Span
  readonly at: EpochMs[]
  readonly downloaded: Points
  readonly uploaded: Points
  /** At the end of each point. Of spans of ten seconds it is not kept. */
  readonly progress: (Share | null)[]
}

const kept = [HOUR, DAY] as const
const keptOfTorrents = [FINEST, HOUR, DAY] as const
/** Days of servers that one answer reads: each has up to a hundred trackers. */
const MOST_SERVER_DAYS = 12_000
/** Values of an answer: 10 ms to write down. */
const MOST_VALUES = 100_000
/** Trackers of one answer, and while it is made. */
const MOST_TRACKERS = 200
const MOST_GATHERED = 1_000
/** Days that are read at once. */
const STRETCH_MS = 60 * DAY_MS

export class TrafficHistory {
  readonly #samples: ServerSamples
  readonly #traffic: Pick<Traffic, 'days' | 'fineAt'>
  readonly #clock: Clock
  readonly #turns: TimeSlice
  readonly #days: () => HistoryDays

  constructor(
    samples: ServerSamples,
    traffic: Pick<Traffic, 'days' | 'fineAt'>,
    clock: Clock,
    turns: TimeSlice,
    days: () => HistoryDays,
  ) {
    this.#samples = samples
    this.#traffic = traffic
    this.#clock = clock
    this.#turns = turns
    this.#days = days
  }

  /**
   * @param serverIds only those that who asks may see
   * @param called hosts of one name are one tracker, in the past, too: what is kept is kept by host
   * @throws {BadArgument} too much. @throws {StorageFault}
   */
  async trackers(
    serverIds: readonly ServerId[],
    time: AskedTime,
    called: readonly NamedTracker[] = [],
  ): Promise<TrackersAnswer> {
    const range = selectRange({...time, servers: serverIds.length, kept}, this.#clock.now(), this.#days())
    const bounded = withinDays(range, serverIds.length)
    const sum = new TrackerSum(bounded, called)
    for (const id of serverIds) {
      if (this.#turns.due()) await this.#turns.next()
      const seen = await this.#seen(id, bounded)
      const one = sum.server(seen)
      for (let from = beginOf(bounded.from, DAY); from < bounded.to; from += STRETCH_MS) {
        const to = Math.min(from + STRETCH_MS, bounded.to)
        one.add(from, to, await this.#traffic.days(id, 'tracker', {from, to}))
        if (this.#turns.due()) await this.#turns.next()
      }
    }
    return {span: bounded.span, at: timesOf(bounded), ...sum.answer()}
  }

  /** @throws {BadArgument} too much. @throws {StorageFault} */
  async torrent(key: TorrentKey, life: TorrentLife | null, time: AskedTime): Promise<TorrentAnswer> {
    const now = this.#clock.now()
    const isFine = time.span === FINEST || (time.span === 'auto' && time.from >= now - FINE_MS)
    const spans = isFine ? keptOfTorrents : kept
    const range = selectRange(
      {...time, span: isFine ? FINEST : time.span, servers: 1, kept: spans},
      now,
      this.#days(),
    )
    const seen = await this.#seen(key.serverId, range)
    const from = beginOf(range.from, DAY)
    const rows = await this.#traffic.days(key.serverId, 'torrent', {from, to: range.to}, key.hash)
    const isThere = withinLife(life, rows, range)
    const at = timesOf(range)
    const moved = isFine
      ? at.map((slot) => (slot > now - FINE_MS ? this.#traffic.fineAt(key, slot) : null))
      : pointsOf(rows, range)
    const known = (place: number) => seen[place]! && isThere(at[place]!)
    const valueOf = (place: number, bytes: Bytes | undefined) => {
      if (bytes !== undefined && bytes > 0) return bytes
      return known(place) && moved[place] !== null ? 0 : null
    }
    const levels = isFine ? at.map(() => null) : levelsOf(rows, range)
    return {
      span: range.span,
      at,
      downloaded: at.map((_, place) => valueOf(place, moved[place]?.downloaded)),
      uploaded: at.map((_, place) => valueOf(place, moved[place]?.uploaded)),
      progress: at.map((begin, place) => {
        if (!known(place)) return null
        const isComplete = (life?.completedAt ?? Infinity) < begin + range.span * 1_000
        return levels[place] ?? (isComplete && !isFine ? 1 : null)
      }),
    }
  }

  /** Where the server was seen: only there is it known that nothing moved. */
  async #seen(id: ServerId, range: SelectedRange): Promise<boolean[]> {
    const seen = Array.from({length: range.points}, () => false)
    for (const sample of await this.#samples.of(id, range)) {
      const place = (sample.at - range.from) / (range.span * 1_000)
      if (place in seen && seenIn(sample) > 0) seen[place] = true
    }
    return seen
  }
}

/** The newest days of it that an answer may be made of. */
function withinDays(range: SelectedRange, servers: number): SelectedRange {
  const most = Math.max(1, Math.floor(MOST_SERVER_DAYS / Math.max(1, servers))) * DAY_MS
  if (range.to - range.from <= most) return range
  const points = Math.max(1, Math.floor(most / (range.span * 1_000)))
  return {...range, points, from: range.to - points * range.span * 1_000}
}

/** Was it there at that time? Of one that is not there any more, or whose age is not known, by what it moved. */
function withinLife(
  life: TorrentLife | null,
  rows: readonly TrafficRow[],
  {span}: SelectedRange,
): (begin: EpochMs) => boolean {
  const times = rows.flatMap(timesMoved)
  const from = life?.addedAt ?? Math.min(...times)
  const to = life === null ? Math.max(...times) + HOUR_MS : Infinity
  return (begin) => begin + span * 1_000 > from && begin < to
}

/** Beginnings of the hours in which something moved. */
function timesMoved({at, downloaded, uploaded}: TrafficRow): EpochMs[] {
  const hours = Array.from({length: Math.max(downloaded.length, uploaded.length)}, (_, hour) => hour)
  return hours
    .filter((hour) => (downloaded[hour] ?? 0) + (uploaded[hour] ?? 0) > 0)
    .map((hour) => at + hour * HOUR_MS)
}

interface Moved {
  downloaded: Bytes
  uploaded: Bytes
}

/** By point: what moved in its hours. */
function pointsOf(rows: readonly TrafficRow[], range: SelectedRange): Moved[] {
  const points = Array.from({length: range.points}, () => ({downloaded: 0, uploaded: 0}))
  for (const row of rows) {
    for (const [hour, bytes] of row.downloaded.entries()) {
      const point = points[placeOf(row.at + hour * HOUR_MS, range)]
      if (point) point.downloaded += bytes
    }
    for (const [hour, bytes] of row.uploaded.entries()) {
      const point = points[placeOf(row.at + hour * HOUR_MS, range)]
      if (point) point.uploaded += bytes
    }
  }
  return points
}

/** By point: the level at its end, as far back as these days tell. */
function levelsOf(rows: readonly TrafficRow[], range: SelectedRange): (number | null)[] {
  const byDay = new Map(rows.map((row) => [row.at, row]))
  const levels: (number | null)[] = Array.from({length: range.points}, () => null)
  let level: number | null = null
  for (let at = beginOf(range.from, DAY); at < range.to; at += HOUR_MS) {
    level = byDay.get(beginOf(at, DAY))?.levels[hourOf(at)] ?? level
    const place = placeOf(at, range)
    if (place in levels) levels[place] = level
  }
  return levels
}

function placeOf(at: EpochMs, {from, span}: SelectedRange): number {
  return Math.floor((at - from) / (span * 1_000))
}

/** One tracker, of all servers. `NaN` = no server has a number of torrents there. */
interface Gathered {
  readonly hosts: Set<string>
  readonly downloaded: Float64Array
  readonly uploaded: Float64Array
  readonly torrents: Float64Array
}

/** Trackers of several servers together. */
class TrackerSum {
  readonly #range: SelectedRange
  readonly #called: readonly NamedTracker[]
  readonly #names = new Map<string, string>()
  readonly #trackers = new Map<string, Gathered>()
  readonly #reporting: number[]

  constructor(range: SelectedRange, called: readonly NamedTracker[]) {
    this.#range = range
    this.#called = called
    this.#reporting = Array.from({length: range.points}, () => 0)
  }

  /** @param seen points in which it was seen. @returns takes its days in their order */
  server(seen: readonly boolean[]): {add(from: EpochMs, to: EpochMs, rows: readonly TrafficRow[]): void} {
    for (const [place, isSeen] of seen.entries()) if (isSeen) this.#reporting[place]!++
    return {
      add: (from, to, rows) => {
        const byDay = Map.groupBy(rows, (row) => row.at)
        for (let day = from; day < to; day += DAY_MS) {
          for (const row of byDay.get(day) ?? []) this.#addDay(row, seen)
        }
      },
    }
  }

  answer(): Pick<TrackersAnswer, 'trackers' | 'reporting'> {
    const most = Math.max(1, Math.min(MOST_TRACKERS, Math.floor(MOST_VALUES / (3 * this.#range.points))))
    const sorted = [...this.#trackers]
      .filter(([name]) => name !== OTHER_TRACKERS)
      .map(([name, its]) => ({name, its, moved: total(its.downloaded) + total(its.uploaded)}))
      .toSorted((a, b) => b.moved - a.moved || (a.name < b.name ? -1 : 1))
    for (const {its} of sorted.slice(most)) this.#together(its)
    const others = this.#trackers.get(OTHER_TRACKERS)
    const shown = sorted.slice(0, most)
    return {
      trackers: [
        ...shown.map(({name, its}) => this.#series(name, its)),
        ...(others ? [this.#series(OTHER_TRACKERS, others)] : []),
      ],
      reporting: this.#reporting,
    }
  }

  #addDay({subject, at, downloaded, uploaded, levels}: TrafficRow, seen: readonly boolean[]): void {
    const its = this.#of(subject)
    const {span} = this.#range
    for (const [hour, bytes] of downloaded.entries())
      this.#addBytes(its.downloaded, at + hour * HOUR_MS, bytes)
    for (const [hour, bytes] of uploaded.entries()) this.#addBytes(its.uploaded, at + hour * HOUR_MS, bytes)
    // At the beginning of a day every tracker is written, so no number is of the day before.
    let level: number | null = null
    for (let hour = 0; hour < 24; hour++) {
      level = levels[hour] ?? level
      const place = placeOf(at + hour * HOUR_MS, this.#range)
      const isLast = span === HOUR || hour === 23
      if (level === null || !isLast || !seen[place]) continue
      its.torrents[place] = (Number.isNaN(its.torrents[place]!) ? 0 : its.torrents[place]!) + level
    }
  }

  #addBytes(points: Float64Array, at: EpochMs, bytes: Bytes): void {
    const place = placeOf(at, this.#range)
    if (place >= 0 && place < points.length) points[place]! += bytes
  }

  #of(host: string): Gathered {
    const called = this.#nameOf(host)
    const name = this.#trackers.has(called) || this.#trackers.size < MOST_GATHERED ? called : OTHER_TRACKERS
    const its = this.#trackers.get(name) ?? this.#new(name)
    if (host !== '' && name !== OTHER_TRACKERS) its.hosts.add(host)
    return its
  }

  /** A name that stands for others together, or for none, is no name. */
  #nameOf(host: string): string {
    if (host === '' || host === OTHER_TRACKERS) return host
    const known = this.#names.get(host)
    if (known !== undefined) return known
    const called = trackerCalled(host, this.#called)
    const name = called === OTHER_TRACKERS || called === '' ? host : called
    this.#names.set(host, name)
    return name
  }

  #new(name: string): Gathered {
    const {points} = this.#range
    const its = {
      hosts: new Set<string>(),
      downloaded: new Float64Array(points),
      uploaded: new Float64Array(points),
      torrents: new Float64Array(points).fill(Number.NaN),
    }
    this.#trackers.set(name, its)
    return its
  }

  #together(its: Gathered): void {
    const others = this.#of(OTHER_TRACKERS)
    for (let place = 0; place < this.#range.points; place++) {
      others.downloaded[place]! += its.downloaded[place]!
      others.uploaded[place]! += its.uploaded[place]!
      const [more, before] = [its.torrents[place]!, others.torrents[place]!]
      if (!Number.isNaN(more)) others.torrents[place] = (Number.isNaN(before) ? 0 : before) + more
    }
  }

  #series(name: string, its: Gathered): TrackerSeries {
    const bytes = (points: Float64Array) =>
      Array.from(points, (value, place) => (value > 0 || this.#reporting[place]! > 0 ? value : null))
    return {
      name,
      hosts: [...its.hosts].sort(),
      downloaded: bytes(its.downloaded),
      uploaded: bytes(its.uploaded),
      torrents: Array.from(its.torrents, (value) => (Number.isNaN(value) ? null : value)),
    }
  }
}

function total(points: Float64Array): number {
  return points.reduce((sum, value) => sum + value, 0)
}
