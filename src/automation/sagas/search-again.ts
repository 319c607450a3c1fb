/**
 * The search that is owed for what a person or a rule blocklists, where the Arr does not search by itself: it is written
 * down before the Arr is told, made when the history of the Arr proves it, waits where enough was searched in this hour,
 * and is never lost. Where the section of the Arr is taken out of the configuration, it waits a week for it to come back,
 * and for its history to prove that it is the same Arr: another one of its name would search for other items.
 * Source: Sonarr and Radarr.
 */
import {SEARCHES_PER_HOUR, type Searched} from '#automation-state/searched.ts'
import type {SagaAtStep, SagaKind, StepEnd} from '#executor/saga-runner.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {SagaRecord} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ReleaseLoop} from '#model/searching.ts'
import type {WaitReason} from '#model/unfinished.ts'
import {HOUR, type EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import type {Authority} from '#registry/rules/reach.ts'
import {RELEASE_LOOP} from '../alerts/release-loops.ts'
import type {FailingArr} from './fail-download.ts'

export interface SearchAgainState {
  readonly arrId: string
  readonly media: readonly string[]
  readonly failure: string
  readonly reason: string
  /** What is given up, and the grab behind which that will stand; absent = it was, as an earlier release wrote it. */
  readonly given?: {readonly downloadId: string; readonly grabbedAt: EpochMs}
  /** Its Arr left the configuration, and one of its name is back. */
  readonly isBack?: boolean
  /** In whose name, as long as they may; absent = begun by an earlier release. */
  readonly authority?: Authority
  /** Who wanted it, and of what, as the journal tells it. */
  readonly by: Pick<JournalEntry, 'actor' | 'subject' | 'serverId' | 'hash' | 'name' | 'ruleId'>
}

export const SEARCH_AGAIN = 'searchAgain'

/** Its Arr is told in the next moment. */
const FIRST_MS = 1_000
/** And somebody may try once more after it refused. */
const LAST_MS = 300_000
const NOT_GIVEN_UP = 'not_given_up'
/** An Arr of its name is back, and its history does not prove it. */
const OTHER_ARR = 'other_arr'
const ARR_LEFT = 'arr_left'
/** Who wanted it may not command that Arr any more. */
const RIGHT_GONE = 'right_gone'
/** The step at which it waits for an Arr that is not configured any more. */
export const ARR_AWAY = 'arrAway'
/** The configuration is looked at so often. */
const BACK_MS = 60_000

/** @param write resolves when the entries are on disk */
export function searchAgain(
  arr: Pick<FailingArr, 'search' | 'heardOf' | 'isFailed' | 'hasLeft' | 'mayCommand' | 'loopOf'>,
  searched: ClaimedSearches,
  clock: Clock,
  write: (entries: readonly JournalEntry[]) => Promise<void>,
): SagaKind {
  /** What the journal was told last of each that waits. */
  const said = new Map<string, string>()
  const say = async (saga: SagaRecord, code: string, message: string) => {
    if (said.get(saga.id) === code) return
    await write([lineOf(clock, saga, {phase: 'blocked', code, message})])
    said.set(saga.id, code)
  }
  const proof = async ({state, atStepMs}: SagaAtStep): Promise<StepEnd> => {
    const {arrId, given, isBack} = state as SearchAgainState
    if (arr.hasLeft(arrId)) return given ? {next: ARR_AWAY, state} : {end: ARR_LEFT}
    if (atStepMs > waits.arrBack.ms) return {end: 'given_up'}
    if (!given || (await arr.isFailed(arrId, given.downloadId, given.grabbedAt)))
      return {next: 'search', state}
    if (atStepMs > waits.arrProof.ms) return {end: isBack ? OTHER_ARR : NOT_GIVEN_UP}
    return {waitMs: Math.min(Math.max(FIRST_MS, atStepMs), LAST_MS)}
  }
  const search = async (saga: SagaAtStep): Promise<StepEnd> => {
    const state = saga.state as SearchAgainState
    if (arr.hasLeft(state.arrId)) return state.given ? {next: ARR_AWAY, state} : {end: ARR_LEFT}
    if (saga.atStepMs > waits.arrBack.ms) return {end: 'given_up'}
    try {
      const wait = await searchOnce(arr, searched, clock, {...state, searchId: saga.id})
      if (wait === null) return {end: 'done'}
      await say(saga, wait.held.code, wait.held.message)
      return wait
    } catch (error) {
      if (error instanceof CommodarrError) await say(saga, error.code, error.message)
      throw error
    }
  }
  const arrAway = async (saga: SagaAtStep): Promise<StepEnd> => {
    const state = saga.state as SearchAgainState
    const back = {...saga, state: {...state, isBack: true}}
    const end = awaitArr(arr, state.arrId, back, {next: 'proof', end: ARR_LEFT})
    if (!('waitMs' in end)) return end
    await say(saga, ARR_LEFT, arrAwayWords)
    return {...end, held: {code: ARR_LEFT, message: arrAwayWords}}
  }
  return {
    kind: SEARCH_AGAIN,
    version: 1,
    first: 'proof',
    patienceMs: {proof: waits.arrProof.ms, search: waits.arrBack.ms, [ARR_AWAY]: waits.arrBack.ms},
    withoutRight({state}) {
      const {arrId, authority, by} = state as SearchAgainState
      const behind = authority ?? by.ruleId ?? {owner: by.actor.userId, ceilings: []}
      return arr.mayCommand(arrId, behind) ? null : {end: RIGHT_GONE}
    },
    steps: {proof, search, [ARR_AWAY]: arrAway},
    async ended(saga, outcome) {
      said.delete(saga.id)
      if (outcome === NOT_GIVEN_UP) return null
      const end =
        outcome === 'done'
          ? {
              phase: 'confirmed' as const,
              message: 'Searched by Commodarr, because its Arr does not search automatically.',
            }
          : {phase: 'failed' as const, code: outcome, message: whyNotOf(saga, outcome)}
      await write([lineOf(clock, saga, end)])
      return null
    },
  }
}

const whyNot: Readonly<Record<string, string>> = {
  given_up: 'Its Arr could not be asked for a week.',
  [ARR_LEFT]: 'Its Arr left the configuration before it was searched.',
  [RIGHT_GONE]: 'Who wanted it searched may not command its Arr any more. Search for it in the Arr.',
  [OTHER_ARR]:
    'An Arr came back to the configuration by its name, and its history does not show the failure: nothing was searched, as it may be another Arr.',
}

function whyNotOf({step}: SagaRecord, outcome: string): string {
  if (outcome === ARR_LEFT && step === ARR_AWAY)
    return 'Its Arr left the configuration and did not come back within a week, so it was not searched.'
  return whyNot[outcome] ?? 'It cannot be read.'
}

/** For people. */
export const arrAwayWords =
  'Its Arr is not in the configuration. It is searched if the Arr is back within a week.'

/** While its Arr is not configured, for as long as one that cannot be asked is waited for. */
export function awaitArr(
  arr: Pick<FailingArr, 'hasLeft'>,
  arrId: string,
  {state, atStepMs}: SagaAtStep,
  {next, end}: {readonly next: string; readonly end: string},
): StepEnd {
  if (!arr.hasLeft(arrId)) return {next, state}
  return atStepMs > waits.arrBack.ms ? {end} : {waitMs: BACK_MS}
}

function lineOf(
  clock: Clock,
  {id, state}: SagaRecord,
  more: Pick<JournalEntry, 'phase' | 'code' | 'message'>,
): JournalEntry {
  const {by, arrId, media, reason} = state as SearchAgainState
  const args = {arr: arrId, items: media, reason}
  return {id, at: clock.now(), ...by, verb: 'arr.search', args, isBrief: true, ...more}
}

interface OwnSearch {
  readonly arrId: string
  /** `movie/17`. */
  readonly media: readonly string[]
  /** What made it necessary; for each there is one search. */
  readonly failure: string
  readonly searchId: string
  readonly reason: string
}

/** What was searched, and what is claimed to be. */
export type ClaimedSearches = Pick<Searched, 'claim' | 'sent' | 'intended' | 'isSearchedFor' | 'waitFor'>

export const SEARCH_BUDGET = 'search_budget'

/** Why a search of ours waits, and when it is looked at again. */
export interface SearchWait {
  readonly waitMs: number
  readonly held: WaitReason
}

/** Releases of what it is for were given up again and again: it waits until a person has it searched on, or for a week. */
function loopWait(loop: ReleaseLoop, now: EpochMs): SearchWait {
  const held = {code: RELEASE_LOOP, message: loopWords(loop)}
  return {waitMs: Math.max(1, Math.min(LOOP_MS, loop.until - now)), held}
}

export function loopWords({count}: ReleaseLoop): string {
  return `${count} releases of it were given up within a week, so it is not searched until you resume it in Library › Wanted, or they are a week old.`
}

/** A person may resume it at any time. */
const LOOP_MS = 60_000

export function budgetWords(waitMs: number): string {
  const minutes = Math.ceil(waitMs / 60_000)
  return `Its Arr was asked for ${SEARCHES_PER_HOUR} searches within ${HOUR / 60} minutes: it is searched in ${minutes} min.`
}

/**
 * A search of ours, made once: claimed before the Arr is asked, so that after a crash or a lost answer it is asked
 * whether it heard of it, and not told twice. So many in an hour and no more: what is over that waits.
 * @returns `null` = the Arr has it; else it is to wait. @throws {CommodarrError}
 */
export async function searchOnce(
  arr: Pick<FailingArr, 'search' | 'heardOf' | 'loopOf'>,
  searched: ClaimedSearches,
  clock: Clock,
  wanted: OwnSearch,
): Promise<SearchWait | null> {
  const {arrId, media, failure, searchId, reason} = wanted
  const isClaimed = searched.isSearchedFor(arrId, failure)
  const loop = isClaimed ? null : arr.loopOf(arrId, media)
  if (loop) return loopWait(loop, clock.now())
  const waitMs = isClaimed ? 0 : searched.waitFor(arrId, media.length)
  if (waitMs > 0) return {waitMs, held: {code: SEARCH_BUDGET, message: budgetWords(waitMs)}}
  const search = {arrId, items: media, failure, searchId, reason, cause: 'failure'} as const
  const isNew = await searched.claim({...search, at: clock.now()})
  const open = searched.intended(arrId).find((it) => it.failure === failure)
  if (!open) return null
  const isHeard = !isNew && (await arr.heardOf(arrId, media, open.at))
  await searched.sent(open.searchId, isHeard ? null : await arr.search(arrId, media))
  return null
}
