import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deleteUser, insertUser, putUserSightings, readUsers, updateUser} from './users.ts'

type KeptUser = Parameters<typeof insertUser>[1]

const user = (name: string, change: Partial<KeptUser> = {}): KeptUser => ({
  id: asUserId(`id-${name}`),
  name,
  nameKey: name.toLowerCase(),
  role: 'member',
  origin: 'local',
  passwordHash: '$argon2id$…',
  disabled: false,
  subject: null,
  createdAt: 5,
  lastSeenAt: null,
  ...change,
})

everyStore('users', (open) => {
  test('a user is read as they were written, in the order of making', async () => {
    const store = await open()
    const ada = user('Ada', {createdAt: 2})
    const bob = user('Bob', {
      createdAt: 1,
      role: 'administrator',
      origin: 'oidc',
      passwordHash: null,
      disabled: true,
      subject: {issuer: 'https://id.example', subject: '17'},
      lastSeenAt: 9,
    })
    await store.write(async (db) => {
      await insertUser(db, ada)
      await insertUser(db, bob)
    })
    expect(await store.read(readUsers)).toEqual([
      {...bob, twoStep: false},
      {...ada, twoStep: false},
    ])
  })

  test('a change keeps what it is not about: when the user was seen and their second step', async () => {
    const store = await open()
    const ada = user('Ada')
    await store.write(async (db) => {
      await insertUser(db, ada)
      await putUserSightings(
        db,
        new Map([
          [ada.id, 77],
          [asUserId('gone'), 78],
        ]),
      )
      await db.updateTable('users').set({totpSecret: 'sealed', totpStep: 3}).execute()
      await updateUser(db, {...ada, name: 'Eve', nameKey: 'eve', role: 'viewer', disabled: true}, 99)
    })
    const [after] = await store.read(readUsers)
    expect(after).toMatchObject({name: 'Eve', role: 'viewer', disabled: true, lastSeenAt: 77, twoStep: true})
    const row = await store.read((db) => db.selectFrom('users').selectAll().executeTakeFirstOrThrow())
    expect(row).toMatchObject({totpSecret: 'sealed', totpStep: 3, updatedAt: 99, createdAt: 5})
  })

  test('two users never share a name key or a subject', async () => {
    const store = await open()
    const subject = {issuer: 'i', subject: 's'}
    await store.write((db) => insertUser(db, user('Ada', {subject})))
    await expect(store.write((db) => insertUser(db, user('ADA', {id: asUserId('other')})))).rejects.toThrow(
      /unique/i,
    )
    await expect(store.write((db) => insertUser(db, user('Bob', {subject})))).rejects.toThrow(/unique/i)
    expect(await store.read(readUsers)).toHaveLength(1)
  })

  test('many users have no subject', async () => {
    const store = await open()
    await store.write(async (db) => {
      await insertUser(db, user('Ada'))
      await insertUser(db, user('Bob'))
    })
    expect(await store.read(readUsers)).toHaveLength(2)
  })

  test('with a user goes what was shared with them; a user with servers does not go', async () => {
    const store = await open()
    const [ada, bob] = [user('Ada'), user('Bob')]
    const server = {
      id: 's',
      origin: 'user',
      ownerId: ada.id,
      definition: '{}',
      secrets: '{}',
      tags: '[]',
      colour: null,
      icon: null,
      position: 0,
      defaultForAdding: 0 as const,
      createdAt: 1,
      updatedAt: 1,
    }
    await store.write(async (db) => {
      await insertUser(db, ada)
      await insertUser(db, bob)
      await db.insertInto('servers').values(server).execute()
      const grants = [bob.id, 'everyone'].map((grantee) => ({serverId: 's', grantee, level: 'view'}))
      await db.insertInto('serverGrants').values(grants).execute()
    })
    await store.write((db) => deleteUser(db, bob.id))
    const left = await store.read((db) => db.selectFrom('serverGrants').select('grantee').execute())
    expect(left).toEqual([{grantee: 'everyone'}])
    await expect(store.write((db) => deleteUser(db, ada.id))).rejects.toThrow(/foreign key/i)
  })

  test('what this version does not know gives the least', async () => {
    const store = await open()
    await store.write(async (db) => {
      await insertUser(db, user('Ada'))
      await db.updateTable('users').set({role: 'emperor', origin: 'moon'}).execute()
    })
    expect(await store.read(readUsers)).toMatchObject([{role: 'viewer', origin: 'local'}])
  })
})
