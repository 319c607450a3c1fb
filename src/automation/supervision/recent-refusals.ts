/**
 * What the executor said no to last, of what rules want. Rules know nothing of guards: an explanation that did not tell
 * would promise what is not done.
 */
import type {Suspensions} from '#automation-state/suspensions.ts'
import type {RuleActionEnded, DecisionOutcome, Explanation, RuleExplanation} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import {blockedSentence} from '#rules/sentences.ts'
import {saidByPeople} from '../actions/user-overrides.ts'
import type {Managers} from './managers.ts'

/** Of those that were told longest ago the explanation promises again what it should not: there are never so many. */
const MOST = 20_000
/** That a person keeps it explanations see for themselves, and as it is now. */
const KEPT = 'kept'
const wanting: ReadonlySet<RuleExplanation['outcome']> = new Set(['due', 'candidate'] as const)
/** What has yet to come true, or to hold for long enough: a rule that is suspended does nothing then either. */
const waiting: ReadonlySet<RuleExplanation['outcome']> = new Set(['held', 'closed', 'no'] as const)
const noes: ReadonlySet<DecisionOutcome> = new Set<DecisionOutcome>(['blocked', 'postponed', 'refused'])

interface Refusal {
  readonly end: RuleActionEnded
  /** Its action has begun and takes several steps, of which the next one waits. */
  readonly hasBegun: boolean
}

export class RecentRefusals {
  readonly #suspensions: Pick<Suspensions, 'of'>
  readonly #managers: Pick<Managers, 'refusalChanged'>
  readonly #last = new Map<string, Refusal>()

  constructor(suspensions: Pick<Suspensions, 'of'>, managers: Pick<Managers, 'refusalChanged'>) {
    this.#suspensions = suspensions
    this.#managers = managers
  }

  /**
   * What this rule wants of it is refused, or would be.
   * @param isDue else it wants that later: what was refused before says nothing of then
   */
  has(rule: RuleId, key: string, isDue: boolean): boolean {
    return (isDue && this.#last.has(nameOf(rule, key))) || this.#suspensions.of(rule) !== null
  }

  take(end: RuleActionEnded): void {
    const name = nameOf(end.ruleId, end.subject.key)
    const isNo = noes.has(end.outcome) && end.code !== KEPT && !saidByPeople.has(end.code)
    const last = this.#last.get(name)
    if (!isNo && last && !isAnswerTo(end, last)) return
    this.#last.delete(name)
    this.#managers.refusalChanged(end.subject.key)
    if (isNo) this.#put(name, {end, hasBegun: false})
  }

  /** An action that has begun waits. */
  hold(end: RuleActionEnded): void {
    const name = nameOf(end.ruleId, end.subject.key)
    this.#last.delete(name)
    this.#managers.refusalChanged(end.subject.key)
    this.#put(name, {end, hasBegun: true})
  }

  forget({ruleId, subject}: Pick<RuleActionEnded, 'ruleId' | 'subject'>): void {
    this.#last.delete(nameOf(ruleId, subject.key))
    this.#managers.refusalChanged(subject.key)
  }

  #put(name: string, refusal: Refusal): void {
    this.#last.set(name, refusal)
    const [oldest] = this.#last.keys()
    if (this.#last.size > MOST) this.#last.delete(oldest!)
  }

  /** The same, where what a rule wants now is not done: with what stands in the way, and what would lift it. */
  annotate(explanation: Explanation): Explanation {
    const {subject, rules} = explanation
    return {...explanation, rules: rules.map((rule) => this.#annotationOf(rule, subject.key))}
  }

  #annotationOf(rule: RuleExplanation, key: string): RuleExplanation {
    const {ruleId, ruleRevision, outcome, mode} = rule
    const isWanted = wanting.has(outcome)
    if (mode === 'simulate' || !(isWanted || waiting.has(outcome))) return rule
    const suspended = this.#suspensions.of(ruleId)
    if (suspended) {
      const lift = 'Its rule is suspended until a person reviews it.'
      // What it does not want is not what is blocked.
      if (outcome === 'no') return {...rule, blockedBy: {isSuspension: true, message: lift}}
      return blocked(rule, {by: suspended.reason, lift, isSuspension: true})
    }
    if (!isWanted) return rule
    const last = this.#last.get(nameOf(ruleId, key))?.end
    return last?.ruleRevision === ruleRevision
      ? blocked(rule, {by: last.code, lift: last.message, isSuspension: false})
      : rule
  }
}

/**
 * Whether an end says that what stood in the way does not any more. The effect of one action may be seen when another
 * one of the same rule was refused meanwhile; and that an action was sent may be heard when its next step waits already.
 */
function isAnswerTo({action, outcome}: RuleActionEnded, {end, hasBegun}: Refusal): boolean {
  if (hasBegun && outcome === 'sent') return false
  return action === null || end.action === null || action === end.action
}

function blocked(
  rule: RuleExplanation,
  why: {readonly by: string; readonly lift: string; readonly isSuspension: boolean},
): RuleExplanation {
  return {
    ...rule,
    blockedBy: {isSuspension: why.isSuspension, message: why.lift},
    needs: [why.lift.replace(/\.$/, '')],
    sentence: blockedSentence(rule.actions, why),
  }
}

function nameOf(ruleId: RuleId, key: string): string {
  return `${ruleId} ${key}`
}
