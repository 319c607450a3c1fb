import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {jsonOf, portions} from '../rows.ts'
import type {Db} from '../store.ts'

/** How a server was, as far as a restart must know it. */
export interface ServerHealthRow {
  readonly serverId: ServerId
  /** As JSON; whoever wrote it knows what it means. */
  readonly state: unknown
  /** Of the credentials that were refused; `null` = none were. */
  readonly refused: {readonly salt: string; readonly digest: string} | null
}

const PORTION = 500

/** A row that cannot be read has the state `undefined`. */
export async function readServerHealth(db: Db): Promise<ServerHealthRow[]> {
  const rows = await db.selectFrom('serverHealth').select(['serverId', 'state', 'salt', 'digest']).execute()
  return rows.map(({serverId, state, salt, digest}) => ({
    serverId: serverId as ServerId,
    state: jsonOf(state),
    refused: salt === null || digest === null ? null : {salt, digest},
  }))
}

/** In place of what was written of these servers before. @param rows each server once */
export async function putServerHealth(
  db: Db,
  rows: readonly ServerHealthRow[],
  updatedAt: EpochMs,
): Promise<void> {
  for (const portion of portions(rows, PORTION)) {
    const values = portion.map(({serverId, state, refused}) => ({
      serverId,
      state: JSON.stringify(state),
      updatedAt,
      salt: refused?.salt ?? null,
      digest: refused?.digest ?? null,
    }))
    await db
      .insertInto('serverHealth')
      .values(values)
      .onConflict((it) =>
        it
          .column('serverId')
          .doUpdateSet((row) => ({
            state: row.ref('excluded.state'),
            salt: row.ref('excluded.salt'),
            digest: row.ref('excluded.digest'),
            updatedAt: row.ref('excluded.updatedAt'),
          })),
      )
      .execute()
  }
}

export async function deleteServerHealth(db: Db, ids: readonly ServerId[]): Promise<void> {
  for (const portion of portions(ids, PORTION))
    await db.deleteFrom('serverHealth').where('serverId', 'in', portion).execute()
}
