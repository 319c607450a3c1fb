/**
 * A newcomer's first tidy-up: one rule wants the same of each torrent of three servers, of all kinds. It costs requests
 * by the hundred torrents, not by the torrent.
 */
import {afterEach, expect, test} from 'vitest'
import type {SimServer} from '#lab/simulators/sim-server.ts'
import {ActingHarness} from './acting-harness.fixture.ts'

const TORRENTS = 300
const ACTIONS = 2
/** Looks at its list before and after, and what they ask beside: some ten for each portion. */
const CONSTANT = 50
const MINUTE = 60
const servers = [
  {name: 'qBit', kind: 'qbittorrent', version: '5.1.0'},
  {name: 'Transmission', kind: 'transmission', version: '4.1.0'},
  {name: 'rTorrent', kind: 'rtorrent', version: '0.9.8'},
] as const

let house: ActingHarness
afterEach(() => house.stop())

const hash = (n: number) => n.toString(16).padStart(40, '0')

function fill({world}: SimServer): void {
  for (let n = 1; n <= TORRENTS; n++)
    world.put({
      hash: hash(n),
      name: `Film.${n}`,
      rootName: `Film.${n}`,
      size: 1e6,
      sizeTotal: 1e6,
      done: 1e6,
      state: 'seeding',
      running: true,
      fileCount: 1,
      savePath: world.defaultSavePath,
    })
}

async function rule(actions: readonly object[]): Promise<void> {
  const when = {fact: 'complete', op: 'eq', value: true}
  const body = {id: 'tidy', name: 'Tidy', mode: 'live', when, do: actions}
  const {status, body: said} = await house.api.send('POST', '/api/rules', {rule: body, confirm: true})
  expect([status, said]).toEqual([201, said])
}

test('what a rule wants of all torrents of a server costs it requests by the hundred', async () => {
  const sent = new Map<string, number>()
  house = await ActingHarness.start({
    servers,
    arrs: [],
    torrents: [],
    config: '',
    isExact: true,
    before: (it) => it.servers.forEach(fill),
    passing: (server) => void sent.set(server, (sent.get(server) ?? 0) + 1),
  })
  const counted = async () => {
    sent.clear()
    await house.pass(2 * MINUTE)
    return servers.map(({name}) => sent.get(name) ?? 0)
  }
  await counted()
  const idle = await counted()
  await rule([
    {action: 'tag', names: ['tidied']},
    {action: 'limits', up: '5 MB/s'},
  ])
  const tidied = await counted()
  for (const {name} of servers) {
    const {world} = house.server(name)
    const torrents = Array.from({length: TORRENTS}, (_, n) => world.get(hash(n + 1))!)
    expect([name, torrents.filter(({tags}) => tags.includes('tidied')).length]).toEqual([name, TORRENTS])
  }
  const extra = tidied.map((count, at) => count - idle[at]!)
  expect(extra.filter((count) => count > ACTIONS * (TORRENTS / 500) + CONSTANT)).toEqual([])
  const lines = await house.api.get<{deeds: readonly object[]}>('/api/journal?limit=200&verb=addTags')
  expect(lines.deeds).toHaveLength(200)
})
