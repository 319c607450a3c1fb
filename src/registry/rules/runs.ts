/**
 * Has rules look now, whatever their times are: at those torrents alone that the person was shown. They decide, ask and
 * are guarded as ever, and what waits for its time waits on.
 */
import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Rule, RuleId, RuleMode} from '#model/rule.ts'
import {keyIn, type TorrentKey} from '#model/torrent-key.ts'
import type {RulePreviews} from './previews.ts'
import type {RevisionOfRule, RuleService} from './service.ts'

/** A rule as it was shown. */
export interface RunOrder extends RevisionOfRule {
  /** What it did then. */
  readonly mode: RuleMode
  /** The preview that showed which torrents are meant. */
  readonly shown: string
}

/** How the rule is that somebody has look: another one looks at nothing. */
export type RunAs = Pick<Rule, 'id' | 'revision' | 'mode'>

export interface RuleRun {
  readonly id: RuleId
  /** It looks at so many. */
  readonly torrents: number
}

interface Meant {
  readonly rule: Rule
  readonly keys: readonly TorrentKey[]
}

export class RuleRuns {
  readonly #service: Pick<RuleService, 'runnable' | 'ran'>
  readonly #previews: Pick<RulePreviews<never, never, never>, 'meant' | 'shownTo'>
  readonly #runNow: (as: RunAs, keys: readonly TorrentKey[]) => Promise<number>

  /** @param runNow has whoever judges these torrents do so. @returns of how many that is so */
  constructor(
    service: Pick<RuleService, 'runnable' | 'ran'>,
    previews: Pick<RulePreviews<never, never, never>, 'meant' | 'shownTo'>,
    runNow: (as: RunAs, keys: readonly TorrentKey[]) => Promise<number>,
  ) {
    this.#service = service
    this.#previews = previews
    this.#runNow = runNow
  }

  /**
   * None of them, where one is not as it was shown.
   * @throws {CommodarrError} rule_unknown, forbidden, not_supported, changed_meanwhile: another revision or mode, or it was
   *   shown too long ago; too_expensive, not_ready
   */
  async run(by: Principal, orders: readonly RunOrder[]): Promise<readonly RuleRun[]> {
    const rules = orders.map((order) => this.#service.runnable(by, order))
    const all: Meant[] = []
    for (const [at, rule] of rules.entries()) all.push(await this.#meant(by, rule, orders[at]!))
    const runs: RuleRun[] = []
    for (const {rule, keys} of all) {
      const {id} = rule
      if (keys.length === 0) runs.push({id, torrents: 0})
      else {
        const begin = () => this.#runNow(rule, keys)
        runs.push({id, torrents: await this.#service.ran(by, rule, keys.length, begin)})
      }
    }
    return runs
  }

  /** What was shown and is meant still; what came since is not looked at. */
  async #meant(by: Principal, rule: Rule, {shown}: RunOrder): Promise<Meant> {
    const keys = this.#previews.shownTo(by, rule.id, shown)
    if (keys === null) {
      throw new CommodarrError(
        'changed_meanwhile',
        `The preview of "${rule.name}" is older than ten minutes, or was not yours. Look again.`,
        {ruleId: rule.id},
      )
    }
    const {acts, unknown} = await this.#previews.meant(by, rule)
    return {rule, keys: [...acts, ...unknown].flatMap((key) => (keys.has(key) ? (keyIn(key) ?? []) : []))}
  }
}
