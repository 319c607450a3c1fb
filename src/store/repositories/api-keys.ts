import {permissions, type Permission, type UserId} from '#model/access.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Db} from '../store.ts'
import type {ApiKeyTable} from '../tables.ts'

/** A key as it is kept: of the key itself only its hash. */
export interface KeptKey {
  readonly id: string
  readonly userId: UserId
  readonly name: string
  readonly keyHash: string
  readonly scopes: readonly Permission[]
  /** `null` = all that its user may see. */
  readonly servers: readonly ServerId[] | null
  readonly createdAt: EpochMs
  /** `null` = never. */
  readonly expiresAt: EpochMs | null
  readonly lastUsedAt: EpochMs | null
}

/** In the order they were made. */
export async function readKeys(db: Db): Promise<readonly KeptKey[]> {
  const rows = await db.selectFrom('apiKeys').selectAll().orderBy('createdAt').orderBy('id').execute()
  return rows.map(keyOf)
}

export async function insertKey(db: Db, key: KeptKey): Promise<void> {
  await db.insertInto('apiKeys').values(rowOf(key)).execute()
}

/** All of it but when it was last used, which is written on its own. */
export async function updateKey(db: Db, key: KeptKey): Promise<void> {
  const {id, lastUsedAt: _, ...row} = rowOf(key)
  await db.updateTable('apiKeys').set(row).where('id', '=', id).execute()
}

export async function deleteKey(db: Db, id: string): Promise<void> {
  await db.deleteFrom('apiKeys').where('id', '=', id).execute()
}

export async function deleteKeysOf(db: Db, userId: UserId): Promise<void> {
  await db.deleteFrom('apiKeys').where('userId', '=', userId).execute()
}

/** Keys that are gone are passed over. */
export async function putKeyUses(db: Db, uses: ReadonlyMap<string, EpochMs>): Promise<void> {
  for (const [id, lastUsedAt] of uses) {
    await db.updateTable('apiKeys').set({lastUsedAt}).where('id', '=', id).execute()
  }
}

function rowOf({scopes, servers, ...key}: KeptKey): ApiKeyTable {
  return {...key, scopes: JSON.stringify(scopes), servers: servers === null ? null : JSON.stringify(servers)}
}

/** A scope that this version does not know gives nothing. */
function keyOf({scopes, servers, userId, ...row}: ApiKeyTable): KeptKey {
  const known = JSON.parse(scopes) as string[]
  return {
    ...row,
    userId: userId as UserId,
    scopes: permissions.filter((it) => known.includes(it)),
    servers: servers === null ? null : (JSON.parse(servers) as ServerId[]),
  }
}
