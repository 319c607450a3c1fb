import {expect, test} from 'vitest'
import {everyStore} from '#test/store/every-store.ts'
import {putAll} from './rows.ts'
import type {Store} from './store.ts'
import type {Tables} from './tables.ts'

type SearchTable = Tables['searches']

const row = (n: number, reason = 'missing'): SearchTable => ({
  arrId: `arr ${n % 3}`,
  item: `movie:${n}`,
  failure: '',
  searchId: 's',
  reason,
  phase: 'sent',
  at: n,
})
const key = ['arrId', 'item', 'failure'] as const

everyStore('rows that are put', (open) => {
  const all = (store: Store) =>
    store.read((db) => db.selectFrom('searches').selectAll().orderBy('at').execute())

  test('more of them than one statement takes, new ones and known ones', async () => {
    const store = await open()
    const rows = Array.from({length: 620}, (_, n) => row(n))
    await store.write((db) => putAll(db, 'searches', key, rows.slice(0, 310)))
    const changed = rows.map((it) => ({...it, reason: 'upgrade'}))
    await store.write((db) => putAll(db, 'searches', key, changed))
    expect(await all(store)).toEqual(changed)
  })

  test('none are put where none are named', async () => {
    const store = await open()
    await store.write((db) => putAll(db, 'searches', key, [row(1)]))
    await store.write((db) => putAll(db, 'searches', key, []))
    expect(await all(store)).toEqual([row(1)])
  })
})
