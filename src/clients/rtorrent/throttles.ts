/**
 * rTorrent has no limit on a torrent, only named groups of throttles that torrents are put into. So each pair of limits
 * is a group with its limits in its name. Groups live as long as the daemon runs; and they work only while the global
 * limit of their direction is on (seen on 0.9.8 and 0.16.17: `throttle.up.max` says 0 until then).
 */
import {KIB, type BytesPerSecond} from '#model/units.ts'
import type {RpcCall} from './rpc.ts'

/** bytes/s; `null` = none. */
export interface Limits {
  readonly down: BytesPerSecond | null
  readonly up: BytesPerSecond | null
}

export const unlimited: Limits = {down: null, up: null}

/**
 * As good as none, but on: 300 MiB/s, a figure nobody sets by chance. Much more is refused by 0.9.8 ("Max unchoked must
 * be between 0 and 2^16": it derives upload slots from the rate).
 */
export const GLOBAL_ON_BUT_OPEN = 300 * KIB * KIB

/** The name of the group with these limits; '' = no group is needed. KiB are rounded up: 0 would be "none". */
export function throttleName({down, up}: Limits): string {
  if (down === null && up === null) return ''
  return `commodarr_d${kib(down)}_u${kib(up)}`
}

/** Limits of a group of ours by its name; `null` = not ours. */
export function limitsOfName(name: string): Limits | null {
  const found = /^commodarr_d(\d+)_u(\d+)$/.exec(name)
  return found ? {down: fromKib(found[1]!), up: fromKib(found[2]!)} : null
}

/** Makes the group. Values are strings of KiB/s (a number is refused: "Wrong object type"). */
export function throttleCalls(limits: Limits): RpcCall[] {
  const name = throttleName(limits)
  if (name === '') return []
  return [
    ...(limits.down === null ? [] : [{method: 'throttle.down', params: ['', name, kib(limits.down)]}]),
    ...(limits.up === null ? [] : [{method: 'throttle.up', params: ['', name, kib(limits.up)]}]),
  ]
}

/** What the daemon answers for a limit: 0 and −1 are none, and so is our "on but open". */
export function limitFrom(value: number): BytesPerSecond | null {
  return value <= 0 || value === GLOBAL_ON_BUT_OPEN ? null : value
}

function kib(limit: BytesPerSecond | null): string {
  return String(limit === null ? 0 : Math.max(1, Math.ceil(limit / KIB)))
}

function fromKib(digits: string): BytesPerSecond | null {
  return digits === '0' ? null : Number(digits) * KIB
}
