/** Why something is done or not done: what routes are handed by whoever judges. */
import type {Explanation} from './decision.ts'
import {CommodarrError} from './errors.ts'
import type {ArrId} from './arr.ts'
import type {TorrentKey} from './torrent-key.ts'
import type {ActionName, RuleId, RuleMode} from './rule.ts'
import type {EpochMs, Seconds} from './units.ts'

export interface Explainer {
  /**
   * What every rule says of a torrent now.
   * @param isAnew what was looked up of it before does not count any more: it is looked up again, and unknown until then
   * @throws {CommodarrError} not_ready, torrent_not_found
   */
  explain(key: TorrentKey, isAnew?: boolean): Promise<Explanation>
}

/** What a rule is about to do to a torrent if nothing changes. */
export interface ComingDeed {
  readonly key: TorrentKey
  readonly ruleId: RuleId
  readonly ruleName: string
  /** ask: it will ask whether it may. */
  readonly mode: Extract<RuleMode, 'ask' | 'live'>
  readonly actions: readonly ActionName[]
  /** Observed seconds still to come. */
  readonly left: Seconds
}

/** Something that happened to a torrent without a deed of ours. */
export interface Milestone {
  readonly at: EpochMs
  readonly what: (typeof milestones)[number]
  /** Who did it; `null` = its server tells it. */
  readonly arrId: ArrId | null
}

export const milestones = ['added', 'completed', 'grabbed', 'imported', 'failed'] as const

/** Whoever judges has not begun, or begins anew. */
export class NotReady extends CommodarrError {
  constructor(about: Readonly<Record<string, unknown>> = {}) {
    super('not_ready', 'The rules have not looked at this yet.', about)
  }
}
