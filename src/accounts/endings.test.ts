/** What ends what: each cause with each way in. The table in docs/accounts.md says the same. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {User} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {acting} from './people.fixture.ts'
import {resetPassword} from './reset-password.ts'

const next = 'another good password'
const hash = '$2y$04$W86Aqo8NtWPfKbZXnfSvyO8tTBRC9fDsZqTVpk8pOBwTWKMbc9Tja'
const fay = {LocalAuthEnabled: true, Username: 'Fay', PasswordHash: new Secret(hash)}

let house: Accounts
let ada: User
beforeEach(async () => {
  house = await openAccounts()
  ada = await house.passwordChanges.createWith({name: 'Ada', role: 'administrator'}, goodPassword, machine)
  await house.passwordChanges.createWith({name: 'Eve', role: 'administrator'}, goodPassword, machine)
})
afterEach(() => house.close())

const logIn = async ({name}: User) => {
  const given = {username: name, password: goodPassword, code: null}
  return (await house.logIn.withPassword(given, visit)).sessionId
}
const keyOf = async (user: User) => {
  const draft = {name: 'Sonarr', scopes: ['control'], servers: null, expiresAt: null} as const
  return (await house.keys.make(acting(user), user, draft)).key.id
}

interface Case {
  /** @param own the session of whoever does it himself */
  readonly work: (user: User, own: string) => Promise<unknown>
  readonly left: readonly ('own session' | 'other session' | 'key')[]
}

const causes: Readonly<Record<string, Case>> = {
  'log-out': {work: (user, own) => house.logIn.logOut(own, user, visit), left: ['other session', 'key']},
  'all other sessions ended': {
    work: (user, own) => house.sessions.endAllOf(user, own, machine),
    left: ['own session', 'key'],
  },
  'own new password': {
    work: (user, own) =>
      house.passwordChanges.own(user, goodPassword, next, {session: own, keys: false}, visit),
    left: ['own session'],
  },
  'own new password, keys kept': {
    work: (user, own) =>
      house.passwordChanges.own(user, goodPassword, next, {session: own, keys: true}, visit),
    left: ['own session', 'key'],
  },
  'new password by an administrator': {
    work: (user) => house.passwordChanges.set(user.id, next, machine, null),
    left: [],
  },
  'reset link used': {
    async work(user) {
      const {token} = await house.passwordChanges.offerReset(user.id, machine)
      const asked = {token: token.reveal(), username: null, password: next, code: null}
      await house.invitations.accept(asked, visit)
    },
    left: [],
  },
  'account disabled, and enabled again': {
    async work({id}) {
      await house.users.change(id, {disabled: true}, machine)
      await house.users.change(id, {disabled: false}, machine)
    },
    left: [],
  },
  'let in no longer by a provider': {work: ({id}) => house.users.lockOut(id, 'groups', machine), left: []},
  'account removed': {work: ({id}) => house.users.remove(id, 'refuse', machine), left: []},
  'another role, another name': {
    work: ({id}) => house.users.change(id, {role: 'viewer', name: 'Augusta'}, machine),
    left: ['own session', 'other session', 'key'],
  },
}

for (const [cause, {work, left}] of Object.entries(causes)) {
  test(`${cause}: of this account ${left.join(', ') || 'nothing'} goes on, of others everything`, async () => {
    const eve = house.users.byName('Eve')!
    const [own, other, key] = [await logIn(ada), await logIn(ada), await keyOf(ada)]
    const [ofEve, keyOfEve] = [await logIn(eve), await keyOf(eve)]
    const reported: string[] = []
    const ended: string[] = []
    house.endings.onEnd((userId) => void reported.push(userId))
    house.keys.onEnd(async ({endOf}) => {
      for (const id of [key, keyOfEve]) if (endOf(id) !== null) ended.push(id)
      return []
    })
    await work(ada, own)
    for (const {sessions, keys} of [house, await house.restarted()]) {
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

test('whom the file declares loses all when it says something else of him, and when it declares him no longer', async () => {
  await house.fileUser.followFile(fay)
  const user = house.users.byName('Fay')!
  for (const file of [
    {...fay, PasswordHash: new Secret(hash.replace('$04$', '$05$'))},
    {...fay, LocalAuthEnabled: false},
  ]) {
    const key = await keyOf(user)
    await house.fileUser.followFile(file)
    expect([house.keys.get(key), (await house.restarted()).keys.get(key)]).toEqual([null, null])
  }
})

test('reset-password on the database ends everything before the link is used', async () => {
  await logIn(ada)
  await keyOf(ada)
  await resetPassword(house.store, 'Ada', house.clock)
  const {sessions, keys} = await house.restarted()
  expect([sessions.listOf(ada.id), keys.list(ada.id)]).toEqual([[], []])
})

test('what could not be written ends nothing', async () => {
  const [session, key] = [await logIn(ada), await keyOf(ada)]
  house.store.fault = new Error('disk full')
  await expect(house.passwordChanges.set(ada.id, next, machine, null)).rejects.toThrow('disk full')
  await expect(house.users.lockOut(ada.id, 'groups', machine)).rejects.toThrow('disk full')
  house.store.fault = null
  expect([house.sessions.get(session) === null, house.keys.get(key) === null]).toEqual([false, false])
})
