/** What is known of one unit of a library, for people: how it stands, when it is searched, and where it waits. Pure. */
import type {
  SearchHold,
  SearchPause,
  SearchReason,
  SearchState,
  SearchUnit,
  Waiting,
} from '#model/searching.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrPlan} from './arr-plan.ts'

export interface SearchExplanation {
  /** Why it is wanted, the strongest reason; `null` = nothing asks for it. */
  readonly reason: SearchReason | null
  /** What holds it; `null` = it is ready, or nothing asks for it. */
  readonly hold: Waiting<SearchHold> | null
  /** What holds all of its Arr meanwhile, for this reason; `null` = nothing does, or it is held itself. */
  readonly pause: Waiting<SearchPause> | null
  /** Among those of its reason; `null` = it waits for no turn. */
  readonly place: {readonly place: number; readonly of: number} | null
  /** About when it is searched; `null` = that depends on something that is not known. */
  readonly nextAt: EpochMs | null
  /** The last one of ours; `null` = there was none. */
  readonly last: Pick<SearchState, 'searchedAt' | 'reason' | 'result' | 'searchId'> | null
  /** Searches in a row that found nothing to take. */
  readonly empties: number
  readonly heldSince: EpochMs | null
}

/** @param about the pace of its Arr, and what is paused there */
export function explain(
  plan: ArrPlan,
  unit: SearchUnit,
  about: {
    readonly state: SearchState | undefined
    readonly perHour: number
    readonly pauseOf: (reason: SearchReason) => Waiting<SearchPause> | null
    readonly now: EpochMs
  },
): SearchExplanation {
  const {state, perHour, pauseOf, now} = about
  const candidate = plan.queue.get(unit)
  const place = plan.queue.placeOf(unit)
  const pause = candidate?.hold === null ? pauseOf(candidate.reason) : null
  return {
    reason: candidate?.reason ?? null,
    hold: candidate?.hold ?? null,
    pause,
    place,
    nextAt: candidate ? nextAt(candidate.hold, pause, {place, perHour, now}) : null,
    last: state?.searchedAt == null ? null : state,
    empties: state?.empties ?? 0,
    heldSince: state?.heldAt ?? null,
  }
}

/** By its place and the pace of its Arr, which others share: no sooner than that. */
function nextAt(
  hold: Waiting<SearchHold> | null,
  pause: Waiting<SearchPause> | null,
  {place, perHour, now}: {place: SearchExplanation['place']; perHour: number; now: EpochMs},
): EpochMs | null {
  if (hold !== null) return hold.until
  if (pause?.until === null && !isShort(pause.code)) return null
  const from = Math.max(now, pause?.until ?? now)
  return from + Math.round((((place?.place ?? 1) - 1) / perHour) * 3_600_000)
}

/** It ends in moments, without anyone doing anything. */
function isShort(code: SearchPause): boolean {
  return code === 'own_command' || code === 'all_busy'
}
