/**
 * Spans of time as the configuration writes them: a whole number in the key's own unit, or numbers with units (`90s`,
 * `1h30m`, `1.5h`, `2mo`; `lib/units.ts`), where a capital `M` is a month of 30 days. At most 32 characters.
 */
import {inheritedSecondsOf} from '#lib/units.ts'
import {MINUTE, type Seconds} from '#model/units.ts'

export type DurationUnit = 'seconds' | 'minutes'

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
  if (text.length > 32) return undefined
  if (/^-?\d+$/.test(text)) return ofNumber(Number(text), unit)
  const sign = text.startsWith('-') ? -1 : 1
  const parts = [...text.replace(/^-/, '').matchAll(/(\d+(?:\.\d+)?)([a-z]+)/gi)]
  const covered = parts.map(([part]) => part).join('')
  if (parts.length === 0 || covered !== text.replace(/^-/, '')) return undefined
  let seconds = 0
  for (const [, count, suffix] of parts) {
    const factor = inheritedSecondsOf(suffix!)
    if (factor === undefined) return undefined
    seconds += Number(count) * factor
  }
  return sign * Math.round(seconds)
}
