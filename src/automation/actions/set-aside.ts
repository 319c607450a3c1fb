/** What is remembered of a torrent that a rule set aside: how it was, and how far its quarantine has come. */
import type {Decision, SubjectName} from '#model/decision.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import type {TorrentState} from '#model/torrent.ts'
import {looksOutside} from '#executor/guards/rules/internet.ts'
import {factsOf} from '#executor/guards/rules/decision-guard.ts'
import {runningBack} from '#executor/inverse.ts'

/** Why it came back; sentences: `whyGivenBack`. */
export type BackCode =
  'rule_revision' | 'kept' | 'taken_back' | 'condition_ended' | 'time_over' | 'not_decided'

export const whyGivenBack: Readonly<Record<BackCode, string>> = {
  rule_revision: 'Its rule was changed or switched off.',
  kept: 'Somebody wants it kept.',
  taken_back: 'Somebody started it, or took our tag away.',
  condition_ended: 'What its rule asks for is not so any more.',
  time_over: 'Its time is over.',
  not_decided: 'Its time is over, and its rule did not want it for a day.',
}

export interface GivenBack {
  /** Of its deed in the journal. */
  readonly id: string
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly subject: SubjectName
  readonly why: BackCode
}

/** How it was told to run; `unknown` = nobody can say, so it is not started. */
export type Ran = 'running' | 'forced' | 'stopped' | 'unknown'

export interface SetAside extends Omit<GivenBack, 'why'> {
  readonly ran: Ran
  /** Its server took our tag. */
  readonly isTagged: boolean
  /** It comes back when its time is over, whoever wants what. */
  readonly isForATime: boolean
  /** Whether its condition still holds shows only while it runs: it is started for a moment now and then. */
  readonly isAsked?: boolean
  /** We started it to be asked, and have not stopped it again. */
  readonly asking?: boolean
  /** Its server told of it as we left it: what is otherwise from then on somebody else did. Absent = not yet. */
  readonly seen?: {readonly stopped: boolean; readonly tagged: boolean}
  /** It is being given back, and that is gone through with. */
  readonly back?: BackCode
}

export const QUARANTINE = 'quarantine'
/** A person took it back: its rule leaves it alone for a while. */
export const TAKEN_BACK = 'quarantineRest'
/** Of the shape of `SetAside`. */
export const SET_ASIDE_VERSION = 2

export function nameOf({ruleId, subject}: Pick<Decision, 'ruleId' | 'subject'>): string {
  return `${ruleId} ${subject.key}`
}

/** `null` = an older program wrote it, and nobody knows what it was like. */
export function setAsideOf({version, detail}: DeadlineRecord): SetAside | null {
  return version === SET_ASIDE_VERSION && detail !== undefined ? (detail as SetAside) : null
}

/** Stopped it has no speed, no peers, and no tracker that is asked. What a person had stopped is not started. */
export function isAsked(decision: Decision, ran: Ran): boolean {
  const runs = ran === 'running' || ran === 'forced'
  return runs && (looksOutside(decision) || factsOf(decision.evidence).includes('state'))
}

export function ranBefore(state: TorrentState, forceStart: boolean): Ran {
  if (state === 'stopped') return 'stopped'
  const back = runningBack({state, forceStart}, 'stopped')
  if (!Array.isArray(back)) return 'unknown'
  return forceStart ? 'forced' : 'running'
}
