/** All rules that stand, put together: whose they are, how far they reach, and what is forgotten when they change. */
import type {Clock} from '#lib/clock.ts'
import type {Holds} from '#automation-state/holds.ts'
import type {Suspensions} from '#automation-state/suspensions.ts'
import type {RuleId} from '#model/rule.ts'
import {RuleKeeper} from '#registry/rules/service.ts'
import {accessOfOwners} from '#registry/rules/owners.ts'
import {StandingRules} from '#registry/rules/standing-rules.ts'
import type {Store} from '#store/store.ts'
import type {PeopleOfApp} from './compose-people.ts'

export interface AppRulesParts {
  readonly people: Pick<PeopleOfApp, 'users' | 'directory'>
  readonly store: Pick<Store, 'read' | 'write'>
  readonly memory: {
    readonly holds: Pick<Holds, 'forgetRule'>
    readonly suspensions: Pick<Suspensions, 'of' | 'lift'>
  }
  readonly clock: Clock
  readonly programs: () => readonly string[]
  readonly sections: () => readonly string[]
  readonly log: {error(about: object, text: string): void}
}

export interface RulesOfApp {
  /** For who judges, decides and explains; told of presets with `follow`. */
  readonly rules: StandingRules
  /** For people. */
  readonly keeper: RuleKeeper
}

/** @throws {StorageFault} */
export async function openRulesOfApp(parts: AppRulesParts): Promise<RulesOfApp> {
  const {people, store, memory, clock, log, programs, sections} = parts
  const {users, directory} = people
  const shared = {
    ...{store, log, accessOf: accessOfOwners({users, servers: directory})},
    forgetHolds: (id: RuleId, except: number | null) => memory.holds.forgetRule(id, except),
  }
  const rules = await StandingRules.open(shared)
  // Who may command what has changed.
  users.onRole(() => rules.judgeAnew())
  directory.onChange(() => rules.judgeAnew())
  return {
    rules,
    keeper: new RuleKeeper({...shared, rules, clock, programs, sections, suspensions: memory.suspensions}),
  }
}
