/**
 * For tests: one suite of a repository, run on both databases. `settings.stores.test.ts` states it once:
 *
 *     everyStore('settings', (open) => { test('…', async () => { const store = await open() … }) })
 *
 * The project `unit` runs it on SQLite in memory, the project `pg` on PostgreSQL with a database for each `open()`.
 */
import {afterEach, describe, inject} from 'vitest'
import {Store} from '#store/store.ts'
import {postgresTestDatabases} from './postgres-test-databases.ts'

/** @param suite `open` makes an empty, migrated store; after each test it is closed and gone */
export function everyStore(name: string, suite: (open: () => Promise<Store>) => void): void {
  const url = inject('postgresUrl') as string | undefined
  const tidy: (() => Promise<void>)[] = []
  const databases = url === undefined ? null : postgresTestDatabases(url)
  const open = async () => {
    const place = databases === null ? null : await databases.borrow()
    const store = place === null ? await Store.sqlite(':memory:') : await Store.postgres(place.url)
    tidy.push(async () => {
      await store.close()
      await place?.drop()
    })
    return store
  }
  describe(`${name} on ${databases === null ? 'SQLite' : 'PostgreSQL'}`, () => {
    afterEach(async () => {
      for (const end of tidy.splice(0).toReversed()) await end()
    })
    suite(open)
  })
}
