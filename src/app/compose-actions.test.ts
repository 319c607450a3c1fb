import {expect, test} from 'vitest'
import {asUserId, type Acting, type Role} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {actingNow} from './compose-http.ts'

const box = asServerId('box')
const olga = {name: 'olga', origin: 'user', userId: asUserId('olga'), address: null} as const
const everything = {everywhere: true, permits: () => true, may: () => true, servers: []}
const by = {actor: olga, access: everything, via: 'session', credentialId: 's'} as const

/** Olga owns `box`. */
function harness(change: {user?: object | null; key?: object | null} = {}): Parameters<typeof actingNow>[1] {
  const card = {id: box, ownerId: olga.userId, sharing: []}
  const user = {id: olga.userId, role: 'member' satisfies Role, disabled: false}
  const key = {scopes: ['control'], servers: null, expiresAt: null}
  return {
    users: {get: () => (change.user === null ? null : {...user, ...change.user})},
    keys: {get: () => (change.key === null ? null : {...key, ...change.key})},
    directory: {revision: 1, cards: () => [card], card: (id: string) => (id === box ? card : null)},
  } as unknown as Parameters<typeof actingNow>[1]
}

const mayControl = (acting: Acting | null) => acting && acting.access.may('control', box)

test('a user who still has their account acts with what it gives them now', () => {
  expect(mayControl(actingNow(by, harness(), 0))).toBe(true)
  expect(mayControl(actingNow(by, harness({user: {role: 'viewer'}}), 0))).toBe(false)
})

test('no one acts for an account that is disabled or gone', () => {
  expect(actingNow(by, harness({user: {disabled: true}}), 0)).toBeNull()
  expect(actingNow(by, harness({user: null}), 0)).toBeNull()
})

test('who came with a key acts with what it allows now; revoked or expired, it allows nothing', () => {
  const withKey = {...by, via: 'api_key', credentialId: 'k'} as const
  expect(mayControl(actingNow(withKey, harness(), 0))).toBe(true)
  expect(mayControl(actingNow(withKey, harness({key: {scopes: ['read']}}), 0))).toBe(false)
  expect(mayControl(actingNow(withKey, harness({key: {servers: ['other']}}), 0))).toBe(false)
  expect(actingNow(withKey, harness({key: null}), 0)).toBeNull()
  expect(actingNow(withKey, harness({key: {expiresAt: 5}}), 5)).toBeNull()
})

test('a user who came without an account keeps what they had', () => {
  const token = {...by, via: 'token', actor: {...olga, userId: null, name: 'token'}} as const
  expect(actingNow(token, harness({user: null}), 0)).toBe(token)
})
