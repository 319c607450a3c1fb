/** What rules that ask first want to do, for whoever may answer. */
import type {Acting} from './access.ts'
import type {Decision} from './decision.ts'
import type {EpochMs} from './units.ts'

export interface AskedDecision {
  /** Of its entry in the journal. */
  readonly id: string
  readonly decision: Decision
  /** Why it is asked, where it is not its rule that asks first; `null` = it is. */
  readonly message: string | null
  /** Then nobody answered. */
  readonly until: EpochMs
}

export interface ApprovalDesk {
  /** Those that he may answer, oldest first. */
  waiting(by: Acting): readonly AskedDecision[]
  /** Judged again, and done if it still holds. @throws {CommodarrError} action_unknown; not_ready = it waits on */
  approve(by: Acting, id: string): Promise<void>
  /** @throws {CommodarrError} action_unknown */
  decline(by: Acting, id: string): Promise<void>
}
