/**
 * The fleet of `npm start -- --demo`: four servers that speak the real protocols, one of each kind and one that is
 * lost after it told its list, with 2,000 invented torrents that live. It runs as a process of its own and ends with us.
 * Two simulated Arrs wanted some of them.
 */
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {ArrSections} from '#registry/arrs/directory.ts'
import type {Store} from '#store/store.ts'
import {startDemoArrs} from './demo-arrs.ts'
import {writeDemoPast, type DemoLife} from './demo-past.ts'
import {startFleetProcess, type FleetProcess, type FleetSpec} from './simulators/fleet-process.ts'

export interface DemoFleet {
  readonly definitions: readonly ServerDefinition[]
  /** Arrs that wanted some of its torrents. */
  readonly arrs: ArrSections
  /** What they did before we looked, into a database that is empty yet. @throws {StorageFault} */
  writePast(store: Pick<Store, 'write'>): Promise<void>
  /** One of them is not reached any more; before that its list is read. @throws when the fleet ends meanwhile */
  loseOne(): Promise<void>
  stop(): Promise<void>
}

const lively = {changePercentPerSecond: 4, turnover: true} as const
/** The first torrents of two servers are the same: cross-seeding people have that. */
const shared = {seed: 41, count: 25}

const demo: FleetSpec = {
  servers: [
    {name: 'demo-seedbox', kind: 'qbittorrent', version: '5.1.0', count: 820, seed: 11, shared, ...lively},
    {name: 'demo-nas', kind: 'transmission', version: '4.1.4', count: 520, seed: 22, shared, ...lively},
    {name: 'demo-basement', kind: 'rtorrent', version: '0.9.8', count: 480, seed: 33, ...lively},
    {name: 'demo-offline', kind: 'qbittorrent', version: '5.1.0', count: 180, seed: 44},
  ],
}

const titles: Readonly<Record<string, string>> = {
  'demo-seedbox': 'Demo seedbox',
  'demo-nas': 'Demo NAS',
  'demo-basement': 'Demo basement',
  'demo-offline': 'Demo offline',
}

const MIB = 2 ** 20
const TIB = 2 ** 40
const asIn = {latencyMs: 5, away: []} as const

const lives: readonly DemoLife[] = [
  {
    serverId: asServerId('demo-seedbox'),
    down: 230 * MIB,
    up: 205 * MIB,
    torrents: 820,
    free: 3 * TIB,
    ...asIn,
  },
  {
    serverId: asServerId('demo-nas'),
    down: 185 * MIB,
    up: 130 * MIB,
    torrents: 520,
    free: 3 * TIB,
    latencyMs: 14,
    away: [
      {hoursAgo: 200, hours: 3},
      {hoursAgo: 9.4, hours: 0.35},
    ],
  },
  {serverId: asServerId('demo-basement'), down: 145 * MIB, up: 119 * MIB, torrents: 480, free: null, ...asIn},
  {
    serverId: asServerId('demo-offline'),
    down: 12 * MIB,
    up: 30 * MIB,
    torrents: 180,
    free: 3 * TIB,
    latencyMs: 22,
    away: [{hoursAgo: 5.2, hours: 0.6}],
  },
]

const LOST = 'demo-offline'
/** Then its list is known and stable, and somebody may have seen it online. */
const ENOUGH_LISTS = 4

async function loseOne(fleet: FleetProcess): Promise<void> {
  const lists = async () => (await fleet.tell(LOST, {do: 'counters'})).requests['/api/v2/sync/maindata'] ?? 0
  // From now on: putting the program together may have taken longer than that.
  const before = await lists()
  while ((await lists()) < before + ENOUGH_LISTS) {
    await new Promise((done) => setTimeout(done, 250))
  }
  await fleet.tell(LOST, {do: 'listen', on: false})
}

/** Resolves when the simulated servers listen. */
export async function startDemoFleet(): Promise<DemoFleet> {
  const fleet = await startFleetProcess(demo)
  const definitions = fleet.definitions.map((definition) => ({
    ...definition,
    name: titles[definition.id] ?? definition.name,
  }))
  const arrs = await startDemoArrs(fleet, ['demo-seedbox', 'demo-nas'])
  return {
    definitions,
    arrs: arrs.sections,
    writePast: (store) => writeDemoPast(store, lives, Date.now()),
    loseOne: () => loseOne(fleet),
    stop: async () => {
      await arrs.stop()
      await fleet.stop()
    },
  }
}
