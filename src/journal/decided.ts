/** Why a rule did something, as the journal keeps it: short enough to be read whole, and without secrets. */
import type {TorrentCommand} from '#model/command.ts'
import type {ConditionTrace, HoldProgress, Precondition, ReasonCode} from '#model/decision.ts'
import type {ActionClass, ActionName, RuleMode} from '#model/rule.ts'
import type {Bytes, EpochMs} from '#model/units.ts'

export interface JournalDecision {
  readonly ruleRevision: number
  readonly mode: RuleMode
  readonly reason: ReasonCode
  /** `null` = all of them together. */
  readonly action: ActionName | null
  readonly class: ActionClass
  /** That would be lost; `null` = unknown, or none can be. */
  readonly bytes: Bytes | null
  readonly evidence: ConditionTrace
  /** Parts of the evidence that were left out. */
  readonly omitted: number
  readonly hold: HoldProgress | null
  /** Of every guard that looked; empty = none was asked. */
  readonly guards: readonly GuardFinding[]
  readonly preconditions: readonly Precondition[]
  /**
   * What puts the torrent back to how it was before; `[]` = it was so already, `null` = nobody knew how it was. Absent =
   * there is no way back from what was done, or an older program wrote it.
   */
  readonly back?: readonly TorrentCommand[] | null
  /**
   * When the torrent was added, by its server: what comes again under its hash is another one. `null` = its server did
   * not tell; absent = as `back`.
   */
  readonly addedAt?: EpochMs | null
}

interface GuardFinding {
  readonly guard: string
  readonly verdict: string
  /** Of what stood in the way; '' = nothing. */
  readonly code: string
  readonly detail: Readonly<Record<string, unknown>>
  /** What would have to change, for people; '' = nothing. */
  readonly lift: string
}
