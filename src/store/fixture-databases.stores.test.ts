/** Databases as people have them, of every history of the tables so far. See README.md of this room. */
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {sql} from 'kysely'
import {expect, inject, test} from 'vitest'
import {postgresTestDatabases, runSql} from '#test/store/postgres-test-databases.ts'
import {migrations} from './migrations/migrations.ts'
import {Store} from './store.ts'

type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>

const parent = join(import.meta.dirname, '../../lab/fixtures/databases')
const numbers = readdirSync(parent).sort()
const url = inject('postgresUrl') as string | undefined

test('there is one for every change of the tables', () => {
  expect(numbers).toEqual(Object.keys(migrations).map((name) => name.slice(0, 3)))
})

test.each(numbers)('the database of change %s comes to today with every row', async (number) => {
  await loaded(number, async (open) => {
    const store = await open()
    for (const [table, rows] of Object.entries(expectedRows(number))) {
      const columns = Object.keys(rows[0]!)
      const list = sql.join(columns.map((name) => sql.ref(name)))
      const asked = sql<Record<string, unknown>>`select ${list} from ${sql.table(table)}`
      const found = (await store.read((db) => asked.execute(db.withoutPlugins()))).rows
      expect(sorted(found), table).toEqual(sorted(rows))
    }
  })
})

test.each(numbers)('every table of change %s has rows in its database', async (number) => {
  await loaded(number, async (open) => {
    const store = await open(upTo(number))
    const tables = await tablesOf(store)
    expect(Object.keys(inputRows(number)).sort()).toEqual(tables.sort())
  })
})

test.each(numbers)('change %s makes today the same tables that it once made', async (number) => {
  const then = await loaded(number, async (open) => shapeOf(await open(upTo(number))))
  expect(await empty(async (open) => shapeOf(await open(upTo(number))))).toEqual(then)
})

test.each(numbers)('a new row of the journal comes after those of change %s', async (number) => {
  await loaded(number, async (open) => {
    const store = await open()
    const row = {...expectedRows(number)['journal']!.at(-1)!, id: 'new'} as Record<string, unknown>
    delete row['seq']
    const {rows} = await store.write((db) => {
      const columns = sql.join(Object.keys(row).map((name) => sql.ref(name)))
      const values = sql.join(Object.values(row))
      return sql<{seq: number}>`insert into journal (${columns}) values (${values}) returning seq`.execute(db)
    })
    expect(rows).toEqual([{seq: 8}])
  })
})

type Open = (known?: typeof migrations) => Promise<Store>

/** A database with what the fixture holds, `work` done on it, and all of it gone. */
function loaded<T>(number: string, work: (open: Open) => Promise<T>): Promise<T> {
  const script = (kind: string) => readFileSync(join(parent, number, `${kind}.sql`), 'utf8')
  return url === undefined ? onSqlite(script('sqlite'), work) : onPostgres(script('postgres'), work)
}

function empty<T>(work: (open: Open) => Promise<T>): Promise<T> {
  return url === undefined ? onSqlite('', work) : onPostgres('', work)
}

async function onSqlite<T>(script: string, work: (open: Open) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-fixture-'))
  const path = join(folder, 'commodarr.db')
  const stores: Store[] = []
  try {
    const database = new DatabaseSync(path, {enableForeignKeyConstraints: false})
    database.exec(`pragma synchronous = off; begin; ${script} commit;`)
    database.close()
    return await work(async (known = migrations) => {
      stores.push(await Store.sqlite(path, {migrations: known}))
      return stores.at(-1)!
    })
  } finally {
    for (const store of stores) await store.close()
    rmSync(folder, {recursive: true})
  }
}

let count = 0

async function onPostgres<T>(script: string, work: (open: Open) => Promise<T>): Promise<T> {
  const database = await postgresTestDatabases(url!).make(`fixture_${process.pid}_${++count}`)
  const stores: Store[] = []
  try {
    if (script !== '') await runSql(database.url, script)
    return await work(async (known = migrations) => {
      stores.push(await Store.postgres(database.url, {migrations: known}))
      return stores.at(-1)!
    })
  } finally {
    for (const store of stores) await store.close()
    await database.drop()
  }
}

function upTo(number: string): typeof migrations {
  return Object.fromEntries(Object.entries(migrations).filter(([name]) => name.slice(0, 3) <= number))
}

/** Tables, columns, keys and indexes, as each database tells them. */
async function shapeOf(store: Store): Promise<unknown> {
  const told =
    store.kind === 'sqlite'
      ? sql`select name, sql from sqlite_master order by name`
      : sql`select table_name as name, column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||
              coalesce(column_default, '') || is_identity as shape
            from information_schema.columns where table_schema = 'public'
            union all select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
            union all select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2`
  return (await store.read((db) => told.execute(db))).rows
}

async function tablesOf(store: Store): Promise<string[]> {
  return store.read(async (db) => {
    const tables = await db.withoutPlugins().introspection.getTables()
    return tables.map(({name}) => name)
  })
}

function inputRows(number: string): Rows {
  return JSON.parse(readFileSync(join(parent, number, 'rows.json'), 'utf8')) as Rows
}

/** What a later change made of them stands in `expected.json`, table by table. */
function expectedRows(number: string): Rows {
  const path = join(parent, number, 'expected.json')
  const changed = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Rows) : {}
  return {...inputRows(number), ...changed}
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}
