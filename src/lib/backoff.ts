/** How long to wait before the next attempt: one rule for servers, Arrs, trackers, the database and the pages. */

/** ms. The first step, and the longest that they double to. */
interface BackoffPace {
  readonly firstMs?: number | undefined
  readonly mostMs?: number | undefined
}

/**
 * Without jitter, for whoever is alone with his wait.
 * @param attempt 1 for the first wait
 * @returns ms: `firstMs` for the first wait, twice as much for each further one, `mostMs` at most
 */
export function backoffStepMs(
  attempt: number,
  {firstMs = 5_000, mostMs = 300_000}: BackoffPace = {},
): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30))
}

/**
 * Half of the step to all of it: clients of one server that failed in one moment do not come back together, and none of
 * them sooner than half of what the step promises.
 * @param attempt 1 for the first wait
 * @param random 0 to 1, handed in
 * @returns ms
 */
export function backoffMs(attempt: number, random: number, pace: BackoffPace = {}): number {
  const step = backoffStepMs(attempt, pace)
  return Math.round(step / 2 + (random * step) / 2)
}
