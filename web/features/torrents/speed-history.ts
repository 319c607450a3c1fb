/**
 * Speeds of the torrents that are in the page, in rows of the list or in details, of the last minutes, one figure for each
 * step: whoever opens details finds what was there to see. Kept for those that were in the page last; while one was not,
 * there is a gap.
 */
import type {ChartValues} from '../../ui/chart-geometry.ts'

export const STEP_MS = 2_000
/** Ten minutes. */
const MOST_STEPS = 300
/** A chart is at least so wide: one minute. */
const LEAST_STEPS = 30
/** A page has some fifty rows. */
const MOST_TORRENTS = 150

interface SpeedChart {
  /** Epoch ms of each step. */
  readonly times: readonly number[]
  readonly down: ChartValues
  readonly up: ChartValues
  /** Bytes/s, of both; 0 = nothing was seen to flow. */
  readonly peak: number
  /** Since the first figure, ms; 0 = there is none. */
  readonly seenMs: number
}

interface Sample {
  readonly step: number
  readonly down: number
  readonly up: number
}

export class SpeedHistory {
  readonly #samples = new Map<string, Sample[]>()

  /** @param at epoch ms */
  add(name: string, at: number, down: number, up: number): void {
    const step = Math.floor(at / STEP_MS)
    const samples = this.#samples.get(name) ?? []
    if (samples.at(-1)?.step === step) samples.pop()
    samples.push({step, down, up})
    while (samples[0]!.step <= step - MOST_STEPS) samples.shift()
    // What was in the page last goes last.
    this.#samples.delete(name)
    this.#samples.set(name, samples)
    if (this.#samples.size > MOST_TORRENTS) this.#samples.delete(this.#samples.keys().next().value!)
  }

  /** From the first figure, at most ten minutes ago, until now. */
  chart(name: string, now: number): SpeedChart {
    const last = Math.floor(now / STEP_MS)
    const samples = (this.#samples.get(name) ?? []).filter(
      ({step}) => step > last - MOST_STEPS && step <= last,
    )
    const seen = samples[0] === undefined ? 0 : last - samples[0].step + 1
    const steps = Math.max(LEAST_STEPS, seen)
    const first = last - steps + 1
    const down: (number | null)[] = Array.from({length: steps}, () => null)
    const up = [...down]
    for (const sample of samples) {
      down[sample.step - first] = sample.down
      up[sample.step - first] = sample.up
    }
    const peak = samples.reduce((most, it) => Math.max(most, it.down, it.up), 0)
    const times = down.map((_, at) => (first + at) * STEP_MS)
    return {times, down, up, peak, seenMs: seen * STEP_MS}
  }
}

export const speedHistory = new SpeedHistory()
