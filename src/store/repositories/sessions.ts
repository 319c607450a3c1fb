import type {UserId} from '#model/access.ts'
import type {EpochMs} from '#model/units.ts'
import type {Db} from '../store.ts'

/** A session as it is kept: of its token only the hash. */
export interface KeptSession {
  readonly id: string
  readonly tokenHash: string
  readonly userId: UserId
  /** How he logged in: password, oidc. */
  readonly via: string
  readonly address: string
  readonly userAgent: string
  readonly createdAt: EpochMs
  readonly lastUsedAt: EpochMs
  readonly expiresAt: EpochMs
}

/** In the order they were made, expired ones too. */
export async function readSessions(db: Db): Promise<readonly KeptSession[]> {
  const rows = await db.selectFrom('sessions').selectAll().orderBy('createdAt').orderBy('id').execute()
  return rows.map((row) => ({...row, userId: row.userId as UserId}))
}

export async function insertSession(db: Db, session: KeptSession): Promise<void> {
  await db.insertInto('sessions').values(session).execute()
}

export async function deleteSession(db: Db, id: string): Promise<void> {
  await db.deleteFrom('sessions').where('id', '=', id).execute()
}

/** @param exceptId the one that stays; `null` = none does */
export async function deleteSessionsOf(db: Db, userId: UserId, exceptId: string | null): Promise<void> {
  const own = db.deleteFrom('sessions').where('userId', '=', userId)
  await (exceptId === null ? own : own.where('id', '!=', exceptId)).execute()
}

export async function deleteExpiredSessions(db: Db, now: EpochMs): Promise<void> {
  await db.deleteFrom('sessions').where('expiresAt', '<=', now).execute()
}

/** Sessions that are gone are passed over. */
export async function putSessionUses(
  db: Db,
  uses: readonly Pick<KeptSession, 'id' | 'lastUsedAt' | 'expiresAt'>[],
): Promise<void> {
  for (const {id, lastUsedAt, expiresAt} of uses) {
    await db.updateTable('sessions').set({lastUsedAt, expiresAt}).where('id', '=', id).execute()
  }
}
