/** Arrs that people add. Those of the file are in the file. */
import type {Selectable, Updateable} from 'kysely'
import type {Ceiling} from '#model/access.ts'
import {jsonOf, textOfTexts, textsIn} from '../rows.ts'
import type {Db} from '../store.ts'
import type {ArrGrantTable, ArrTable} from '../tables.ts'
import {ceilingIn, ceilingText} from './ceilings.ts'

export interface ArrRow extends Omit<ArrTable, 'settings' | 'secrets' | 'enabled' | 'ceiling'> {
  /** As JSON; `undefined` = it cannot be read any more. */
  readonly settings: unknown
  /** Sealed, by field. */
  readonly secrets: Readonly<Record<string, string>>
  readonly enabled: boolean
  /** `null` = no key made or changed it. */
  readonly ceiling: Ceiling | null
}

export type ArrGrantRow = Selectable<ArrGrantTable>
/** What may change of one; whose it is changes by `moveArrs` alone. */
type ArrRowChanges = Partial<Omit<ArrRow, 'id' | 'ownerId' | 'createdAt'>>

export async function readArrs(db: Db): Promise<{arrs: readonly ArrRow[]; grants: readonly ArrGrantRow[]}> {
  const arrs = await db.selectFrom('arrs').selectAll().orderBy('createdAt').orderBy('id').execute()
  const grants = await db.selectFrom('arrGrants').selectAll().orderBy('grantee').execute()
  return {arrs: arrs.map(asRow), grants}
}

export async function insertArr(db: Db, row: ArrRow): Promise<void> {
  const {settings, secrets, enabled, ceiling, ...same} = row
  await db
    .insertInto('arrs')
    .values({
      ...same,
      settings: JSON.stringify(settings),
      secrets: textOfTexts(secrets),
      enabled: enabled ? 1 : 0,
      ceiling: ceilingText(ceiling),
    })
    .execute()
}

/** @returns was it there */
export async function updateArr(db: Db, id: string, changes: ArrRowChanges): Promise<boolean> {
  const done = await db.updateTable('arrs').set(columnsOf(changes)).where('id', '=', id).executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** With all its grants. What was remembered of it goes with its age. */
export async function deleteArr(db: Db, id: string): Promise<void> {
  await db.deleteFrom('arrGrants').where('arrId', '=', id).execute()
  await db.deleteFrom('arrs').where('id', '=', id).execute()
}

/** These and no others. */
export async function replaceArrGrants(
  db: Db,
  arrId: string,
  grants: readonly Omit<ArrGrantRow, 'arrId'>[],
): Promise<void> {
  await db.deleteFrom('arrGrants').where('arrId', '=', arrId).execute()
  const rows = grants.map(({grantee, level}) => ({arrId, grantee, level}))
  if (rows.length > 0) await db.insertInto('arrGrants').values(rows).execute()
}

/** Nothing is shared with him any more. */
export async function deleteArrGrantsTo(db: Db, grantee: string): Promise<void> {
  await db.deleteFrom('arrGrants').where('grantee', '=', grantee).execute()
}

/** Somebody's Arrs get another owner. @returns their ids */
export async function moveArrs(db: Db, from: string, to: string, now: number): Promise<readonly string[]> {
  const rows = await db
    .updateTable('arrs')
    .set({ownerId: to, updatedAt: now})
    .where('ownerId', '=', from)
    .returning('id')
    .execute()
  return rows.map(({id}) => id)
}

/** @returns ids of somebody's Arrs */
export async function arrsOf(db: Db, ownerId: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('arrs').select('id').where('ownerId', '=', ownerId).execute()
  return rows.map(({id}) => id)
}

function asRow({settings, secrets, enabled, ceiling, ...row}: ArrTable): ArrRow {
  return {
    ...row,
    settings: jsonOf(settings),
    secrets: textsIn(secrets),
    enabled: enabled === 1,
    ceiling: ceilingIn(ceiling),
  }
}

function columnsOf({settings, secrets, enabled, ceiling, ...same}: ArrRowChanges): Updateable<ArrTable> {
  return {
    ...same,
    ...(settings !== undefined && {settings: JSON.stringify(settings)}),
    ...(secrets !== undefined && {secrets: textOfTexts(secrets)}),
    ...(enabled !== undefined && {enabled: enabled ? 1 : 0}),
    ...(ceiling !== undefined && {ceiling: ceilingText(ceiling)}),
  }
}
