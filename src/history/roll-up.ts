/**
 * From spans of ten seconds to minutes, hours and days. Pure: who calls it keeps what it gives.
 *
 *     10 s ──▶ open minute ──its end──▶ open hour ──its end──▶ open day ──its end──▶
 *                                │                  │                      │
 *                                └──────────────────┴── closed samples ────┘
 *
 * A span ends when a sample of a later time comes. What was never measured has no sample: a gap stays a gap. Bytes add
 * up exactly from span to span; means are weighted by the measurements in which the server was online.
 */
import type {EpochMs} from '#model/units.ts'
import {beginOf, coarseSpans, endOf, seenIn, type Sample, type Span} from './sample.ts'

export class Ladder {
  readonly #open: (Sample | null)[]

  /** @param open the minute, hour and day that an earlier life left open */
  constructor(open: readonly (Sample | null)[] = []) {
    this.#open = coarseSpans.map((_, step) => open[step] ?? null)
  }

  /**
   * @param sample of ten seconds, later than every one before
   * @returns what ended by that, of all spans
   */
  add(sample: Sample): Sample[] {
    return this.#pass([sample], sample.at)
  }

  /** Ends everything as it is: nothing more will come. */
  close(): Sample[] {
    return this.#pass([], Infinity)
  }

  /** What is not ended yet, as it is so far. */
  soFar(): Sample[] {
    return new Ladder(this.#open).close()
  }

  /** What ended by `now` goes a step up. */
  #pass(samples: readonly Sample[], now: EpochMs): Sample[] {
    const closed: Sample[] = []
    let incoming = samples
    for (const [step, span] of coarseSpans.entries()) {
      const ended = incoming.flatMap((sample) => this.#take(step, lifted(sample, span)))
      const open = this.#open[step]
      if (open && endOf(open) <= now) ended.push(...this.#end(step))
      closed.push(...ended)
      incoming = ended
    }
    return closed
  }

  #take(step: number, sample: Sample): Sample[] {
    const open = this.#open[step]
    if (open?.at === sample.at) {
      this.#open[step] = merged(open, sample)
      return []
    }
    const ended = this.#end(step)
    this.#open[step] = sample
    return ended
  }

  #end(step: number): Sample[] {
    const open = this.#open[step]
    this.#open[step] = null
    return open ? [open] : []
  }
}

/**
 * The ladder as it stood when the last of these samples was kept.
 * @param kept of ten seconds, minutes, hours and days, each oldest first and without gaps at their end
 */
export function reopened(kept: readonly (readonly Sample[])[]): Ladder {
  return new Ladder(
    coarseSpans.map((span, step) => {
      const newest = kept[step + 1]!.at(-1)
      // What came after the newest ended one belongs to the open one.
      const loose = kept[step]!.filter(({at}) => newest === undefined || at >= endOf(newest))
      const last = loose.at(-1)
      if (!last) return null
      const begin = beginOf(last.at, span)
      return loose
        .filter(({at}) => at >= begin)
        .map((sample) => lifted(sample, span))
        .reduce(merged)
    }),
  )
}

/** The same, as part of a coarser span. */
function lifted(sample: Sample, span: Span): Sample {
  return {...sample, span, at: beginOf(sample.at, span)}
}

/** Two parts of one span, the later one second. */
export function merged(first: Sample, second: Sample): Sample {
  const count = first.count + second.count
  const [seen, more] = [seenIn(first), seenIn(second)]
  const mean = (a: number, b: number) => (seen + more === 0 ? 0 : (a * seen + b * more) / (seen + more))
  return {
    serverId: first.serverId,
    span: first.span,
    at: first.at,
    count,
    downSpeed: mean(first.downSpeed, second.downSpeed),
    upSpeed: mean(first.upSpeed, second.upSpeed),
    downSpeedMax: Math.max(first.downSpeedMax, second.downSpeedMax),
    upSpeedMax: Math.max(first.upSpeedMax, second.upSpeedMax),
    downloaded: together(first.downloaded, second.downloaded),
    uploaded: together(first.uploaded, second.uploaded),
    torrents: second.torrents,
    downloading: second.downloading,
    seeding: second.seeding,
    failing: second.failing,
    freeSpace: second.freeSpace ?? first.freeSpace,
    latencyMs: meanLatency(first, second),
    online: (seen + more) / count,
  }
}

/** Nothing keeps more than this exactly, and nobody moves it in a day. */
function together(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER)
}

function meanLatency(first: Sample, second: Sample): number | null {
  if (first.latencyMs === null || second.latencyMs === null) return first.latencyMs ?? second.latencyMs
  const [seen, more] = [seenIn(first), seenIn(second)]
  if (seen + more === 0) return second.latencyMs
  return (first.latencyMs * seen + second.latencyMs * more) / (seen + more)
}
