/**
 * The fleet of `npm start -- --demo`: four servers that speak the real protocols, one of each kind and one that is
 * down, with 2,000 invented torrents that live. It runs as a process of its own and ends with us.
 */
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {DemoLife} from './demo-past.ts'
import {startFleetProcess, type FleetSpec} from './simulators/fleet-process.ts'

export interface DemoFleet {
  readonly definitions: readonly ServerDefinition[]
  /** What they did before we looked. */
  readonly lives: readonly DemoLife[]
  stop(): Promise<void>
}

const lively = {changePercentPerSecond: 4, turnover: true} as const
/** The first torrents of two servers are the same: cross-seeding people have that. */
const shared = {seed: 41, count: 25}

const demo: FleetSpec = {
  servers: [
    {name: 'demo-seedbox', kind: 'qbittorrent', version: '5.1.0', count: 900, seed: 11, shared, ...lively},
    {name: 'demo-nas', kind: 'transmission', version: '4.1.4', count: 600, seed: 22, shared, ...lively},
    {name: 'demo-basement', kind: 'rtorrent', version: '0.9.8', count: 500, seed: 33, ...lively},
    {name: 'demo-offline', kind: 'qbittorrent', version: '5.1.0', count: 0, seed: 44, down: true},
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
    torrents: 900,
    free: 3 * TIB,
    ...asIn,
  },
  {
    ...{serverId: asServerId('demo-nas'), down: 185 * MIB, up: 130 * MIB, torrents: 600, free: 3 * TIB},
    ...{
      latencyMs: 14,
      away: [
        {hoursAgo: 200, hours: 3},
        {hoursAgo: 9.4, hours: 0.35},
      ],
    },
  },
  {serverId: asServerId('demo-basement'), down: 145 * MIB, up: 119 * MIB, torrents: 500, free: null, ...asIn},
  {
    ...{serverId: asServerId('demo-offline'), down: 12 * MIB, up: 30 * MIB, torrents: 180, free: 1 * TIB},
    ...{latencyMs: 22, away: [{hoursAgo: 5.2, hours: 24}]},
  },
]

/** Resolves when the simulated servers listen. */
export async function startDemoFleet(): Promise<DemoFleet> {
  const fleet = await startFleetProcess(demo)
  const definitions = fleet.definitions.map((definition) => ({
    ...definition,
    name: titles[definition.id] ?? definition.name,
  }))
  return {definitions, lives, stop: () => fleet.stop()}
}
