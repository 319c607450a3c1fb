import {afterEach, beforeEach, expect, test} from 'vitest'
import {permissions} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ApiKeys} from './api-keys.ts'
import {Endings} from './endings.ts'
import {acting, entriesOf, FakePeople, fakeServers, insertPeople, person} from './people.fixture.ts'
import {tokenPrincipal} from './principals.ts'

type KeyDraft = Parameters<ApiKeys['make']>[2]

const ada = person('ada', 'administrator')
const mia = person('mia', 'member')
const vic = person('vic', 'viewer')
const startAt = Date.UTC(2026, 0, 1)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let store: Store
let people: FakePeople
let clock: VirtualClock
let keys: ApiKeys
let faults: unknown[]
let endings: Endings
const servers = fakeServers({shared: null, 'of-mia': mia.id, 'of-ada': ada.id})
const load = () =>
  ApiKeys.load({endings, store, users: people, servers, clock, onFault: (error) => faults.push(error)})

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  people = new FakePeople(ada, mia, vic)
  clock = new VirtualClock(startAt)
  faults = []
  endings = new Endings()
  await insertPeople(store, ada, mia, vic)
  keys = await load()
})
afterEach(() => store.close())

const draft = (change: Partial<KeyDraft> = {}): KeyDraft => ({
  name: 'Sonarr',
  scopes: ['read', 'control'],
  servers: null,
  expiresAt: null,
  ...change,
})
const made = async (user = mia, change: Partial<KeyDraft> = {}) => {
  const {key, token} = await keys.make(acting(user, servers), user, draft(change))
  return {key, token: token.reveal()}
}
const rights = (token: string) => {
  const principal = keys.principalOf(token, '192.0.2.7')
  return principal && permissions.filter((it) => principal.access.permits(it))
}

test('a key opens for its user, and the audit will show that it was the key', async () => {
  const {key, token} = await made()
  expect(token).toMatch(/^cmdr_[\w-]{43}$/)
  expect(keys.principalOf(token, '192.0.2.7')).toMatchObject({
    userId: mia.id,
    name: 'mia',
    role: 'member',
    via: 'api_key',
    credentialId: key.id,
    actor: {name: 'mia (key Sonarr)', origin: 'api', userId: mia.id, address: '192.0.2.7'},
  })
})

test('of a key only its hash is kept, and nothing shows it again', async () => {
  const {key, token} = await made()
  const rows = JSON.stringify(await store.read((db) => db.selectFrom('apiKeys').selectAll().execute()))
  const entries = JSON.stringify(await store.read((db) => db.selectFrom('journal').selectAll().execute()))
  for (const text of [rows, entries, JSON.stringify([key, keys.list(mia.id), keys.get(key.id)])]) {
    expect(text).not.toContain(token.slice(5))
  }
  expect(Object.keys(key)).not.toContain('keyHash')
})

test('keys work again after a restart', async () => {
  const {token} = await made(mia, {servers: [asServerId('of-mia')], expiresAt: startAt + HOUR_MS})
  keys = await load()
  expect(keys.principalOf(token, '')?.access.servers).toEqual(['of-mia'])
  await clock.advance(HOUR_MS)
  expect(keys.principalOf(token, '')).toBeNull()
})

test.each([
  '',
  'cmdr_',
  'x'.repeat(48),
  `cmdr_${'A'.repeat(43)}`,
  `cmdr_${'A'.repeat(42)}`,
  `CMDR_${'A'.repeat(43)}`,
])('what is no key opens nothing: %s', async (offered) => {
  await made()
  expect(keys.principalOf(offered, '')).toBeNull()
})

test.each([
  ['read alone', 'member', ['read'], ['read']],
  ['no scope named', 'member', [], ['read']],
  ['add', 'member', ['add'], ['read', 'add']],
  ['everything', 'administrator', ['admin'], [...permissions]],
  ['all of a member', 'member', ['read', 'control', 'add', 'manage'], ['read', 'control', 'add', 'manage']],
] as const)('a key with %s of a %s permits no more than that', async (_says, role, scopes, permitted) => {
  const user = role === 'member' ? mia : ada
  const {key, token} = await made(user, {scopes})
  expect(rights(token)).toEqual(permitted)
  expect(key.scopes).toContain('read')
})

test('a key cannot be given more than its user may', async () => {
  for (const [user, scope] of [
    [mia, 'admin'],
    [vic, 'control'],
    [vic, 'manage'],
  ] as const) {
    await expect(made(user, {scopes: [scope]})).rejects.toMatchObject({
      code: 'forbidden',
      about: {scopes: [scope]},
    })
  }
  expect(await entriesOf(store)).toEqual([])
})

test('when its user is given another role, the key follows at the next request, down and up', async () => {
  const {token} = await made(mia, {scopes: ['control', 'manage']})
  people.change(mia.id, {role: 'viewer'})
  expect(rights(token)).toEqual(['read'])
  people.change(mia.id, {role: 'administrator'})
  expect(rights(token)).toEqual(['read', 'control', 'manage'])
  expect(keys.principalOf(token, '')?.access.may('manage', asServerId('of-ada'))).toBe(true)
})

test('a key for certain servers sees no other, not even a new one of its user', async () => {
  const registry = fakeServers({'of-mia': mia.id})
  keys = await ApiKeys.load({endings, store, users: people, servers: registry, clock, onFault: () => {}})
  const {token} = await made(mia, {servers: [asServerId('of-mia')]})
  registry.add('second', mia.id)
  const {access} = keys.principalOf(token, '')!
  expect(access.servers).toEqual(['of-mia'])
  expect(access.everywhere).toBe(false)
  expect(access.may('read', asServerId('second'))).toBe(false)
})

test('without a list of servers a key sees what its user comes to see', async () => {
  const registry = fakeServers({'of-mia': mia.id})
  keys = await ApiKeys.load({endings, store, users: people, servers: registry, clock, onFault: () => {}})
  const {token} = await made()
  registry.add('second', mia.id)
  expect(keys.principalOf(token, '')?.access.servers).toEqual(['of-mia', 'second'])
})

test('a key for a server that its user may not see is answered like one for a server that is not there', async () => {
  const refusals = await Promise.all(
    ['of-ada', 'nowhere'].map((id) =>
      made(mia, {servers: [asServerId(id)]}).then(
        () => null,
        (error: Error & {code: string}) => [error.code, error.message],
      ),
    ),
  )
  expect(refusals[0]).toEqual(refusals[1])
  expect(refusals[0]?.[0]).toBe('server_unknown')
})

test.each([
  [{name: ''}],
  [{name: '  '}],
  [{name: 'x'.repeat(65)}],
  [{name: 'a\nb'}],
  [{servers: []}],
  [{expiresAt: startAt}],
  [{expiresAt: 0}],
] as const)('a key like %j is not made', async (change) => {
  await expect(made(mia, change)).rejects.toMatchObject({code: 'bad_argument'})
  expect(keys.list(mia.id)).toEqual([])
})

test('a disabled user, a removed one and an expired key open nothing', async () => {
  const {token} = await made(mia, {expiresAt: startAt + HOUR_MS})
  people.change(mia.id, {disabled: true})
  expect(keys.principalOf(token, '')).toBeNull()
  people.change(mia.id, {disabled: false})
  expect(keys.principalOf(token, '')).not.toBeNull()
  await clock.advance(HOUR_MS - 1)
  expect(keys.principalOf(token, '')).not.toBeNull()
  await clock.advance(1)
  expect(keys.principalOf(token, '')).toBeNull()
  people.remove(mia.id)
  expect(keys.principalOf((await made(ada)).token, '')).not.toBeNull()
  expect(keys.principalOf(token, '')).toBeNull()
})

test('a revoked key is refused at once, and after a restart', async () => {
  const {key, token} = await made()
  await keys.revoke(acting(mia), key.id)
  expect(keys.principalOf(token, '')).toBeNull()
  keys = await load()
  expect(keys.principalOf(token, '')).toBeNull()
  await expect(keys.revoke(acting(mia), key.id)).rejects.toMatchObject({code: 'key_unknown'})
})

test('a change holds from the next request on and leaves out what it does not name', async () => {
  const {key, token} = await made(mia, {expiresAt: startAt + HOUR_MS})
  const changed = await keys.change(acting(mia), mia, key.id, {scopes: ['add'], name: undefined})
  expect(changed).toEqual({...key, scopes: ['read', 'add']})
  expect(rights(token)).toEqual(['read', 'add'])
  await keys.change(acting(mia), mia, key.id, {expiresAt: null, servers: [asServerId('shared')]})
  keys = await load()
  expect(keys.list(mia.id)).toMatchObject([{scopes: ['read', 'add'], expiresAt: null, servers: ['shared']}])
})

test('a change is checked by what is new in it: a key of a demoted user can still be renamed', async () => {
  const {key} = await made(mia, {
    scopes: ['control'],
    servers: [asServerId('of-mia')],
    expiresAt: startAt + 1,
  })
  people.change(mia.id, {role: 'viewer'})
  await clock.advance(HOUR_MS)
  const demoted = people.get(mia.id)!
  expect(await keys.change(acting(demoted), demoted, key.id, {name: ' Radarr '})).toMatchObject({
    name: 'Radarr',
  })
  await expect(keys.change(acting(demoted), demoted, key.id, {scopes: ['control']})).rejects.toMatchObject({
    code: 'forbidden',
  })
})

test('another user cannot change a key', async () => {
  const {key} = await made()
  await expect(keys.change(acting(ada), ada, key.id, {name: 'mine'})).rejects.toMatchObject({
    code: 'key_unknown',
  })
})

test('a change that began before a revocation does not bring the key back', async () => {
  const {key, token} = await made()
  const outcomes = await Promise.allSettled([
    keys.revoke(acting(mia), key.id),
    keys.change(acting(mia), mia, key.id, {name: 'back'}),
  ])
  expect(outcomes.map(({status}) => status)).toEqual(['fulfilled', 'rejected'])
  expect(keys.principalOf(token, '')).toBeNull()
  expect(keys.list(mia.id)).toEqual([])
})

test('no user has more than a hundred keys, also when they ask for them at once', async () => {
  const outcomes = await Promise.allSettled(Array.from({length: 102}, () => made()))
  expect(outcomes.filter(({status}) => status === 'rejected')).toHaveLength(2)
  expect(keys.list(mia.id)).toHaveLength(100)
})

test('the audit shows who made, changed and revoked which key', async () => {
  const {key} = await made()
  await keys.change(acting(mia), mia, key.id, {name: 'Radarr'})
  await keys.revoke(acting(ada), key.id)
  expect(await entriesOf(store)).toEqual([
    'mia key create Sonarr',
    'mia key change Radarr',
    'ada key revoke Radarr',
  ])
})

test('when the database fails nothing changes, neither a new key nor an old one', async () => {
  const {key, token} = await made()
  const failing = {read: store.read.bind(store), write: () => Promise.reject(new Error('disk'))}
  keys = await ApiKeys.load({
    endings,
    store: failing,
    users: people,
    servers,
    clock,
    onFault: (error) => faults.push(error),
  })
  await expect(made()).rejects.toThrow('disk')
  await expect(keys.change(acting(mia), mia, key.id, {scopes: []})).rejects.toThrow('disk')
  await expect(keys.revoke(acting(mia), key.id)).rejects.toThrow('disk')
  expect(keys.list(mia.id)).toEqual([key])
  expect(rights(token)).toEqual(['read', 'control'])
})

test('when a key was last used is known at once and written later, all together', async () => {
  const {key, token} = await made()
  await clock.advance(5_000)
  keys.principalOf(token, '')
  expect(keys.get(key.id)?.lastUsedAt).toBe(startAt + 5_000)
  const kept = async () =>
    (await store.read((db) => db.selectFrom('apiKeys').select('lastUsedAt').executeTakeFirstOrThrow()))
      .lastUsedAt
  expect(await kept()).toBeNull()
  await clock.advance(60_000)
  expect(await kept()).toBe(startAt + 5_000)
  keys.principalOf(token, '')
  await keys.close()
  expect(await kept()).toBe(startAt + 65_000)
})

test('a change keeps when the key was last used', async () => {
  const {key, token} = await made()
  keys.principalOf(token, '')
  await keys.change(acting(mia), mia, key.id, {name: 'Radarr'})
  expect(keys.get(key.id)?.lastUsedAt).toBe(startAt)
})

/** What listeners were told, and whose ways in ended. */
const heard = () => {
  const ends: (readonly [string, string | null, string])[] = []
  const users: string[] = []
  endings.onEnd((userId) => void users.push(userId))
  keys.onEnd(async ({endOf, actor}) => {
    for (const id of known) if (endOf(id) !== null) ends.push([id, endOf(id), actor.name])
    return [{kind: 'rule', id: 'r', name: 'Old'}]
  })
  const known = new Set<string>()
  return {ends, users, watch: (id: string) => void known.add(id)}
}

test('the end of a key is reported in the moment it happens: revoked, expired, or allowing less', async () => {
  const {ends, users, watch} = heard()
  const [revoked, brief, narrowed, bound] = [
    await made(),
    await made(mia, {expiresAt: startAt + HOUR_MS}),
    await made(),
    await made(),
  ]
  for (const {key} of [revoked, brief, narrowed, bound]) watch(key.id)
  expect(await keys.revoke(acting(ada, servers), revoked.key.id)).toEqual([
    {kind: 'rule', id: 'r', name: 'Old'},
  ])
  await keys.change(acting(mia, servers), mia, narrowed.key.id, {scopes: ['read']})
  await keys.change(acting(mia, servers), mia, bound.key.id, {servers: [asServerId('shared')]})
  await clock.advance(HOUR_MS)
  expect(ends).toEqual([
    [revoked.key.id, 'key_revoked', 'ada'],
    [narrowed.key.id, 'key_narrowed', 'mia'],
    [bound.key.id, 'key_narrowed', 'mia'],
    [brief.key.id, 'key_expired', 'Commodarr'],
  ])
  expect(users).toEqual([mia.id, mia.id, mia.id, mia.id])
  expect([revoked, brief, narrowed, bound].map(({key: {id}}) => keys.limitsOf(id))).toMatchObject([
    null,
    null,
    {scopes: ['read'], servers: null},
    {servers: ['shared']},
  ])
  expect([revoked, brief, narrowed, bound].map(({key: {id}}) => keys.endOf(id))).toEqual([
    'key_revoked',
    'key_expired',
    null,
    null,
  ])
})

test('a key that is renamed, or given more, suspends nothing; one that is given another end expires then, once', async () => {
  const {ends, watch} = heard()
  const {key} = await made(mia, {expiresAt: startAt + HOUR_MS})
  watch(key.id)
  const change = (patch: Partial<KeyDraft>) => keys.change(acting(mia, servers), mia, key.id, patch)
  await change({name: 'Other', scopes: ['read', 'control', 'add'], expiresAt: startAt + 3 * HOUR_MS})
  await clock.advance(2 * HOUR_MS)
  expect(ends).toEqual([])
  await clock.advance(HOUR_MS)
  expect(ends).toHaveLength(1)
  await change({expiresAt: startAt + 5 * HOUR_MS})
  await clock.advance(DAY_MS)
  expect(ends).toHaveLength(2)
})

test('a key that had expired before the start is reported by what it is, not a second time', async () => {
  const {key} = await made(mia, {expiresAt: startAt + HOUR_MS})
  await clock.advance(HOUR_MS)
  keys = await load()
  const {ends, watch} = heard()
  watch(key.id)
  await clock.advance(DAY_MS)
  expect([ends, keys.endOf(key.id)]).toEqual([[], 'key_expired'])
})

test('the token of the configuration is known as long as it is that one', async () => {
  const token = new Secret('of the file')
  const {credentialId} = tokenPrincipal(servers, token)('192.0.2.1')
  const withToken = (now: Secret | null) =>
    ApiKeys.load({
      endings: new Endings(),
      store,
      users: people,
      servers,
      clock,
      onFault: () => {},
      token: now,
    })
  expect((await withToken(token)).endOf(credentialId!)).toBeNull()
  expect((await withToken(new Secret('another'))).endOf(credentialId!)).toBe('key_revoked')
  expect((await withToken(null)).endOf(credentialId!)).toBe('key_revoked')
})
