/** Tracker profiles that people made. Rows of the file are in the file. */
import {jsonOf} from '../rows.ts'
import type {Db} from '../store.ts'
import type {TrackerProfileTable} from '../tables.ts'

export interface TrackerProfileRow extends Omit<TrackerProfileTable, 'content'> {
  /** As JSON; `undefined` = it cannot be read any more. */
  readonly content: unknown
}

export async function readTrackerProfiles(db: Db): Promise<readonly TrackerProfileRow[]> {
  const rows = await db.selectFrom('trackerProfiles').selectAll().orderBy('createdAt').orderBy('id').execute()
  return rows.map(({content, ...row}) => ({...row, content: jsonOf(content)}))
}

export async function insertTrackerProfile(db: Db, {content, ...row}: TrackerProfileRow): Promise<void> {
  await db
    .insertInto('trackerProfiles')
    .values({...row, content: JSON.stringify(content)})
    .execute()
}

/** Whose it is changes by `moveTrackerProfiles` alone. @returns was it there */
export async function updateTrackerProfile(
  db: Db,
  id: string,
  {content, revision, updatedAt}: Pick<TrackerProfileRow, 'content' | 'revision' | 'updatedAt'>,
): Promise<boolean> {
  const done = await db
    .updateTable('trackerProfiles')
    .set({content: JSON.stringify(content), revision, updatedAt})
    .where('id', '=', id)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

export async function deleteTrackerProfile(db: Db, id: string): Promise<void> {
  await db.deleteFrom('trackerProfiles').where('id', '=', id).execute()
}

/** Somebody's get another owner. @returns their ids */
export async function moveTrackerProfiles(
  db: Db,
  from: string,
  to: string,
  now: number,
): Promise<readonly string[]> {
  const rows = await db
    .updateTable('trackerProfiles')
    .set({ownerId: to, updatedAt: now})
    .where('ownerId', '=', from)
    .returning('id')
    .execute()
  return rows.map(({id}) => id)
}

/** @param to `null` = a user without an account */
export async function giveTrackerProfile(db: Db, id: string, to: string | null, now: number): Promise<void> {
  await db.updateTable('trackerProfiles').set({ownerId: to, updatedAt: now}).where('id', '=', id).execute()
}

/** @returns ids of somebody's */
export async function trackerProfilesOf(db: Db, ownerId: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('trackerProfiles').select('id').where('ownerId', '=', ownerId).execute()
  return rows.map(({id}) => id)
}
