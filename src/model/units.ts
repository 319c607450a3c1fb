/** Units are fixed inside the program: a name that is not one of these ends with its unit (`limitKiB`). */
export type Bytes = number
export type BytesPerSecond = number
export type Seconds = number
/** Milliseconds since 1970, UTC. Names of this type end in `At`. */
export type EpochMs = number
/** The last one that a date can have. */
export const LAST_MOMENT: EpochMs = 8_640_000_000_000_000
/** 0 to 1. */
export type Share = number

export const KIB = 1024
export const MINUTE = 60
export const HOUR = 3600
export const DAY = 86_400

const sizeUnits = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** As people read it: three significant digits at most, never more than there is. */
export function sizeText(size: Bytes): string {
  let [value, at] = [size, 0]
  while (value >= KIB && at < sizeUnits.length - 1) [value, at] = [value / KIB, at + 1]
  const digits = at === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${Math.floor(value * 10 ** digits) / 10 ** digits} ${sizeUnits[at]}`
}
