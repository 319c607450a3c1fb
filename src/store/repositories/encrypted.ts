/** Every sealed text of the database, wherever it lies: what has to be known to change the key. */
import type {Db} from '../store.ts'

export type EncryptedPlace =
  | {readonly of: 'server' | 'arr'; readonly id: string; readonly field: string}
  | {readonly of: 'user'; readonly id: string; readonly field: 'totp'}

export async function hasEncrypted(db: Db): Promise<boolean> {
  for (const table of ['servers', 'arrs'] as const) {
    const rows = await db.selectFrom(table).select('id').where('secrets', 'is not', null).limit(1).execute()
    if (rows.length > 0) return true
  }
  const user = await db
    .selectFrom('users')
    .select('id')
    .where('totpSecret', 'is not', null)
    .limit(1)
    .execute()
  return user.length > 0
}

/** @param change the text to put there instead; `null` = it stays */
export async function changeEncrypted(
  db: Db,
  change: (place: EncryptedPlace, encrypted: string) => string | null,
): Promise<void> {
  await changeFields(db, 'servers', 'server', change)
  await changeFields(db, 'arrs', 'arr', change)
  const users = await db
    .selectFrom('users')
    .select(['id', 'totpSecret'])
    .where('totpSecret', 'is not', null)
    .execute()
  for (const {id, totpSecret} of users) {
    const changed = change({of: 'user', id, field: 'totp'}, totpSecret!)
    if (changed !== null)
      await db.updateTable('users').set({totpSecret: changed}).where('id', '=', id).execute()
  }
}

async function changeFields(
  db: Db,
  table: 'servers' | 'arrs',
  of: 'server' | 'arr',
  change: (place: EncryptedPlace, encrypted: string) => string | null,
): Promise<void> {
  const rows = await db.selectFrom(table).select(['id', 'secrets']).where('secrets', 'is not', null).execute()
  for (const {id, secrets} of rows) {
    const before = fieldsOf(secrets!)
    const after = before.map(([field, encrypted]) => [field, change({of, id, field}, encrypted) ?? encrypted])
    if (after.every(([, encrypted], i) => encrypted === before[i]![1])) continue
    const text = JSON.stringify(Object.fromEntries(after))
    await db.updateTable(table).set({secrets: text}).where('id', '=', id).execute()
  }
}

/** Damaged text holds nothing that could be changed; it stays as it is. */
function fieldsOf(text: string): readonly (readonly [string, string])[] {
  try {
    const fields = Object.entries((JSON.parse(text) ?? {}) as object)
    return fields.every(([, encrypted]) => typeof encrypted === 'string')
      ? (fields as [string, string][])
      : []
  } catch {
    return []
  }
}
