/** When a server's disk will be full, if it goes on as it did: a line through what was free in the last days. Pure. */

/** What is too short tells of a day's whims. */
const LEAST_MS = 36 * 3_600_000
const LEAST_POINTS = 12
/** What is further away is not worth a word. */
const FURTHEST_MS = 30 * 86_400_000
const DAY_MS = 86_400_000

export interface SpaceForecast {
  /** Epoch ms. */
  readonly fullAt: number
  /** Bytes that it loses in a day. */
  readonly perDay: number
}

/** @param at where each point begins, epoch ms @param free bytes; `null` = not known. @returns `null` = not within a month */
export function spaceForecast(
  at: readonly number[],
  free: readonly (number | null)[],
  now: number,
): SpaceForecast | null {
  const known = at.flatMap((time, place) => {
    const value = free[place]
    return value === null || value === undefined ? [] : [{time, value}]
  })
  const [first, last] = [known[0], known.at(-1)]
  if (!first || !last || known.length < LEAST_POINTS || last.time - first.time < LEAST_MS) return null
  const perMs = slopeOf(known)
  if (perMs >= 0) return null
  const fullAt = last.time + last.value / -perMs
  return fullAt - now > FURTHEST_MS ? null : {fullAt: Math.max(now, fullAt), perDay: -perMs * DAY_MS}
}

/** Least squares. */
function slopeOf(points: readonly {readonly time: number; readonly value: number}[]): number {
  const mean = (read: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + read(point), 0) / points.length
  const [time, value] = [mean((it) => it.time), mean((it) => it.value)]
  const spread = mean((it) => (it.time - time) ** 2)
  return spread === 0 ? 0 : mean((it) => (it.time - time) * (it.value - value)) / spread
}
