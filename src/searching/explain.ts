/**
 * What is known of one unit of a library, for people: how it stands, when it is searched, and where it waits, as values and
 * as phrases. Pure.
 */
import type {SearchText} from '#model/search-texts.ts'
import type {
  HoldingRule,
  SearchHold,
  SearchPause,
  SearchReason,
  SearchState,
  SearchUnit,
  Waiting,
  WantedGroup,
} from '#model/searching.ts'
import type {EpochMs} from '#model/units.ts'
import type {PhraseValue} from '#model/verdict.ts'
import type {ArrPlan} from './arr-plan.ts'
import type {Gate} from './evaluate.ts'
import type {Candidate} from './search-queue.ts'

/** How far something is from its search, by what holds it. */
export function groupOf(hold: Waiting<SearchHold> | null): WantedGroup {
  return hold === null ? 'ready' : groups[hold.code]
}

const groups: Readonly<Record<SearchHold, WantedGroup>> = {
  resting: 'resting',
  searched_enough: 'resting',
  elsewhere: 'resting',
  in_queue: 'coming',
  running: 'coming',
  unreleased: 'unreleased',
  grace: 'unreleased',
  unmonitored: 'held',
  no_upgrade: 'held',
  no_indexer: 'held',
  skip_tag: 'held',
  held: 'held',
  loop: 'held',
  temporary_profile: 'held',
  unknown: 'held',
  held_by_rule: 'held',
}

/** A text with its values: whoever shows it writes moments in the language and time zone of who reads it. */
export interface SearchPhrase {
  readonly key: SearchText
  readonly values: Readonly<Record<string, PhraseValue>>
}

export interface SearchExplanation {
  /** Why it is wanted, the strongest reason; `null` = nothing asks for it. */
  readonly reason: SearchReason | null
  /** All that it has to pass. */
  readonly gates: readonly Gate[]
  /** What holds it; `null` = it is ready, or nothing asks for it. */
  readonly hold: Waiting<SearchHold> | null
  /** The rule that holds it; `null` = none does. */
  readonly heldBy: HoldingRule | null
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
    /** Of what a rule holds: which. */
    readonly heldBy: (candidate: Candidate) => HoldingRule | null
    readonly now: EpochMs
  },
): SearchExplanation {
  const {state, perHour, pauseOf, heldBy, now} = about
  const candidate = plan.queue.get(unit)
  const place = plan.queue.placeOf(unit)
  const pause = candidate?.hold === null ? pauseOf(candidate.reason) : null
  return {
    reason: candidate?.reason ?? null,
    gates: plan.gates(unit, now),
    hold: candidate?.hold ?? null,
    heldBy: candidate?.hold?.code === 'held_by_rule' ? heldBy(candidate) : null,
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

/** How it stands, when it is searched, and what came of the last search, as far as that is known. */
export function phrasesOf(explanation: SearchExplanation): readonly SearchPhrase[] {
  return [standing(explanation), ...nextSearch(explanation), ...lastSearch(explanation)]
}

function standing({reason, hold, heldBy, pause}: SearchExplanation): SearchPhrase {
  if (reason === null) return {key: 'search.unwanted', values: {}}
  if (heldBy !== null) return {key: 'search.held_by', values: {rule: {unit: 'text', value: heldBy.name}}}
  if (hold !== null) return {key: `search.hold.${hold.code}`, values: {}}
  if (pause !== null) return {key: `search.pause.${pause.code}`, values: {}}
  return {key: 'search.ready', values: {why: because(reason)}}
}

function nextSearch({nextAt: at, place}: SearchExplanation): readonly SearchPhrase[] {
  if (at === null) return []
  const when = {unit: 'when', value: at} as const
  if (place === null) return [{key: 'search.next', values: {when}}]
  const count = (value: number) => ({unit: 'count', value}) as const
  return [{key: 'search.next.place', values: {when, place: count(place.place), of: count(place.of)}}]
}

function lastSearch({last, empties}: SearchExplanation): readonly SearchPhrase[] {
  if (last?.searchedAt == null || last.reason === null) return []
  const values = {since: {unit: 'when', value: last.searchedAt}, why: because(last.reason)} as const
  if (last.result === null) return [{key: 'search.last.running', values}]
  if (last.result !== 'empty' || empties < 2) return [{key: `search.last.${last.result}`, values}]
  return [{key: 'search.last.empty.again', values: {...values, count: {unit: 'count', value: empties}}}]
}

function because(reason: SearchReason): PhraseValue {
  return {unit: 'phrase', value: `search.reason.${reason}` satisfies SearchText}
}
