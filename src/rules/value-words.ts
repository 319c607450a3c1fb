/** Values of facts as people read them, in sentences. */
import {factOf, type FactName, type FactUnit, type FactValue} from '#model/fact.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'

export function valueWords(fact: FactName, value: unknown): string {
  if (Array.isArray(value))
    return value.length > 0 ? value.map((one) => valueWords(fact, one)).join(', ') : 'nothing'
  return scalarWords(value as FactValue, factOf(fact).unit)
}

/** `41 h`, `20 min`, `3.5 d`: the unit that gives at least two of it. */
export function durationWords(seconds: number): string {
  const [size, name] =
    seconds >= 3 * DAY
      ? [DAY, 'd']
      : seconds >= 2 * HOUR
        ? [HOUR, 'h']
        : seconds >= 2 * MINUTE
          ? [MINUTE, 'min']
          : [1, 's']
  return `${rounded(seconds / size)} ${name}`
}

function scalarWords(value: FactValue, unit: FactUnit | null): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value !== 'number') return value === '' ? 'empty' : String(value)
  switch (unit) {
    case 'seconds':
      return durationWords(value)
    case 'bytes':
      return sizeWords(value)
    case 'bytesPerSecond':
      return `${sizeWords(value)}/s`
    case 'share':
      return `${rounded(value * 100)} %`
    case 'epochMs':
      return new Date(value).toISOString()
    default:
      return rounded(value)
  }
}

function sizeWords(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let [amount, at] = [bytes, 0]
  for (; amount >= 1024 && at < units.length - 1; at++) amount /= 1024
  return `${rounded(amount)} ${units[at]}`
}

/** Two digits behind the point, or as many as are needed. */
function rounded(amount: number): string {
  return String(Math.round(amount * 100) / 100)
}
