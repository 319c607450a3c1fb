/**
 * Has this torrent paid what its tracker asks? Unknown is never paid: a silent server must not cost anyone an account.
 * Source: qBitrr (hit and run).
 */
import type {Verdict} from '#model/decision.ts'
import type {ObligationAnswer, ObligationReason} from '#model/fact.ts'
import {DAY, type Seconds, type Share} from '#model/units.ts'
import {allOf, anyOf, verdictOf} from './verdict.ts'

export interface Obligation {
  /** Whose rules they are, for people. */
  readonly profile: string
  /** `nothing`: the owner says that this tracker asks for nothing. */
  readonly need: 'both' | 'either' | 'nothing'
  /** `null` or 0 = not asked for. */
  readonly ratio: number | null
  readonly time: Seconds | null
  /** Added to `time`: trackers count later than we do. */
  readonly buffer: Seconds
  /** Who has less of it may go. */
  readonly fromProgress: Share
  /** Ratio of those in between; `null` = they cannot pay but by completing. */
  readonly partialRatio: number | null
  /** What else is owed, to others of its trackers: each of them has to be paid. */
  readonly also?: readonly Obligation[]
}

/** What is seen of a torrent; `undefined` = unknown. */
export interface Seeding {
  readonly complete: boolean | undefined
  /** It was complete once, whatever its client finds of it now. */
  readonly wasComplete: boolean
  readonly progress: Share | undefined
  readonly ratio: number | undefined
  /** As the server counts, which a restart may set to 0. */
  readonly seedingTime: Seconds | undefined
  /** As we saw it, at least. */
  readonly seedingObserved: Seconds | undefined
  /**
   * All its trackers have said for a day that they do not know it, and not of many others at once: nobody is owed any
   * more. What one says for a while, or of a crowd, is its own trouble.
   */
  readonly isForgotten: boolean
}

export interface ObligationState {
  readonly met: ObligationAnswer
  readonly reason: ObligationReason
  /** `null` = not asked for. */
  readonly ratioNeeded: number | null
  readonly timeNeeded: Seconds | null
  readonly timeLeft: Seconds | null
}

/** For private torrents whose owner said nothing. */
export const privateDefault: Obligation = {
  profile: 'private',
  need: 'either',
  ratio: 1,
  time: 14 * DAY,
  buffer: 0,
  fromProgress: 0.1,
  partialRatio: null,
}

/** @param own what the owner set for its tracker or category. Who does not tell whether it is private counts as private. */
export function obligationOf(own: Obligation | null, isPrivate: boolean | undefined): Obligation | null {
  return own ?? (isPrivate === false ? null : privateDefault)
}

export function obligationState(asked: Obligation | null, seen: Seeding): ObligationState {
  const states = [asked, ...(asked?.also ?? [])].map((one) => stateOf(one, seen))
  return states.reduce((one, other) => (isStricter(other, one) ? other : one))
}

const strictness: readonly ObligationAnswer[] = ['none', 'yes', 'unknown', 'no']

/** Nearer to keeping it, or for longer. */
function isStricter(one: ObligationState, other: ObligationState): boolean {
  const [mine, theirs] = [strictness.indexOf(one.met), strictness.indexOf(other.met)]
  if (mine !== theirs) return mine > theirs
  const [time, otherTime] = [one.timeLeft ?? 0, other.timeLeft ?? 0]
  return time !== otherTime ? time > otherTime : (one.ratioNeeded ?? 0) > (other.ratioNeeded ?? 0)
}

function stateOf(asked: Obligation | null, seen: Seeding): ObligationState {
  if (!asked || asksNothing(asked)) return free('none', 'notAsked')
  if (seen.isForgotten) return free('yes', 'unregistered')
  if (seen.complete === undefined) return free('unknown', 'notSeen')
  // Its tracker counted it once it was whole, whatever it lacks now.
  return seen.complete || seen.wasComplete ? complete(asked, seen) : incomplete(asked, seen)
}

function asksNothing({need, ratio, time}: Obligation): boolean {
  return need === 'nothing' || (!ratio && !time)
}

function complete(asked: Obligation, seen: Seeding): ObligationState {
  const ratioNeeded = asked.ratio || null
  const timeNeeded = asked.time ? asked.time + asked.buffer : null
  const time = longest(seen)
  const verdicts: Verdict[] = []
  if (ratioNeeded !== null) verdicts.push(atLeast(seen.ratio, ratioNeeded))
  if (timeNeeded !== null) verdicts.push(timePaid(time, seen.seedingTime !== undefined, timeNeeded))
  const paid = asked.need === 'both' ? allOf(verdicts) : anyOf(verdicts)
  const timeLeft = timeNeeded === null ? null : Math.max(0, timeNeeded - (time ?? 0))
  return {...answer(paid), ratioNeeded, timeNeeded, timeLeft}
}

function incomplete(asked: Obligation, seen: Seeding): ObligationState {
  const {fromProgress, partialRatio} = asked
  const {progress, ratio} = seen
  if (progress === undefined) return free('unknown', 'notSeen')
  if (progress < fromProgress) return free('yes', 'barelyBegun')
  const paid = partialRatio === null ? 'no' : atLeast(ratio, partialRatio)
  return {...answer(paid), ratioNeeded: partialRatio, timeNeeded: null, timeLeft: null}
}

function answer(paid: Verdict): Pick<ObligationState, 'met' | 'reason'> {
  return {
    met: paid,
    reason: {yes: 'paid', no: 'owed', unknown: 'notSeen'}[paid] as 'paid' | 'owed' | 'notSeen',
  }
}

function free(met: ObligationAnswer, reason: ObligationState['reason']): ObligationState {
  return {met, reason, ratioNeeded: null, timeNeeded: null, timeLeft: null}
}

/** An infinite ratio, as some servers report one for nothing downloaded, pays nothing. */
function atLeast(ratio: number | undefined, needed: number): Verdict {
  return ratio === undefined || !Number.isFinite(ratio) ? 'unknown' : verdictOf(ratio >= needed)
}

/** Our own count is a lower bound: enough by it is enough, too little by it alone says nothing. */
function timePaid(time: Seconds | undefined, isReported: boolean, needed: Seconds): Verdict {
  if (time !== undefined && time >= needed) return 'yes'
  return isReported ? 'no' : 'unknown'
}

function longest({seedingTime, seedingObserved}: Seeding): Seconds | undefined {
  if (seedingTime === undefined || seedingObserved === undefined) return seedingTime ?? seedingObserved
  return Math.max(seedingTime, seedingObserved)
}
