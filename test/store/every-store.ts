/**
 * For tests: one suite of a repository, run on both databases. `settings.suite.ts` holds it, and two files of one line
 * run it:
 *
 *     settings.suite.ts      everyStore('settings', (open) => { test('…', async () => { const store = await open() … }) })
 *     settings.test.ts       import './settings.suite.ts'     (SQLite, in memory)
 *     settings.pg.test.ts    import './settings.suite.ts'     (PostgreSQL, a database for each `open()`)
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
