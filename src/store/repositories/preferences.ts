import type {UserId} from '#model/access.ts'
import type {EpochMs} from '#model/units.ts'
import {insertAll, jsonOf} from '../rows.ts'
import type {Db} from '../store.ts'

interface KeptPreference {
  /** `null` = of whoever has no account. */
  readonly userId: UserId | null
  readonly name: string
  /** As JSON. */
  readonly value: unknown
}

/** A row that cannot be read is left out. */
export async function readPreferences(db: Db): Promise<readonly KeptPreference[]> {
  const rows = await db.selectFrom('preferences').select(['userId', 'name', 'value']).execute()
  return rows
    .map(({userId, name, value}) => ({userId: userId as UserId | null, name, value: jsonOf(value)}))
    .filter(({value}) => value !== undefined)
}

/** @param changes new values by name; `null` = it goes */
export async function putPreferences(
  db: Db,
  userId: UserId | null,
  changes: ReadonlyMap<string, unknown>,
  updatedAt: EpochMs,
): Promise<void> {
  if (changes.size === 0) return
  await db
    .deleteFrom('preferences')
    .where('userId', userId === null ? 'is' : '=', userId)
    .where('name', 'in', [...changes.keys()])
    .execute()
  const rows = [...changes]
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({userId, name, value: JSON.stringify(value), updatedAt}))
  await insertAll(db, 'preferences', rows)
}
