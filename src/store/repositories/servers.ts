/** What people wrote of servers: whole ones of their own, and what they put beside those of the file. */
import type {Selectable, Updateable} from 'kysely'
import {textOfTexts, textsIn} from '../rows.ts'
import type {Db} from '../store.ts'
import type {Flag, ServerGrantTable, ServerTable} from '../tables.ts'

export interface ServerRow {
  readonly id: string
  readonly origin: 'user' | 'file'
  readonly ownerId: string | null
  /** As JSON has it, whoever wrote it; `null` for servers of the file, and `unreadable` for what is no JSON. */
  readonly definition: unknown
  /** Sealed, by field. */
  readonly secrets: Readonly<Record<string, string>>
  readonly tags: readonly string[]
  readonly colour: string | null
  readonly icon: string | null
  readonly position: number
  readonly defaultForAdding: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

export type ServerGrantRow = Selectable<ServerGrantTable>
/** What may change of one; whose it is changes by `moveServers` alone. */
export type ServerRowChanges = Partial<Omit<ServerRow, 'id' | 'origin' | 'ownerId' | 'createdAt'>>

export async function readServers(
  db: Db,
): Promise<{servers: readonly ServerRow[]; grants: readonly ServerGrantRow[]}> {
  const servers = await db.selectFrom('servers').selectAll().orderBy('createdAt').orderBy('id').execute()
  const grants = await db.selectFrom('serverGrants').selectAll().orderBy('grantee').execute()
  return {servers: servers.map(asRow), grants}
}

export async function insertServer(db: Db, row: ServerRow): Promise<void> {
  const {definition, secrets, tags, defaultForAdding, ...same} = row
  const texts = {definition: definitionText(definition), secrets: textOfTexts(secrets)}
  await db
    .insertInto('servers')
    .values({...same, ...texts, tags: JSON.stringify(tags), defaultForAdding: flagOf(defaultForAdding)})
    .execute()
}

/** @returns was it there */
export async function updateServer(db: Db, id: string, changes: ServerRowChanges): Promise<boolean> {
  const done = await db.updateTable('servers').set(columnsOf(changes)).where('id', '=', id).executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** With all its grants. */
export async function deleteServer(db: Db, id: string): Promise<void> {
  await db.deleteFrom('serverGrants').where('serverId', '=', id).execute()
  await db.deleteFrom('servers').where('id', '=', id).execute()
}

/** These and no others. */
export async function replaceGrants(
  db: Db,
  serverId: string,
  grants: readonly Omit<ServerGrantRow, 'serverId'>[],
): Promise<void> {
  await db.deleteFrom('serverGrants').where('serverId', '=', serverId).execute()
  const rows = grants.map(({grantee, level}) => ({serverId, grantee, level}))
  if (rows.length > 0) await db.insertInto('serverGrants').values(rows).execute()
}

/** Nothing is shared with him any more. */
export async function deleteGrantsTo(db: Db, grantee: string): Promise<void> {
  await db.deleteFrom('serverGrants').where('grantee', '=', grantee).execute()
}

/** Somebody's servers get another owner. @returns their ids */
export async function moveServers(db: Db, from: string, to: string, now: number): Promise<readonly string[]> {
  const rows = await db
    .updateTable('servers')
    .set({ownerId: to, updatedAt: now, defaultForAdding: 0})
    .where('ownerId', '=', from)
    .returning('id')
    .execute()
  return rows.map(({id}) => id)
}

/** @returns ids of somebody's servers */
export async function serversOf(db: Db, ownerId: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('servers').select('id').where('ownerId', '=', ownerId).execute()
  return rows.map(({id}) => id)
}

/** For what cannot be read any more; `null` would be said of a server of the file. */
export const unreadable = Symbol('unreadable')

function asRow(row: Selectable<ServerTable>): ServerRow {
  return {
    ...row,
    origin: row.origin === 'file' ? 'file' : 'user',
    definition: json(row.definition),
    secrets: textsIn(row.secrets),
    tags: texts(json(row.tags)),
    defaultForAdding: row.defaultForAdding === 1,
  }
}

function columnsOf(changes: ServerRowChanges): Updateable<ServerTable> {
  const {definition, secrets, tags, defaultForAdding, ...same} = changes
  return {
    ...same,
    ...(definition !== undefined && {definition: definitionText(definition)}),
    ...(secrets !== undefined && {secrets: textOfTexts(secrets)}),
    ...(tags !== undefined && {tags: JSON.stringify(tags)}),
    ...(defaultForAdding !== undefined && {defaultForAdding: flagOf(defaultForAdding)}),
  }
}

function definitionText(definition: unknown): string | null {
  return definition === null ? null : JSON.stringify(definition)
}

function flagOf(value: boolean): Flag {
  return value ? 1 : 0
}

function json(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch {
    return unreadable
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((it) => typeof it === 'string') : []
}
