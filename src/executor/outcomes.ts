/** What came back, as the journal says it. */
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {CommandResult, NotDone} from '#model/command.ts'
import type {ArrChange, CommandEnd, DecisionOutcome} from '#model/decision.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import {shownMessage} from './shown.ts'

type Ending = Pick<JournalEntry, 'phase' | 'code' | 'message'>

/**
 * @param effect what is known of its effect: seen or waited for in the list, known by the answer alone, or one that was
 *   to be seen while there is nothing (any more) to see it by
 */
export function endingOf(result: CommandResult, effect: 'awaited' | 'answered' | 'unseen'): Ending {
  if (result.outcome === 'done') return {phase: phaseAfterYes[effect]}
  return {phase: result.outcome, code: result.code, message: keptMessage(result)}
}

const phaseAfterYes = {awaited: 'sent', answered: 'confirmed', unseen: 'unconfirmed'} as const

/** Who owns the server reads this later, and may see less than who acted: no other torrent is named to him. */
export function keptMessage({code, message}: {readonly code: string; readonly message: string}): string {
  return code === 'content_shared' || code === 'content_unknown'
    ? 'Another torrent may need its data.'
    : shownMessage(message)
}

/** No answer is not a no. */
export function failureOf(error: unknown): Ending {
  const isUnknown = error instanceof ServerFault && error.outcomeUnknown
  return {
    phase: isUnknown ? 'unconfirmed' : 'failed',
    code: error instanceof CommodarrError ? error.code : 'internal',
    message: shownMessage(error instanceof Error ? error.message : String(error)),
  }
}

export function refusalBy({code, message}: CommodarrError): CommandResult {
  return {outcome: 'refused', code, message}
}

/** Of what its person cancelled before it was sent. */
export const cancelledByPerson: CommandResult = {
  outcome: 'refused',
  code: 'cancelled',
  message: 'It was cancelled before this was sent.',
}

/** Why an action of a rule is not done: as of any action, or as its rule and the guards have it. */
export interface Ruling extends NotDone<
  Exclude<DecisionOutcome, 'simulated' | 'waiting' | 'declined' | 'expired' | 'sent' | 'confirmed'>
> {
  /** Its server lacks what it takes: no time changes that, only another version, kind or rule. */
  readonly isSettled?: boolean
}

/** What became of an action of a rule. */
export interface Verdict extends Pick<Ruling, 'code' | 'message' | 'isSettled'> {
  readonly outcome: 'done' | CommandEnd | Ruling['outcome']
  /** It ended so with that; absent = whoever carries it on publishes its end, or nothing was begun. */
  readonly ended?: CommandEnd
  /** Absent = the journal has it already. */
  readonly decided?: JournalDecision
  /** Of the action that it began. */
  readonly id?: string
  /** The journal has it as one that is under way, and waits for its end. */
  readonly begun?: BegunEntry
  /** What its Arr did. */
  readonly byArr?: ArrChange
  /** Servers, disks or Arrs were asked for it; absent = nobody was. */
  readonly isCostly?: boolean
}

/** Of a removal that waits until the last announce of its torrent is done. */
export const LAST_ANNOUNCE = 'last_announce'

/** What was written down before it was done, by the id of its line. */
export interface BegunEntry {
  readonly id: string
  readonly args: object
}
