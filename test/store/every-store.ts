/**
 * For tests: one suite of a repository, run on both databases. `settings.stores.test.ts` states it once:
 *
 *     everyStore('settings', (open) => { test('…', async () => { const store = await open() … }) })
 *
 * The project `pg` runs it on SQLite in memory and on PostgreSQL with a database for each `open()`.
 */
import {afterEach, describe, inject} from 'vitest'
import {Store} from '#store/store.ts'
import {isFull} from '#test/proof.ts'
import {postgresTestDatabases} from './postgres-test-databases.ts'

/** @param suite `open` makes an empty, migrated store; after each test it is closed and gone */
export function everyStore(name: string, suite: (open: () => Promise<Store>) => void): void {
  onSqlite(name, suite)
  onPostgres(name, suite)
}

/** The same, on PostgreSQL in the full proof alone: what it asks of a database the suites of repositories ask of both. */
export function sqliteFirst(name: string, suite: (open: () => Promise<Store>) => void): void {
  onSqlite(name, suite)
  if (isFull) onPostgres(name, suite)
}

function onSqlite(name: string, suite: (open: () => Promise<Store>) => void): void {
  onDatabase(name, 'SQLite', suite, async () => ({store: await Store.sqlite(':memory:')}))
}

function onPostgres(name: string, suite: (open: () => Promise<Store>) => void): void {
  const url = inject('postgresUrl') as string | undefined
  if (url === undefined) return
  const databases = postgresTestDatabases(url)
  onDatabase(name, 'PostgreSQL', suite, async () => {
    const place = await databases.borrow()
    return {store: await Store.postgres(place.url), drop: () => place.drop()}
  })
}

function onDatabase(
  name: string,
  database: 'SQLite' | 'PostgreSQL',
  suite: (open: () => Promise<Store>) => void,
  make: () => Promise<{readonly store: Store; readonly drop?: () => Promise<unknown>}>,
): void {
  describe(`${name} on ${database}`, () => {
    const tidy: (() => Promise<void>)[] = []
    afterEach(async () => {
      for (const end of tidy.splice(0).toReversed()) await end()
    })
    suite(async () => {
      const {store, drop} = await make()
      tidy.push(async () => {
        await store.close()
        await drop?.()
      })
      return store
    })
  })
}
