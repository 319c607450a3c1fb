/**
 * A newcomer's first tidy-up: one rule wants the same of each torrent of four servers, of all kinds. It costs requests
 * by the hundred torrents, not by the torrent.
 */
import {afterEach, expect, test} from 'vitest'
import type {SimServer} from '#lab/simulators/sim-server.ts'
import {isFull} from '#test/proof.ts'
import {ActingHarness} from './acting-harness.fixture.ts'

/** As many as a newcomer may have, in the full proof; a few portions in the other. */
const TORRENTS = isFull ? 1_200 : 300
const ACTIONS = 2
/** Of 500 torrents: looks at its list before and after each portion, and what they ask beside. */
const LOOKS = 50
/** However many torrents there are, looks counted. */
const MOST_COMMANDS = 100
const MINUTE = 60
const servers = [
  {name: 'qBit', kind: 'qbittorrent', version: '5.1.0'},
  {name: 'Transmission', kind: 'transmission', version: '4.1.0'},
  {name: 'rTorrent', kind: 'rtorrent', version: '0.9.8'},
  {name: 'Deluge', kind: 'deluge', version: '2.2.0'},
] as const

let harness: ActingHarness
afterEach(() => harness.stop())

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

async function rule(names: readonly string[], actions: readonly object[]): Promise<void> {
  const when = {fact: 'complete', op: 'eq', value: true}
  const name = `Tidy ${names.join(' and ')}`
  const body = {id: 'tidy', name, mode: 'live', scope: {servers: names}, when, do: actions}
  const {status, body: said} = await harness.api.send('POST', '/api/rules', {rule: body, confirm: true})
  expect([status, said]).toEqual([201, said])
}

test('what a rule wants of all torrents of a server costs it requests by the hundred', async () => {
  const sent = new Map<string, number>()
  harness = await ActingHarness.start({
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
    await harness.pass(2 * MINUTE)
    return servers.map(({name}) => sent.get(name) ?? 0)
  }
  await counted()
  const idle = await counted()
  const limits = {action: 'limits', up: '5 MB/s'}
  await rule(['qBit', 'Transmission', 'rTorrent'], [{action: 'tag', names: ['tidied']}, limits])
  // It has no tags, and takes its one label for one torrent at a time.
  await rule(['Deluge'], [{...limits, ratio: 3}])
  const tidied = await counted()
  for (const {name} of servers) {
    const {world} = harness.server(name)
    const torrents = Array.from({length: TORRENTS}, (_, n) => world.get(hash(n + 1))!)
    const tidy = torrents.filter(({tags, ratioLimit, upLimit}) => {
      // rTorrent and Deluge count in KiB.
      const isLimited = upLimit !== null && Math.abs(upLimit - 5_000_000) < 1_024
      return isLimited && (name === 'Deluge' ? ratioLimit === 3 : tags.includes('tidied'))
    })
    expect([name, tidy.length]).toEqual([name, TORRENTS])
  }
  const extra = servers.map(({name}, at) => [name, tidied[at]! - idle[at]!] as const)
  const most = Math.min((ACTIONS + LOOKS) * Math.ceil(TORRENTS / 500), MOST_COMMANDS)
  expect(extra.filter(([, count]) => count > most)).toEqual([])
  const lines = await harness.api.get<{entries: readonly object[]}>('/api/journal?limit=200&verb=addTags')
  expect(lines.entries).toHaveLength(200)
})
