import {expect, test} from 'vitest'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {
  arrsOf,
  deleteArr,
  deleteArrGrantsTo,
  insertArr,
  moveArrs,
  readArrs,
  replaceArrGrants,
  updateArr,
  type ArrRow,
} from './arrs.ts'

const row: ArrRow = {
  id: 'a_one',
  ownerId: null,
  kind: 'radarr',
  name: 'Films “4K”',
  url: 'http://10.0.0.2:7878/base',
  category: 'films/4k',
  settings: {reSearch: true, errors: ['it’s']},
  secrets: {apiKey: 'v1.sealed'},
  enabled: true,
  position: 3,
  createdAt: 1_700_000_000_000,
  updatedAt: 1_700_000_000_001,
  ceiling: null,
}

async function user(store: Store, id: string): Promise<void> {
  const nothing = {passwordHash: null, totpSecret: null, totpStep: null, oidcIssuer: null, oidcSubject: null}
  const plain = {role: 'member', origin: 'local', disabled: 0, recoveryCodes: '[]'} as const
  const times = {createdAt: 1, updatedAt: 1, lastSeenAt: null}
  await store.write((db) =>
    db
      .insertInto('users')
      .values({id, name: id, nameKey: id, ...nothing, ...plain, ...times})
      .execute(),
  )
}

everyStore('Arrs', (open) => {
  const all = async (store: Store) => (await store.read(readArrs)).arrs
  const grants = async (store: Store) => (await store.read(readArrs)).grants

  test('an Arr comes back as it was written, also without a key', async () => {
    const store = await open()
    const bare = {...row, id: 'a_bare', secrets: {}, enabled: false, createdAt: 1}
    await store.write((db) => insertArr(db, row))
    await store.write((db) => insertArr(db, bare))
    expect(await all(store)).toEqual([bare, row])
  })

  test('a change leaves alone what it does not name', async () => {
    const store = await open()
    await store.write((db) => insertArr(db, row))
    const changes = {secrets: {}, enabled: false, settings: {}, name: 'Films', updatedAt: 5}
    expect(await store.write((db) => updateArr(db, 'a_one', changes))).toBe(true)
    expect(await all(store)).toEqual([{...row, ...changes}])
    expect(await store.write((db) => updateArr(db, 'a_one', {position: 1}))).toBe(true)
    expect(await all(store)).toEqual([{...row, ...changes, position: 1}])
    expect(await store.write((db) => updateArr(db, 'a_two', {position: 1}))).toBe(false)
  })

  test('grants are replaced whole, and go with their Arr', async () => {
    const store = await open()
    await store.write((db) => insertArr(db, row))
    await store.write((db) => insertArr(db, {...row, id: 'a_two'}))
    const [everyone, ann] = [
      {grantee: 'everyone', level: 'view'},
      {grantee: 'ann', level: 'control'},
    ]
    await store.write((db) => replaceArrGrants(db, 'a_one', [everyone, ann]))
    await store.write((db) => replaceArrGrants(db, 'a_two', [ann]))
    await store.write((db) => replaceArrGrants(db, 'a_one', [everyone]))
    expect(await grants(store)).toEqual([
      {arrId: 'a_two', ...ann},
      {arrId: 'a_one', ...everyone},
    ])
    await store.write((db) => deleteArr(db, 'a_one'))
    expect(await grants(store)).toEqual([{arrId: 'a_two', ...ann}])
    await store.write((db) => deleteArrGrantsTo(db, 'ann'))
    expect(await grants(store)).toEqual([])
    expect(await all(store)).toEqual([{...row, id: 'a_two'}])
  })

  test('a user’s Arrs get another owner, and are not lost without notice', async () => {
    const store = await open()
    await user(store, 'ann')
    await user(store, 'bob')
    await store.write((db) => insertArr(db, {...row, ownerId: 'ann'}))
    await store.write((db) => insertArr(db, {...row, id: 'a_two', ownerId: 'bob'}))
    const remove = store.write((db) => db.deleteFrom('users').where('id', '=', 'ann').execute())
    await expect(remove).rejects.toThrow()
    expect(await store.write((db) => moveArrs(db, 'ann', 'bob', 77))).toEqual(['a_one'])
    expect(await store.read((db) => arrsOf(db, 'ann'))).toEqual([])
    expect(await store.read((db) => arrsOf(db, 'bob'))).toHaveLength(2)
    const moved = (await all(store)).find(({id}) => id === 'a_one')
    expect(moved).toEqual({...row, ownerId: 'bob', updatedAt: 77})
  })

  test('what is no JSON any more spoils no other Arr', async () => {
    const store = await open()
    await store.write((db) => insertArr(db, row))
    await store.write((db) => insertArr(db, {...row, id: 'a_two'}))
    await store.write((db) =>
      db.updateTable('arrs').set({settings: '{"a":', secrets: '{"a":5}'}).where('id', '=', 'a_one').execute(),
    )
    expect(await all(store)).toEqual([
      {...row, settings: undefined, secrets: {}},
      {...row, id: 'a_two'},
    ])
  })
})
