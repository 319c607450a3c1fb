/** What a server did in one span of time: the words of this room. */
import type {EpochMs} from '#model/units.ts'
import type {SampleRow} from '#store/repositories/samples.ts'

export type Sample = SampleRow

/** Seconds a sample may stand for: what is measured, and what it is rolled up to. */
export const spans = [10, 60, 3_600, 86_400] as const
export type Span = (typeof spans)[number]

export const FINEST: Span = spans[0]
export const coarseSpans = [60, 3_600, 86_400] as const

/** Beginning of the span that `at` lies in. Days are those of UTC. */
export function beginOf(at: EpochMs, span: Span): EpochMs {
  const ms = span * 1_000
  return Math.floor(at / ms) * ms
}

export function endOf({at, span}: Pick<Sample, 'at' | 'span'>): EpochMs {
  return at + span * 1_000
}

/** Of how many measurements it is known what flowed: those in which the server was online. */
export function seenIn({online, count}: Pick<Sample, 'online' | 'count'>): number {
  return Math.round(online * count)
}
