import type {Bytes, Seconds} from './units.ts'

/**
 * One ratio for every kind of server (each divides by something else): uploaded ÷ downloaded, where a download of
 * less than 1 % of what is held (cross-seeded, copied in) counts as all that is held. Nothing up, nothing down: 0.
 * Unknown when only the divisor is 0 (no limit is ever met by infinity) or a part is not known.
 */
export function ratioOf(uploaded?: Bytes, downloaded?: Bytes, completed?: Bytes): number | undefined {
  if (uploaded === undefined || downloaded === undefined) return undefined
  const held = completed ?? 0
  const divisor = downloaded < held * 0.01 ? held : downloaded
  if (divisor > 0) return uploaded / divisor
  return uploaded > 0 ? undefined : 0
}

const MONTH_SECONDS = 30.44 * 86_400

/** Ratio earned per month of activity. */
export function popularityOf(ratio?: number, activeTime?: Seconds): number | undefined {
  if (ratio === undefined || activeTime === undefined || activeTime <= 0) return undefined
  return ratio / (activeTime / MONTH_SECONDS)
}
