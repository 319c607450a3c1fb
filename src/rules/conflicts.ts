/**
 * Who decides on a subject in one pass: of exclusive rules with the same concern the first. A simulated rule is kept
 * back by those that act, as it would be if it acted itself, but never keeps one of them back.
 */
import type {Rule, RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'

const everything = '*'

/** Concern to rule. */
type Decided = Map<string, RuleId>

export class Conflicts {
  readonly #acting = new Map<string, Decided>()
  readonly #simulated = new Map<string, Decided>()

  /** The rule that keeps this one back; `null` = it may decide. */
  keptBackBy(rule: Rule, subject: string): RuleId | null {
    const lanes = rule.mode === 'simulate' ? [this.#acting, this.#simulated] : [this.#acting]
    const concerns = rule.conflict === 'exclusive' ? [everything, rule.concern] : [everything]
    for (const lane of lanes) {
      const decided = lane.get(subject)
      const first = decided && concerns.map((concern) => decided.get(concern)).find((id) => id !== undefined)
      if (first !== undefined) return first
    }
    return null
  }

  decided(rule: Rule, subject: string): void {
    const lane = rule.mode === 'simulate' ? this.#simulated : this.#acting
    const mine = lane.get(subject) ?? new Map<string, RuleId>()
    lane.set(subject, mine)
    if (rule.conflict === 'exclusive') mine.set(rule.concern, rule.id)
    if (rule.do.some(({action}) => action === 'skip')) mine.set(everything, rule.id)
  }
}

/** What is there may be meant by this rule. */
export function isOnServer({scope: {servers}}: Rule, serverId: ServerId | null): boolean {
  return servers.length === 0 || (serverId !== null && servers.includes(serverId))
}
