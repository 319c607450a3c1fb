/**
 * Full jitter: a wait chosen evenly between 0 (or `leastMs`) and a ceiling that doubles with each attempt, so that many
 * clients of one server never come back together.
 *
 * @param attempt 1 for the first wait
 * @param random 0 to 1, handed in
 */
export function backoffMs(
  attempt: number,
  random: number,
  {
    firstMs = 5_000,
    mostMs = 300_000,
    leastMs = 500,
  }: {firstMs?: number; mostMs?: number; leastMs?: number} = {},
): number {
  const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30))
  return Math.max(leastMs, Math.round(random * ceiling))
}
