/** What ends what: each cause with each way in. The table in docs/use/accounts.md says the same. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {User} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {acting} from './people.fixture.ts'
import {resetPassword} from './reset-password.ts'

const next = 'another good password'
const hash = '$2y$04$W86Aqo8NtWPfKbZXnfSvyO8tTBRC9fDsZqTVpk8pOBwTWKMbc9Tja'
const fay = {LocalAuthEnabled: true, Username: 'Fay', PasswordHash: new Secret(hash)}

let harness: Accounts
let ada: User
beforeEach(async () => {
  harness = await openAccounts()
  ada = await harness.passwordChanges.createWith({name: 'Ada', role: 'administrator'}, goodPassword, machine)
  await harness.passwordChanges.createWith({name: 'Eve', role: 'administrator'}, goodPassword, machine)
})
afterEach(() => harness.close())

const logIn = async ({name}: User) => {
  const given = {username: name, password: goodPassword, code: null}
  return (await harness.logIn.withPassword(given, visit)).sessionId
}
const keyOf = async (user: User) => {
  const draft = {name: 'Sonarr', scopes: ['control'], servers: null, expiresAt: null} as const
  return (await harness.keys.make(acting(user), user, draft)).key.id
}

interface Case {
  /** @param own the session of whoever does it himself */
  readonly work: (user: User, own: string) => Promise<unknown>
  readonly left: readonly ('own session' | 'other session' | 'key')[]
}

const causes: Readonly<Record<string, Case>> = {
  'log-out': {work: (user, own) => harness.logIn.logOut(own, user, visit), left: ['other session', 'key']},
  'all other sessions ended': {
    work: (user, own) => harness.sessions.endAllOf(user, own, machine),
    left: ['own session', 'key'],
  },
  'own new password': {
    work: (user, own) =>
      harness.passwordChanges.own(user, goodPassword, next, {session: own, keys: false}, visit),
    left: ['own session'],
  },
  'own new password, keys kept': {
    work: (user, own) =>
      harness.passwordChanges.own(user, goodPassword, next, {session: own, keys: true}, visit),
    left: ['own session', 'key'],
  },
  'new password by an administrator': {
    work: (user) => harness.passwordChanges.set(user.id, next, machine, null),
    left: [],
  },
  'reset link used': {
    async work(user) {
      const {token} = await harness.passwordChanges.offerReset(user.id, machine)
      const asked = {token: token.reveal(), username: null, password: next, code: null}
      await harness.invitations.accept(asked, visit)
    },
    left: [],
  },
  'account disabled, and enabled again': {
    async work({id}) {
      await harness.users.change(id, {disabled: true}, machine)
      await harness.users.change(id, {disabled: false}, machine)
    },
    left: [],
  },
  'let in no longer by a provider': {work: ({id}) => harness.users.lockOut(id, 'groups', machine), left: []},
  'account removed': {work: ({id}) => harness.users.remove(id, 'refuse', machine), left: []},
  'another role, another name': {
    work: ({id}) => harness.users.change(id, {role: 'viewer', name: 'Augusta'}, machine),
    left: ['own session', 'other session', 'key'],
  },
}

for (const [cause, {work, left}] of Object.entries(causes)) {
  test(`${cause}: of this account ${left.join(', ') || 'nothing'} goes on, of others everything`, async () => {
    const eve = harness.users.byName('Eve')!
    const [own, other, key] = [await logIn(ada), await logIn(ada), await keyOf(ada)]
    const [ofEve, keyOfEve] = [await logIn(eve), await keyOf(eve)]
    const reported: string[] = []
    const ended: string[] = []
    harness.endings.onEnd((userId) => void reported.push(userId))
    harness.keys.onEnd(async ({endOf}) => {
      for (const id of [key, keyOfEve]) if (endOf(id) !== null) ended.push(id)
      return []
    })
    await work(ada, own)
    for (const {sessions, keys} of [harness, await harness.restarted()]) {
      const standing = [
        ...(sessions.get(own) ? ['own session'] : []),
        ...(sessions.get(other) ? ['other session'] : []),
        ...(keys.get(key) ? ['key'] : []),
      ]
      expect(standing).toEqual(left)
      expect([sessions.get(ofEve) === null, keys.get(keyOfEve) === null]).toEqual([false, false])
    }
    expect(ended).toEqual(left.includes('key') ? [] : [key])
    // Whoever listens with one of them asks who is there.
    expect(new Set(reported)).toEqual(new Set(left.length === 3 ? [] : [ada.id]))
  })
}

test('users whom the file declares lose all when it says something else of them, and when it declares them no longer', async () => {
  await harness.fileUser.followFile(fay)
  const user = harness.users.byName('Fay')!
  for (const file of [
    {...fay, PasswordHash: new Secret(hash.replace('$04$', '$05$'))},
    {...fay, LocalAuthEnabled: false},
  ]) {
    const key = await keyOf(user)
    await harness.fileUser.followFile(file)
    expect([harness.keys.get(key), (await harness.restarted()).keys.get(key)]).toEqual([null, null])
  }
})

test('reset-password on the database ends everything before the link is used', async () => {
  await logIn(ada)
  await keyOf(ada)
  await resetPassword(harness.store, 'Ada', harness.clock)
  const {sessions, keys} = await harness.restarted()
  expect([sessions.listOf(ada.id), keys.list(ada.id)]).toEqual([[], []])
})

test('what could not be written ends nothing', async () => {
  const [session, key] = [await logIn(ada), await keyOf(ada)]
  harness.store.fault = new Error('disk full')
  await expect(harness.passwordChanges.set(ada.id, next, machine, null)).rejects.toThrow('disk full')
  await expect(harness.users.lockOut(ada.id, 'groups', machine)).rejects.toThrow('disk full')
  harness.store.fault = null
  expect([harness.sessions.get(session) === null, harness.keys.get(key) === null]).toEqual([false, false])
})
