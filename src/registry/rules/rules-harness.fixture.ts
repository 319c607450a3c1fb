/** For tests: rules over a database in memory, with people and servers of theirs. */
import {accessOf} from '#accounts/grants.ts'
import {FakePeople, fakeServers, insertPeople, person} from '#accounts/people.fixture.ts'
import {permissions, type Permission, type Principal} from '#model/access.ts'
import type {RuleSuspension} from '#model/automation-state.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {insertRuleRevision, revisionsOfRule} from '#store/repositories/rules.ts'
import {Store} from '#store/store.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ruleReader} from '#request-work/readers.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {Changes} from '../owned/changes.ts'
import {ruleRowOf} from './own-rule.ts'
import {accessOfOwners} from './owners.ts'
import {RuleService} from './service.ts'
import {StandingRules} from './standing-rules.ts'

const everybody = {
  ada: person('ada', 'administrator'),
  ann: person('ann', 'member'),
  bob: person('bob', 'member'),
  vic: person('vic', 'viewer'),
}
export type Name = keyof typeof everybody

/** One server of the file, which everyone may command, and one of ada, ann and bob each. */
export async function rulesHarness() {
  const store = await Store.sqlite(':memory:')
  const people = new FakePeople(...Object.values(everybody))
  await insertPeople(store, ...people.list())
  const id = (name: Name) => everybody[name].id
  const servers = fakeServers({file: null, adas: id('ada'), anns: id('ann'), bobs: id('bob')})
  const clock = new VirtualClock(Date.UTC(2026, 0, 1))
  const forgotten: string[] = []
  const logged: string[] = []
  /** What keys (`key of ann`) allow now, where it is not everything. */
  const keys = new Map<string, readonly Permission[] | null>()
  const limitsOf = (id: string) => {
    const scopes = keys.has(id) ? keys.get(id)! : permissions
    return scopes && {scopes, servers: null}
  }
  const parts = {
    accessOf: accessOfOwners(people, servers, {limitsOf}),
    forgetHolds: (rule: RuleId, except: number | null) =>
      void forgotten.push(except === null ? rule : `${rule} but ${except}`),
    log: {error: (_about: object, text: string) => void logged.push(text)},
  }
  const open = () => StandingRules.open(store, parts.accessOf, parts.forgetHolds, parts.log)
  return {
    ...parts,
    store,
    people,
    servers,
    keys,
    clock,
    forgotten,
    logged,
    open,
    id,
    /** Written as by a person of this name; `null` = by nobody with an account. */
    keep: async (name: Name | null, rule: Rule): Promise<void> => {
      const ownerId = name && id(name)
      const about = {ownerId, createdAt: clock.now(), revisedBy: ownerId, ceiling: null, now: clock.now()}
      await store.write((db) => insertRuleRevision(db, ruleRowOf(rule, about)))
    },
    /** @param limits of the key he comes with; absent = he is logged in */
    as: (name: Name, limits?: {scopes?: readonly Permission[]; everywhere?: boolean}): Principal => {
      const {role} = people.get(id(name))!
      const some = limits?.everywhere === false ? [] : null
      const who = {userId: id(name), role, scopes: limits?.scopes ?? null, servers: some}
      return {
        userId: id(name),
        name,
        role,
        credentialId: limits ? `key of ${name}` : null,
        via: limits ? 'api_key' : 'session',
        actor: {name, origin: limits ? 'api' : 'user', userId: id(name), address: null},
        access: accessOf(who, servers),
      }
    },
    entries: async () => {
      const rows = await store.read((db) => db.selectFrom('journal').selectAll().orderBy('seq').execute())
      return rows.map(({subject, verb, name, args, code}) => ({
        subject,
        verb,
        name,
        code,
        args: JSON.parse(args) as unknown,
      }))
    },
  }
}

/** The same with the service that people change them by. */
export async function serviceHarness() {
  const harness = await rulesHarness()
  const rules = await harness.open()
  const suspended = new Map<RuleId, RuleSuspension>()
  const service = new RuleService({
    changes: new Changes(harness.store, harness.clock, harness.log, everyRefusal),
    rules,
    revisions: (id, most) => harness.store.read((db) => revisionsOfRule(db, id, most)),
    clock: harness.clock,
    accessOf: harness.accessOf,
    log: harness.log,
    forgetHolds: harness.forgetHolds,
    readRule: ruleReader(insideWork),
    programs: () => ['tidy'],
    sections: () => ['Radarr'],
    suspensions: {
      of: (id) => suspended.get(id) ?? null,
      suspend: async (it) => void suspended.set(it.ruleId, it),
      lift: async (id, seen = suspended.get(id)) => {
        if (suspended.get(id) === seen) suspended.delete(id)
      },
    },
  })
  return {...harness, rules, service, suspended}
}

export function presetOf(id: string, more: Readonly<Record<string, unknown>> = {}): Rule {
  return {...aRule({id, name: id, ...more}), revision: 7}
}

export const asRuleId = (text: string) => text as RuleId
