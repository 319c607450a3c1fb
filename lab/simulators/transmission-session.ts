/** Settings and figures of the whole daemon. */
import {BYTES_PER_K} from './transmission-fields.ts'
import type {Outcome} from './transmission-methods.ts'
import type {Profile} from './transmission-profile.ts'
import type {World} from './world.ts'

type Settings = Record<string, unknown>

const units = {
  speed_units: ['kB/s', 'MB/s', 'GB/s', 'TB/s'],
  speed_bytes: BYTES_PER_K,
  size_units: ['kB', 'MB', 'GB', 'TB'],
  size_bytes: 1000,
  memory_units: ['KiB', 'MiB', 'GiB', 'TiB'],
  memory_bytes: 1024,
}

const defaults: Readonly<Settings> = {
  dht_enabled: true,
  pex_enabled: true,
  lpd_enabled: false,
  utp_enabled: true,
  encryption: 'preferred',
  start_added_torrents: true,
  seed_ratio_limit: 2,
  seed_ratio_limited: false,
  idle_seeding_limit: 30,
  idle_seeding_limit_enabled: false,
  download_queue_enabled: true,
  download_queue_size: 5,
  seed_queue_enabled: false,
  seed_queue_size: 10,
  queue_stalled_enabled: true,
  queue_stalled_minutes: 30,
  peer_limit_global: 200,
  peer_limit_per_torrent: 50,
  cache_size_mib: 4,
  incomplete_dir: '/srv/incomplete',
  incomplete_dir_enabled: false,
  rename_partial_files: true,
}

/** All of `session_get`. */
export function sessionAnswer(world: World, profile: Profile, version: string): Settings {
  const {limits} = world
  return {
    ...defaults,
    download_dir: world.defaultSavePath,
    peer_port: world.peerPort,
    ...Object.fromEntries(world.preferences),
    version: `${version} (simulated)`,
    rpc_version: profile.rpc,
    rpc_version_minimum: profile.rpc === 16 ? 1 : 14,
    ...(profile.semver !== '' && {rpc_version_semver: profile.semver}),
    units,
    session_id: world.session.id,
    speed_limit_down: inK(limits.down ?? 100 * BYTES_PER_K),
    speed_limit_down_enabled: limits.down !== null,
    speed_limit_up: inK(limits.up ?? 100 * BYTES_PER_K),
    speed_limit_up_enabled: limits.up !== null,
    alt_speed_down: inK(limits.altDown ?? 0),
    alt_speed_up: inK(limits.altUp ?? 0),
    alt_speed_enabled: limits.altOn,
  }
}

/** Unknown keys are kept as they come. */
export function setSession(world: World, params: Readonly<Settings>): Outcome {
  const {commands} = world
  const {download_dir: folder} = params
  if (typeof folder === 'string' && !folder.startsWith('/')) {
    return {error: 'download directory path is not absolute', code: 3}
  }
  const others: Settings = {}
  for (const [name, value] of Object.entries(params)) if (!isSpeed(name)) others[name] = value
  if (Object.keys(others).length > 0) commands.setPreferences({values: others})
  const [down, up] = [globalLimit(params, 'down'), globalLimit(params, 'up')]
  if (down !== undefined || up !== undefined) {
    commands.setGlobalLimits({...(down !== undefined && {down}), ...(up !== undefined && {up})})
  }
  const alt = {down: params['alt_speed_down'], up: params['alt_speed_up'], on: params['alt_speed_enabled']}
  if (alt.down !== undefined || alt.up !== undefined || alt.on !== undefined) {
    commands.setAltSpeed({
      ...(typeof alt.on === 'boolean' && {on: alt.on}),
      ...(typeof alt.down === 'number' && {down: alt.down * BYTES_PER_K}),
      ...(typeof alt.up === 'number' && {up: alt.up * BYTES_PER_K}),
    })
  }
  return {result: ['{}']}
}

export function statsAnswer(world: World): Settings {
  const current = {
    downloaded_bytes: world.session.downloaded,
    uploaded_bytes: world.session.uploaded,
    files_added: world.size,
    session_count: 1,
    seconds_active: world.now() - world.session.startedAt,
  }
  return {
    torrent_count: world.size,
    active_torrent_count: world.size,
    paused_torrent_count: 0,
    download_speed: world.downSpeed,
    upload_speed: world.upSpeed,
    current_stats: current,
    cumulative_stats: {
      ...current,
      downloaded_bytes: world.allTime.downloaded,
      uploaded_bytes: world.allTime.uploaded,
    },
  }
}

function isSpeed(name: string): boolean {
  return /^speed_limit_(down|up)(_enabled)?$|^alt_speed_(down|up|enabled)$/.test(name)
}

function globalLimit(params: Readonly<Settings>, way: 'down' | 'up'): number | null | undefined {
  if (params[`speed_limit_${way}_enabled`] === false) return null
  const value = params[`speed_limit_${way}`]
  return typeof value === 'number' ? value * BYTES_PER_K : undefined
}

function inK(limit: number): number {
  return Math.ceil(limit / BYTES_PER_K)
}
