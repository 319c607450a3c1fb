/** The settings of a client, and the limits among them. */

/** A daemon's own settings as a flat list that can be searched and edited. */
export interface DaemonSetting {
  /** Nested ones joined by dots. */
  readonly name: string
  readonly value: unknown
  /** Only plain values of the top can be set by name. */
  readonly isEditable: boolean
}

const MASK = '***'

export function settingsIn(values: Readonly<Record<string, unknown>>): readonly DaemonSetting[] {
  return flattened(values, '').toSorted((a, b) => a.name.localeCompare(b.name))
}

function flattened(values: Readonly<Record<string, unknown>>, prefix: string): DaemonSetting[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const name = `${prefix}${key}`
    if (isRecord(value)) return flattened(value, `${name}.`)
    return [{name, value, isEditable: prefix === '' && isPlain(value) && value !== MASK}]
  })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** What a bare number of a setting counts. */
type SettingUnit = 'bytes' | 'kib' | 'kibLimit' | 'kb' | 'minutes' | 'seconds' | 'milliseconds' | 'mib'

const units: Readonly<Record<string, SettingUnit>> = {
  // qBittorrent
  dl_limit: 'bytes',
  up_limit: 'bytes',
  alt_dl_limit: 'bytes',
  alt_up_limit: 'bytes',
  slow_torrent_dl_rate_threshold: 'kib',
  slow_torrent_ul_rate_threshold: 'kib',
  slow_torrent_inactive_timer: 'seconds',
  max_seeding_time: 'minutes',
  max_inactive_seeding_time: 'minutes',
  web_ui_session_timeout: 'seconds',
  web_ui_ban_duration: 'seconds',
  disk_cache: 'mib',
  checking_memory_use: 'mib',
  refresh_interval: 'milliseconds',
  save_resume_data_interval: 'minutes',
  // Transmission
  'speed-limit-down': 'kb',
  'speed-limit-up': 'kb',
  'alt-speed-down': 'kb',
  'alt-speed-up': 'kb',
  'queue-stalled-minutes': 'minutes',
  'idle-seeding-limit': 'minutes',
  'cache-size-mb': 'mib',
  // Deluge
  max_download_speed: 'kibLimit',
  max_upload_speed: 'kibLimit',
  max_download_speed_per_torrent: 'kibLimit',
  max_upload_speed_per_torrent: 'kibLimit',
  seed_time_limit: 'minutes',
}

/** @param name as the client has it. @returns `null` = it has none, or it is not known */
export function unitOf(name: string): SettingUnit | null {
  return Object.hasOwn(units, name) ? units[name]! : null
}

/** Without the right value of it Commodarr reaches the client no more. Source: qBittorrent, Transmission, Deluge, rTorrent. */
export function isConnecting(name: string): boolean {
  return (
    /^(web_?ui_|rpc-|network\.(scgi|xmlrpc)\.)/.test(name) ||
    /^(use_https|bypass_|daemon_port$|allow_remote$)/.test(name)
  )
}

/** Those whose names or value have all the words; underscores are spaces to people. */
export function foundSettings(
  settings: readonly DaemonSetting[],
  typed: string,
  titleOf: (name: string) => string,
): readonly DaemonSetting[] {
  const words = typed
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter(Boolean)
  return settings.filter(({name, value}) => {
    const all =
      `${name} ${name.replaceAll(/[_-]/g, ' ')} ${titleOf(name)} ${settingText(value)}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
}

export function settingText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What was typed, as the kind of value that stands there; `undefined` = it is none. */
export function settingFrom(typed: string, before: unknown): string | number | boolean | undefined {
  if (typeof before === 'boolean') return typed === 'true' ? true : typed === 'false' ? false : undefined
  if (typeof before === 'number') {
    const value = Number(typed)
    return typed.trim() === '' || !Number.isFinite(value) ? undefined : value
  }
  return typed
}

/** Limits as people type them. */
export const limitNames = ['down', 'up', 'alt_down', 'alt_up'] as const
type LimitName = (typeof limitNames)[number]

const KIB = 1024

/** @param value bytes/s; `null` = no limit */
export function toKiB(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round((value / KIB) * 100) / 100
}

/** Bytes/s; nothing and 0 are no limit: a limit of nothing would be silence. */
export function fromKiB(value: number | null): number | null {
  return value === null || value <= 0 ? null : Math.max(1, Math.round(value * KIB))
}

export type ChangedLimits = {readonly [N in LimitName]?: number | null}

/** What was typed and is not among what was sent. */
export function unsent(
  typed: ChangedLimits,
  sent: {readonly [N in LimitName]?: number | null | undefined},
): ChangedLimits {
  return Object.fromEntries(
    limitNames.flatMap((name) => (name in typed && typed[name] !== sent[name] ? [[name, typed[name]]] : [])),
  )
}
