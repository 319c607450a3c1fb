/** Those who come in with an account, and what they may do at this moment. */
import type {Access, Credential, Principal, Role, User, UserId} from '#model/access.ts'
import type {ServerRegistry} from '#model/services.ts'
import {accessOf} from './grants.ts'
import type {Users} from './users.ts'

export class UserPrincipals {
  readonly #users: Pick<Users, 'see'>
  readonly #servers: ServerRegistry
  readonly #known = new Map<UserId, {readonly role: Role; readonly access: Access}>()

  constructor(parts: {readonly users: Pick<Users, 'see'>; readonly servers: ServerRegistry}) {
    this.#users = parts.users
    this.#servers = parts.servers
  }

  /**
   * For each request: he was seen.
   * @param credentialId the session he came with; `null` = none
   */
  of(
    user: User,
    via: Extract<Credential, 'session' | 'proxy'>,
    credentialId: string | null,
    address: string,
  ): Principal {
    const {id, name, role} = user
    this.#users.see(id)
    return {
      actor: {name, origin: 'user', userId: id, address},
      access: this.#accessOf(id, role),
      userId: id,
      name,
      role,
      via,
      credentialId,
    }
  }

  /** The same until his role is another one: it follows the servers by itself. */
  #accessOf(userId: UserId, role: Role): Access {
    const known = this.#known.get(userId)
    if (known?.role === role) return known.access
    const access = accessOf({userId, role, scopes: null, servers: null}, this.#servers)
    this.#known.set(userId, {role, access})
    return access
  }
}
