/** No tracker of one server answers while the rest of its machine is well: what stands still there is nobody's fault. */
import {afterEach, expect, test} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {announce} from '#lab/simulation/network-outages.ts'
import type {NewTorrent} from '#lab/simulators/sim-torrent.ts'
import {some} from '#test/proof.ts'
import {B, HOUR, MINUTE, nameOf, ScenarioHarness, type ScenarioServer} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const GB = 1e9
/** Behind the torrents that the server begins with. */
const FIRST = 5_000
/** Of the torrents that it begins with. */
const RESTING = 40

/** Each as it is known of: qBittorrent tells of trackers with its list from 5.2 on. */
const kinds: readonly Pick<ScenarioServer & {kind: ServerKind}, 'kind' | 'version' | 'allowExecute'>[] = [
  {kind: 'rtorrent', version: '0.9.8', allowExecute: true},
  {kind: 'rtorrent', version: '0.16.17', allowExecute: true},
  {kind: 'transmission', version: '3.00'},
  {kind: 'transmission', version: '4.1.4'},
  {kind: 'deluge', version: '2.2.0'},
  {kind: 'qbittorrent', version: '5.3.0'},
]

const download = {
  category: 'films',
  state: 'downloading',
  done: GB / 10,
  downloaded: GB / 10,
  completedAt: null,
} as const

/** Its neighbour has peers; it has forty complete torrents that were stopped long ago, when their trackers answered. */
async function begin(
  server: (typeof kinds)[number],
  more: Partial<Record<number, Partial<NewTorrent>>> = {},
): Promise<string> {
  const name = nameOf(server.kind)
  harness = await ScenarioHarness.start({
    servers: [
      {name: B, torrents: 20, each: () => ({peersConnected: 2})},
      {
        ...server,
        name,
        torrents: RESTING,
        each: (index) => more[index] ?? {running: false, state: 'stopped'},
      },
    ],
    config: `
ManagedCategories = ["films"]
["${name}".CategorySeeding]
StalledDelay = 15
`,
    settled: 0,
  })
  return name
}

function downloads(server: string, count: number, fields: Partial<NewTorrent> = {}): readonly string[] {
  return Array.from(
    {length: count},
    (_, at) =>
      harness.put(server, FIRST + at, {...download, lastActivityAt: harness.world(server).now(), ...fields})
        .hash,
  )
}

const cutOff = (server: string, phase: string) => `freeze ${server} ${phase} server_cut_off`

async function alerts(): Promise<readonly string[]> {
  const lines = await harness.journal('origin=rule&origin=system&subject=server')
  return lines.map(({verb, server_id: id, phase, code}) => [verb, id, phase, code].join(' '))
}

const removed = () => harness.destroyed().map((line) => line.split(' ').at(-1))

for (const server of some(1, kinds)) {
  test(`S25 ${server.kind} ${server.version}: three downloads run whose trackers do not answer, and forty that are stopped heard better before`, async () => {
    const name = await begin(server)
    const hashes = downloads(name, 3)
    announceTo(name, hashes, 'unreachable')
    await harness.pass(HOUR)
    await harness.expectNothingDestructive()
    expect(await alerts()).toEqual([cutOff(name, 'blocked')])
    announceTo(name, hashes, 'working')
    await harness.pass(12 * MINUTE)
    await harness.expectNothingDestructive()
    expect(await alerts()).toEqual([cutOff(name, 'undone')])
    // They stand still for reasons of their own now.
    await harness.pass(25 * MINUTE)
    expect(new Set(removed())).toEqual(new Set(hashes))
    await harness.expectWell()
  })

  test(`S25 ${server.kind} ${server.version}: one download whose tracker is out of reach since the start is no stall`, async () => {
    const name = await begin(server, {0: {...download, lastActivityAt: null}})
    const [hash] = [...harness.world(name).list()].filter(({running}) => running).map((it) => it.hash)
    announceTo(name, [hash!], 'unreachable')
    await harness.acting.forgetComing()
    await harness.pass(HOUR)
    await harness.expectNothingDestructive()
    announceTo(name, [hash!], 'working')
    await harness.pass(40 * MINUTE)
    expect(removed()).toEqual([hash])
  })

  test(`S25 ${server.kind} ${server.version}: where peers are there, one download whose tracker is gone is given up in its time`, async () => {
    const name = await begin(server, {0: {peersConnected: 1}})
    await harness.pass(15 * MINUTE)
    const hashes = downloads(name, 1)
    announceTo(name, hashes, 'unreachable')
    await harness.pass(14 * MINUTE)
    await harness.expectNothingDestructive()
    await harness.pass(6 * MINUTE)
    expect(removed()).toEqual(hashes)
    expect(await alerts()).toEqual([])
  })
}

for (const server of some(1, kinds)) {
  test(`S25 ${server.kind} ${server.version}: an outage that is seen late and ends shortly before a stall would, takes no time from torrents that wait`, async () => {
    const seeders = {peersConnected: 1} as const
    const name = await begin(server, {0: seeders, 1: seeders, 2: seeders})
    const world = harness.world(name)
    const running = Array.from(world.list()).filter((it) => it.running)
    await harness.pass(5 * MINUTE)
    const hashes = downloads(name, 3)
    const peers = (peersConnected: number) => {
      for (const torrent of running) world.update(torrent, {peersConnected})
    }
    peers(0)
    await harness.pass(12 * MINUTE)
    announce(world, 'unreachable')
    await harness.pass(3 * MINUTE)
    expect(await alerts()).toEqual([cutOff(name, 'blocked')])
    announce(world, 'working')
    peers(1)
    await harness.pass(19 * MINUTE)
    await harness.expectNothingDestructive()
    const [revived, ...others] = hashes
    harness.update(name, revived!, {
      downloaded: GB / 5,
      done: GB / 5,
      downSpeed: 50_000,
      lastActivityAt: world.now(),
    })
    await harness.pass(20 * MINUTE)
    expect(new Set(removed())).toEqual(new Set(others))
  })
}

for (const server of some(
  1,
  kinds.filter(({kind}) => kind === 'rtorrent'),
)) {
  test(`S25 rtorrent ${server.version}: its disk is back while its trackers do not answer, of which its messages say nothing`, async () => {
    const name = await begin(server)
    const hashes = downloads(name, 3, {state: 'error', errorText: 'Storage error: Input/output error'})
    await harness.pass(15 * MINUTE)
    announceTo(name, hashes, 'unreachable')
    // rTorrent takes no message back.
    for (const hash of hashes) harness.update(name, hash, {state: 'downloading'})
    await harness.pass(HOUR)
    await harness.expectNothingDestructive()
    expect(await alerts()).toEqual([cutOff(name, 'blocked')])
    announceTo(name, hashes, 'working')
    await harness.pass(40 * MINUTE)
    expect(new Set(removed())).toEqual(new Set(hashes))
  })
}

/** Others have asked theirs before. */
function announceTo(server: string, hashes: readonly string[], status: 'working' | 'unreachable'): void {
  const world = harness.world(server)
  const others = [...world.list()]
    .filter(({hash}) => !hashes.includes(hash))
    .map((it) => [it, it.trackers] as const)
  announce(world, status)
  for (const [torrent, trackers] of others)
    if (torrent.trackers !== trackers) world.update(torrent, {trackers}, 'swarm')
}
