/**
 * Who asks, and what he may do where. Rights are granted in one place (`accounts/grants.ts`); everybody else only asks
 * an `Access`, so that the answer for a server that is not his is the one for a server that is not there.
 */
import type {Actor} from './command.ts'
import type {Branded, ServerId} from './torrent-key.ts'
import type {EpochMs} from './units.ts'

export type UserId = Branded<string, 'UserId'>

/**
 * Whose word something is: the member's whose own server says it, or that of the house (`null`), which servers of the
 * file and of administrators are. Source: docs/decisions/035.
 */
export type Compartment = UserId | null

export function asUserId(text: string): UserId {
  return text as UserId
}

/**
 * administrator: everything, on all servers. member: has servers of his own, and what was shared with him. viewer:
 * looks, on servers shared with him or with everyone.
 */
export const roles = ['administrator', 'member', 'viewer'] as const
export type Role = (typeof roles)[number]

/**
 * read: see servers and torrents. control: everything that is done to torrents that are there, removal included, and
 * making categories and tags. add: new torrents. manage: settings of a server, and servers of one's own.
 * admin: users, settings of Commodarr, everybody's servers.
 */
export const permissions = ['read', 'control', 'add', 'manage', 'admin'] as const
export type Permission = (typeof permissions)[number]
export type ServerPermission = Exclude<Permission, 'admin'>

/** How far a server is shared with somebody. */
export const shareLevels = ['view', 'control'] as const
export type ShareLevel = (typeof shareLevels)[number]

export interface Share {
  readonly with: UserId | 'everyone'
  readonly level: ShareLevel
}

/** What somebody may do. Made in `accounts/grants.ts`, asked everywhere. */
export interface Access {
  /** At all: by role, and by the scopes of the key he came with. */
  permits(permission: Permission): boolean
  /** On this server; `false` also for one that does not exist. */
  may(permission: ServerPermission, serverId: ServerId): boolean
  /** No key holds him to certain servers: he may also make new ones. */
  readonly everywhere: boolean
  /** Servers he may see, in the order of the directory. The same array until something changes. */
  readonly servers: readonly ServerId[]
}

/** Who acts, and what he may. What the executor and everything else that changes something is told. */
export interface Acting {
  readonly actor: Actor
  readonly access: Access
}

export const credentials = ['session', 'api_key', 'token', 'proxy', 'local'] as const
/** How he proved who he is; `local` = no log-in is asked for on this machine. */
export type Credential = (typeof credentials)[number]

/** Who wants something, with the credential he came with: it tells whose an action is, and what he may later. */
export type Requester = Acting & Pick<Principal, 'via' | 'credentialId'>

/** Whoever a request comes from. */
export interface Principal extends Acting {
  /** `null` = the token of the configuration, or this machine without log-in. */
  readonly userId: UserId | null
  readonly name: string
  readonly role: Role
  readonly via: Credential
  /** The session, the key or the token he came with; `null` = none of them. */
  readonly credentialId: string | null
}

/** What a key allows, whatever its user may. */
export interface KeyLimits {
  readonly scopes: readonly Permission[]
  /** `null` = on every server. */
  readonly servers: readonly ServerId[] | null
}

/**
 * The most that something which acts later may do, beside what its owner may at that time: what the key allowed that
 * made it. It ends with that key.
 */
export interface Ceiling extends KeyLimits {
  /** The key, or the token of the configuration. */
  readonly keyId: string
}

/** Why what a key made does nothing until somebody looked. */
export type KeyEnd = 'key_revoked' | 'key_expired' | 'key_narrowed'

/** What keys may at this moment; asked whenever something acts that was made with one. */
export interface KeyRights {
  /** `null` = it is revoked or has expired: nothing that it made acts any more. */
  limitsOf(keyId: string): KeyLimits | null
}

/* People with an account, as others see them; nothing secret in it. */

/**
 * local: logs in with a password kept here. file: declared by `WebUI.Username` of the configuration. oidc, proxy:
 * somebody else vouches for them.
 */
export const userOrigins = ['local', 'file', 'oidc', 'proxy'] as const
export type UserOrigin = (typeof userOrigins)[number]

export interface User {
  readonly id: UserId
  readonly name: string
  readonly role: Role
  readonly origin: UserOrigin
  readonly disabled: boolean
  readonly hasPassword: boolean
  /** A second step is asked for. */
  readonly twoStep: boolean
  readonly createdAt: EpochMs
  readonly lastSeenAt: EpochMs | null
}

/** Users by id, name and provider's subject; the running program's own copy, so that it answers without the database. */
export interface UserRepository {
  list(): readonly User[]
  get(id: UserId): User | null
  /** Case and width of letters do not matter. */
  byName(name: string): User | null
  bySubject(issuer: string, subject: string): User | null
}
