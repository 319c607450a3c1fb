/**
 * A clock of one server that only runs while we really watch it: online, wholly synced, not in alternative speed mode.
 * A gap longer than three sync intervals stops it and does not advance it; so does a restart of ours. Holds count by it.
 *
 * ```
 *            steady                    steady, gap short: + gap
 *  stands ───────────▶ runs ◀───────────────────────────────┐
 *     ▲                 │ │ └───────────────────────────────┘
 *     └── not steady ───┘ └─ gap too long: runs on from here, + 0
 * ```
 */

/** What holds see of it. */
export interface SteadyTime {
  /** Our own life span: times of two of them cannot be compared. */
  readonly run: string
  readonly ms: number
  readonly steady: boolean
  /** While it stands: so much of what was counted until then does not count, as its server may have been cut off already; absent = none. */
  readonly lostMs?: number
}

export interface SteadyClock extends SteadyTime {
  /** Monotonic time of the last look; only while steady. */
  readonly lastAt: number | null
}

interface SteadyLook {
  /** Of `lib/clock.ts`. */
  readonly monotonic: number
  readonly steady: boolean
  readonly syncIntervalMs: number
}

export function newSteadyClock(run: string): SteadyClock {
  return {run, ms: 0, steady: false, lastAt: null}
}

export function stepSteadyClock(clock: SteadyClock, look: SteadyLook): SteadyClock {
  const {monotonic, steady, syncIntervalMs} = look
  if (!steady) return {...clock, steady, lastAt: null}
  const gap = clock.lastAt === null ? 0 : monotonic - clock.lastAt
  const counts = gap <= 3 * syncIntervalMs
  return {...clock, ms: clock.ms + (counts ? gap : 0), steady, lastAt: monotonic}
}
