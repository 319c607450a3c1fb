/**
 * What the torrents and trackers of the demo moved before we looked. Of trackers it is a part of what their server moved,
 * by the pace of their torrents. Of each torrent it is what its counters say: never more than they have, and all of it
 * where its whole life lies within the history.
 */
import {beginOf} from '#history/sample.ts'
import {DAY, DAY_MS, HOUR_MS} from '#history/traffic-hours.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {TrafficRow} from '#store/repositories/traffic.ts'
import type {TorrentLife} from './simulators/control.ts'

/** What a server moved in an hour, bytes. */
export interface MovedHour {
  readonly at: EpochMs
  readonly downloaded: number
  readonly uploaded: number
}

/** @param hours of one server, oldest first, without gaps */
export function trafficOf(
  serverId: ServerId,
  lives: readonly TorrentLife[],
  hours: readonly MovedHour[],
): TrafficRow[] {
  return [...trackerRows(serverId, lives, hours), ...torrentRows(serverId, lives, hours)]
}

function trackerRows(
  serverId: ServerId,
  lives: readonly TorrentLife[],
  hours: readonly MovedHour[],
): TrafficRow[] {
  const byHost = Map.groupBy(lives, ({trackers}) =>
    trackers[0] === undefined ? '' : new URL(trackers[0]).hostname,
  )
  const all = shareOf(lives)
  return [...byHost].flatMap(([subject, its]) => {
    const share = shareOf(its)
    return daysOf(hours).map(([at, day]) => ({
      serverId,
      kind: 'tracker' as const,
      subject,
      at,
      downloaded: inHours(at, day, (hour) => partOf(hour.downloaded, share.down, all.down)),
      uploaded: inHours(at, day, (hour) => partOf(hour.uploaded, share.up, all.up)),
      levels: inHours(
        at,
        day,
        (hour) => its.filter(({addedAt}) => addedAt * 1_000 < hour.at + HOUR_MS).length,
      ),
    }))
  })
}

function torrentRows(
  serverId: ServerId,
  lives: readonly TorrentLife[],
  hours: readonly MovedHour[],
): TrafficRow[] {
  const all = shareOf(lives)
  const days = daysOf(hours)
  return lives.flatMap((life) => {
    const downloaded = downloadsOf(life, hours, all)
    const uploaded = uploadsOf(life, hours, all)
    if (downloaded.size === 0 && uploaded.size === 0) return []
    return days.flatMap(([at, day]) => {
      const row = {
        downloaded: inHours(at, day, (hour) => downloaded.get(hour.at) ?? 0),
        uploaded: inHours(at, day, (hour) => uploaded.get(hour.at) ?? 0),
      }
      // Only what moved something is kept.
      if ([...row.downloaded, ...row.uploaded].every((bytes) => bytes === 0)) return []
      return {serverId, kind: 'torrent' as const, subject: life.hash, at, ...row, levels: []}
    })
  })
}

/** Bytes by the begin of an hour. */
type Moved = ReadonlyMap<EpochMs, number>
const nothing: Moved = new Map()

/** Until it was complete, evenly; of what still comes, as fast as now. */
function downloadsOf(life: TorrentLife, hours: readonly MovedHour[], all: Shares): Moved {
  const {addedAt, completedAt, completed, pace} = life
  if (completedAt === null) {
    const usual = ({downloaded}: MovedHour) => partOf(downloaded, pace.down, all.down)
    return backwards(hours, {from: addedAt * 1_000, total: completed, usual})
  }
  const [from, to] = [addedAt * 1_000, Math.max(completedAt, addedAt + 1) * 1_000]
  const its = hours.filter(({at}) => at < to && at + HOUR_MS > from)
  const parts = its.map(({at}) => Math.min(at + HOUR_MS, to) - Math.max(at, from))
  const isWhole = hours[0] !== undefined && from >= hours[0].at
  // Complete before it began.
  if (its.length === 0) return nothing
  const known = isWhole ? completed : Math.floor((completed * sumOf(parts)) / (to - from))
  return spread(its, parts, known)
}

/** As fast as now, for as long as its counter allows. */
function uploadsOf(life: TorrentLife, hours: readonly MovedHour[], all: Shares): Moved {
  const {addedAt, completedAt, uploaded, pace} = life
  const usual = (hour: MovedHour) => partOf(hour.uploaded, pace.up, all.up)
  return backwards(hours, {from: (completedAt ?? addedAt) * 1_000, total: uploaded, usual})
}

/**
 * From now backwards until all of `total` is told. What is left then was moved before the history began, or, where it
 * began within it, evenly since.
 */
function backwards(
  hours: readonly MovedHour[],
  {
    from,
    total,
    usual,
  }: {readonly from: EpochMs; readonly total: number; readonly usual: (hour: MovedHour) => number},
): Moved {
  const its = hours.filter(({at}) => at + HOUR_MS > from)
  const moved = new Map<EpochMs, number>()
  let left = total
  for (const hour of its.toReversed()) {
    const bytes = Math.min(left, usual(hour))
    if (bytes > 0) moved.set(hour.at, bytes)
    left -= bytes
  }
  if (hours[0] === undefined || from < hours[0].at) return moved
  const rest = spread(
    its,
    its.map(({uploaded, downloaded}) => uploaded + downloaded),
    left,
  )
  return new Map(its.map(({at}) => [at, (moved.get(at) ?? 0) + rest.get(at)!]))
}

/** All of `total`, by shares; nothing where nothing has a share. */
function spread(hours: readonly MovedHour[], shares: readonly number[], total: number): Moved {
  const all = sumOf(shares)
  let [left, open] = [total, all]
  return new Map(
    hours.map(({at}, place) => {
      const bytes = open === 0 ? 0 : Math.round((left * shares[place]!) / open)
      left -= bytes
      open -= shares[place]!
      return [at, bytes]
    }),
  )
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

interface Shares {
  readonly down: number
  readonly up: number
}

function shareOf(lives: readonly TorrentLife[]): Shares {
  const sum = (way: 'down' | 'up') => lives.reduce((total, {pace}) => total + pace[way], 0)
  return {down: sum('down'), up: sum('up')}
}

function partOf(bytes: number, share: number, all: number): number {
  return all === 0 ? 0 : Math.round((bytes * share) / all)
}

function daysOf(
  hours: readonly MovedHour[],
): readonly (readonly [at: EpochMs, hours: readonly MovedHour[]])[] {
  return [...Map.groupBy(hours, ({at}) => beginOf(at, DAY))]
}

/** By hour of the day, from midnight on. */
function inHours(day: EpochMs, hours: readonly MovedHour[], value: (hour: MovedHour) => number): number[] {
  const values = Array.from({length: DAY_MS / HOUR_MS}, () => 0)
  for (const hour of hours) values[(hour.at - day) / HOUR_MS] = value(hour)
  return values.slice(0, (hours.at(-1)!.at - day) / HOUR_MS + 1)
}
