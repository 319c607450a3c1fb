import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {everyStore} from '#test/store/every-store.ts'
import {clearTwoStep, putRecoveryCodes, putTwoStep, readTwoSteps, useStep} from './two-step.ts'

const userId = asUserId('u')
const kept = {userId, secret: 'sealed', lastStep: 57_000_000, recoveryCodes: ['h1', 'h2']}

everyStore('second steps', (open) => {
  const withUsers = async () => {
    const store = await open()
    await store.write(async (db) => {
      for (const id of ['u', 'other']) {
        await db
          .insertInto('users')
          .values({
            id,
            name: id,
            nameKey: id,
            role: 'member',
            origin: 'local',
            passwordHash: null,
            disabled: 0,
            totpSecret: null,
            totpStep: null,
            recoveryCodes: '[]',
            oidcIssuer: null,
            oidcSubject: null,
            createdAt: 0,
            updatedAt: 0,
            lastSeenAt: null,
          })
          .execute()
      }
    })
    return store
  }

  test('only who has a second step is read', async () => {
    const store = await withUsers()
    expect(await store.read(readTwoSteps)).toEqual([])
    expect(await store.write((db) => putTwoStep(db, kept, 5))).toBe(true)
    expect(await store.read(readTwoSteps)).toEqual([kept])
    await store.write((db) => clearTwoStep(db, userId, 6))
    expect(await store.read(readTwoSteps)).toEqual([])
  })

  test('a user who is gone is reported', async () => {
    const store = await withUsers()
    expect(await store.write((db) => putTwoStep(db, {...kept, userId: asUserId('gone')}, 5))).toBe(false)
  })

  test('a step counts once, and none before it any more', async () => {
    const store = await withUsers()
    await store.write((db) => putTwoStep(db, {...kept, lastStep: null}, 5))
    const use = (step: number) => store.write((db) => useStep(db, userId, step))
    expect([await use(10), await use(10), await use(9), await use(11)]).toEqual([true, false, false, true])
    expect((await store.read(readTwoSteps))[0]?.lastStep).toBe(11)
  })

  test('a used recovery code is gone', async () => {
    const store = await withUsers()
    await store.write((db) => putTwoStep(db, kept, 5))
    await store.write((db) => putRecoveryCodes(db, userId, ['h2']))
    expect((await store.read(readTwoSteps))[0]).toEqual({...kept, recoveryCodes: ['h2']})
  })
})
