/** What waits to be written of one kind: hours of days, of torrents or of trackers. */
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {TrafficHours, TrafficKind, TrafficRow} from '#store/repositories/traffic.ts'
import {beginOf, type Span} from './sample.ts'

export const HOUR: Span = 3_600
export const DAY: Span = 86_400
export const HOUR_MS = HOUR * 1_000
export const DAY_MS = DAY * 1_000

/** What is added to an hour. */
export interface HourOf {
  readonly serverId: ServerId
  readonly subject: string
  readonly downloaded: number
  readonly uploaded: number
  /** From now on; `null` = as before. */
  readonly level: number | null
}

interface WaitingRow extends TrafficRow {
  readonly downloaded: number[]
  readonly uploaded: number[]
  readonly levels: (number | null)[]
}

/** Rows by key, and what is in them until they are written. */
export class WaitingTraffic {
  readonly #kind: TrafficKind
  readonly #rows = new Map<string, WaitingRow>()

  constructor(kind: TrafficKind) {
    this.#kind = kind
  }

  get size(): number {
    return this.#rows.size
  }

  has({serverId, subject}: Pick<HourOf, 'serverId' | 'subject'>, now: EpochMs): boolean {
    return this.#rows.has(keyOf(serverId, subject, beginOf(now, DAY)))
  }

  add({serverId, subject, downloaded, uploaded, level}: HourOf, now: EpochMs): void {
    const at = beginOf(now, DAY)
    const key = keyOf(serverId, subject, at)
    let row = this.#rows.get(key)
    if (row === undefined) {
      row = {serverId, kind: this.#kind, subject, at, downloaded: [], uploaded: [], levels: []}
      this.#rows.set(key, row)
    }
    const hour = hourOf(now)
    addTo(row.downloaded, hour, downloaded)
    addTo(row.uploaded, hour, uploaded)
    if (level === null) return
    while (row.levels.length < hour) row.levels.push(null)
    row.levels[hour] = level
  }

  /** Takes the oldest ones out, at most so many: what is added from then on is in rows of its own. */
  take(limit: number): readonly TrafficRow[] {
    const some: TrafficRow[] = []
    for (const [key, row] of this.#rows) {
      if (some.length === limit) break
      some.push(row)
      this.#rows.delete(key)
    }
    return some
  }

  /** These could not be written: they wait on, with what was added meanwhile. */
  giveBack(rows: readonly TrafficRow[]): void {
    for (const row of rows) {
      const key = keyOf(row.serverId, row.subject, row.at)
      const {downloaded, uploaded, levels} = mergedHours(row, this.#rows.get(key) ?? nothing)
      this.#rows.set(key, {...row, downloaded: [...downloaded], uploaded: [...uploaded], levels: [...levels]})
    }
  }

  /** Of a server, days from `from` to before `to`; of one subject, or of all. */
  of(serverId: ServerId, from: EpochMs, to: EpochMs, subject?: string): readonly TrafficRow[] {
    return [...this.#rows.values()].filter(
      (row) =>
        row.serverId === serverId &&
        row.at >= from &&
        row.at < to &&
        (subject === undefined || row.subject === subject),
    )
  }
}

const nothing: TrafficHours = {downloaded: [], uploaded: [], levels: []}

/** Both in one: bytes together, of levels the later one. */
export function mergedHours<R extends TrafficHours>(kept: TrafficHours, more: R): R {
  const bytes = (a: readonly number[], b: readonly number[]) =>
    Array.from({length: Math.max(a.length, b.length)}, (_, hour) =>
      Math.min((a[hour] ?? 0) + (b[hour] ?? 0), Number.MAX_SAFE_INTEGER),
    )
  const hours = Math.max(kept.levels.length, more.levels.length)
  return {
    ...more,
    downloaded: bytes(kept.downloaded, more.downloaded),
    uploaded: bytes(kept.uploaded, more.uploaded),
    levels: Array.from({length: hours}, (_, hour) => more.levels[hour] ?? kept.levels[hour] ?? null),
  }
}

/** The last level that a day has; `null` = none. */
export function lastLevel({levels}: TrafficHours): number | null {
  return levels.findLast((level) => level !== null) ?? null
}

export function hourOf(at: EpochMs): number {
  return Math.floor((at - beginOf(at, DAY)) / HOUR_MS)
}

function addTo(hours: number[], hour: number, bytes: number): void {
  if (bytes === 0) return
  while (hours.length <= hour) hours.push(0)
  hours[hour] = Math.min(hours[hour]! + bytes, Number.MAX_SAFE_INTEGER)
}

function keyOf(serverId: ServerId, subject: string, at: EpochMs): string {
  return `${at} ${subject} ${serverId}`
}
