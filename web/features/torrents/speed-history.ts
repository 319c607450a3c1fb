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

/** Step, download and upload of each figure, one after the other: plain numbers take a third of what objects do. */
type Samples = number[]
const WIDTH = 3

export class SpeedHistory {
  readonly #samples = new Map<string, Samples>()

  /** @param at epoch ms */
  add(name: string, at: number, down: number, up: number): void {
    const step = Math.floor(at / STEP_MS)
    const samples = this.#samples.get(name) ?? []
    if (samples.at(-WIDTH) === step) samples.length -= WIDTH
    samples.push(step, down, up)
    let old = 0
    while (samples[old]! <= step - MOST_STEPS) old += WIDTH
    if (old > 0) samples.splice(0, old)
    // What was in the page last goes last.
    this.#samples.delete(name)
    this.#samples.set(name, samples)
    if (this.#samples.size > MOST_TORRENTS) this.#samples.delete(this.#samples.keys().next().value!)
  }

  /** From the first figure, at most ten minutes ago, until now. */
  chart(name: string, now: number): SpeedChart {
    const last = Math.floor(now / STEP_MS)
    const samples = this.#samples.get(name) ?? []
    const isShown = (step: number) => step > last - MOST_STEPS && step <= last
    let begin = 0
    while (begin < samples.length && !isShown(samples[begin]!)) begin += WIDTH
    const seen = begin < samples.length ? last - samples[begin]! + 1 : 0
    const steps = Math.max(LEAST_STEPS, seen)
    const first = last - steps + 1
    const down: (number | null)[] = Array.from({length: steps}, () => null)
    const up = [...down]
    let peak = 0
    for (let at = begin; at < samples.length; at += WIDTH) {
      if (!isShown(samples[at]!)) continue
      const [downAt, upAt] = [samples[at + 1]!, samples[at + 2]!]
      down[samples[at]! - first] = downAt
      up[samples[at]! - first] = upAt
      peak = Math.max(peak, downAt, upAt)
    }
    const times = down.map((_, at) => (first + at) * STEP_MS)
    return {times, down, up, peak, seenMs: seen * STEP_MS}
  }
}

export const speedHistory = new SpeedHistory()
