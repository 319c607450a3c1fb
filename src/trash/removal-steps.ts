/**
 * How a torrent leaves its server within a saga. Its removal goes out once only, and only from the program that wrote
 * down that it will: one that began after a crash cannot know whether it went out. Then the server's list has to say,
 * and what is still there needs a fresh decision; where nobody could come to one any more, the guards look at it again.
 * Once its server is not configured any more no list will say anything: nothing is sent, and nothing is waited for.
 */
import {FACT_UNKNOWN} from '#executor/guards/rules/decision-guard.ts'
import {keptMessage, LAST_ANNOUNCE, type Verdict} from '#executor/outcomes.ts'
import type {SagaAtStep, StepEnd} from '#executor/saga-runner.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Presence} from '#model/services.ts'
import {MINUTE} from '#model/units.ts'
import {waits} from '#model/waits.ts'

export interface RemovalDeps {
  /** Through the guards; resolves when its end is known. */
  readonly remove: (decision: Decision, action: WantedAction, causeId: string) => Promise<Verdict>
  /** After so many ms the wait for its last announce is looked at again; 0 = its removal does not wait. */
  readonly announcing: (decision: Decision) => Promise<number>
  /** It was put off after a look that cost its Arr something: ms until the next one. @param ownMs if it were alone */
  readonly untilLook: (decision: Decision, ownMs: number) => number
  /** By a whole list that was read since this program began, or since the removal was sent; else unknown. */
  readonly presence: (decision: Pick<Decision, 'subject'>) => Presence
}

export interface RemovalState {
  readonly decision: Decision
  readonly action: WantedAction
}

/** Its server left the configuration: its removal was not sent. */
export const SERVER_LEFT = 'server_left'
/** Its server left the configuration before it was known whether it went. */
export const LEFT_MEANWHILE = 'server_left_meanwhile'

export const AGAIN_MS = 10_000
export const NOT_REMOVED = 'not_removed'
/** What was put off is tried again so late; where somebody was asked for it, twice as late each time. */
const WAIT_MS = MINUTE * 1_000
/** This late at most, and what is put off for very long no sooner. */
const MOST_WAIT_MS = 10 * MINUTE * 1_000

type Step = (saga: SagaAtStep) => Promise<StepEnd>

interface RemovalWay {
  /** The step behind it. */
  readonly behind: string
  /** Somebody else removed it before we did; absent = it goes on as if we had. */
  readonly removedByAnother?: {readonly end: string}
  /**
   * What was decided on is gone by our own doing, so that no rule wants it a second time: what a crash kept from being
   * sent, and minutes later still is there, is removed after all, if all guards still agree. What they put off waits for
   * as long as they do, and a week at most.
   */
  readonly onceMore?: true
  /** What is left of what it was decided on, as the saga itself changed some; absent = all of it. */
  readonly standing?: (decision: Decision, saga: SagaAtStep) => Decision
  /** Of its entry in the journal; absent = the saga's own. */
  readonly id?: (saga: SagaAtStep) => string
}

/** Until it is looked at again what was put off: twice as late each time. @param waitedMs since it was put off first */
export function looksAgainMs(waitedMs: number): number {
  return Math.min(MOST_WAIT_MS, Math.max(WAIT_MS, waitedMs))
}

export function removalSteps(
  {remove, announcing, untilLook, presence}: RemovalDeps,
  {behind, removedByAnother, onceMore, standing = (it) => it, id = (saga) => saga.id}: RemovalWay,
): {readonly remove: Step; readonly send: Step; readonly gone: Step} {
  /** Whose removal this program wrote down, and has not sent yet. */
  const mayBeSent = new Set<string>()
  /** Whose removal this program sent; of others an earlier one may have. */
  const asked = new Set<string>()
  const next = (step: string, {state}: SagaAtStep): StepEnd => ({next: step, state})
  const of = (saga: SagaAtStep) => saga.state as RemovalState
  const askedFor = (saga: SagaAtStep): StepEnd => {
    asked.add(saga.id)
    return next('gone', saga)
  }
  return {
    async remove(saga) {
      const now = presence(of(saga).decision)
      if (now === 'unknown') return {waitMs: AGAIN_MS}
      if (now === 'left') return {end: SERVER_LEFT}
      if (now === 'gone') return removedByAnother ?? next(behind, saga)
      const waitMs = await announcing(of(saga).decision)
      if (waitMs > 0) return {waitMs}
      mayBeSent.add(saga.id)
      return next('send', saga)
    },

    async send(saga) {
      if (!mayBeSent.delete(saga.id)) return next('gone', saga)
      const {decision, action} = of(saga)
      if (presence(decision) === 'left') return {end: SERVER_LEFT}
      const {outcome, code, message, isCostly} = await remove(standing(decision, saga), action, id(saga))
      if (outcome === 'confirmed') return next(behind, saga)
      if (outcome === 'sent' || outcome === 'unconfirmed') return askedFor(saga)
      // It went by somebody else's hand while we looked at it: an Arr may remove what it is told has failed.
      if (presence(of(saga).decision) === 'gone') return removedByAnother ?? next(behind, saga)
      // Its server lacks it, and has not told so by its list yet.
      if (code === 'torrent_not_found') return removedByAnother ?? askedFor(saga)
      // A wait that is written down as one goes on after a restart.
      if (code === LAST_ANNOUNCE && saga.atStepMs < WAIT_MS) return next('remove', saga)
      // Nothing is out: it may be tried again.
      mayBeSent.add(saga.id)
      const waited = saga.atStepMs
      const isLate = waited > waits.removalPostponed.ms
      const isOver = onceMore ? waited > waits.stepRepeated.ms : isLate
      if (outcome === 'failed' && !isOver) throw new CommodarrError('command_refused', message)
      // Its server is away for a moment: no answer is no wish to keep it.
      const passes = outcome === 'postponed' || code === FACT_UNKNOWN
      if (!passes || isOver) return {end: `kept ${code}`, why: message}
      const held = {code, message: keptMessage({code, message})}
      const why = `A rule wants it removed, and tries again: ${held.message}`
      const ownMs = isCostly || isLate ? looksAgainMs(waited) : WAIT_MS
      return {waitMs: isCostly ? untilLook(of(saga).decision, ownMs) : ownMs, why, held}
    },

    async gone(saga) {
      const end = awaitGone({presence}, saga, behind)
      if ('waitMs' in end) return end
      const isOurs = asked.delete(saga.id)
      return onceMore && !isOurs && 'end' in end && end.end === NOT_REMOVED ? next('remove', saga) : end
    },
  }
}

/** Until a whole list of its server shows that it went; what is there for minutes was not removed. */
export function awaitGone(
  {presence}: Pick<RemovalDeps, 'presence'>,
  {state, atStepMs}: SagaAtStep,
  behind: string,
  {
    againMs = AGAIN_MS,
    mostMs = waits.removalShown.ms,
  }: {readonly againMs?: number; readonly mostMs?: number} = {},
): StepEnd {
  const now = presence((state as Pick<RemovalState, 'decision'>).decision)
  if (now === 'gone') return {next: behind, state}
  if (now === 'left') return {end: LEFT_MEANWHILE}
  const isOver = now === 'there' && atStepMs > mostMs
  return isOver ? {end: NOT_REMOVED} : {waitMs: againMs}
}
