/** Figures of the whole server: `server_state` of sync/maindata, merged over the deltas, and `transfer/info`. */
import type {ServerStats} from '#model/server.ts'
import {booleanIn, countIn, speedLimitIn, textIn} from './native.ts'

export type NativeServerState = Readonly<Record<string, unknown>>

/** @param defaultSavePath '' = not asked yet */
export function statsOf(state: NativeServerState, defaultSavePath: string): ServerStats {
  return {
    downSpeed: countIn(state['dl_info_speed']) ?? 0,
    upSpeed: countIn(state['up_info_speed']) ?? 0,
    sessionDownloaded: countIn(state['dl_info_data']),
    sessionUploaded: countIn(state['up_info_data']),
    allTimeDownloaded: countIn(state['alltime_dl']),
    allTimeUploaded: countIn(state['alltime_ul']),
    freeSpace: freeSpaceOf(state),
    defaultSavePath: defaultSavePath === '' ? undefined : defaultSavePath,
    downLimit: limitIn(state['dl_rate_limit']),
    upLimit: limitIn(state['up_rate_limit']),
    altSpeed: booleanIn(state['use_alt_speed_limits']),
    queueing: booleanIn(state['queueing']),
    connection: connectionOf(state['connection_status']),
    dhtNodes: countIn(state['dht_nodes']),
    peers: countIn(state['total_peer_connections']),
  }
}

/** Of the default save path only. */
export function freeSpaceOf(state: NativeServerState): number | undefined {
  return countIn(state['free_space_on_disk'])
}

/** Polling faster is useless: the server renews its own figures no more often. ms; `null` = not told. */
export function refreshIntervalOf(state: NativeServerState): number | null {
  const interval = countIn(state['refresh_interval']) ?? 0
  return interval > 0 ? interval : null
}

function limitIn(value: unknown): number | null | undefined {
  return typeof value === 'number' ? speedLimitIn(value) : undefined
}

function connectionOf(value: unknown): ServerStats['connection'] {
  const word = textIn(value)
  return word === 'connected' || word === 'firewalled' || word === 'disconnected' ? word : undefined
}
