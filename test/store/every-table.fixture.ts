/** For tests: a few rows for every table, so that what reads or copies a whole database has all of it before it. */
import {sql} from 'kysely'
import {plain} from '#store/transfer/places.ts'
import {PostgresSide} from '#store/transfer/postgres-side.ts'
import type {Store} from '#store/store.ts'
import rows from './rows-of-every-table.json' with {type: 'json'}

/** @param store migrated and empty; it stays open */
export async function fillEveryTable(store: Store): Promise<void> {
  await store.write(async (db) => {
    for (const [table, all] of Object.entries(rows))
      for (const row of all) {
        const columns = Object.keys(row).map((name) => sql.ref(name))
        await sql`insert into ${sql.table(table)} (${sql.join(columns)})
          values (${sql.join(Object.values(row))})`.execute(db)
      }
    if (store.kind === 'postgres') await numberOn(new PostgresSide(plain(db), Object.keys(rows)))
  })
}

/** Rows that come with their numbers do not move PostgreSQL's own counting; SQLite's they do. */
async function numberOn(side: PostgresSide): Promise<void> {
  for (const [table, all] of Object.entries(rows)) {
    const numbers = all.map((row) => ('seq' in row ? row.seq : 0))
    if (Math.max(...numbers) > 0) await side.setLastNumber(table, Math.max(...numbers))
  }
}
