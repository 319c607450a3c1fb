import {expect, test} from 'vitest'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {changeEncrypted, hasEncrypted, type EncryptedPlace} from './encrypted.ts'

everyStore('encrypted texts', (open) => {
  const withRows = async (secrets: Record<string, string | null>, totpSecret: string | null) => {
    const store = await open()
    await store.write(async (db) => {
      for (const [id, text] of Object.entries(secrets)) {
        await db
          .insertInto('servers')
          .values({
            id,
            origin: 'user',
            ownerId: null,
            definition: null,
            secrets: text,
            tags: '[]',
            colour: null,
            icon: null,
            position: 0,
            defaultForAdding: 0,
            createdAt: 0,
            updatedAt: 7,
          })
          .execute()
      }
      await db
        .insertInto('users')
        .values({
          id: 'u',
          name: 'U',
          nameKey: 'u',
          role: 'member',
          origin: 'local',
          passwordHash: null,
          disabled: 0,
          totpSecret,
          totpStep: null,
          recoveryCodes: '[]',
          oidcIssuer: null,
          oidcSubject: null,
          createdAt: 0,
          updatedAt: 0,
          lastSeenAt: null,
        })
        .execute()
    })
    return store
  }
  const withArr = async (secrets: string) => {
    const store = await open()
    await store.write((db) =>
      db
        .insertInto('arrs')
        .values({
          id: 'r',
          ownerId: null,
          kind: 'radarr',
          name: 'R',
          url: 'http://r',
          category: 'films',
          secrets,
          settings: '{}',
          enabled: 1,
          position: 0,
          createdAt: 0,
          updatedAt: 7,
        })
        .execute(),
    )
    return store
  }
  const secretsOf = async (store: Store) => {
    const rows = await store.read((db) =>
      db.selectFrom('servers').select(['id', 'secrets']).orderBy('id').execute(),
    )
    return rows.map(({secrets}) => secrets)
  }

  test.each([
    [{a: null}, null, false],
    [{a: '{"password":"x"}'}, null, true],
    [{a: null}, 'x', true],
    [{}, null, false],
  ])('servers %j and a second step %j: something is encrypted is %s', async (secrets, totp, expected) => {
    const store = await withRows(secrets, totp)
    expect(await store.read(hasEncrypted)).toBe(expected)
  })

  test('every encrypted text is offered with its place, and only what is answered is changed', async () => {
    const store = await withRows({a: '{"password":"p","apiKey":"k"}', b: '{"password":"q"}', c: null}, 't')
    const seen: (EncryptedPlace & {encrypted: string})[] = []
    await store.write((db) =>
      changeEncrypted(db, (place, encrypted) => {
        seen.push({...place, encrypted})
        return encrypted === 'q' ? null : `${encrypted}!`
      }),
    )
    seen.sort((a, b) => (a.encrypted < b.encrypted ? -1 : 1))
    expect(seen).toEqual([
      {of: 'server', id: 'a', field: 'apiKey', encrypted: 'k'},
      {of: 'server', id: 'a', field: 'password', encrypted: 'p'},
      {of: 'server', id: 'b', field: 'password', encrypted: 'q'},
      {of: 'user', id: 'u', field: 'totp', encrypted: 't'},
    ])
    expect(await secretsOf(store)).toEqual(['{"password":"p!","apiKey":"k!"}', '{"password":"q"}', null])
    const user = await store.read((db) =>
      db.selectFrom('users').select('totpSecret').executeTakeFirstOrThrow(),
    )
    expect(user.totpSecret).toBe('t!')
  })

  test('keys of Arrs are encrypted texts like any other', async () => {
    const store = await withArr('{"apiKey":"k"}')
    expect(await store.read(hasEncrypted)).toBe(true)
    const seen: EncryptedPlace[] = []
    await store.write((db) => changeEncrypted(db, (place, encrypted) => (seen.push(place), `${encrypted}!`)))
    expect(seen).toEqual([{of: 'arr', id: 'r', field: 'apiKey'}])
    const arr = await store.read((db) => db.selectFrom('arrs').select('secrets').executeTakeFirstOrThrow())
    expect(arr.secrets).toBe('{"apiKey":"k!"}')
  })

  test('damaged text is left as it is', async () => {
    const damaged = ['{"password":', 'null', '{"password":5}']
    const store = await withRows({a: damaged[0]!, b: damaged[1]!, c: damaged[2]!}, null)
    await store.write((db) => changeEncrypted(db, () => 'changed'))
    expect(await secretsOf(store)).toEqual(damaged)
  })
})
