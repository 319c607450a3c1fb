/**
 * What came of a search command: by what its Arr said of it while it ran, which is English in every Arr, by its history,
 * and by when it searched the item last.
 *
 *   its messages, as far as they were heard ─▶ heardIn ─┐
 *   its last words, grabs, refusals, last search ───────┴─▶ searchOutcome
 *
 * An Arr sends its messages batched, so some are missing; how many indexers and releases there were is kept nowhere else.
 * Source: `ReleaseSearchService`, `DownloadDecisionMaker` and the search services of Sonarr, Radarr and Lidarr.
 */
import type {ArrCommand} from '#model/arr.ts'
import type {SearchEnd, SearchOutcome} from '#model/automation-state.ts'

/** What messages of a command say together; `null` = none of them says it. */
export interface SearchWords {
  /** Of several questions, those of the one with fewest. */
  readonly indexers: number | null
  /** Of all questions together. */
  readonly found: number | null
  readonly grabbed: number | null
}

/** Nothing was heard. */
export const noWords: SearchWords = {indexers: null, found: null, grabbed: null}

/** @param messages in their order; the same one may come several times */
export function heardIn(messages: Iterable<string>): SearchWords {
  let indexers: number | null = null
  let grabbed: number | null = null
  let total: number | null = null
  let processed: number | null = null
  for (const message of new Set(messages)) {
    const asked = numberIn(message, /(\d+) active indexers/i)
    if (asked !== null) indexers = Math.min(indexers ?? asked, asked)
    const reports = numberIn(message, /total of (\d+) reports? w/i)
    if (reports !== null) total = (total ?? 0) + reports
    const all = /no results found/i.test(message)
      ? 0
      : numberIn(message, /processing (?:release \d+\/)?(\d+)/i)
    if (all !== null) processed = Math.max(processed ?? 0, all)
    const taken = numberIn(message, /(\d+) reports? (?:downloaded|grabbed)/i)
    if (taken !== null) grabbed = (grabbed ?? 0) + taken
  }
  const found = total === null ? processed : Math.max(total, processed ?? 0)
  return {indexers, found, grabbed}
}

function numberIn(message: string, shape: RegExp): number | null {
  const digits = shape.exec(message)?.[1]
  return digits === undefined ? null : Number(digits)
}

export interface SearchEvidence {
  /** `null` = forgotten, or none is known. */
  readonly command: Pick<ArrCommand, 'status' | 'message' | 'failure'> | null
  readonly words: SearchWords
  /** Of its items, while it ran. */
  readonly grabs: number
  readonly refused: number
  /** It has one of its items in its queue, and waits for its download client. */
  readonly isHeldByClient: boolean
  /** Whether it says that it searched its items since the command began; `null` = it was not asked, or cannot say. */
  readonly wasSearched: boolean | null
  /** So many it should have asked; `null` = not known. */
  readonly expectedIndexers: number | null
}

export function searchOutcome(
  evidence: SearchEvidence,
): Pick<SearchEnd, 'outcome' | 'said' | 'found' | 'indexers'> {
  const {command, words} = evidence
  const {found, indexers} = words
  return {outcome: outcomeOf(evidence), said: command?.failure || command?.message || null, found, indexers}
}

function outcomeOf(evidence: SearchEvidence): SearchOutcome {
  const {command, words, grabs, refused, isHeldByClient, wasSearched, expectedIndexers} = evidence
  const {found, indexers} = words
  if (grabs > 0) return 'grabbed'
  if (isHeldByClient) return 'held_by_client'
  if (refused > 0) return 'refused'
  if (command === null || command.status === 'unknown' || command.status === 'orphaned')
    return wasSearched === false ? 'lost' : command?.status === 'orphaned' ? 'lost' : 'unknown'
  if (command.status !== 'completed') return 'failed'
  if (indexers === 0 || (wasSearched === false && (found ?? 0) === 0)) return 'no_indexer'
  if (indexers !== null && expectedIndexers !== null && indexers < expectedIndexers) return 'partial'
  if (found === 0) return 'nothing_found'
  return found === null ? 'no_grab' : 'all_rejected'
}
