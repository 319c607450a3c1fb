import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {deleteKey, insertKey, putKeyUses, readKeys, updateKey, type KeptKey} from './api-keys.ts'

const key: KeptKey = {
  id: 'k1',
  userId: asUserId('u'),
  name: 'Sonarr',
  keyHash: 'h1',
  scopes: ['read', 'add'],
  servers: [asServerId('qBit')],
  createdAt: 1,
  expiresAt: 2 ** 52,
  lastUsedAt: null,
}

everyStore('api keys', (open) => {
  const withUser = async () => {
    const store = await open()
    await store.write((db) => db.insertInto('users').values(userRow).execute())
    return store
  }
  const all = (store: Store) => store.read(readKeys)

  test('a key comes back as it was kept', async () => {
    const store = await withUser()
    const other = {...key, id: 'k0', keyHash: 'h0', scopes: ['read' as const], servers: null, expiresAt: null}
    await store.write((db) => insertKey(db, key))
    await store.write((db) => insertKey(db, other))
    expect(await all(store)).toEqual([other, key])
  })

  test('a change of a key leaves alone when it was last used', async () => {
    const store = await withUser()
    await store.write((db) => insertKey(db, key))
    await store.write((db) =>
      putKeyUses(
        db,
        new Map([
          ['k1', 77],
          ['gone', 78],
        ]),
      ),
    )
    await store.write((db) => updateKey(db, {...key, name: 'Radarr', servers: null}))
    expect(await all(store)).toEqual([{...key, name: 'Radarr', servers: null, lastUsedAt: 77}])
  })

  test('keys go with their user, or on their own', async () => {
    const store = await withUser()
    await store.write((db) => insertKey(db, key))
    await store.write((db) => insertKey(db, {...key, id: 'k2', keyHash: 'h2'}))
    await store.write((db) => deleteKey(db, 'k2'))
    expect((await all(store)).map(({id}) => id)).toEqual(['k1'])
    await store.write((db) => db.deleteFrom('users').where('id', '=', 'u').execute())
    expect(await all(store)).toEqual([])
  })

  test('two keys cannot have the same hash', async () => {
    const store = await withUser()
    await store.write((db) => insertKey(db, key))
    await expect(store.write((db) => insertKey(db, {...key, id: 'k2'}))).rejects.toThrow()
    expect(await all(store)).toHaveLength(1)
  })

  test('a scope of a newer version gives nothing', async () => {
    const store = await withUser()
    await store.write((db) => insertKey(db, key))
    await store.write((db) => db.updateTable('apiKeys').set({scopes: '["read","everything"]'}).execute())
    expect((await all(store))[0]?.scopes).toEqual(['read'])
  })
})

const userRow = {
  id: 'u',
  name: 'U',
  nameKey: 'u',
  role: 'member',
  origin: 'local',
  passwordHash: null,
  disabled: 0 as const,
  totpSecret: null,
  totpStep: null,
  recoveryCodes: '[]',
  oidcIssuer: null,
  oidcSubject: null,
  createdAt: 0,
  updatedAt: 0,
  lastSeenAt: null,
}
