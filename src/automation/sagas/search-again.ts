/**
 * The search that is owed for what a person or a rule blocklists, where the Arr does not search by itself: it is written
 * down before the Arr is told, made when the history of the Arr proves it, waits where enough was searched in this hour,
 * and is never lost.
 * Source: protocols/arr.md §3.6.
 */
import type {JournalEntry} from '#journal/entry.ts'
import {CommodarrError} from '#model/errors.ts'
import type {SagaRecord} from '#model/automation-state.ts'
import {DAY, HOUR, type EpochMs} from '#model/units.ts'
import type {FailingArr} from './fail-download.ts'
import {budgetWords, SEARCH_BUDGET, searchOnce, type SearchParts} from './own-search.ts'
import type {SagaAtStep, SagaKind, StepEnd} from '#executor/saga-runner.ts'

export interface SearchAgainState {
  readonly arrId: string
  readonly media: readonly string[]
  readonly failure: string
  readonly reason: string
  /** What is given up, and the grab behind which that will stand; absent = it was, as an earlier release wrote it. */
  readonly given?: {readonly downloadId: string; readonly grabbedAt: EpochMs}
  /** Who wanted it, and of what, as the journal tells it. */
  readonly by: Pick<JournalEntry, 'actor' | 'subject' | 'serverId' | 'hash' | 'name' | 'ruleId'>
}

export interface SearchAgainParts extends SearchParts {
  readonly arr: SearchParts['arr'] & Pick<FailingArr, 'isFailed'>
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
}

export const SEARCH_AGAIN = 'searchAgain'

/** An Arr that can not be asked for so long is not there any more, and neither is what was wanted of it. */
const GIVEN_UP_MS = 7 * DAY * 1_000
/** That long an Arr may take to write what it did into its history; who was refused by it has nothing to search. */
const PROOF_MS = HOUR * 1_000
/** Its Arr is told in the next moment. */
const FIRST_MS = 1_000
/** And somebody may try once more after it refused. */
const LAST_MS = 300_000
const NOT_GIVEN_UP = 'not_given_up'

export function searchAgain(parts: SearchAgainParts): SagaKind {
  /** What the journal was told last of each that waits. */
  const said = new Map<string, string>()
  const say = async (saga: SagaRecord, code: string, message: string) => {
    if (said.get(saga.id) === code) return
    await parts.write([lineOf(parts, saga, {phase: 'blocked', code, message})])
    said.set(saga.id, code)
  }
  const proof = async ({state, atStepMs}: SagaAtStep): Promise<StepEnd> => {
    const {arrId, given} = state as SearchAgainState
    if (atStepMs > GIVEN_UP_MS) return {end: 'given_up'}
    if (!given || (await parts.arr.isFailed(arrId, given.downloadId, given.grabbedAt)))
      return {next: 'search', state}
    if (atStepMs > PROOF_MS) return {end: NOT_GIVEN_UP}
    return {waitMs: Math.min(Math.max(FIRST_MS, atStepMs), LAST_MS)}
  }
  const search = async (saga: SagaAtStep): Promise<StepEnd> => {
    const state = saga.state as SearchAgainState
    if (saga.atStepMs > GIVEN_UP_MS) return {end: 'given_up'}
    try {
      const waitMs = await searchOnce(parts, {...state, searchId: saga.id})
      if (waitMs === 0) return {end: 'done'}
      await say(saga, SEARCH_BUDGET, budgetWords(waitMs))
      return {waitMs}
    } catch (error) {
      if (error instanceof CommodarrError) await say(saga, error.code, error.message)
      throw error
    }
  }
  return {
    ...{kind: SEARCH_AGAIN, version: 1, first: 'proof', steps: {proof, search}},
    async ended(saga, outcome) {
      said.delete(saga.id)
      if (outcome === NOT_GIVEN_UP) return
      const end =
        outcome === 'done'
          ? {phase: 'confirmed' as const, message: 'Searched by us, as its Arr does not do so by itself.'}
          : {phase: 'failed' as const, code: outcome, message: 'Its Arr could not be asked for a week.'}
      await parts.write([lineOf(parts, saga, end)])
    },
  }
}

function lineOf(
  {clock}: SearchAgainParts,
  {id, state}: SagaRecord,
  more: Pick<JournalEntry, 'phase' | 'code' | 'message'>,
): JournalEntry {
  const {by, arrId, media, reason} = state as SearchAgainState
  const args = {arr: arrId, items: media, reason}
  return {id, at: clock.now(), ...by, verb: 'arr.search', args, isBrief: true, ...more}
}
