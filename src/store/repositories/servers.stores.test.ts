import {expect, test} from 'vitest'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {
  deleteGrantsTo,
  deleteServer,
  insertServer,
  moveServers,
  readServers,
  replaceGrants,
  serversOf,
  unreadable,
  updateServer,
  type ServerRow,
} from './servers.ts'

const row: ServerRow = {
  id: 's_one',
  origin: 'user',
  ownerId: null,
  definition: {name: 'Attic', url: 'http://10.0.0.2:8080', paths: [{server: '/a', ours: '/b'}]},
  secrets: {password: 'v1.sealed'},
  tags: ['home', 'naïve, “quoted”'],
  colour: '#aabbcc',
  icon: 'box',
  position: 3,
  defaultForAdding: true,
  createdAt: 1_700_000_000_000,
  updatedAt: 1_700_000_000_001,
}

async function user(store: Store, id: string): Promise<void> {
  const nothing = {passwordHash: null, totpSecret: null, totpStep: null, oidcIssuer: null, oidcSubject: null}
  const {name, nameKey} = {name: id, nameKey: id}
  await store.write((db) =>
    db
      .insertInto('users')
      .values({
        id,
        name,
        nameKey,
        role: 'member',
        origin: 'local',
        disabled: 0,
        ...nothing,
        recoveryCodes: '[]',
        createdAt: 1,
        updatedAt: 1,
        lastSeenAt: null,
      })
      .execute(),
  )
}

const all = async (store: Store) => (await store.read(readServers)).servers
const grants = async (store: Store) => (await store.read(readServers)).grants

everyStore('servers', (open) => {
  test('a server comes back as it was written, one of the file without a definition', async () => {
    const store = await open()
    const ofFile: ServerRow = {
      ...row,
      id: 'qBit',
      origin: 'file',
      definition: null,
      secrets: {},
      createdAt: 1,
    }
    await store.write((db) => insertServer(db, row))
    await store.write((db) => insertServer(db, ofFile))
    expect(await all(store)).toEqual([ofFile, row])
  })

  test('a change leaves alone what it does not name', async () => {
    const store = await open()
    await store.write((db) => insertServer(db, row))
    const changes = {secrets: {}, position: 9, defaultForAdding: false, updatedAt: 5}
    expect(await store.write((db) => updateServer(db, 's_one', changes))).toBe(true)
    expect(await all(store)).toEqual([{...row, ...changes}])
    expect(await store.write((db) => updateServer(db, 's_two', {position: 1}))).toBe(false)
  })

  test('grants are replaced whole, and go with their server', async () => {
    const store = await open()
    await store.write((db) => insertServer(db, row))
    await store.write((db) => insertServer(db, {...row, id: 's_two'}))
    const [everyone, ann] = [
      {grantee: 'everyone', level: 'view'},
      {grantee: 'ann', level: 'control'},
    ]
    await store.write((db) => replaceGrants(db, 's_one', [everyone, ann]))
    await store.write((db) => replaceGrants(db, 's_two', [ann]))
    await store.write((db) => replaceGrants(db, 's_one', [everyone]))
    expect(await grants(store)).toEqual([
      {serverId: 's_two', ...ann},
      {serverId: 's_one', ...everyone},
    ])
    await store.write((db) => deleteServer(db, 's_one'))
    expect(await grants(store)).toEqual([{serverId: 's_two', ...ann}])
    await store.write((db) => deleteGrantsTo(db, 'ann'))
    expect(await grants(store)).toEqual([])
  })

  test('a user’s servers get another owner, and are no default of theirs', async () => {
    const store = await open()
    await user(store, 'ann')
    await user(store, 'bob')
    await store.write((db) => insertServer(db, {...row, ownerId: 'ann'}))
    await store.write((db) => insertServer(db, {...row, id: 's_two', ownerId: 'bob'}))
    expect(await store.write((db) => moveServers(db, 'ann', 'bob', 77))).toEqual(['s_one'])
    expect(await store.read((db) => serversOf(db, 'ann'))).toEqual([])
    const moved = (await all(store)).find(({id}) => id === 's_one')
    expect(moved).toEqual({...row, ownerId: 'bob', defaultForAdding: false, updatedAt: 77})
  })

  test('a user who has servers cannot be removed behind their back', async () => {
    const store = await open()
    await user(store, 'ann')
    await store.write((db) => insertServer(db, {...row, ownerId: 'ann'}))
    await expect(store.write((db) => db.deleteFrom('users').execute())).rejects.toThrow()
    expect(await all(store)).toHaveLength(1)
  })

  test('what is no JSON any more is distinguished from nothing, and spoils no other server', async () => {
    const store = await open()
    await store.write((db) => insertServer(db, row))
    await store.write((db) => insertServer(db, {...row, id: 's_two'}))
    await store.write((db) =>
      db
        .updateTable('servers')
        .set({definition: '{"name":', secrets: '[1]', tags: 'x'})
        .where('id', '=', 's_one')
        .execute(),
    )
    expect(await all(store)).toEqual([
      {...row, definition: unreadable, secrets: {}, tags: []},
      {...row, id: 's_two'},
    ])
  })
})
