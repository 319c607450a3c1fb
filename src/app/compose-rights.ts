/** How far rules and managers may reach: with what their owners may, at each question anew. */
import type {ArrId} from '#model/arr.ts'
import type {ManagerId} from '#model/manager.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {rightsOnArrs} from '#registry/rules/arr-rights.ts'
import {accessOfOwners} from '#registry/rules/owners.ts'
import type {PeopleOfApp} from './compose-people.ts'
import type {RulesOfApp} from './compose-rules.ts'
import type {ManagersParts} from '#automation/supervision/managers.ts'

export interface RightsOfApp {
  /** Who owns it may command this server; `null` = what stands in the file may. */
  readonly reaches: ManagersParts['reaches']
  /** A manager is told of this server. */
  readonly seesServer: (by: ManagerId, id: ServerId) => boolean
  /** The owner of this rule may read or command this Arr. */
  readonly mayOnArr: (permission: 'read' | 'control') => (rule: RuleId, arr: ArrId) => boolean
}

export function rightsOfApp(
  {users, directory, arrDirectory}: Pick<PeopleOfApp, 'users' | 'directory' | 'arrDirectory'>,
  rules: Pick<RulesOfApp['rules'], 'card'>,
): RightsOfApp {
  const accessOwner = accessOfOwners({users, servers: directory})
  const onArr = rightsOnArrs({users, arrs: arrDirectory, accessOf: accessOwner})
  const reaches: RightsOfApp['reaches'] = (owner, id) =>
    accessOwner(owner ?? 'file')?.may('control', id) ?? false
  return {
    reaches,
    seesServer(by, id) {
      const arr = arrDirectory.active().find((it) => (it.id as string) === by)
      return arr === undefined || reaches(arr.ownerId, id)
    },
    mayOnArr: (permission) => (id, arr) => {
      const card = rules.card(id)
      return card !== null && onArr(card.owner, permission, arr)
    },
  }
}
