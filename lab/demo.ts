/**
 * The fleet of `npm start -- --demo`: four servers that speak the real protocols, one of each kind and one that is
 * lost after it told its list, with 2,000 invented torrents that live. It runs as a process of its own and ends with us.
 * Two simulated Arrs wanted some of them.
 */
import type {ArrId} from '#model/arr.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {FirstArr} from '#registry/arrs/table.ts'
import type {Store} from '#store/store.ts'
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {startDemoArrs} from './demo-arrs.ts'
import {layOrphans} from './demo-orphans.ts'
import {writeDemoPast, type DemoLife} from './demo-past.ts'
import {pauseAgain} from './demo-pause.ts'
import {ripenAgain} from './demo-ripening.ts'
import {PAUSED_RULE, SEEDED_ENOUGH, writeStory, type StoryServer} from './demo-story.ts'
import {startFleetProcess, type FleetProcess} from './simulators/fleet-process.ts'
import type {SimServerSpec} from './simulators/sim-server.ts'
import {CONFIG_FOLDER} from './simulators/torrent-folder.ts'

export interface DemoFleet {
  readonly definitions: readonly ServerDefinition[]
  /** Arrs that wanted some of its torrents. */
  readonly arrs: readonly FirstArr[]
  /** For how long each of them was online before this start, ms. */
  readonly onlineBefore: ReadonlyMap<ServerId, number>
  /** What they did before we looked, into a database that is empty yet. @throws {StorageFault} */
  writePast(store: Pick<Store, 'write'>): Promise<void>
  /** The rule that is held up from the start is so again after somebody let it go on. Ends with the fleet. */
  keepPaused(suspensions: Parameters<typeof pauseAgain>[0]): void
  /** One of them is not reached any more; before that its list is read. @throws when the fleet ends meanwhile */
  loseOne(): Promise<void>
  stop(): Promise<void>
}

const GIB = 2 ** 30
const TIB = 2 ** 40
/** Where each of them saves, by its own paths. */
const SAVES = '/srv/downloads'

const lived = {mix: 'lived', changePercentPerSecond: 4, turnover: true, defaultSavePath: SAVES} as const
/** The first torrents of two servers are the same: cross-seeding people have that. */
const shared = {seed: 41, count: 25}

interface DemoServer {
  readonly spec: SimServerSpec
  readonly title: string
  readonly past: Pick<DemoLife, 'latencyMs' | 'away' | 'fillsPerDay' | 'free'>
}

const servers: readonly DemoServer[] = [
  {
    title: 'Demo seedbox',
    spec: {
      name: 'demo-seedbox',
      kind: 'qbittorrent',
      version: '5.1.0',
      count: 820,
      seed: 11,
      shared,
      ...lived,
      free: 1.2 * TIB,
    },
    past: {latencyMs: 5, away: [], fillsPerDay: 0.4 * GIB, free: 1.2 * TIB},
  },
  {
    title: 'Demo NAS',
    spec: {
      name: 'demo-nas',
      kind: 'transmission',
      version: '4.1.4',
      count: 520,
      seed: 22,
      shared,
      ...lived,
      free: 186 * GIB,
    },
    past: {
      latencyMs: 14,
      away: [
        {hoursAgo: 200, hours: 3},
        {hoursAgo: 5, hours: 0.05},
      ],
      // So it will be full in nine days.
      fillsPerDay: 20.6 * GIB,
      free: 186 * GIB,
    },
  },
  {
    title: 'Demo basement',
    spec: {name: 'demo-basement', kind: 'rtorrent', version: '0.9.8', count: 480, seed: 33, ...lived},
    past: {latencyMs: 5, away: [], fillsPerDay: 0, free: null},
  },
  {
    title: 'Demo offline',
    spec: {
      name: 'demo-offline',
      kind: 'qbittorrent',
      version: '5.1.0',
      count: 180,
      seed: 44,
      ...lived,
      free: 0.6 * TIB,
    },
    past: {latencyMs: 22, away: [{hoursAgo: 35.2, hours: 0.6}], fillsPerDay: 0.5 * GIB, free: 0.6 * TIB},
  },
]

const HOUR_MS = 3_600_000
/** As long as their past goes back. */
const PAST_HOURS = 30 * 24

const LOST = 'demo-offline'
/** Their disks are those of the program. */
const isHere: ReadonlySet<string> = new Set(['demo-seedbox', 'demo-nas'])
/** Then its list is known and stable, and somebody may have seen it online. */
const ENOUGH_LISTS = 4
/** Whatever it is still told to do: by then it is lost. */
const MOST_LISTS = 40
/** Torrents of a month that are not there any more, on each server that has something in the trash. */
const GONE = 60

/** Once rules have labelled what is on it: what they want of it afterwards waits as long as the demo runs. */
async function loseOne(fleet: FleetProcess): Promise<void> {
  const lists = async () => (await fleet.send(LOST, {do: 'counters'})).requests['/api/v2/sync/maindata'] ?? 0
  const commands = async () => (await fleet.send(LOST, {do: 'received'})).length
  // From now on: putting the program together may have taken longer than that.
  const first = await lists()
  let last = {commands: 0, lists: first}
  for (let now = first; now < first + MOST_LISTS; now = await lists()) {
    const sent = await commands()
    if (sent > last.commands) last = {commands: sent, lists: now}
    if (last.commands > 0 && now >= last.lists + ENOUGH_LISTS) break
    await new Promise((done) => setTimeout(done, 250))
  }
  await fleet.send(LOST, {do: 'listen', on: false})
}

/** Resolves when the simulated servers listen. @param folder ours, for what lies on their disks; gone with the demo */
export async function startDemoFleet(folder: string): Promise<DemoFleet> {
  const disks = new Map(
    // The others are on machines of their own: what lies there nobody sees.
    servers
      .filter(({spec}) => isHere.has(spec.name))
      .map(({spec}) => [spec.name, join(folder, 'disks', spec.name)]),
  )
  for (const disk of disks.values()) mkdirSync(disk, {recursive: true})
  const fleet = await startFleetProcess({
    servers: servers.map(({spec}) => ({
      ...spec,
      disk: disks.get(spec.name),
      config: keepsTorrents(spec) ? configOf(folder, spec) : undefined,
    })),
  })
  const definitions = fleet.definitions.map((definition, at) => {
    const disk = disks.get(definition.id)
    return {
      ...definition,
      name: servers[at]!.title,
      paths:
        disk === undefined ? [] : [{server: SAVES, ours: disk}, ...configPaths(folder, servers[at]!.spec)],
      storage: definition.id,
      allowExecute: definition.kind === 'rtorrent',
      downloadRoots: [SAVES],
    }
  })
  const arrs = await startDemoArrs(fleet, ['demo-seedbox', 'demo-nas'])
  let stopPausing = (): void => undefined
  // What an Arr may want stays.
  const notOf = arrs.categories.map(({category}) => category)
  const stopRipening = ripenAgain(() => fleet.send('demo-seedbox', {do: 'ripen', notOf, ...SEEDED_ENOUGH}))
  return {
    definitions,
    arrs: arrs.added,
    onlineBefore: new Map(servers.map(({spec, past}) => [asServerId(spec.name), onlineBefore(past)])),
    writePast: (store) => writePast(fleet, store, {disks, arrs: arrs.categories}),
    keepPaused(suspensions) {
      const held = suspensions.of(PAUSED_RULE)
      if (held !== null) stopPausing = pauseAgain(suspensions, held)
    },
    loseOne: () => loseOne(fleet),
    stop: async () => {
      stopPausing()
      stopRipening()
      await arrs.stop()
      await fleet.stop()
    },
  }
}

/** It hands out no .torrent file: whoever wants one reads it in the folder of its settings. */
function keepsTorrents({name, kind}: SimServerSpec): boolean {
  return isHere.has(name) && kind !== 'qbittorrent'
}

function configOf(folder: string, {name}: SimServerSpec): string {
  return join(folder, 'config', name)
}

function configPaths(folder: string, spec: SimServerSpec): ServerDefinition['paths'] {
  return keepsTorrents(spec) ? [{server: CONFIG_FOLDER, ours: configOf(folder, spec)}] : []
}

/** Since it was away last, ms. */
function onlineBefore({away}: Pick<DemoLife, 'away'>): number {
  return Math.min(PAST_HOURS, ...away.map(({hoursAgo, hours}) => hoursAgo - hours)) * HOUR_MS
}

async function writePast(
  fleet: FleetProcess,
  store: Pick<Store, 'write'>,
  {
    disks,
    arrs,
  }: {
    readonly disks: ReadonlyMap<string, string>
    readonly arrs: readonly {readonly id: ArrId; readonly category: string}[]
  },
): Promise<void> {
  const now = Date.now()
  const stories: StoryServer[] = []
  const lives: DemoLife[] = []
  for (const [at, {spec, past, title}] of servers.entries()) {
    const serverId = asServerId(spec.name)
    const disk = disks.get(spec.name) ?? null
    const torrents = await fleet.send(spec.name, {do: 'lives'})
    // All that is in the trash was on one server.
    const gone = at === 0 ? await fleet.send(spec.name, {do: 'imagine', count: GONE, seed: 5}) : []
    stories.push({serverId, name: title, disk, savePath: SAVES, lives: torrents, gone})
    lives.push({serverId, torrents, ...past})
  }
  layOrphans(disks.get('demo-seedbox')!, now)
  await writeDemoPast(store, lives, now)
  await writeStory(store, {servers: stories, arrs, now})
}
