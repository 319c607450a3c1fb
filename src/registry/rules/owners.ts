/** What the owners of rules and Arrs may, at this moment, through what these were made with. */
import {accessOf, instanceAccess, accessWithin, ceilingOf} from '#accounts/grants.ts'
import type {Access, KeyRights, Principal, UserId, UserRepository} from '#model/access.ts'
import type {ServerRegistry} from '#model/services.ts'
import type {Authority, RuleOwner} from './reach.ts'

/** `null` = he is gone or disabled, or a key that it was made with allows nothing any more. */
export function accessOfOwners(
  users: Pick<UserRepository, 'get'>,
  servers: ServerRegistry,
  keys: KeyRights,
): (authority: Authority) => Access | null {
  const instance = instanceAccess(servers, (id) => users.get(id)?.role ?? null)
  const withoutAccount = accessOf({...whole, userId: null, role: 'administrator'}, servers)
  return ({owner, ceilings}) => {
    let access = accessOfOwner(owner)
    for (const ceiling of ceilings) {
      // A key may have been cut down since; that it was given more gives its rules nothing.
      const now = keys.limitsOf(ceiling.keyId)
      if (access === null || now === null) return null
      access = accessWithin(accessWithin(access, ceiling), now)
    }
    return access
  }

  function accessOfOwner(owner: RuleOwner): Access | null {
    if (owner === 'file') return instance
    return owner === null ? withoutAccount : accessOfUser(owner)
  }

  function accessOfUser(userId: UserId): Access | null {
    const user = users.get(userId)
    return user === null || user.disabled ? null : accessOf({...whole, userId, role: user.role}, servers)
  }
}

/** In his own name, with no more than he has now. */
export function authorityOf(by: Pick<Principal, 'actor' | 'access' | 'via' | 'credentialId'>): Authority {
  const ceiling = ceilingOf(by)
  return {owner: by.actor.userId, ceilings: ceiling === null ? [] : [ceiling]}
}

const whole = {scopes: null, servers: null}
