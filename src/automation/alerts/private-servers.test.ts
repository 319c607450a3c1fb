import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'
import type {PersonNotices} from './person-notices.ts'
import {PrivateServers} from './private-servers.ts'

type PersonNotice = ReturnType<PersonNotices['list']>[number]

async function harness() {
  const memory = await memoryHarness()
  const {
    clock,
    parts: {store},
  } = memory
  const logged: string[] = []
  const log = {error: (_about: object, text: string) => void logged.push(text)}
  const reported: Omit<PersonNotice, 'id' | 'at'>[] = []
  const world = {servers: new Map([['old', 'http://10.0.0.1:8080']]), isPrivate: true}
  const open = () =>
    PrivateServers.open(store, clock, log, {add: (notice) => void reported.push(notice)}, () =>
      Array.from(world.servers, ([id, url]) => ({
        id: asServerId(id),
        name: `name of ${id}`,
        url,
        owner: 'Bo',
        isPrivate: async () => world.isPrivate,
      })),
    )
  return {memory, world, reported, logged, open, names: () => reported.map(({serverId}) => serverId)}
}

test('a server that a member adds at a private address is reported once, also over a restart and at another address', async () => {
  const {world, reported, open, names} = await harness()
  const first = await open()
  await first.look()
  expect(reported).toEqual([])
  world.servers.set('new', 'http://192.168.0.9:9091/transmission')
  await Promise.all([first.look(), first.look()])
  expect(reported).toEqual([
    {
      code: 'private_server',
      serverId: 'new',
      ruleId: null,
      name: 'name of new',
      message: 'Bo added a server at the private address 192.168.0.9:9091. Check that it is theirs to use.',
    },
  ])
  const second = await open()
  await second.look()
  expect(names()).toEqual(['new'])
  // Somebody leads one that was there elsewhere, or adds one that was gone.
  world.servers.set('old', 'http://10.0.0.2:8080')
  world.servers.delete('new')
  await second.look()
  world.servers.set('new', 'http://192.168.0.9:9091/transmission')
  await second.look()
  expect(names()).toEqual(['new', 'old', 'new'])
})

test('one whose name leads to a private address later is reported then', async () => {
  const {world, open, names} = await harness()
  const watch = await open()
  await watch.look()
  world.isPrivate = false
  world.servers.set('name', 'http://nas.example:8080')
  await watch.look()
  expect(names()).toEqual([])
  world.isPrivate = true
  await watch.look()
  await watch.look()
  expect(names()).toEqual(['name'])
})

test('what could not be written is reported once for as long as the program runs', async () => {
  const {memory, world, logged, open, names} = await harness()
  const watch = await open()
  await watch.look()
  memory.setFault(away)
  world.servers.set('new', 'http://10.0.0.3:80')
  await watch.look()
  await watch.look()
  expect([names(), logged]).toEqual([['new'], ['which servers were shown could not be written']])
})
