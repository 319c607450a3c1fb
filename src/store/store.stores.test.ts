import {sql} from 'kysely'
import {expect, test} from 'vitest'
import {everyStore} from '#test/store/every-store.ts'
import {putSetting, readSettings} from './repositories/settings.ts'
import {insertAll} from './rows.ts'
import type {Db, Store} from './store.ts'

const put = (store: Store, name: string, value: unknown) =>
  store.write((db) => putSetting(db, name, value, 1))
const settings = async (store: Store) => Object.fromEntries(await store.read(readSettings))

everyStore('the store', (open) => {
  test('what failed in the middle left nothing behind', async () => {
    const store = await open()
    await put(store, 'kept', 1)
    const work = store.write(async (db) => {
      await putSetting(db, 'kept', 2, 1)
      await putSetting(db, 'other', 2, 1)
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await settings(store)).toEqual({kept: 1})
    expect(store.state.ok).toBe(true)
  })

  test('a broken rule of the tables is no fault of the database', async () => {
    const store = await open()
    const bare = store.write((db) =>
      db
        .insertInto('settings')
        .values({name: 'x'} as never)
        .execute(),
    )
    await expect(bare).rejects.not.toMatchObject({name: 'StorageFault'})
    const orphan = {serverId: 'nowhere', grantee: 'everyone', level: 'view'}
    await expect(
      store.write((db) => db.insertInto('serverGrants').values(orphan).execute()),
    ).rejects.toThrow()
    expect(store.state).toMatchObject({ok: true, code: null})
    await put(store, 'after', 1)
  })

  test('writes come one after the other, in the order of asking', async () => {
    const store = await open()
    const order: number[] = []
    let running = 0
    const write = (n: number) =>
      store.write(async (db) => {
        expect(++running).toBe(1)
        await putSetting(db, 'last', n, n)
        order.push(n)
        running--
      })
    await Promise.all([1, 2, 3, 4, 5].map(write))
    expect(order).toEqual([1, 2, 3, 4, 5])
    expect(await settings(store)).toEqual({last: 5})
  })

  test('one failed write does not stop the next', async () => {
    const store = await open()
    const failed = store.write(async () => Promise.reject(new Error('no')))
    const next = put(store, 'next', 1)
    await expect(failed).rejects.toThrow('no')
    await next
    expect(await settings(store)).toEqual({next: 1})
  })

  test('who only reads cannot write', async () => {
    const store = await open()
    await expect(store.read((db) => putSetting(db, 'x', 1, 1))).rejects.toThrow('Only store.write may write.')
    expect(await settings(store)).toEqual({})
    expect(store.state.ok).toBe(true)
    await put(store, 'x', 1)
  })

  test('asking the store within one of its own writes is refused, not waited for', async () => {
    const store = await open()
    const inner = (again: (db: Db) => Promise<unknown>) => store.write(again)
    await expect(inner(() => put(store, 'x', 1))).rejects.toThrow('within a store.write')
    await expect(inner(() => store.read(readSettings))).rejects.toThrow('within a store.write')
    await put(store, 'x', 1)
  })

  test.each([2 ** 53, -(2 ** 53), 1e300, Number.NaN, Number.POSITIVE_INFINITY])(
    'the number %s is refused: one of the databases would give back another',
    async (value) => {
      const store = await open()
      const row = {serverId: 'a', at: value, status: 'x', reason: 'x', detail: 'x'}
      const write = store.write((db) => db.insertInto('healthChanges').values(row).execute())
      await expect(write).rejects.toThrow(RangeError)
    },
  )

  test.each([undefined, new Date(0), {a: 1}, [1], 1n])('%o is no value of a column', async (value) => {
    const store = await open()
    const write = store.write((db) => sql`update settings set value = ${value} where name = ''`.execute(db))
    await expect(write).rejects.toThrow(TypeError)
  })

  test('numbers come back as they were, also in sums and counts', async () => {
    const store = await open()
    const most = Number.MAX_SAFE_INTEGER
    const sample = {
      serverId: 'a',
      span: 10,
      count: 1,
      at: most - 1,
      downSpeed: 0.1,
      upSpeed: 1 / 3,
      downSpeedMax: most,
      upSpeedMax: 0,
      downloaded: 5e-324,
      uploaded: 0,
      torrents: 2,
      downloading: 0,
      seeding: 0,
      failing: 0,
      freeSpace: null,
      latencyMs: 12.5,
      online: 1,
    }
    await store.write((db) =>
      db
        .insertInto('samples')
        .values([sample, {...sample, at: 1}])
        .execute(),
    )
    const all = await store.read((db) => db.selectFrom('samples').selectAll().orderBy('at', 'desc').execute())
    expect(all).toEqual([sample, {...sample, at: 1}])
    const sums = await store.read((db) =>
      db
        .selectFrom('samples')
        .select(({fn}) => [
          fn.countAll().as('rows'),
          fn.sum('torrents').as('torrents'),
          fn.max('at').as('at'),
        ])
        .executeTakeFirstOrThrow(),
    )
    expect(sums).toEqual({rows: 2, torrents: 4, at: most - 1})
  })

  test('text comes back as it was; only a NUL, which PostgreSQL cannot keep, is replaced', async () => {
    const store = await open()
    const text = `'";--\\ \n\t ${String.fromCodePoint(0x1f9f2)} ä\u0301 \u202e`
    await put(store, text, text)
    expect(await settings(store)).toEqual({[text]: text})
    await store.write((db) =>
      db.insertInto('settings').values({name: 'a\0b', value: '1', updatedAt: 0}).execute(),
    )
    expect(await settings(store)).toEqual({[text]: text, 'a\ufffdb': 1})
  })

  test('thousands of rows go in by portions, all or none', async () => {
    const store = await open()
    const rows = Array.from({length: 1_201}, (_, n) => ({name: `n${n}`, value: String(n), updatedAt: n}))
    const twice = [...rows, rows[0]!]
    await expect(store.write((db) => insertAll(db, 'settings', twice))).rejects.toThrow()
    expect(await settings(store)).toEqual({})
    await store.write((db) => insertAll(db, 'settings', rows))
    expect(Object.keys(await settings(store))).toHaveLength(1_201)
    await store.write((db) => insertAll(db, 'settings', []))
  })

  test('closing waits for what is being written', async () => {
    const store = await open()
    let isWritten = false
    const write = store.write(async (db) => {
      await putSetting(db, 'x', 1, 1)
      isWritten = true
    })
    await store.close()
    expect(isWritten).toBe(true)
    await write
    await expect(put(store, 'y', 1)).rejects.toMatchObject({code: 'storage_unavailable'})
    await expect(store.read(readSettings)).rejects.toMatchObject({code: 'storage_unavailable'})
  })
})
