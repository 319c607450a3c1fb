import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {everyStore} from '#test/store/every-store.ts'
import {
  deleteExpiredInvitations,
  deleteInvitation,
  deleteResetsOf,
  insertInvitation,
  readInvitations,
  type KeptInvitation,
  type KeptReset,
} from './invitations.ts'
import {deleteUser, insertUser} from './users.ts'

const ada = asUserId('ada')

const invitation: KeptInvitation = {
  kind: 'invitation',
  id: 'i',
  tokenHash: 'hash i',
  role: 'member',
  name: 'Bob',
  createdBy: null,
  createdAt: 1,
  expiresAt: 100,
}
const reset: KeptReset = {
  kind: 'reset',
  id: 'r',
  tokenHash: 'hash r',
  userId: ada,
  createdBy: ada,
  createdAt: 2,
  expiresAt: 50,
}

everyStore('invitations', (open) => {
  const filled = async () => {
    const store = await open()
    await store.write(async (db) => {
      await insertUser(db, {
        id: ada,
        name: 'Ada',
        nameKey: 'ada',
        role: 'member',
        origin: 'local',
        passwordHash: null,
        disabled: false,
        subject: null,
        createdAt: 1,
        lastSeenAt: null,
      })
      await insertInvitation(db, invitation)
      await insertInvitation(db, reset)
    })
    return store
  }

  test('an invitation and a reset are read as they were written', async () => {
    const store = await filled()
    expect(await store.read(readInvitations)).toEqual([invitation, reset])
  })

  test('only the first who takes one gets it', async () => {
    const store = await filled()
    expect(await store.write((db) => deleteInvitation(db, 'i'))).toBe(true)
    expect(await store.write((db) => deleteInvitation(db, 'i'))).toBe(false)
    expect(await store.read(readInvitations)).toEqual([reset])
  })

  test('resets of a user go, and go with the user', async () => {
    const store = await filled()
    await store.write((db) => deleteResetsOf(db, ada))
    expect(await store.read(readInvitations)).toEqual([invitation])
    await store.write((db) => insertInvitation(db, reset))
    await store.write((db) => deleteUser(db, ada))
    expect(await store.read(readInvitations)).toEqual([invitation])
  })

  test('expired ones go', async () => {
    const store = await filled()
    await store.write((db) => deleteExpiredInvitations(db, 50))
    expect(await store.read(readInvitations)).toEqual([invitation])
  })

  test('an invitation to a role that this version does not know opens nothing', async () => {
    const store = await filled()
    await store.write((db) => db.updateTable('invitations').set({role: 'emperor'}).execute())
    expect(await store.read(readInvitations)).toEqual([reset])
  })
})
