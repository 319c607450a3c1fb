/**
 * Who decides on a subject in one pass: of exclusive rules with the same concern the first. A simulated rule is kept
 * back by those that act, as it would be if it acted itself, but never keeps one of them back.
 *
 * What a suspended rule would have decided is unknown, and so is what one that keeps would where its condition is. On what
 * such a rule may mean it keeps back only those rules behind it that may take something away: it might have kept that.
 * Whatever can be taken back, such as healing, goes on.
 */
import type {ActionName, Rule, RuleId} from '#model/rule.ts'
import {isDestructive} from './compiled-rule.ts'

const everything = '*'

/** Concern to rule. */
type Decided = Map<string, RuleId>

/** By subject. */
class Lane {
  readonly decided = new Map<string, Decided>()
  /** By rules that are suspended, and by those that keep what may be theirs. */
  readonly doubted = new Map<string, Decided>()
}

export class Conflicts {
  readonly #acting = new Lane()
  readonly #simulated = new Lane()

  /** The rule that keeps this one back; `null` = it may decide. */
  keptBackBy(rule: Rule, subject: string): RuleId | null {
    return this.keptBack(rule, subject)?.by ?? null
  }

  /** @returns also whether that is only because what that rule would decide is unknown; `null` = it may decide */
  keptBack(rule: Rule, subject: string): {readonly by: RuleId; readonly isDoubt: boolean} | null {
    const lanes = rule.mode === 'simulate' ? [this.#acting, this.#simulated] : [this.#acting]
    const concerns = rule.conflict === 'exclusive' ? [everything, rule.concern] : [everything]
    const minds = mayTakeAway(rule)
    for (const {decided, doubted} of lanes) {
      const first = firstOf(decided.get(subject), concerns)
      if (first !== undefined) return {by: first, isDoubt: false}
      const suspended = minds ? firstOf(doubted.get(subject), concerns) : undefined
      if (suspended !== undefined) return {by: suspended, isDoubt: true}
    }
    return null
  }

  decided(rule: Rule, subject: string): void {
    mark(this.#laneOf(rule).decided, rule, subject)
  }

  /** @param subject that this rule means, or may mean */
  doubted(rule: Rule, subject: string): void {
    mark(this.#laneOf(rule).doubted, rule, subject)
  }

  #laneOf({mode}: Rule): Lane {
    return mode === 'simulate' ? this.#simulated : this.#acting
  }
}

function firstOf(decided: Decided | undefined, concerns: readonly string[]): RuleId | undefined {
  return decided && concerns.map((concern) => decided.get(concern)).find((id) => id !== undefined)
}

function mark(subjects: Map<string, Decided>, rule: Rule, subject: string): void {
  const mine = subjects.get(subject) ?? new Map<string, RuleId>()
  subjects.set(subject, mine)
  if (rule.conflict === 'exclusive') mine.set(rule.concern, rule.id)
  if (rule.do.some(({action}) => action === 'skip')) mine.set(everything, rule.id)
}

/** Files leave their place, or nobody knows what happens to them. */
const displaces: ReadonlySet<ActionName> = new Set(['move', 'exec'])

function mayTakeAway(rule: Rule): boolean {
  return isDestructive(rule) || rule.do.some(({action}) => displaces.has(action))
}
