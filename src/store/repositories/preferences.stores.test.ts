import {expect, test} from 'vitest'
import {asUserId, type UserId} from '#model/access.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {putPreferences, readPreferences} from './preferences.ts'
import {deleteUser, insertUser} from './users.ts'

type KeptUser = Parameters<typeof insertUser>[1]

const user = (name: string): KeptUser => ({
  id: asUserId(`id-${name}`),
  name,
  nameKey: name,
  role: 'member',
  origin: 'local',
  passwordHash: null,
  disabled: false,
  subject: null,
  createdAt: 0,
  lastSeenAt: null,
})
const [ada, bo] = [user('ada'), user('bo')]

everyStore('preferences', (open) => {
  const opened = async () => {
    const store = await open()
    await store.write(async (db) => {
      for (const it of [ada, bo]) await insertUser(db, it)
    })
    return store
  }
  const put = (store: Store, userId: UserId | null, changes: Readonly<Record<string, unknown>>) =>
    store.write((db) => putPreferences(db, userId, new Map(Object.entries(changes)), 1))
  const of = async (store: Store, userId: UserId | null) => {
    const rows = await store.read(readPreferences)
    return Object.fromEntries(rows.filter((it) => it.userId === userId).map(({name, value}) => [name, value]))
  }

  test('the last value of a preference is kept, for each owner their own', async () => {
    const store = await opened()
    await put(store, ada.id, {theme: 'dark', columns: [{id: 'ä"\'\u0000'}], 'facets.hidden': false})
    await put(store, bo.id, {theme: 'light'})
    await put(store, ada.id, {theme: 'system', hotkeys: {add: null}})
    expect(await of(store, ada.id)).toEqual({
      theme: 'system',
      columns: [{id: 'ä"\'\u0000'}],
      'facets.hidden': false,
      hotkeys: {add: null},
    })
    expect(await of(store, bo.id)).toEqual({theme: 'light'})
  })

  test('users without an account have one value of a preference, too', async () => {
    const store = await opened()
    await put(store, null, {theme: 'dark'})
    await put(store, null, {theme: 'light', density: 'roomy'})
    await put(store, ada.id, {theme: 'system'})
    expect(await store.read(readPreferences)).toHaveLength(3)
    expect(await of(store, null)).toEqual({theme: 'light', density: 'roomy'})
  })

  test('null takes a preference away, and what is not there is passed over', async () => {
    const store = await opened()
    await put(store, ada.id, {theme: 'dark', density: 'roomy'})
    await put(store, bo.id, {theme: 'dark'})
    await put(store, ada.id, {theme: null, other: null})
    await put(store, ada.id, {})
    expect([await of(store, ada.id), await of(store, bo.id)]).toEqual([{density: 'roomy'}, {theme: 'dark'}])
  })

  test('preferences go with their user, and no one else’s go with them', async () => {
    const store = await opened()
    for (const userId of [ada.id, bo.id, null]) await put(store, userId, {theme: 'dark'})
    await store.write((db) => deleteUser(db, ada.id))
    const owners = (await store.read(readPreferences)).map(({userId}) => userId)
    expect(new Set(owners)).toEqual(new Set([bo.id, null]))
  })

  test('a value that is no JSON is none, and keeps no one from reading the others', async () => {
    const store = await opened()
    await put(store, ada.id, {theme: 'dark', density: 'roomy'})
    await store.write((db) =>
      db.updateTable('preferences').set({value: '{'}).where('name', '=', 'theme').execute(),
    )
    expect(await of(store, ada.id)).toEqual({density: 'roomy'})
  })
})
