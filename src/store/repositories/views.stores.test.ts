import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {deleteUser, insertUser} from './users.ts'
import {deleteView, insertView, putViewPositions, readViews, updateView, type KeptView} from './views.ts'

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

const view = (id: string, change: Partial<KeptView> = {}): KeptView => ({
  sharedWith: null,
  id,
  userId: ada.id,
  name: `View ${id}`,
  nameKey: `view ${id}`,
  icon: 'list',
  position: 0,
  definition: {q: 'state:stalled', servers: null},
  createdAt: 1,
  updatedAt: 2 ** 52,
  ...change,
})

everyStore('saved views', (open) => {
  const opened = async (...views: KeptView[]) => {
    const store = await open()
    await store.write(async (db) => {
      for (const it of [ada, bo]) await insertUser(db, it)
      for (const it of views) await insertView(db, it)
    })
    return store
  }
  const ids = async (store: Store) => (await store.read(readViews)).map(({id}) => id)

  test('a view comes back as it was kept, in the order of positions', async () => {
    const [one, other] = [view('1', {position: 1}), view('2', {userId: null, icon: null})]
    const store = await opened(one, other)
    expect(await store.read(readViews)).toEqual([other, one])
  })

  test('a change is about one view, and never about whose it is', async () => {
    const store = await opened(view('1'), view('2', {position: 1}))
    const after = view('2', {name: 'New', nameKey: 'new', icon: null, position: 1, definition: {q: 'ä"\''}})
    await store.write((db) => updateView(db, {...after, userId: bo.id}))
    expect(await store.read(readViews)).toEqual([view('1'), after])
  })

  test('views take the places they are given', async () => {
    const store = await opened(view('1'), view('2', {position: 1}), view('3', {position: 2}))
    const positions = new Map([
      ['3', 0],
      ['1', 1],
      ['2', 2],
      ['gone', 3],
    ])
    await store.write((db) => putViewPositions(db, positions))
    expect(await ids(store)).toEqual(['3', '1', '2'])
  })

  test('two views of one user never share a name key; of two users they may', async () => {
    const store = await opened(view('1'), view('2', {userId: bo.id, nameKey: 'view 1'}))
    const again = view('3', {nameKey: 'view 1'})
    await expect(store.write((db) => insertView(db, again))).rejects.toThrow(/unique/i)
    expect(await ids(store)).toEqual(['1', '2'])
  })

  test('views go on their own or with their user, and no one else’s go with them', async () => {
    const store = await opened(view('1'), view('2'), view('3', {userId: bo.id}), view('4', {userId: null}))
    await store.write((db) => deleteView(db, '2'))
    expect(await ids(store)).toEqual(['1', '3', '4'])
    await store.write((db) => deleteUser(db, ada.id))
    expect(await ids(store)).toEqual(['3', '4'])
  })

  test('a definition that is no JSON is an empty one, and keeps no one from reading the others', async () => {
    const store = await opened(view('1'), view('2', {position: 1}))
    await store.write((db) =>
      db.updateTable('views').set({definition: '{"q": '}).where('id', '=', '1').execute(),
    )
    expect(await store.read(readViews)).toEqual([view('1', {definition: {}}), view('2', {position: 1})])
  })
})
