import {roles, type Role, type UserId} from '#model/access.ts'
import type {EpochMs} from '#model/units.ts'
import type {Db} from '../store.ts'
import type {InvitationTable} from '../tables.ts'

interface KeptToken {
  readonly id: string
  readonly tokenHash: string
  /** `null` = nobody with an account. */
  readonly createdBy: UserId | null
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs
}

/** To become a user. */
export interface KeptInvitation extends KeptToken {
  readonly kind: 'invitation'
  readonly role: Role
  /** `null` = he chooses. */
  readonly name: string | null
}

/** To choose a new password. */
export interface KeptReset extends KeptToken {
  readonly kind: 'reset'
  readonly userId: UserId
}

/** In the order they were made, expired ones too. */
export async function readInvitations(db: Db): Promise<readonly (KeptInvitation | KeptReset)[]> {
  const rows = await db.selectFrom('invitations').selectAll().orderBy('createdAt').orderBy('id').execute()
  return rows.map(invitationOf).filter((it) => it !== null)
}

export async function insertInvitation(db: Db, invitation: KeptInvitation | KeptReset): Promise<void> {
  const blank = {role: null, name: null, userId: null}
  await db
    .insertInto('invitations')
    .values({...blank, ...invitation})
    .execute()
}

/** @returns was it there? Of two who use it at the same time only one hears yes. */
export async function deleteInvitation(db: Db, id: string): Promise<boolean> {
  const {numDeletedRows} = await db.deleteFrom('invitations').where('id', '=', id).executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

/** An older reset does not open the door any more once there is a new one. */
export async function deleteResetsOf(db: Db, userId: UserId): Promise<void> {
  await db.deleteFrom('invitations').where('kind', '=', 'reset').where('userId', '=', userId).execute()
}

export async function deleteExpiredInvitations(db: Db, now: EpochMs): Promise<void> {
  await db.deleteFrom('invitations').where('expiresAt', '<=', now).execute()
}

/** `null` = of a kind or role that this version does not know: it opens nothing. */
function invitationOf(row: InvitationTable): KeptInvitation | KeptReset | null {
  const {id, tokenHash, createdAt, expiresAt, name} = row
  const base = {id, tokenHash, createdAt, expiresAt, createdBy: row.createdBy as UserId | null}
  if (row.kind === 'reset')
    return row.userId === null ? null : {...base, kind: 'reset', userId: row.userId as UserId}
  const role = roles.find((it) => it === row.role)
  return row.kind === 'invitation' && role ? {...base, kind: 'invitation', role, name} : null
}
