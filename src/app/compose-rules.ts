/**
 * All rules that stand, put together: whose they are, how far they reach, and what is forgotten when they change.
 */
import {theCalendar} from '#accounts/api-keys.ts'
import type {Holds} from '#automation-state/holds.ts'
import type {Suspensions} from '#automation-state/suspensions.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access, Compartment} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {ManagerId} from '#model/manager.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {Changes} from '#registry/owned/changes.ts'
import {rightsOnArrs} from '#registry/rules/rights.ts'
import {accessOfOwners} from '#registry/rules/owners.ts'
import type {Authority} from '#registry/rules/reach.ts'
import {RuleService} from '#registry/rules/service.ts'
import type {RuleReader} from '#registry/rules/draft.ts'
import {StandingRules} from '#registry/rules/standing-rules.ts'
import {revisionsOfRule} from '#store/repositories/rules.ts'
import type {Store} from '#store/store.ts'
import type {PeopleOfApp} from './compose-people.ts'

interface AppRulesDeps {
  readonly people: Pick<PeopleOfApp, 'users' | 'directory' | 'arrDirectory' | 'keys' | 'refusals'>
  readonly store: Pick<Store, 'read' | 'write'>
  readonly memory: {
    readonly holds: Pick<Holds, 'forgetRule'>
    readonly suspensions: Pick<Suspensions, 'of' | 'suspend' | 'lift'>
  }
  readonly clock: Clock
  readonly readRule: RuleReader
  readonly programs: () => readonly string[]
  readonly sections: () => readonly string[]
  readonly log: {error(about: object, text: string): void}
}

export interface RulesOfApp {
  /** For who judges, decides and explains; told of presets with `follow`. */
  readonly rules: StandingRules
  /** For people. */
  readonly ruleService: RuleService
}

/** @throws {StorageFault} */
export async function openRulesOfApp(parts: AppRulesDeps): Promise<RulesOfApp> {
  const {people, store, memory, clock, log, readRule, programs, sections} = parts
  const {users, directory, arrDirectory, keys, refusals} = people
  const shared = {
    log,
    accessOf: accessOfOwners(users, directory, keys),
    forgetHolds: (id: RuleId, except: number | null) => memory.holds.forgetRule(id, except),
  }
  const rules = await StandingRules.open(store, shared.accessOf, shared.forgetHolds, log)
  // Who may command what has changed.
  users.onRole(() => rules.reevaluate())
  directory.onChange(() => rules.reevaluate())
  rules.knowArrs(sections)
  arrDirectory.onChange(() => rules.reevaluate())
  const ruleService = new RuleService({
    ...shared,
    changes: new Changes(store, clock, log, refusals),
    rules,
    clock,
    revisions: (id, most) => store.read((db) => revisionsOfRule(db, id, most)),
    readRule,
    programs,
    sections,
    suspensions: memory.suspensions,
  })
  keys.onEnd(async (ended) => {
    const suspended = await ruleService.suspendMadeWith(ended)
    return suspended.map(({id, name}) => ({kind: 'rule', id, name}))
  })
  // Keys may have ended while nothing ran.
  await ruleService.suspendMadeWith({endOf: (id) => keys.endOf(id), actor: theCalendar})
  return {rules, ruleService}
}

interface RightsOfApp {
  /** Who owns it may command this server; `null` = what stands in the file may. */
  readonly reaches: (by: Authority, id: ServerId) => boolean
  /** Of whoever said yes to something, when it is done later. */
  readonly accessOf: (by: Authority) => Access | null
  readonly commandsArr: (by: Authority, id: ArrId) => boolean
  /** The same of what began with that right, or by a rule of theirs: which servers a key is for was asked then. */
  readonly goesOnAtArr: (by: Authority, id: ArrId) => boolean
  /** A manager is told of this server. */
  readonly seesServer: (by: ManagerId, id: ServerId) => boolean
  /** The same, and what it says is evidence about a torrent that is there (`of`). */
  readonly counts: (by: ManagerId, of: ServerId, id: ServerId) => boolean
  /** The owner of this rule may read or command this Arr. */
  readonly mayOnArr: (permission: 'read' | 'control') => (rule: RuleId, arr: ArrId) => boolean
}

/** How far rules and managers may reach: with what their owners may, at each question again. */
export function rightsOfApp(
  {users, directory, arrDirectory, keys}: Pick<PeopleOfApp, 'users' | 'directory' | 'arrDirectory' | 'keys'>,
  rules: Pick<RulesOfApp['rules'], 'card'>,
  compartmentOf: (id: ServerId) => Compartment,
): RightsOfApp {
  const accessOwner = accessOfOwners(users, directory, keys)
  const onArr = rightsOnArrs(users, arrDirectory, accessOwner)
  const reaches: RightsOfApp['reaches'] = (by, id) => accessOwner(by)?.may('control', id) ?? false
  const seesServer: RightsOfApp['seesServer'] = (by, id) => {
    const arr = arrDirectory.active().find((it) => (it.id as string) === by)
    return arr === undefined || reaches(arr.authority, id)
  }
  return {
    reaches,
    accessOf: accessOwner,
    // A key for certain servers knows no Arrs: what they do, they do on all servers.
    commandsArr: (by, id) => (accessOwner(by)?.everywhere ?? false) && onArr(by, 'control', id),
    goesOnAtArr: (by, id) => onArr(by, 'control', id),
    seesServer,
    counts(by, of, id) {
      const [mine, its] = [compartmentOf(of), compartmentOf(id)]
      if (!seesServer(by, id)) return false
      if (its !== null || mine === null) return its === mine
      // Of the house a member's torrents hear what he may see.
      return accessOwner({owner: mine, ceilings: []})?.may('read', id) ?? false
    },
    mayOnArr: (permission) => (id, arr) => {
      const card = rules.card(id)
      return card !== null && onArr(card, permission, arr)
    },
  }
}
