/** What the page of disk space says of each server's disk. Pure. */
import type {LiveServer} from '#model/live.ts'
import type {SpaceForecast} from '#model/space-forecast.ts'
import type {TextKey} from '../../i18n/text.ts'
import {isOnline} from '../servers/health-words.ts'

export interface Disk {
  readonly server: LiveServer
  /** Bytes; `null` = not known now. */
  readonly free: number | null
  /** Bytes; `null` = not known. */
  readonly size: number | null
  /** `null` = it is not full within a month, as far as is known. */
  readonly forecast: SpaceForecast | null
}

/** Those that will be full first, then those with the least room; what is not known comes last. */
export function disksOf(
  servers: readonly LiveServer[],
  forecasts: ReadonlyMap<string, SpaceForecast>,
): readonly Disk[] {
  const disks = servers.map((server): Disk => {
    // What a server reported last counts only while it is there.
    const free = isOnline(server) ? (server.free_space ?? null) : null
    return {
      server,
      free,
      size: free === null ? null : (server.disk_size ?? null),
      forecast: free === null ? null : (forecasts.get(server.server_id) ?? null),
    }
  })
  const rank = ({free, forecast}: Disk) => forecast?.fullAt ?? (free === null ? Infinity : Number.MAX_VALUE)
  return disks.toSorted((one, other) => {
    const [a, b] = [rank(one), rank(other)]
    return a === b ? (one.free ?? 0) - (other.free ?? 0) : a < b ? -1 : 1
  })
}

interface Sentence {
  readonly key: TextKey
  readonly values: Readonly<Record<string, string | number>>
  readonly isWarning: boolean
}

/** One sentence about all of them. @param inWords until when */
export function spaceVerdict(disks: readonly Disk[], inWords: (fullAt: number) => string): Sentence {
  const known = disks.filter(({free}) => free !== null)
  const full = known.flatMap((disk) => (disk.forecast === null ? [] : [{disk, at: disk.forecast.fullAt}]))
  const [first] = full
  if (first === undefined) {
    if (known.length === 0) return {key: 'disk-space.none-known', values: {}, isWarning: false}
    const key = known.length < disks.length ? 'disk-space.well.known' : 'disk-space.well'
    return {key, values: {}, isWarning: false}
  }
  const values = {name: first.disk.server.server_name, time: inWords(first.at), count: full.length - 1}
  if (full.length > 1) return {key: 'disk-space.full.several', values, isWarning: true}
  const key = known.length < disks.length || known.length === 1 ? 'disk-space.full.only' : 'disk-space.full'
  return {key, values, isWarning: true}
}
