/** What the daemon says of itself (`session_get`): version, units, default directory, limits. */
import {CommandRefused, ServerFault} from '#model/errors.ts'
import type {ServerStats} from '#model/server.ts'
import type {GlobalLimitsView} from '#model/services.ts'
import type {BytesPerSecond} from '#model/units.ts'
import type {Answer} from './wire.ts'

/** The oldest RPC we speak: 16 is Transmission 3.00. Labels and the table format came with it. */
const OLDEST_RPC = 16
/** Characters: what is longer names no release. */
const MOST_VERSION = 100

export interface Session {
  /** As a person writes it: `3.00`, `4.1.0-beta.2`. */
  readonly version: string
  /** 16 = 3.00, 17 = 4.0, 18 = 4.1.0, 19 = 4.1.1. */
  readonly rpc: number
  /** '' before 4.0. */
  readonly semver: string
  /** Bytes in the K of every speed limit. */
  readonly bytesPerK: number
  readonly downloadDir: string
  /**
   * Where unfinished torrents may lie; `null` = where the finished ones do. Torrents that were begun there stay there when
   * it is switched off, so the last one goes on counting.
   */
  readonly incompleteDir: string | null
  readonly limits: GlobalLimitsView
  readonly queueing: boolean
}

/** What of `session_get` the sync follows. */
export const sessionFields = [
  'version',
  'rpc_version',
  'rpc_version_semver',
  'units',
  'download_dir',
  'incomplete_dir',
  'incomplete_dir_enabled',
  'speed_limit_down',
  'speed_limit_down_enabled',
  'speed_limit_up',
  'speed_limit_up_enabled',
  'alt_speed_enabled',
  'alt_speed_down',
  'alt_speed_up',
  'download_queue_enabled',
  'seed_queue_enabled',
] as const

/**
 * @param usedBefore its folder of unfinished torrents until now; `null` = it had none, as far as is known
 * @throws {ServerFault} not Transmission's answer, or a release before 3.00
 */
export function readSession(answer: Answer, usedBefore: string | null = null): Session {
  const rpc = answer['rpc_version']
  const version = answer['version']
  if (typeof rpc !== 'number' || typeof version !== 'string') {
    throw new ServerFault(
      'wrong_server',
      'not_a_torrent_server',
      'What answers there does not name itself as Transmission does.',
    )
  }
  if (rpc < OLDEST_RPC) {
    throw new ServerFault(
      'version_incompatible',
      'version_too_old',
      `Transmission ${version} is too old; 3.00 is the oldest that works.`,
    )
  }
  return {
    version: version.slice(0, MOST_VERSION).replace(/\s*\(.*\)\s*$/, ''),
    rpc,
    semver: textOf(answer['rpc_version_semver']),
    bytesPerK: bytesPerKOf(answer['units']),
    downloadDir: textOf(answer['download_dir']),
    incompleteDir: answer['incomplete_dir_enabled'] === true ? textOf(answer['incomplete_dir']) : usedBefore,
    limits: limitsOf(answer, bytesPerKOf(answer['units'])),
    queueing: answer['download_queue_enabled'] === true || answer['seed_queue_enabled'] === true,
  }
}

/** Figures of `session_stats` together with what the session last said. */
export function statsOf(answer: Answer, session: Session, space: ReportedSpace): ServerStats {
  const current = (answer['current_stats'] ?? {}) as Answer
  const total = (answer['cumulative_stats'] ?? {}) as Answer
  const {limits} = session
  return {
    downSpeed: numberOf(answer['download_speed']) ?? 0,
    upSpeed: numberOf(answer['upload_speed']) ?? 0,
    sessionDownloaded: numberOf(current['downloaded_bytes']),
    sessionUploaded: numberOf(current['uploaded_bytes']),
    allTimeDownloaded: numberOf(total['downloaded_bytes']),
    allTimeUploaded: numberOf(total['uploaded_bytes']),
    ...space,
    defaultSavePath: session.downloadDir,
    downLimit: limits.altSpeed ? limits.altDown : limits.down,
    upLimit: limits.altSpeed ? limits.altUp : limits.up,
    altSpeed: limits.altSpeed,
    queueing: session.queueing,
    uptime: numberOf(current['seconds_active']),
  }
}

/**
 * Bytes of `free_space`. A folder that is not there: −1, with an error's text in 3.00 and 4.1.4 and with success in
 * 4.1.0-beta.2, so the number decides.
 */
export function freeSpaceOf(answer: Answer): number | undefined {
  const bytes = numberOf(answer['size_bytes'])
  return bytes !== undefined && bytes >= 0 ? bytes : undefined
}

type ReportedSpace = Pick<ServerStats, 'freeSpace' | 'diskSize'>

/** The same with the size of the disk, which 4.0 and later tell; what was refused is unknown. */
export function diskSpaceOf(answer: Answer | CommandRefused | undefined): ReportedSpace {
  if (answer === undefined || answer instanceof CommandRefused) return {}
  const freeSpace = freeSpaceOf(answer)
  const diskSize = numberOf(answer['total_size'])
  const isKnown = diskSize !== undefined && diskSize > 0 && freeSpace !== undefined && diskSize >= freeSpace
  return {freeSpace, ...(isKnown && {diskSize})}
}

/** 4.1.0 may answer fractions of a K. */
function limitsOf(answer: Answer, bytesPerK: number): GlobalLimitsView {
  const speed = (name: string): BytesPerSecond => Math.round((numberOf(answer[name]) ?? 0) * bytesPerK)
  return {
    down: answer['speed_limit_down_enabled'] === true ? speed('speed_limit_down') : null,
    up: answer['speed_limit_up_enabled'] === true ? speed('speed_limit_up') : null,
    altDown: speed('alt_speed_down'),
    altUp: speed('alt_speed_up'),
    altSpeed: answer['alt_speed_enabled'] === true,
  }
}

function bytesPerKOf(units: unknown): number {
  const bytes = typeof units === 'object' && units !== null ? (units as Answer)['speed_bytes'] : undefined
  return typeof bytes === 'number' && bytes > 0 ? bytes : 1000
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
