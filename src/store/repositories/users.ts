import {roles, userOrigins, type Role, type UserId, type UserOrigin} from '#model/access.ts'
import type {EpochMs} from '#model/units.ts'
import type {Db} from '../store.ts'
import type {UserTable} from '../tables.ts'

/** A user as he is kept, without his second step, which is kept and read on its own. */
interface KeptUser {
  readonly id: UserId
  readonly name: string
  /** What no two users share: the name without its case and width. */
  readonly nameKey: string
  readonly role: Role
  readonly origin: UserOrigin
  /** PHC text of argon2id, or a bcrypt hash of the inherited file; `null` = logs in elsewhere. */
  readonly passwordHash: string | null
  readonly disabled: boolean
  /** How a provider names him; `null` = none does. */
  readonly subject: {readonly issuer: string; readonly subject: string} | null
  readonly createdAt: EpochMs
  readonly lastSeenAt: EpochMs | null
}

/** As read: with whether a second step is asked for. */
export type ReadUser = KeptUser & {readonly twoStep: boolean}

/** In the order they were made. */
export async function readUsers(db: Db): Promise<readonly ReadUser[]> {
  const rows = await db.selectFrom('users').selectAll().orderBy('createdAt').orderBy('id').execute()
  return rows.map(userOf)
}

export async function insertUser(db: Db, user: KeptUser): Promise<void> {
  const secondStep = {totpSecret: null, totpStep: null, recoveryCodes: '[]'}
  await db
    .insertInto('users')
    .values({...rowOf(user), ...secondStep, updatedAt: user.createdAt})
    .execute()
}

/** All of him but when he was last seen, which is written on its own. */
export async function updateUser(db: Db, user: KeptUser, now: EpochMs): Promise<void> {
  const {id, lastSeenAt: _, ...row} = rowOf(user)
  await db
    .updateTable('users')
    .set({...row, updatedAt: now})
    .where('id', '=', id)
    .execute()
}

/** With his sessions, keys and resets, and with what was shared with him. His servers must be gone before. */
export async function deleteUser(db: Db, id: UserId): Promise<void> {
  await db.deleteFrom('serverGrants').where('grantee', '=', id).execute()
  await db.deleteFrom('users').where('id', '=', id).execute()
}

/** Users that are gone are passed over. */
export async function putUserSightings(db: Db, seen: ReadonlyMap<UserId, EpochMs>): Promise<void> {
  for (const [id, lastSeenAt] of seen) {
    await db.updateTable('users').set({lastSeenAt}).where('id', '=', id).execute()
  }
}

function rowOf(user: KeptUser): Omit<UserTable, 'totpSecret' | 'totpStep' | 'recoveryCodes' | 'updatedAt'> {
  const {id, name, nameKey, role, origin, passwordHash, createdAt, lastSeenAt} = user
  return {
    id,
    name,
    nameKey,
    role,
    origin,
    passwordHash,
    createdAt,
    lastSeenAt,
    disabled: user.disabled ? 1 : 0,
    oidcIssuer: user.subject?.issuer ?? null,
    oidcSubject: user.subject?.subject ?? null,
  }
}

/** A role that this version does not know may only look. */
function userOf(row: UserTable): ReadUser {
  const {id, name, nameKey, passwordHash, createdAt, lastSeenAt, oidcIssuer, oidcSubject} = row
  return {
    id: id as UserId,
    name,
    nameKey,
    passwordHash,
    createdAt,
    lastSeenAt,
    role: roles.find((it) => it === row.role) ?? 'viewer',
    origin: userOrigins.find((it) => it === row.origin) ?? 'local',
    disabled: row.disabled === 1,
    twoStep: row.totpSecret !== null,
    subject: oidcIssuer === null || oidcSubject === null ? null : {issuer: oidcIssuer, subject: oidcSubject},
  }
}
