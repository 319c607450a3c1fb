/** How fine the time of a simulation is. The same seed has the same world in each, and other moments. */
export interface Pace {
  /** Timers of the program ring only so often, s; absent = each in its own time, and all that is asked goes over the wire. */
  readonly beatSeconds?: number
  /** Arrs look at their downloads so often, minutes. */
  readonly lookMinutes: number
  /** While something is downloaded the world moves so often, s. */
  readonly tickSeconds: number
  /** What is uploaded is counted so often, s. */
  readonly seedingSeconds: number
}

export const paces = {
  /** Everything as in real life, second by second. */
  wire: {lookMinutes: 1, tickSeconds: 20, seedingSeconds: 0},
  /** For many days: what only goes on is left out. */
  leaps: {beatSeconds: 150, lookMinutes: 10, tickSeconds: 120, seedingSeconds: 1_800},
} as const satisfies Readonly<Record<string, Pace>>

export type PaceName = keyof typeof paces
