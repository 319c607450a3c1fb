/**
 * How a torrent leaves its server within a saga. Its removal goes out once only, and only from the program that wrote
 * down that it will: one that began after a crash can not know whether it went out. Then the server's list has to say,
 * and what is still there needs a fresh decision. Source: rules.md §6.
 */
import type {Clock} from '#kit/clock.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {SagaRecord} from '#model/memory.ts'
import {HOUR, MINUTE} from '#model/units.ts'
import type {Verdict} from '../decisions/decision-hand.ts'
import type {StepEnd} from './saga-runner.ts'

export interface RemovalParts {
  /** Through the guards; resolves when its end is known. */
  readonly remove: (decision: Decision, action: WantedAction, causeId: string) => Promise<Verdict>
  /** By a whole list that was read since this program began, or since the removal was sent; else unknown. */
  readonly presence: (decision: Decision) => 'there' | 'gone' | 'unknown'
  readonly clock: Clock
}

export interface RemovalState {
  readonly decision: Decision
  readonly action: WantedAction
}

export const AGAIN_MS = 10_000
/** That long a server may take to forget a torrent. */
const GONE_MS = 5 * MINUTE * 1_000
/** After this long a removal that always has to wait is given up; the rule may decide anew. */
const POSTPONED_MS = 24 * HOUR * 1_000

type Step = (saga: SagaRecord) => Promise<StepEnd>

/** @param then the step behind it. @param id of its deed in the journal */
export function removalSteps(
  {remove, presence, clock}: RemovalParts,
  then: string,
  id: (saga: SagaRecord) => string = (saga) => saga.id,
): {readonly remove: Step; readonly send: Step; readonly gone: Step} {
  /** Whose removal this program wrote down, and has not sent yet. */
  const mayBeSent = new Set<string>()
  const next = (step: string, {state}: SagaRecord): StepEnd => ({next: step, state})
  const of = (saga: SagaRecord) => saga.state as RemovalState
  return {
    async remove(saga) {
      const now = presence(of(saga).decision)
      if (now === 'unknown') return {waitMs: AGAIN_MS}
      if (now === 'gone') return next(then, saga)
      mayBeSent.add(saga.id)
      return next('send', saga)
    },

    async send(saga) {
      if (!mayBeSent.delete(saga.id)) return next('gone', saga)
      const {decision, action} = of(saga)
      const {outcome, code, message} = await remove(withoutArrFacts(decision), action, id(saga))
      if (outcome === 'confirmed') return next(then, saga)
      if (outcome === 'sent' || outcome === 'unconfirmed') return next('gone', saga)
      // Nothing is out: it may be tried again.
      mayBeSent.add(saga.id)
      if (outcome === 'failed') throw new CommodarrError('command_refused', message)
      const isOver = clock.now() - saga.updatedAt > POSTPONED_MS
      return outcome === 'postponed' && !isOver ? {waitMs: MINUTE * 1_000} : {end: `kept ${code}`}
    },

    async gone(saga) {
      const now = presence(of(saga).decision)
      if (now === 'gone') return next(then, saga)
      const isOver = now === 'there' && clock.now() - saga.updatedAt > GONE_MS
      return isOver ? {end: 'not_removed'} : {waitMs: AGAIN_MS}
    },
  }
}

/** What the Arr says of it changed by our own blocklist. */
function withoutArrFacts(decision: Decision): Decision {
  return {...decision, preconditions: decision.preconditions.filter(({fact}) => !fact.startsWith('arr.'))}
}
