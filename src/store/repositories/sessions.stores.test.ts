import {expect, test} from 'vitest'
import {asUserId, type UserId} from '#model/access.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Db} from '../store.ts'
import {
  deleteExpiredSessions,
  deleteSession,
  deleteSessionsOf,
  insertSession,
  putSessionUses,
  readSessions,
  type KeptSession,
} from './sessions.ts'
import {deleteUser, insertUser} from './users.ts'

const ada = asUserId('ada')
const bob = asUserId('bob')

async function people(db: Db): Promise<void> {
  for (const id of [ada, bob]) {
    await insertUser(db, {
      id,
      name: id,
      nameKey: id,
      role: 'member',
      origin: 'local',
      passwordHash: null,
      disabled: false,
      subject: null,
      createdAt: 1,
      lastSeenAt: null,
    })
  }
}

const session = (id: string, userId: UserId = ada, change: Partial<KeptSession> = {}): KeptSession => ({
  id,
  tokenHash: `hash of ${id}`,
  userId,
  via: 'password',
  address: '192.0.2.1',
  userAgent: 'Browser',
  createdAt: 1,
  lastUsedAt: 2,
  expiresAt: 100,
  ...change,
})

everyStore('sessions', (open) => {
  const filled = async () => {
    const store = await open()
    await store.write(async (db) => {
      await people(db)
      for (const it of [session('a'), session('b'), session('c', bob)]) await insertSession(db, it)
    })
    return store
  }
  const ids = (all: readonly KeptSession[]) => all.map((it) => it.id)

  test('a session is read as it was written', async () => {
    const store = await filled()
    expect(await store.read(readSessions)).toEqual([session('a'), session('b'), session('c', bob)])
  })

  test('one goes alone, or all of a user but one, or all', async () => {
    const store = await filled()
    await store.write((db) => deleteSessionsOf(db, ada, 'b'))
    expect(ids(await store.read(readSessions))).toEqual(['b', 'c'])
    await store.write((db) => deleteSessionsOf(db, ada, null))
    expect(ids(await store.read(readSessions))).toEqual(['c'])
    await store.write((db) => deleteSession(db, 'c'))
    expect(await store.read(readSessions)).toEqual([])
  })

  test('sessions go with their user', async () => {
    const store = await filled()
    await store.write((db) => deleteUser(db, ada))
    expect(ids(await store.read(readSessions))).toEqual(['c'])
  })

  test('uses are written together, those of sessions that are gone to nowhere', async () => {
    const store = await filled()
    await store.write((db) =>
      putSessionUses(db, [
        {id: 'a', lastUsedAt: 50, expiresAt: 150},
        {id: 'gone', lastUsedAt: 50, expiresAt: 150},
      ]),
    )
    expect(await store.read(readSessions)).toEqual([
      session('a', ada, {lastUsedAt: 50, expiresAt: 150}),
      session('b'),
      session('c', bob),
    ])
  })

  test('expired ones go', async () => {
    const store = await filled()
    await store.write((db) => putSessionUses(db, [{id: 'a', lastUsedAt: 2, expiresAt: 101}]))
    await store.write((db) => deleteExpiredSessions(db, 100))
    expect(ids(await store.read(readSessions))).toEqual(['a'])
  })
})
