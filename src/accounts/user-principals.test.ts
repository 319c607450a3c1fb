import {afterEach, beforeEach, expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {machine, openAccounts, type Accounts} from './accounts.fixture.ts'
import {fakeServers} from './people.fixture.ts'

const cards = fakeServers({file: null})

let harness: Accounts
beforeEach(async () => void (harness = await openAccounts({cards})))
afterEach(() => harness.close())

const of = (name: string) => harness.principals.of(harness.users.byName(name)!, 'session', 'id', '192.0.2.1')

test('a user who comes in is named, acts under that name, and was seen', async () => {
  const ada = await harness.users.create({name: 'Ada', role: 'member'}, machine)
  expect(of('Ada')).toMatchObject({
    userId: ada.id,
    name: 'Ada',
    role: 'member',
    via: 'session',
    credentialId: 'id',
    actor: {name: 'Ada', origin: 'user', userId: ada.id, address: '192.0.2.1'},
  })
  expect(harness.users.get(ada.id)?.lastSeenAt).toBe(harness.clock.now())
})

test('what a user may do is worked out once, follows their role at once, and their servers automatically', async () => {
  const ada = await harness.users.create({name: 'Ada', role: 'viewer'}, machine)
  const before = of('Ada').access
  expect(of('Ada').access).toBe(before)
  expect(of('Ada').access.servers).toBe(before.servers)
  expect(before.permits('control')).toBe(false)
  await harness.users.change(ada.id, {role: 'member'}, machine)
  expect(of('Ada').access.permits('control')).toBe(true)
  cards.add('own', ada.id)
  expect(of('Ada').access.may('manage', asServerId('own'))).toBe(true)
  expect(before.may('read', asServerId('own'))).toBe(true)
})

test('a new name is the name of the next request', async () => {
  const ada = await harness.users.create({name: 'Ada', role: 'viewer'}, machine)
  await harness.users.change(ada.id, {name: 'Augusta'}, machine)
  expect(of('Augusta').actor.name).toBe('Augusta')
})
