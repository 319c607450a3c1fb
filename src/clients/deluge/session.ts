/** What the daemon says of itself: version, settings that our readings depend on, figures of its session. */
import {ServerFault} from '#model/errors.ts'
import type {ServerStats} from '#model/server.ts'
import type {GlobalLimitsView} from '#model/services.ts'
import type {Bytes} from '#model/units.ts'
import {flag, number, text} from './fields.ts'
import {limitOf} from './normalise.ts'
import {foreign, isRecord, type NativeRecord} from './wire.ts'

/** Characters: what is longer names no release. */
const MOST_VERSION = 100

export interface Session {
  /** As a person writes it: `2.0.3`, `2.2.1.dev0`. */
  readonly version: string
  /** Labels are those of a plugin that may be off. */
  readonly hasLabels: boolean
  readonly downloadLocation: string
  /** Where it keeps a .torrent file of each torrent; `null` = that cannot be said. */
  readonly stateFolder: string | null
  /** Torrents take part in the queue unless it was said otherwise of one. */
  readonly isQueueing: boolean
  readonly limits: GlobalLimitsView
}

export const configKeys: readonly string[] = [
  'download_location',
  'plugins_location',
  'auto_managed',
  'max_download_speed',
  'max_upload_speed',
]

/** Counters of libtorrent by the names that 2.0 and newer take. */
export const statusKeys: readonly string[] = [
  'payload_download_rate',
  'payload_upload_rate',
  'net.recv_payload_bytes',
  'net.sent_payload_bytes',
  'net.recv_bytes',
  'net.sent_bytes',
  'net.on_tick_counter',
  'net.has_incoming_connections',
  'dht.dht_nodes',
  'peer.num_peers_connected',
]

/** Of them these grow as long as a run of the daemon lasts, and start from 0 with the next; the first also when nothing moves. */
export const runKeys = ['net.on_tick_counter', 'net.recv_bytes', 'net.sent_bytes'] as const

/** @param plugins answer to `core.get_enabled_plugins` */
export function labelsAreOn(plugins: unknown): boolean {
  if (!Array.isArray(plugins)) throw foreign('the list of plugins')
  return plugins.includes('Label')
}

/** @throws {ServerFault} a release before 2.0 */
export function readVersion(version: string): string {
  // Debian's `2.2.1.dev0+20260307`: what stands behind the plus is the packager's.
  const own = version.slice(0, MOST_VERSION).replace(/\+.*$/, '')
  if (Number.parseInt(own, 10) >= 2) return own
  throw new ServerFault(
    'version_incompatible',
    'version_too_old',
    `Deluge ${own} is too old; 2.0 is the oldest that works.`,
  )
}

/** @param answer to `core.get_config_values` of `configKeys` @throws {ServerFault} another shape than Deluge's */
export function readConfig(answer: unknown): Omit<Session, 'version' | 'hasLabels'> {
  const location = isRecord(answer) ? text(answer, 'download_location') : undefined
  if (!isRecord(answer) || location === undefined) throw foreign('the download location')
  return {
    downloadLocation: location,
    stateFolder: stateFolderOf(text(answer, 'plugins_location') ?? ''),
    isQueueing: flag(answer, 'auto_managed') !== false,
    limits: {
      down: limitOf(number(answer, 'max_download_speed')) ?? null,
      up: limitOf(number(answer, 'max_upload_speed')) ?? null,
    },
  }
}

/** Beside the folder of plugins, unless that was put elsewhere: Deluge tells no other folder of its own. */
function stateFolderOf(plugins: string): string | null {
  return plugins.endsWith('/plugins') ? `${plugins.slice(0, -'/plugins'.length)}/state` : null
}

/** @param status answer to `core.get_session_status` of `statusKeys` */
export function statsOf(status: NativeRecord, session: Session, freeSpace: Bytes | undefined): ServerStats {
  const incoming = status['net.has_incoming_connections']
  return {
    downSpeed: number(status, 'payload_download_rate') ?? 0,
    upSpeed: number(status, 'payload_upload_rate') ?? 0,
    sessionDownloaded: number(status, 'net.recv_payload_bytes'),
    sessionUploaded: number(status, 'net.sent_payload_bytes'),
    freeSpace,
    defaultSavePath: session.downloadLocation,
    downLimit: session.limits.down,
    upLimit: session.limits.up,
    queueing: session.isQueueing,
    connection: incoming === undefined ? undefined : incoming ? 'connected' : 'firewalled',
    dhtNodes: number(status, 'dht.dht_nodes'),
    peers: number(status, 'peer.num_peers_connected'),
  }
}

/** Bytes of `core.get_free_space`; −1 = the folder is not there. */
export function freeSpaceOf(answer: unknown): Bytes | undefined {
  return typeof answer === 'number' && answer >= 0 ? answer : undefined
}
