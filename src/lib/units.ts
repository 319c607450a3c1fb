/**
 * How people write spans of time and sizes: one table for the configuration, rules and the search. Spellings are in lower
 * case and count in any, but for one: a capital `M` as a span of time is a month in the configuration, as qBitrr had it,
 * and nothing elsewhere, where it would be taken for a minute.
 */
import {DAY, HOUR, MINUTE, type Bytes, type Seconds} from '#model/units.ts'

/** Seconds of each spelling. */
export const durationUnits: ReadonlyMap<string, Seconds> = spellings({
  s: [1, 'sec', 'secs', 'second', 'seconds'],
  m: [MINUTE, 'min', 'mins', 'minute', 'minutes'],
  h: [HOUR, 'hr', 'hrs', 'hour', 'hours'],
  d: [DAY, 'day', 'days'],
  w: [7 * DAY, 'week', 'weeks'],
  mo: [30 * DAY, 'month', 'months'],
  y: [365 * DAY, 'year', 'years'],
})

/** Bytes of each spelling: `gb` are thousands, `gib` and `g` are of 1024. */
export const sizeUnits: ReadonlyMap<string, Bytes> = new Map([
  ['b', 1],
  ...['k', 'm', 'g', 't', 'p'].flatMap((letter, at): [string, Bytes][] => [
    [`${letter}b`, 1000 ** (at + 1)],
    [`${letter}ib`, 1024 ** (at + 1)],
    [letter, 1024 ** (at + 1)],
  ]),
])

const WRITTEN_SIZES = ['PiB', 'PB', 'TiB', 'TB', 'GiB', 'GB', 'MiB', 'MB', 'KiB', 'kB', 'B']

/**
 * Whole bytes in the unit in which they are the shortest whole number: 40 GB, and no 39,062,500 KiB. So people wrote it.
 * @returns no bytes, and parts of one, are bytes
 */
export function wholeSize(bytes: Bytes): readonly [count: number, unit: string] {
  if (bytes === 0) return [0, 'B']
  const whole = WRITTEN_SIZES.flatMap((unit): (readonly [number, string])[] => {
    const count = bytes / sizeUnits.get(unit.toLowerCase())!
    return Number.isInteger(count) ? [[count, unit]] : []
  })
  return whole.toSorted(([one], [other]) => one - other)[0] ?? [bytes, 'B']
}

const CAPITAL_MONTH = 'M'

/** @returns `undefined` for what is no unit, and for the capital `M` that can be meant for a month or for minutes */
export function secondsOf(unit: string): Seconds | undefined {
  return unit === CAPITAL_MONTH ? undefined : durationUnits.get(unit.toLowerCase())
}

/** As the configuration writes it, where the capital `M` is a month. */
export function inheritedSecondsOf(unit: string): Seconds | undefined {
  return unit === CAPITAL_MONTH ? durationUnits.get('mo') : durationUnits.get(unit.toLowerCase())
}

function spellings(
  units: Readonly<Record<string, readonly [amount: number, ...others: string[]]>>,
): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(units).flatMap(([unit, [amount, ...others]]) =>
      [unit, ...others].map((spelling): [string, number] => [spelling, amount]),
    ),
  )
}
