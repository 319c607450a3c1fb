/**
 * The one place that grants. Who may do what where follows from his role, whose the server is, with whom it is shared,
 * and the scopes of the key he came with; nothing else in the house decides that, everybody else asks an `Access`.
 *
 *            view   control   own (or administrator)
 *   read       ✓       ✓        ✓
 *   control            ✓        ✓        … and never more than his role and his key allow
 *   add                ✓        ✓
 *   manage                      ✓
 */
import {
  permissions,
  type Access,
  type Ceiling,
  type Compartment,
  type KeyLimits,
  type Permission,
  type Principal,
  type Role,
  type ServerPermission,
  type ShareLevel,
  type UserId,
} from '#model/access.ts'
import type {ServerCard} from '#model/server.ts'
import type {ServerRegistry} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'

export interface Grantee {
  /** `null` = nobody with an account: the token of the configuration, this machine. */
  readonly userId: UserId | null
  readonly role: Role
  /** Of the key he came with; `null` = no key, so nothing beyond his role holds him back. Each includes reading. */
  readonly scopes: readonly Permission[] | null
  /** Servers the key is for; `null` = all that he may see. */
  readonly servers: readonly ServerId[] | null
}

const roleMay: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: permissions,
  member: ['read', 'control', 'add', 'manage'],
  viewer: ['read'],
}

const levelMay: Readonly<Record<ShareLevel | 'own', readonly ServerPermission[]>> = {
  view: ['read'],
  control: ['read', 'control', 'add'],
  own: ['read', 'control', 'add', 'manage'],
}

/** Follows changes of the book by itself. */
export function accessOf(who: Grantee, registry: ServerRegistry): Access {
  const allowed = new Set(allowedAtAll(who))
  const limits = who.servers === null ? null : new Set(who.servers)
  let servers: readonly ServerId[] = []
  let revision = -1
  const may = (permission: ServerPermission, card: ServerCard): boolean => {
    if (!allowed.has(permission) || limits?.has(card.id) === false) return false
    const level = levelOf(who, card)
    return level !== null && levelAllows(level, permission)
  }
  return {
    everywhere: limits === null,
    permits: (permission) => allowed.has(permission),
    may: (permission, serverId) => {
      const card = registry.card(serverId)
      return card !== null && may(permission, card)
    },
    get servers() {
      if (revision !== registry.revision) {
        revision = registry.revision
        servers = registry
          .cards()
          .filter((card) => may('read', card))
          .map((card) => card.id)
      }
      return servers
    },
  }
}

/** Whose word it is what somebody owns: the house's where nobody, or who administers everything, owns it. */
export function compartmentOfOwner(ownerId: UserId | null, roleOf: (id: UserId) => Role | null): Compartment {
  return ownerId === null || roleOf(ownerId) === 'administrator' ? null : ownerId
}

/**
 * What rules of the configuration may: everything on servers of the house (those of the file, and those of
 * administrators), and nothing on what somebody else added for himself.
 */
export function instanceAccess(registry: ServerRegistry, roleOf: (id: UserId) => Role | null): Access {
  const isOfInstance = ({ownerId}: ServerCard) => compartmentOfOwner(ownerId, roleOf) === null
  return {
    // It makes no users and changes no settings.
    permits: (permission) => permission !== 'admin',
    may: (_permission, serverId) => {
      const card = registry.card(serverId)
      return card !== null && isOfInstance(card)
    },
    everywhere: false,
    get servers() {
      return registry
        .cards()
        .filter(isOfInstance)
        .map(({id}) => id)
    },
  }
}

/** What something may do at most that somebody makes, who came in like this; `null` = whatever its owner may. */
export function ceilingOf({
  via,
  credentialId,
  access,
}: Pick<Principal, 'via' | 'credentialId' | 'access'>): Ceiling | null {
  if (via !== 'api_key' && via !== 'token') return null
  // A key without a name stands for no key, so what it makes does nothing.
  return {
    keyId: credentialId ?? '',
    scopes: permissions.filter((it) => access.permits(it)),
    servers: access.everywhere ? null : [...access.servers],
  }
}

/** What is left of it within what a key allows. */
export function accessWithin(access: Access, {scopes, servers}: KeyLimits): Access {
  const allowed = new Set(allowedByKey(scopes, servers))
  const has = (id: ServerId) => servers === null || servers.includes(id)
  return {
    everywhere: access.everywhere && servers === null,
    permits: (permission) => allowed.has(permission) && access.permits(permission),
    may: (permission, id) => allowed.has(permission) && has(id) && access.may(permission, id),
    get servers() {
      return servers === null ? access.servers : access.servers.filter(has)
    },
  }
}

/** It allows all of what it allowed when something was made with it. */
export function covers(now: KeyLimits | null, then: KeyLimits): boolean {
  if (now === null || then.scopes.some((it) => !now.scopes.includes(it))) return false
  const {servers} = now
  return servers === null || (then.servers !== null && then.servers.every((id) => servers.includes(id)))
}

/** What a level allows, role and key aside. */
export function levelAllows(level: ShareLevel | 'own', permission: ServerPermission): boolean {
  return levelMay[level].includes(permission)
}

/** How far a server or an Arr is open to somebody, key and role aside; `null` = not at all. */
export function levelOf(
  who: Pick<Grantee, 'userId' | 'role'>,
  card: Pick<ServerCard, 'ownerId' | 'sharing'>,
): ShareLevel | 'own' | null {
  if (who.role === 'administrator') return 'own'
  if (who.userId !== null && card.ownerId === who.userId) return 'own'
  const shares = card.sharing.filter((it) => it.with === 'everyone' || it.with === who.userId)
  if (shares.length === 0) return null
  return shares.some((it) => it.level === 'control') ? 'control' : 'view'
}

function allowedAtAll({role, scopes, servers}: Grantee): readonly Permission[] {
  const byRole = roleMay[role]
  if (scopes === null) return byRole
  const byKey = allowedByKey(scopes, servers)
  return byRole.filter((it) => byKey.includes(it))
}

/** A key for some servers could make itself another one with the rights of an administrator. */
function allowedByKey(scopes: readonly Permission[], servers: KeyLimits['servers']): readonly Permission[] {
  const all = scopes.includes('admin') ? permissions : (['read', ...scopes] as const)
  return servers === null ? all : all.filter((it) => it !== 'admin')
}
