/** Which times of a torrent's history can be shown, and how they are drawn. Pure. `null` in a series = not known. */
import type {TorrentHistory} from '../../api/history.ts'
import type {ChartValues} from '../../ui/chart-geometry.ts'

/** minutes: the last ten, as they go on. life: since it was added. */
export type HistoryRange = 'minutes' | 'day' | 'week' | 'month' | 'year' | 'life'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export const rangeMs: Readonly<Record<Exclude<HistoryRange, 'life'>, number>> = {
  minutes: 600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
  year: 365 * DAY_MS,
}

/** Those that a torrent is old enough for, the shortest first. @param addedAt `undefined` = not known */
export function rangesOf(addedAt: number | undefined, now: number): readonly HistoryRange[] {
  const all = ['day', 'week', 'month', 'year'] as const
  if (addedAt === undefined) return ['minutes', ...all]
  const age = now - addedAt
  const shorter = all.filter((it) => it === 'day' || rangeMs[it] < age)
  return ['minutes', ...shorter, ...(age > DAY_MS ? (['life'] as const) : [])]
}

/** Another torrent may be too young for what somebody picked: then it is all that there is of it. */
export function rangeAmong(picked: HistoryRange, ranges: readonly HistoryRange[]): HistoryRange {
  return ranges.includes(picked) ? picked : ranges.at(-1)!
}

/** A life is shown from when something of it is known: a torrent may be years older than its history. */
export function withoutBeginning(history: TorrentHistory): TorrentHistory {
  const from = firstKnown(history)
  if (from <= 0) return history
  const {at, downloaded, uploaded, progress} = history
  return {
    ...history,
    at: at.slice(from),
    downloaded: downloaded.slice(from),
    uploaded: uploaded.slice(from),
    progress: progress.slice(from),
  }
}

/** Fewer points than that say little. */
const FEW = 12

/** From when it is to be asked again by the hour, epoch ms; `null` = its points are as fine as they shall be. */
export function tooCoarseFrom(history: TorrentHistory | undefined): number | null {
  if (history === undefined || history.span * 1_000 <= HOUR_MS) return null
  const from = firstKnown(history)
  return from === -1 || history.at.length - from > FEW ? null : history.at[from]!
}

/** Is anything known of it at all? */
export function isKnown(history: TorrentHistory): boolean {
  return firstKnown(history) !== -1
}

/** Is there a time without data after the first known one? The last point may only have begun. */
export function hasGaps({at, downloaded, uploaded}: TorrentHistory): boolean {
  const isMissing = (place: number) => downloaded[place] === null && uploaded[place] === null
  const first = at.findIndex((_, place) => !isMissing(place))
  return first !== -1 && at.slice(0, -1).some((_, place) => place > first && isMissing(place))
}

/** @returns -1 = none */
function firstKnown({at, downloaded, uploaded}: TorrentHistory): number {
  return at.findIndex((_, place) => downloaded[place] !== null || uploaded[place] !== null)
}

/** What this page saw flow, step by step. */
interface SeenSpeeds {
  /** Epoch ms of each step, the last one now. */
  readonly times: readonly number[]
  /** Bytes/s. */
  readonly down: ChartValues
  readonly up: ChartValues
}

interface RecentSpeeds extends SeenSpeeds {
  /** Bytes/s, of both; 0 = nothing was seen to flow. */
  readonly peak: number
  /** Since the first figure, ms; 0 = there is none. */
  readonly seenMs: number
}

/** Speeds of the last minutes: as this page saw them, and where it did not look, as the server counted them. */
export function recentSpeeds(
  seen: SeenSpeeds,
  kept: Pick<TorrentHistory, 'span' | 'at' | 'downloaded' | 'uploaded'> | undefined,
  stepMs: number,
): RecentSpeeds {
  const last = seen.times.at(-1)!
  const counted = countedSpeeds(kept, last)
  const earliest = Math.max(last - rangeMs.minutes + stepMs, counted.from)
  const first = Math.min(seen.times[0]!, Math.ceil(earliest / stepMs) * stepMs)
  const times = Array.from({length: Math.round((last - first) / stepMs) + 1}, (_, at) => first + at * stepMs)
  const offset = times.length - seen.times.length
  const down = times.map((time, at) => seen.down[at - offset] ?? counted.at(time)?.down ?? null)
  const up = times.map((time, at) => seen.up[at - offset] ?? counted.at(time)?.up ?? null)
  const known = down.findIndex((it, at) => it !== null || up[at] !== null)
  return {
    times,
    down,
    up,
    peak: [...down, ...up].reduce<number>((most, it) => Math.max(most, it ?? 0), 0),
    seenMs: known === -1 ? 0 : last - times[known]! + stepMs,
  }
}

interface Counted {
  /** Of the first that is known, epoch ms; infinite = none is. */
  readonly from: number
  readonly at: (time: number) => {readonly down: number; readonly up: number} | undefined
}

/** A slot that has not ended is left out: what it counted so far is no speed. */
function countedSpeeds(
  kept: Pick<TorrentHistory, 'span' | 'at' | 'downloaded' | 'uploaded'> | undefined,
  now: number,
): Counted {
  const speeds = new Map<number, {readonly down: number; readonly up: number}>()
  if (kept === undefined) return {from: Infinity, at: () => undefined}
  const {span, at, downloaded, uploaded} = kept
  for (const [place, time] of at.entries()) {
    const [down, up] = [downloaded[place] ?? null, uploaded[place] ?? null]
    if (down === null || up === null || place === at.length - 1 || time + span * 1_000 > now) continue
    speeds.set(time, {down: down / span, up: up / span})
  }
  const slotMs = span * 1_000
  return {
    from: Math.min(Infinity, ...speeds.keys()),
    at: (time) => speeds.get(Math.floor(time / slotMs) * slotMs),
  }
}
