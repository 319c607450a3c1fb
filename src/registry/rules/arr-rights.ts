/**
 * What the owner of a rule may do with an Arr: his rule does no more. Rules of the configuration use those of the house:
 * of the file, and of administrators.
 */
import {levelAllows, levelOf} from '#accounts/grants.ts'
import type {Access, UserRepository} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {ArrCard} from '#model/arr-service.ts'
import type {Authority} from './reach.ts'

interface ArrRightsDeps {
  readonly users: Pick<UserRepository, 'get'>
  readonly arrs: {card(id: ArrId): ArrCard | null}
  readonly accessOf: (authority: Authority) => Access | null
}

/** `false` also for an Arr that is not there, and an owner who is gone. */
export function rightsOnArrs({
  users,
  arrs,
  accessOf,
}: ArrRightsDeps): (by: Authority, permission: 'read' | 'control', id: ArrId) => boolean {
  const roleOf = (owner: ArrCard['ownerId']) => (owner === null ? null : (users.get(owner)?.role ?? null))
  return (by, permission, id) => {
    const {owner} = by
    const card = arrs.card(id)
    if (card === null || !accessOf(by)?.permits(permission)) return false
    if (owner === 'file') return card.ownerId === null || roleOf(card.ownerId) === 'administrator'
    const level = levelOf({userId: owner, role: owner === null ? 'administrator' : roleOf(owner)!}, card)
    return level !== null && levelAllows(level, permission)
  }
}
