/** For tests: databases of their own on the server that the test run started. */
import {threadId} from 'node:worker_threads'
import pg from 'pg'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the database `postgres` of the run's own server; only in the project `pg`. */
    readonly postgresUrl: string
  }
}

export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

export interface TestDatabases {
  make(name: string): Promise<TestDatabase>
  /** One that was used before or will be again: making one costs ten times as much as emptying it. */
  borrow(): Promise<TestDatabase>
}

/** Migrated, and with nothing in them. */
const idle: string[] = []
let made = 0

/** @param url of a database of a superuser */
export function postgresTestDatabases(url: string): TestDatabases {
  const make = async (name: string) => {
    await runSql(url, `create database ${name}`)
    const place = new URL(url)
    place.pathname = name
    return {url: place.href, drop: () => runSql(url, `drop database if exists ${name} with (force)`)}
  }
  return {
    make,
    async borrow() {
      const used = idle.pop() ?? (await make(`borrowed_${process.pid}_${threadId}_${++made}`)).url
      const giveBack = async () => {
        await runSql(used, EMPTY)
        idle.push(used)
      }
      return {url: used, drop: giveBack}
    },
  }
}

/** All tables but those that say which migrations are done. */
const EMPTY = `do $$ declare one text; begin
  for one in select quote_ident(table_name) from information_schema.tables
    where table_schema = 'public' and table_name not like 'kysely_%' loop
    execute 'truncate ' || one || ' restart identity cascade';
  end loop;
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
