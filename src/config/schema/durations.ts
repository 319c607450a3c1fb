/**
 * Spans of time as the inherited files write them: a whole number in the key's own unit, or a number with a suffix.
 * `s` seconds, `m` minutes, `h` hours, `d` days, `w` weeks in either case, except that a capital `M` is a month of 30
 * days. At most 32 characters.
 */
import {DAY, HOUR, MINUTE, type Seconds} from '#model/units.ts'

export type DurationUnit = 'seconds' | 'minutes'

const secondsOf: Readonly<Record<string, Seconds>> = {
  s: 1,
  m: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
  M: 30 * DAY,
}

/**
 * @param unit what a bare number counts. In a key of minutes a positive span below one minute becomes one minute.
 * @returns seconds, negative as written; `undefined` when it is no span of time.
 */
export function parseDuration(value: unknown, unit: DurationUnit): Seconds | undefined {
  const seconds = typeof value === 'string' ? ofText(value.trim(), unit) : ofNumber(value, unit)
  if (seconds === undefined || !Number.isSafeInteger(seconds)) return undefined
  return unit === 'minutes' && seconds > 0 ? Math.max(seconds, MINUTE) : seconds
}

function ofNumber(value: unknown, unit: DurationUnit): Seconds | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined
  return value * (unit === 'minutes' ? MINUTE : 1)
}

function ofText(text: string, unit: DurationUnit): Seconds | undefined {
  const match = text.length <= 32 ? /^(-?\d+)([sSmMhHdDwW]?)$/.exec(text) : null
  if (!match) return undefined
  const count = Number(match[1])
  const suffix = match[2]!
  if (suffix === '') return ofNumber(count, unit)
  return count * secondsOf[suffix === 'M' ? 'M' : suffix.toLowerCase()]!
}
