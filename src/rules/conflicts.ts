/**
 * Who decides on a subject in one pass: of exclusive rules with the same concern the first. A simulated rule is kept
 * back by those that act, as it would be if it acted itself, but never keeps one of them back.
 *
 * What a suspended rule would have decided nobody knows. On what its scope may mean it keeps back only those rules behind
 * it that may take something away: it might have kept that. Whatever can be taken back, such as healing, goes on.
 */
import type {ActionName, Rule, RuleId} from '#model/rule.ts'
import {isDestructive} from './compiled-rule.ts'

const everything = '*'

/** Concern to rule. */
type Decided = Map<string, RuleId>

/** By subject. */
class Lane {
  readonly decided = new Map<string, Decided>()
  /** By rules that are suspended. */
  readonly doubted = new Map<string, Decided>()
}

export class Conflicts {
  readonly #acting = new Lane()
  readonly #simulated = new Lane()

  /** The rule that keeps this one back; `null` = it may decide. */
  keptBackBy(rule: Rule, subject: string): RuleId | null {
    const lanes = rule.mode === 'simulate' ? [this.#acting, this.#simulated] : [this.#acting]
    const concerns = rule.conflict === 'exclusive' ? [everything, rule.concern] : [everything]
    const minds = mayTakeAway(rule)
    for (const {decided, doubted} of lanes) {
      const first = firstOf(decided.get(subject), concerns)
      if (first !== undefined) return first
      const suspended = minds ? firstOf(doubted.get(subject), concerns) : undefined
      if (suspended !== undefined) return suspended
    }
    return null
  }

  decided(rule: Rule, subject: string): void {
    mark(this.#laneOf(rule).decided, rule, subject)
  }

  /** @param subject that the scope of this suspended rule means, or may mean */
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
