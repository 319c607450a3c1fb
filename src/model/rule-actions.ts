/** What the desk of decisions is handed by rooms that it may not know, and what it tells back. Only shapes. */
import type {Access} from './access.ts'
import type {ItemOutcome} from './command.ts'
import type {Decision, SubjectName, WantedAction} from './decision.ts'
import type {Fact, FactName} from './fact.ts'
import type {ActionName, Rule, RuleId} from './rule.ts'
import type {TorrentKey} from './torrent-key.ts'
import type {EpochMs} from './units.ts'

/** A rule as it stands now, with what its owner may. */
export interface StandingRule {
  readonly rule: Rule
  readonly access: Access
}

/** What is known of a subject now. */
export interface DecisionFacts {
  /**
   * Takes what is known without asking a server, a disk or an Arr; what takes a look is unknown then. Most of what can
   * not be done now is seen so.
   * @throws {CommodarrError} then nothing is sent
   */
  glance(subject: SubjectName): Promise<void>
  /**
   * Has these read again, as far as that can be had.
   * @param isGrave also what costs a look at the disk, or a question to an Arr: something may be destroyed
   * @throws {CommodarrError} then nothing is sent
   */
  refresh(subject: SubjectName, names: readonly FactName[], isGrave: boolean): Promise<void>
  fact(subject: SubjectName, name: FactName): Fact
  /** `null` = it is about no torrent. */
  torrent(subject: SubjectName): TorrentKey | null
  /** What is remembered of it, as a download of whichever Arrs. */
  download(subject: SubjectName): RememberedDownload
}

/** Also of an Arr that is not there any more. */
export interface RememberedDownload {
  /** An Arr grabbed it. */
  readonly wasGrabbed: boolean
  /** That all of it was imported was proven; `null` = never, as far as is known. */
  readonly importedAt: EpochMs | null
  /** So many other releases of its item were given up, and searched anew, within a week. */
  readonly givenUp: number
}

/** Does what needs an Arr. Of an action of several steps `done` means: it has begun. */
export interface ArrGate {
  /**
   * @param announce what is given up there, before it is: resolves when that is written down. Anything else can be done
   *   again, and is told when it is done
   */
  act(
    decision: Decision,
    action: WantedAction,
    announce: (deed: ArrDeed) => Promise<void>,
  ): Promise<ArrOutcome>
}

export type ArrOutcome =
  | Exclude<ItemOutcome, {readonly outcome: 'done'}>
  /** `deed` `null` = there was nothing to be done, or its steps are written down by whoever goes through them. */
  | {readonly outcome: 'done'; readonly deed: ArrDeed | null}

/** What an Arr did, as the journal tells it. */
export interface ArrDeed {
  /** What is the same again is counted on the line that it has; anything else is a line of its own. */
  readonly sameAs: string
  readonly args: Readonly<Record<string, unknown>>
  readonly message: string
}

/**
 * simulated: would have been done. waiting: for a person. cancelled: it does not hold any more. postponed: time or a
 * budget is missing. refused: by the executor, or nobody can do it. sent: its effect can not be seen.
 */
export const decisionOutcomes = [
  'simulated',
  'waiting',
  'declined',
  'expired',
  'cancelled',
  'postponed',
  'blocked',
  'suspended',
  'quarantined',
  'refused',
  'failed',
  'sent',
  'confirmed',
  'unconfirmed',
] as const
export type DecisionOutcome = (typeof decisionOutcomes)[number]

/** What became of a decision, or of one of its actions. */
export interface DecisionEnd {
  readonly at: EpochMs
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly subject: SubjectName
  /** `null` = of all of them. */
  readonly action: ActionName | null
  readonly outcome: DecisionOutcome
  /** Its server, a disk or its Arr was asked before it had to wait; absent = nobody was. */
  readonly isCostly?: boolean
  /** Why; '' = nothing to say. */
  readonly code: string
  readonly message: string
}
