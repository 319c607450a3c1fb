/** All rules that stand, put together: whose they are, how far they reach, and what is forgotten when they change. */
import type {Memory} from '#memory/memory.ts'
import {accessOfOwners} from '#standing-rules/owners.ts'
import {StandingRules} from '#standing-rules/standing-rules.ts'
import type {Store} from '#store/store.ts'
import type {PeopleOfApp} from './compose-people.ts'

export interface AppRulesParts {
  readonly people: Pick<PeopleOfApp, 'users' | 'directory'>
  readonly store: Pick<Store, 'read' | 'write'>
  readonly memory: Pick<Memory, 'holds'>
  readonly log: {error(about: object, text: string): void}
}

export interface RulesOfApp {
  readonly rules: StandingRules
}

/** @throws {StorageFault} */
export async function openRulesOfApp({people, store, memory, log}: AppRulesParts): Promise<RulesOfApp> {
  const {users, directory} = people
  const rules = await StandingRules.open({
    ...{store, log},
    accessOf: accessOfOwners({users, servers: directory}),
    forgetHolds: (id, except) => memory.holds.forgetRule(id, except),
  })
  // Who may command what has changed.
  users.onRole(() => rules.judgeAnew())
  directory.onChange(() => rules.judgeAnew())
  return {rules}
}
