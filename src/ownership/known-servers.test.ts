import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {KnownServers, type ServerSummary} from './departed.ts'

const box = asServerId('box')
const server = (url: string) => ({id: box, name: 'box', url}) as ServerSummary

/** What was noted of those that are there, and a configuration that a test changes. */
function house(servers: readonly ServerSummary[]) {
  const world = {servers, noted: [] as (readonly ServerSummary[])[]}
  const known = new KnownServers(() => world.servers, {
    know: async (them) => {
      world.noted.push(them)
    },
  })
  return {known, world}
}

test('S44 a server that comes and leaves while the link of another one still ends is known when it leaves', async () => {
  const {known, world} = house([])
  const goodbye = Promise.withResolvers<void>()
  world.servers = [server('http://a')]
  const first = known.follow(() => goodbye.promise)
  expect(world.noted).toEqual([[server('http://a')]])
  world.servers = []
  const left: unknown[] = []
  await known.follow(async () => void left.push(known.of(box)))
  expect(left).toEqual([server('http://a')])
  goodbye.resolve()
  await first
  expect([known.of(box), world.noted.at(-1)]).toEqual([undefined, []])
})

test('S44 a server whose address changes twice meanwhile leaves each time as it was just before', async () => {
  const {known, world} = house([server('http://a')])
  const goodbye = Promise.withResolvers<void>()
  const left: unknown[] = []
  const configure = () => {
    left.push(known.of(box)?.url)
    return goodbye.promise
  }
  world.servers = [server('http://b')]
  const first = known.follow(configure)
  world.servers = [server('http://c')]
  const second = known.follow(configure)
  goodbye.resolve()
  await Promise.all([first, second])
  expect(left).toEqual(['http://a', 'http://b'])
})
