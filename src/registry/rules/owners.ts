/** What the owners of rules may, at this moment. */
import {accessOf, accessOfHouse} from '#accounts/grants.ts'
import type {Access, UserId, UserRepository} from '#model/access.ts'
import type {ServerBook} from '#model/services.ts'
import type {RuleOwner} from './reach.ts'

interface OwnersDeps {
  readonly users: Pick<UserRepository, 'get'>
  readonly servers: ServerBook
}

/** `null` = he is gone, or disabled. A key that he made his rules with holds them back no more: keys come and go. */
export function accessOfOwners({users, servers}: OwnersDeps): (owner: RuleOwner) => Access | null {
  const house = accessOfHouse(servers, (id) => users.get(id)?.role ?? null)
  const withoutAccount = accessOf({...whole, userId: null, role: 'administrator'}, servers)
  return (owner) => {
    if (owner === 'file') return house
    return owner === null ? withoutAccount : accessOfUser(owner)
  }

  function accessOfUser(userId: UserId): Access | null {
    const user = users.get(userId)
    return user === null || user.disabled ? null : accessOf({...whole, userId, role: user.role}, servers)
  }
}

const whole = {scopes: null, servers: null}
