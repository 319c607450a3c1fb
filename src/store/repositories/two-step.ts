import type {UserId} from '#model/access.ts'
import type {EpochMs} from '#model/units.ts'
import type {Db} from '../store.ts'

/** The second step of one user, as it is kept. */
export interface KeptTwoStep {
  readonly userId: UserId
  /** Sealed. */
  readonly secret: string
  /** The last 30-second step that was used; `null` = none yet. */
  readonly lastStep: number | null
  /** Hashes of those that were not used. */
  readonly recoveryCodes: readonly string[]
}

/** Of all users that have one. */
export async function readTwoSteps(db: Db): Promise<readonly KeptTwoStep[]> {
  const rows = await db
    .selectFrom('users')
    .select(['id', 'totpSecret', 'totpStep', 'recoveryCodes'])
    .where('totpSecret', 'is not', null)
    .execute()
  return rows.map(({id, totpSecret, totpStep, recoveryCodes}) => ({
    userId: id as UserId,
    secret: totpSecret!,
    lastStep: totpStep,
    recoveryCodes: JSON.parse(recoveryCodes) as string[],
  }))
}

/** @returns false when there is no such user any more */
export async function putTwoStep(db: Db, kept: KeptTwoStep, now: EpochMs): Promise<boolean> {
  const {numUpdatedRows} = await db
    .updateTable('users')
    .set({totpSecret: kept.secret, totpStep: kept.lastStep, updatedAt: now})
    .set({recoveryCodes: JSON.stringify(kept.recoveryCodes)})
    .where('id', '=', kept.userId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function clearTwoStep(db: Db, userId: UserId, now: EpochMs): Promise<void> {
  await db
    .updateTable('users')
    .set({totpSecret: null, totpStep: null, recoveryCodes: '[]', updatedAt: now})
    .where('id', '=', userId)
    .execute()
}

/** @returns false when this step, or a later one, was used before */
export async function useStep(db: Db, userId: UserId, step: number): Promise<boolean> {
  const {numUpdatedRows} = await db
    .updateTable('users')
    .set({totpStep: step})
    .where('id', '=', userId)
    .where((it) => it.or([it('totpStep', 'is', null), it('totpStep', '<', step)]))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function putRecoveryCodes(db: Db, userId: UserId, hashes: readonly string[]): Promise<void> {
  await db
    .updateTable('users')
    .set({recoveryCodes: JSON.stringify(hashes)})
    .where('id', '=', userId)
    .execute()
}
