/** How long a unit rests after it was searched, by what came of it. */
import type {SearchReason, SearchResult} from '#model/searching.ts'
import {DAY, HOUR, MINUTE, type EpochMs} from '#model/units.ts'

export interface RestChoice {
  /** The first rest; it doubles. */
  readonly startMs: number
  readonly mostMs: number
}

export interface RestState {
  /** Searches in a row that found nothing to take. */
  readonly empties: number
  /** Searches in a row that came to nothing because of the Arr or its indexers. */
  readonly failures: number
}

export interface SearchedUnit extends RestState {
  readonly result: SearchResult
  /** The search before it was without indexers that were blocked. */
  readonly wasPartial: boolean
  readonly reason: SearchReason
  readonly availableAt: EpochMs | null
  /** When the last of its blocked indexers is back; `null` = it is not known. */
  readonly indexersBackAt: EpochMs | null
  readonly now: EpochMs
  /** 0 to 1. */
  readonly random: number
}

const hours = (...list: readonly number[]) => list.map((one) => one * HOUR * 1_000)

/** Of what was on air today and is not there yet: so long after that it is searched once more. */
const TODAY_AFTER_MS = hours(2, 3, 8, 20)
/** What came out a short while ago rests less at first. */
const YOUNG_MS = 14 * DAY * 1_000
const YOUNG_REST_MS = 6 * HOUR * 1_000
/** After a trouble that says nothing about what there is. */
const FAILED_MS = hours(1, 3, 6, 12)
const BACK_MS = 10 * MINUTE * 1_000
/** The queue of the Arr shows a grab within minutes, and holds it from then on. */
const GRABBED_MS = HOUR * 1_000
/** Rests differ, so that what was searched together is not due together. */
const SPREAD = 0.1

export function restAfter(searched: SearchedUnit, choice: RestChoice): RestState & {readonly until: EpochMs} {
  const {result, empties, failures, now} = searched
  switch (result) {
    case 'grabbed':
      return {empties: 0, failures: 0, until: now + GRABBED_MS}
    case 'partial':
      // Once more as soon as all can be asked; what is blocked again says no more than an empty search.
      if (searched.wasPartial) return emptyRest(searched, choice)
      return {
        empties,
        failures: 0,
        until: Math.max(now, searched.indexersBackAt ?? now + FAILED_MS[0]!) + BACK_MS,
      }
    case 'empty':
      return emptyRest(searched, choice)
    case 'failed': {
      const rest = FAILED_MS[Math.min(failures, FAILED_MS.length - 1)]!
      return {empties, failures: failures + 1, until: now + spread(rest, searched.random)}
    }
  }
}

/**
 * Whether the Arr is asked why it takes nothing: at the third search in a row without a result and each fifth after it; of
 * a request at the second.
 * @param empties of before
 */
export function isExplained(reason: SearchReason, empties: number): boolean {
  if (reason === 'request' && empties === 1) return true
  return empties >= 2 && (empties - 2) % 5 === 0
}

function emptyRest(
  {reason, availableAt, empties, now, random}: SearchedUnit,
  choice: RestChoice,
): RestState & {readonly until: EpochMs} {
  if (reason === 'today' && availableAt !== null) {
    const next = TODAY_AFTER_MS.map((after) => availableAt + after).find((at) => at > now)
    // Its releases are still to come: that there are none yet counts for nothing.
    if (next !== undefined) return {empties, failures: 0, until: next}
  }
  const isYoung = availableAt !== null && now - availableAt < YOUNG_MS
  const first = isYoung ? Math.min(YOUNG_REST_MS, choice.startMs) : choice.startMs
  const rest = Math.min(choice.mostMs, first * 2 ** Math.min(empties, 30))
  return {empties: empties + 1, failures: 0, until: now + spread(rest, random)}
}

function spread(ms: number, random: number): number {
  return Math.round(ms * (1 - SPREAD + 2 * SPREAD * random))
}
