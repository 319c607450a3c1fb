import {expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import {asUserId, type Principal} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {Audit} from './audit.ts'
import {Journal} from './journal.ts'
import {byAnyOf} from './story-kinds.ts'

const many = Array.from({length: 1_000}, (_, n) => `user:${n}`)

test('actors of a filter are two lists, however many they are', () => {
  expect(byAnyOf([])).toEqual([])
  expect(byAnyOf(['rule', 'api'])).toEqual([{origins: ['rule', 'api']}])
  expect(byAnyOf(['rule', 'user:mara', 'user:user:x'])).toEqual([
    {origins: ['rule']},
    {origins: ['user'], actors: ['mara', 'user:x']},
  ])
  expect(byAnyOf([...many, 'api'])).toHaveLength(2)
})

test('the journal finds who is among many, and leaves out who is', async () => {
  const store = await Store.sqlite(':memory:')
  const actor = (name: string) => ({name, origin: 'user', userId: asUserId(name), address: null}) as const
  const line = {serverId: asServerId('A'), hash: null, name: null, verb: 'addTags', args: {}}
  await new Journal(store, () => false).write(
    ['7', 'mara'].map((name, at) => ({
      ...line,
      id: name,
      at,
      subject: 'torrent',
      phase: 'confirmed',
      actor: actor(name),
    })),
  )
  const ada = asUserId('ada')
  const access = accessOf(
    {userId: ada, role: 'administrator', scopes: null, servers: null},
    fakeServers({A: ada}),
  )
  const administrator: Principal = {
    actor: actor('ada'),
    access,
    userId: ada,
    name: 'ada',
    role: 'administrator',
    via: 'session',
    credentialId: null,
  }
  const found = async (filter: Parameters<Audit['page']>[1]) => {
    const window = {before: null, limit: 10}
    return (await new Audit(store).page(administrator, filter, window)).entries.map(({id}) => id)
  }
  expect(await found({like: [byAnyOf(many)]})).toEqual(['7'])
  expect(await found({unlike: byAnyOf(many)})).toEqual(['mara'])
  await store.close()
})
