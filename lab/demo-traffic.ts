/** What the torrents and trackers of the demo moved before we looked: parts of what their server moved, by their pace. */
import {beginOf} from '#history/sample.ts'
import {DAY, DAY_MS, HOUR_MS} from '#history/traffic-hours.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {TrafficRow} from '#store/repositories/traffic.ts'
import type {TorrentLife} from './simulators/control.ts'

/** What a server moved in an hour, bytes. */
interface MovedHour {
  readonly at: EpochMs
  readonly downloaded: number
  readonly uploaded: number
}

/** Torrents of each server that have a past of their own: those that move most. */
const MOST_TORRENTS = 120
const TORRENT_DAYS = 7

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
  const recent = daysOf(hours).slice(-TORRENT_DAYS)
  return lives
    .toSorted((a, b) => b.pace.up + b.pace.down - a.pace.up - a.pace.down)
    .slice(0, MOST_TORRENTS)
    .flatMap((life) =>
      recent.flatMap(([at, day]) => {
        const its = day.filter((hour) => hour.at + HOUR_MS > life.addedAt * 1_000)
        if (its.length === 0) return []
        return {
          serverId,
          kind: 'torrent' as const,
          subject: life.hash,
          at,
          downloaded: inHours(at, its, (hour) =>
            life.complete ? 0 : partOf(hour.downloaded, life.pace.down, all.down),
          ),
          uploaded: inHours(at, its, (hour) => partOf(hour.uploaded, life.pace.up, all.up)),
          levels: [],
        }
      }),
    )
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
