/** For tests: databases of their own on the server that the test run started. */
import {randomBytes} from 'node:crypto'
import pg from 'pg'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the database `postgres` of the run's own server; only in the project `pg`. */
    readonly postgresUrl: string
  }
}

export interface TestDatabase {
  readonly name: string
  readonly url: string
  drop(): Promise<void>
}

export interface TestDatabases {
  /** One with nothing in it, not even tables. @param like its name, or it begins as a copy of that one */
  make(kind: string, like?: string): Promise<TestDatabase>
  /** One that was used before or will be again: making one costs a hundred times as much as emptying it. */
  borrow(): Promise<TestDatabase>
}

/** Migrated, and with nothing in them. */
const idle: TestDatabase[] = []

/** @param url of a database of a superuser */
export function postgresTestDatabases(url: string): TestDatabases {
  const make = async (kind: string, like = 'template1') => {
    const name = `${kind}_${randomBytes(6).toString('hex')}`
    await runSql(url, `create database ${name} template ${like}`)
    const place = new URL(url)
    place.pathname = name
    return {name, url: place.href, drop: () => runSql(url, `drop database if exists ${name} with (force)`)}
  }
  return {
    make,
    async borrow() {
      const used = idle.pop() ?? (await make('borrowed'))
      const giveBack = async () => {
        await runSql(used.url, EMPTY)
        idle.push(used)
      }
      return {...used, drop: giveBack}
    },
  }
}

/**
 * Takes all rows, but not those that say which migrations are done, and begins every numbering again. Without foreign keys
 * the order does not matter; to truncate as many tables costs twenty times as much.
 */
export const EMPTY = `do $$ declare one text; begin
  set local session_replication_role = replica;
  for one in select format('%I', relname) from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not like 'kysely\\_%' loop
    execute 'delete from ' || one;
  end loop;
  perform setval(oid, 1, false) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S';
end $$`

export async function runSql(url: string, text: string): Promise<void> {
  const client = new pg.Client({connectionString: url})
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
