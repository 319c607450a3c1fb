/**
 * Has rules look now, whatever their times are: at those torrents alone that the person was shown. They decide, ask and
 * are guarded as ever, and what waits for its time waits on.
 */
import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {keyIn, type TorrentKey} from '#model/torrent-key.ts'
import type {RulePreviews} from './previews.ts'
import type {RevisionOfRule, RuleService} from './service.ts'

/** A rule with what was shown of it. */
export interface RunOrder extends RevisionOfRule {
  /** So many it would act on. */
  readonly count: number
  /** Of so many more that was unknown. */
  readonly unknown: number
}

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
  readonly #previews: Pick<RulePreviews<never, never>, 'meant'>
  readonly #runNow: (id: RuleId, revision: number, keys: readonly TorrentKey[]) => Promise<number>

  /** @param runNow has whoever judges these torrents do so. @returns of how many that is so */
  constructor(
    service: Pick<RuleService, 'runnable' | 'ran'>,
    previews: Pick<RulePreviews<never, never>, 'meant'>,
    runNow: (id: RuleId, revision: number, keys: readonly TorrentKey[]) => Promise<number>,
  ) {
    this.#service = service
    this.#previews = previews
    this.#runNow = runNow
  }

  /**
   * None of them, where one is not as it was shown.
   * @throws {CommodarrError} rule_unknown, forbidden, not_supported, changed_meanwhile: another revision, or it would act on
   *   more by now; too_expensive, not_ready
   */
  async run(by: Principal, orders: readonly RunOrder[]): Promise<readonly RuleRun[]> {
    const rules = orders.map((order) => this.#service.runnable(by, order))
    const all: Meant[] = []
    for (const [at, rule] of rules.entries()) all.push(await this.#meant(by, rule, orders[at]!))
    const runs: RuleRun[] = []
    for (const {rule, keys} of all) {
      const {id, revision} = rule
      if (keys.length === 0) runs.push({id, torrents: 0})
      else {
        const begin = () => this.#runNow(id, revision, keys)
        runs.push({id, torrents: await this.#service.ran(by, rule, keys.length, begin)})
      }
    }
    return runs
  }

  async #meant(by: Principal, rule: Rule, {count, unknown}: RunOrder): Promise<Meant> {
    const {acts, unknown: open} = await this.#previews.meant(by, rule)
    // What was unknown may be known by now: all of them together are no more than were shown.
    if (acts.length + open.length > count + unknown) {
      throw new CommodarrError(
        'changed_meanwhile',
        `"${rule.name}" is about other torrents by now: it would act on ${acts.length}, and ${open.length} more are unknown. Look again.`,
        {ruleId: rule.id, count: acts.length, unknown: open.length},
      )
    }
    return {rule, keys: [...acts, ...open].flatMap((key) => keyIn(key) ?? [])}
  }
}
