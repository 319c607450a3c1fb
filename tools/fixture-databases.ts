/**
 * Keeps a database of today for the tests of tomorrow. Write `lab/fixtures/databases/NNN/rows.json` (a few rows for every
 * table, names as in SQL), then run this with NNN, the number of the newest migration. It makes a database of both
 * kinds as of that migration with these rows, and dumps them beside it. What lies there already is never made anew: it
 * is what people have.
 */
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {sql} from 'kysely'
import {startPostgres} from '#lab/daemons/postgres.ts'
import {migrations} from '#store/migrations/migrations.ts'
import {Store} from '#store/store.ts'
import {plain} from '#store/transfer/places.ts'
import {PostgresSide} from '#store/transfer/postgres-side.ts'

const number = process.argv[2] ?? ''
const folder = join(import.meta.dirname, '../lab/fixtures/databases', number)
if (!/^\d{3}$/.test(number) || !existsSync(join(folder, 'rows.json'))) {
  console.error('Name the number of a migration whose folder in lab/fixtures/databases holds a rows.json.')
  process.exit(2)
}
const asOf = Object.fromEntries(Object.entries(migrations).filter(([name]) => name.slice(0, 3) <= number))
const rows = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as Record<string, object[]>

await make('sqlite.sql', sqliteDump)
await make('postgres.sql', postgresDump)

async function make(name: string, dump: () => Promise<string>): Promise<void> {
  const path = join(folder, name)
  if (existsSync(path)) return console.log(`${path} is there already.`)
  writeFileSync(path, await dump())
  console.log(`${path} is made.`)
}

async function sqliteDump(): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'commodarr-fixture-'))
  const path = join(place, 'commodarr.db')
  await fill(await Store.sqlite(path, {migrations: asOf}))
  const database = new DatabaseSync(path)
  const made = database
    .prepare(
      `select sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid`,
    )
    .all() as {sql: string}[]
  const tables = database
    .prepare(`select name from sqlite_master where type = 'table' order by name = 'sqlite_sequence', rowid`)
    .all() as {name: string}[]
  const inserts = tables.flatMap(({name}) => insertsInto(name, database))
  database.close()
  rmSync(place, {recursive: true})
  return [...made.map(({sql}) => `${sql};`), ...inserts, ''].join('\n')
}

function insertsInto(table: string, database: DatabaseSync): string[] {
  const literal = (value: unknown) =>
    typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
  return database
    .prepare(`select * from "${table}"`)
    .all()
    .map((row) => `INSERT INTO "${table}" VALUES (${Object.values(row).map(literal).join(', ')});`)
}

async function postgresDump(): Promise<string> {
  const server = await startPostgres()
  try {
    server.run('create database fixture')
    await fill(await Store.postgres(server.url('fixture'), {migrations: asOf}))
    return server.dump('fixture')
  } finally {
    await server.dispose()
  }
}

async function fill(store: Store): Promise<void> {
  await store.write(async (db) => {
    for (const [table, all] of Object.entries(rows))
      for (const row of all) {
        const columns = Object.keys(row).map((name) => sql.ref(name))
        await sql`insert into ${sql.table(table)} (${sql.join(columns)})
          values (${sql.join(Object.values(row))})`.execute(db)
      }
    if (store.kind === 'postgres') await numberOn(new PostgresSide(plain(db), Object.keys(rows)))
  })
  await store.close()
}

/** Rows that were given their numbers do not move PostgreSQL's own counting; SQLite's they do. */
async function numberOn(side: PostgresSide): Promise<void> {
  for (const [table, all] of Object.entries(rows)) {
    const numbers = all.map((row) => ('seq' in row ? Number(row.seq) : 0))
    if (Math.max(...numbers) > 0) await side.setLastNumber(table, Math.max(...numbers))
  }
}
