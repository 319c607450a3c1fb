import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'

/** Work in pieces of well below a millisecond: between two pieces it may pause, and the fleet may change. */
export type Work = Generator<void, void, void>

/** Is the row in? Prepared in pieces, valid until the fleet changes. */
export type RowMatch = (row: number) => boolean

/** More runs than this are not paused: the fleet does not get to move on under our hands for ever. */
const MOST_RUNS = 20
/** So often we wait for a fresh slice for what follows. */
const MOST_WAITS = 3

export interface Pace {
  readonly turns: TimeSlice
  readonly clock: Clock
  /** Told after each pause. */
  readonly resumed?: () => void
}

/**
 * Runs the work again and again until one run got through without a pause: then all it prepared is of one moment, and
 * `answer` is called in that very moment. A first run may be long (ordering 100,000 names), the ones after it only see
 * what changed meanwhile. Ends, where it can, early in a slice, so that the answer does not make the turn much longer.
 *
 * @returns the answer, and how many ms were worked, pauses left out
 */
export async function settled<A>(
  start: () => Work,
  answer: () => A,
  {turns, clock, resumed = () => undefined}: Pace,
): Promise<{readonly answer: A; readonly worked: number}> {
  let worked = 0
  let resumedAt = clock.monotonic()
  const pause = async (): Promise<void> => {
    worked += clock.monotonic() - resumedAt
    await turns.next()
    resumed()
    resumedAt = clock.monotonic()
  }
  for (let run = 0; ; run++) {
    let paused = false
    for (const _ of start()) {
      if (run >= MOST_RUNS || !turns.due()) continue
      paused = true
      await pause()
    }
    if (paused) continue
    if (run < MOST_WAITS && turns.due()) await pause()
    else return {answer: answer(), worked: worked + clock.monotonic() - resumedAt}
  }
}
