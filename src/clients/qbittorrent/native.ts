/** The server's values, read with care: a value of the wrong type counts as not told, never as a crash. */
import {ServerFault} from '#model/errors.ts'

/** One torrent of `sync/maindata` or `torrents/info`: only the changed fields in a delta. */
export type NativeTorrent = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** A count or a number of bytes; below 0 (not told, or a counter that ran over) it is unknown. */
export function countIn(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined
}

/** Seconds, whole, as a column of 32 bits holds them. */
export function secondsIn(value: unknown): number {
  return Math.min(Math.max(0, Math.floor(numberIn(value) ?? 0)), 0xff_ff_ff_fe)
}

export function flagIn(value: unknown): boolean {
  return value === true
}

export function booleanIn(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** `a, b` → the tags, without our own passing ones (`add.ts`). Tag names hold no comma. */
export function tagsIn(value: unknown): readonly string[] {
  return textIn(value)
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '' && !isPassingTag(tag))
}

/** Marks a torrent that we are adding by URL, until it is found. Never shown to anybody. */
export const PASSING_TAG = 'commodarr-adding-'

export function isPassingTag(tag: string): boolean {
  return tag.startsWith(PASSING_TAG)
}

/** bytes/s; 0 and below = no limit. */
export function speedLimitIn(value: unknown): number | null {
  const limit = numberIn(value) ?? 0
  return limit > 0 ? limit : null
}

/** −2 = as the category or the server says, −1 = none. `unit`: seconds of one (60 for minutes, 1 for ratios). */
export function shareLimitIn(value: unknown, unit: number): number | null | 'inherit' | undefined {
  const limit = numberIn(value)
  if (limit === undefined) return undefined
  if (limit === -2) return 'inherit'
  return limit < 0 ? null : limit * unit
}

/** Without the slash some versions put behind a folder (4.3.9). */
export function pathIn(value: unknown): string {
  const path = textIn(value)
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Host of an announce URL, '' when it has none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : ''
}

/**
 * JSON, but not what every qBittorrent answers here: a proxy or another program that says `{}` or `[]` to everything.
 * Believed, it would be an empty list, or a command that was carried out.
 * @param what is missing
 */
export function foreign(what: string): ServerFault {
  const text = `Something else than qBittorrent answers: ${what} is missing.`
  return new ServerFault('wrong_server', 'not_a_torrent_server', text, {outcomeUnknown: true})
}
