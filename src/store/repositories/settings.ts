import type {Db} from '../store.ts'

/** Settings by name, as JSON values. */
export async function readSettings(db: Db): Promise<ReadonlyMap<string, unknown>> {
  const rows = await db.selectFrom('settings').selectAll().execute()
  return new Map(rows.map(({name, value}) => [name, JSON.parse(value)]))
}

export async function putSetting(db: Db, name: string, value: unknown, now: number): Promise<void> {
  const row = {name, value: JSON.stringify(value), updatedAt: now}
  await db
    .insertInto('settings')
    .values(row)
    .onConflict((it) => it.column('name').doUpdateSet(row))
    .execute()
}
