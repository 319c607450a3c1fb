/** People with an account, as others see them; nothing secret in it. */
import type {Role, UserId} from './access.ts'
import type {EpochMs} from './units.ts'

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
export interface UserBook {
  list(): readonly User[]
  get(id: UserId): User | null
  /** Case and width of letters do not matter. */
  byName(name: string): User | null
  bySubject(issuer: string, subject: string): User | null
}
