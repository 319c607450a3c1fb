import type {JournalSubject} from '#model/audit-event.ts'
import type {Actor} from '#model/command.ts'
import type {RuleId} from '#model/rule.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {JournalDecision} from './decided.ts'

/**
 * The steps of one action; they share its id.
 *
 *   intended ──▶ sending ──▶ sent ──▶ confirmed | unconfirmed ──▶ undone
 *      │            └──▶ refused | failed | unconfirmed
 *      ├──▶ refused (the journal of the next step could not be written, or it does not hold any more)
 *      └──▶ expired
 *
 * intended: decided. sending: from here on the server may have it. sent: the server took it. confirmed: its list shows
 * it, or its answer is all that can be known of it, or it was done here. expired: the program ended before it was sent; nothing is ever sent from an old entry.
 * unconfirmed: nobody knows. The end of a removal, a move or an addition that the program did not live to see is read from
 * the server's list by the next start: confirmed, or failed.
 *
 *   waiting ──▶ approved | refused | expired        a rule asks a person; what comes of a yes is an action of its own;
 *                                                   waiting again: the answer was taken back
 *   blocked                                         a guard said no, or not yet
 *
 * undone: somebody, or its end, took it back. What waits outlives a restart.
 * What is done here at once (a user made, a log-in refused) has one step: confirmed, failed or refused.
 */
export const journalPhases = [
  'intended',
  'sending',
  'sent',
  'confirmed',
  'unconfirmed',
  'failed',
  'refused',
  'expired',
  'waiting',
  'approved',
  'blocked',
  'undone',
] as const
export type JournalPhase = (typeof journalPhases)[number]

/** One step of one action. */
export interface JournalEntry {
  readonly id: string
  readonly at: EpochMs
  readonly actor: Actor
  readonly subject: JournalSubject
  /** `null` = it concerns no server. */
  readonly serverId: ServerId | null
  /** `null` = it concerns no torrent. */
  readonly hash: InfoHash | null
  /** Of the torrent, user, key, server or setting, as it was called then. */
  readonly name: string | null
  readonly verb: string
  /** Without secrets and without torrent bytes. */
  readonly args: object
  readonly phase: JournalPhase
  readonly code?: string
  readonly message?: string
  /** The rule that wanted it; absent = nobody's. */
  readonly ruleId?: RuleId
  /** Id of the action that brought it about. */
  readonly causeId?: string
  /** Why, on the first line of an action alone. */
  readonly decided?: JournalDecision
  /** Nothing is destroyed by it: it is kept for a month. */
  readonly isBrief?: boolean
}

/** What is said of an action later. */
export type JournalStep = Pick<JournalEntry, 'at' | 'phase' | 'code' | 'message'> & {readonly actor?: Actor}

/** The same action, a step further. */
export function stepAfter(entry: JournalEntry, step: JournalStep): JournalEntry {
  const {decided: _decided, code: _code, message: _message, ...same} = entry
  return {...same, ...step}
}
