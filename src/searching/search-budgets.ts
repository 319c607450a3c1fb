/** How fast Arrs and their indexers may be searched. Pure: what was spent is handed in, by a clock that does not jump. */
import type {SearchPause, SearchReason} from '#model/searching.ts'
import {MINUTE} from '#model/units.ts'

export interface BudgetChoice {
  /** Between two commands to one Arr, ms. */
  readonly spacingMs: number
  readonly perHour: number
  /** 0 = no limit. */
  readonly perDay: number
}

/** What was searched so far. */
export interface Spent {
  readonly now: number
  readonly startedAt: number
  /** When our last command was sent to this Arr; `null` = in this run none was. */
  readonly lastAt: number | null
  /** Until so many of an hour or of a day are free, ms; 0 = they are. */
  readonly hourWaitMs: number
  readonly dayWaitMs: number
  /** The same for what people want, of which there may be as much again in an hour. */
  readonly personWaitMs: number
  /** A search command of ours to this Arr has not ended. */
  readonly isSearching: boolean
  /** So many of all Arrs have not. */
  readonly running: number
  /** 0 to 1, the same until the next command. */
  readonly random: number
}

export interface Budget {
  readonly code: SearchPause
  /** `null` = until a command ends. */
  readonly waitMs: number | null
}

/** A person waits for no turn; who wants hundreds at once has indexers lock out everybody. */
export function mostForPeople(perHour: number): number {
  return 2 * perHour
}

/** Indexers are asked by all Arrs. */
const MOST_AT_ONCE = 2
/** After a start the feeds and queues come first. */
const FIRST_MS = MINUTE * 1_000
const FIRST_SPREAD_MS = 2 * MINUTE * 1_000

/** @returns `null` = a command may be sent */
export function budgetWait(spent: Spent, choice: BudgetChoice, reason: SearchReason): Budget | null {
  const {now, startedAt, lastAt, isSearching, running, random} = spent
  if (isSearching) return {code: 'own_command', waitMs: null}
  if (running >= MOST_AT_ONCE) return {code: 'all_busy', waitMs: null}
  if (reason === 'person')
    return spent.personWaitMs > 0 ? {code: 'hour_limit', waitMs: spent.personWaitMs} : null
  const from =
    lastAt === null
      ? startedAt + FIRST_MS + FIRST_SPREAD_MS * random
      : lastAt + choice.spacingMs * (0.9 + 0.4 * random)
  if (from > now) return {code: 'spacing', waitMs: from - now}
  if (spent.hourWaitMs > 0) return {code: 'hour_limit', waitMs: spent.hourWaitMs}
  if (choice.perDay > 0 && spent.dayWaitMs > 0) return {code: 'day_limit', waitMs: spent.dayWaitMs}
  return null
}

/** How often an indexer may be asked, in all that ask it: feeds and other programs count. */
export interface IndexerLimit {
  readonly most: number
  readonly windowMs: number
}

/** How often it was asked, and when. */
export interface IndexerUse {
  /** As its own counter says of the window that ended then; `null` = it has none. */
  readonly counted: {readonly at: number; readonly questions: number} | null
  /** Our own questions, oldest first. */
  readonly asked: readonly {readonly at: number; readonly questions: number}[]
}

/** Of its limit for scheduled searches, and for what does not wait as long; people may use all. */
const BACKLOG_SHARE = 0.8
const URGENT_SHARE = 0.9
const urgent: ReadonlySet<SearchReason> = new Set<SearchReason>(['failure', 'request', 'rule', 'today'])

/**
 * @param questions that the search would cost
 * @returns how long until so many are free, ms; 0 = they are. What costs more than there is has its turn when nothing else had
 */
export function indexerWait(
  limit: IndexerLimit,
  {counted, asked}: IndexerUse,
  about: {readonly questions: number; readonly reason: SearchReason; readonly now: number},
): number {
  const {questions, reason, now} = about
  if (reason === 'person') return 0
  const most = Math.floor(limit.most * (urgent.has(reason) ? URGENT_SHARE : BACKLOG_SHARE))
  const from = now - limit.windowMs
  // What its counter has is not counted again; of what is older than the counter nothing is known but its sum.
  const isCounted = counted !== null && counted.at > from
  const later = asked.filter(({at}) => at > from && (!isCounted || at > counted.at))
  const known = isCounted ? [counted, ...later] : later
  const needed = Math.min(questions, most)
  let used = known.reduce((sum, one) => sum + one.questions, 0)
  let waitMs = 0
  for (const one of known) {
    if (used + needed <= most) break
    used -= one.questions
    waitMs = one.at + limit.windowMs - now
  }
  return waitMs
}
