/** Searches of Arrs for people: which there were, what people have searched now, hold back and pause. */
import type {SearchOutcome, SearchRun} from './automation-state.ts'
import type {ConditionOf, Range} from './query.ts'
import type {SearchHold, SearchPause, SearchUnit, Waiting} from './searching.ts'
import type {EpochMs} from './units.ts'

/** Who or what asked for it. A request of a request manager is searched by the schedule, and counts apart here. */
export const searchersOf = ['schedule', 'person', 'rule', 'request', 'failure'] as const
export type Searcher = (typeof searchersOf)[number]

/** What searches are asked for. What is not known is found by neither a question nor its opposite. */
export type SearchCondition = ConditionOf<SearchLeaf>

export type SearchLeaf =
  /** A piece of it, in any case. title: what it was for. release: the name of one that was grabbed. */
  | {readonly asks: 'title' | 'release'; readonly text: string}
  | {readonly asks: 'arr'; readonly ids: readonly string[]}
  /** running = it is not known to be over. */
  | {readonly asks: 'outcome'; readonly outcome: SearchOutcome | 'running'}
  | {readonly asks: 'why'; readonly reason: string}
  | {readonly asks: 'by'; readonly by: Searcher}
  /** at: when it was asked, ms. found: so many releases indexers had. */
  | {readonly asks: 'number'; readonly of: 'at' | 'found'; readonly range: Range}

export interface SearchesQuery {
  /** Only of these. */
  readonly arrs: readonly string[]
  /** `null` = all. */
  readonly condition: SearchCondition | null
  readonly offset: number
  readonly limit: number
}

/** Those that we asked for: what an Arr chose without us is in none. */
export interface SearchesWindow {
  /** Newest first. */
  readonly items: readonly SearchRun[]
  /** Of all that match, as the next one is. */
  readonly total: number
  readonly outcomes: ReadonlyMap<SearchOutcome | 'running', number>
}

/** How the searches of an Arr stand. */
export interface SearchesOfArr {
  readonly arrId: string
  /** So much of it is wanted, whatever holds it. */
  readonly wanted: number
  /** So much of that waits for its turn alone. */
  readonly ready: number
  /** Why nothing that is missing is searched there now; `null` = nothing but its turn is waited for. */
  readonly pause: Waiting<SearchPause> | null
  /** About when the next one is; `null` = none is, or that depends on something that is not known. */
  readonly nextAt: EpochMs | null
  /** Items that were searched because of us in the last hour, and at most. */
  readonly hour: {readonly made: number; readonly most: number}
  /** The same of the last day; `most` 0 = no limit. */
  readonly day: {readonly made: number; readonly most: number}
  /** A person paused them; `null` = nobody did. */
  readonly paused: PausedSearches | null
}

/** Searches of an Arr that a person paused. */
export interface PausedSearches {
  readonly arrId: string
  readonly since: EpochMs
  /** `null` = until somebody lets them go on. */
  readonly until: EpochMs | null
}

export interface UnitOfArr {
  readonly arrId: string
  readonly unit: SearchUnit
}

/**
 * What comes of it that a person wants a unit searched now. queued: it has the next turn. running: it is searched already.
 * held: what even a person does not pass holds it. unwanted: nothing of the season is wanted. unknown: the library has
 * nothing of the kind, or its Arr is off. too_many: it would have its turn in more than a day, and is not queued.
 */
export const searchAnswers = ['queued', 'running', 'held', 'unwanted', 'unknown', 'too_many'] as const
type SearchAnswer = (typeof searchAnswers)[number]

export interface AnsweredUnit extends UnitOfArr {
  readonly answer: SearchAnswer
  /** Of what is held. */
  readonly hold: Waiting<SearchHold> | null
}

/** What searches that a person wants cost, as far as it is known before they are made. */
interface SearchCost {
  readonly searches: number
  /** To each indexer of their Arrs, together. */
  readonly questions: number
  /** About when the last of them begins; `null` = there is none. */
  readonly lastAt: EpochMs | null
}

export interface OrderedSearches {
  readonly items: readonly AnsweredUnit[]
  readonly cost: SearchCost
  /** So many more are ready in these Arrs. */
  readonly left: number
}

/** What a person has searched: these, or what is ready in these Arrs. */
export type WantedSearches = {readonly units: readonly UnitOfArr[]} | {readonly readyIn: readonly string[]}

/** What people may order of searches; who may is asked before. */
export interface SearchOrders {
  /** Resolves once it is written. @param isDry only what it would be @throws {StorageFault} */
  searchNow(wanted: WantedSearches, isDry: boolean): Promise<OrderedSearches>
  /** @param is `false` = it may be searched again @returns units that are not known @throws {StorageFault} */
  hold(units: readonly UnitOfArr[], is: boolean): Promise<readonly UnitOfArr[]>
  /** @param until `null` = until it is resumed @throws {StorageFault} */
  pause(arrId: string, until: EpochMs | null): Promise<void>
  /** @throws {StorageFault} */
  resume(arrId: string): Promise<void>
}
