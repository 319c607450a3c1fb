import type {UserId} from '#model/access.ts'
import {viewAudiences, type SavedView} from '#model/saved-view.ts'
import {jsonOf} from '../rows.ts'
import type {Db} from '../store.ts'
import type {ViewTable} from '../tables.ts'

/** A saved view as it is kept. */
export interface KeptView extends Omit<SavedView, 'definition'> {
  /** `null` = of whoever has no account. */
  readonly userId: UserId | null
  readonly nameKey: string
  /** As JSON, maybe of another version; `{}` where it cannot be read. */
  readonly definition: unknown
}

/** In the order of their positions. */
export async function readViews(db: Db): Promise<readonly KeptView[]> {
  const rows = await db
    .selectFrom('views')
    .selectAll()
    .orderBy('position')
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  return rows.map(viewOf)
}

export async function insertView(db: Db, view: KeptView): Promise<void> {
  await db.insertInto('views').values(rowOf(view)).execute()
}

/** All of it but whose it is. */
export async function updateView(db: Db, view: KeptView): Promise<void> {
  const {id, userId: _, ...row} = rowOf(view)
  await db.updateTable('views').set(row).where('id', '=', id).execute()
}

/** Another owner's from then on, by a name that is free there. */
export async function giveView(
  db: Db,
  {id, userId, name, nameKey, position}: Pick<KeptView, 'id' | 'userId' | 'name' | 'nameKey' | 'position'>,
): Promise<void> {
  await db.updateTable('views').set({userId, name, nameKey, position}).where('id', '=', id).execute()
}

export async function deleteView(db: Db, id: string): Promise<void> {
  await db.deleteFrom('views').where('id', '=', id).execute()
}

export async function putViewPositions(db: Db, positions: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, position] of positions) {
    await db.updateTable('views').set({position}).where('id', '=', id).execute()
  }
}

function rowOf({definition, ...view}: KeptView): ViewTable {
  return {...view, definition: JSON.stringify(definition)}
}

/** An audience that this version does not know sees nothing. */
function viewOf({definition, userId, sharedWith, ...row}: ViewTable): KeptView {
  return {
    ...row,
    userId: userId as UserId | null,
    definition: jsonOf(definition) ?? {},
    sharedWith: viewAudiences.find((it) => it === sharedWith) ?? null,
  }
}
