/** Servers that reach nobody on the internet, and since when: which of it a server tells, and what its trackers say. */
import type {ActingServer} from '#test/program/acting-harness.fixture.ts'
import {qbittorrentProfile} from '../simulators/qbittorrent-profile.ts'
import type {SimState, SimTracker} from '../simulators/sim-torrent.ts'
import type {World} from '../simulators/world.ts'

/** `trackers`: none of them answers, while peers and hosts do. `everybody`: there is no internet at all. */
type Silent = 'trackers' | 'everybody'

/** Of fewer torrents nobody can know whether their trackers are dead, or out of reach for their server. */
const FEW = 3
/** They ask no tracker, whatever they are told to do. */
const resting: ReadonlySet<SimState> = new Set(['queued', 'checking', 'moving', 'error', 'missingFiles'])

export class NetworkOutages {
  /** Servers whose lists tell how trackers do; of the others nobody can know that none answers while hosts do. */
  readonly #telling: ReadonlySet<string>
  /** ms. */
  readonly #since = new Map<string, number>()
  readonly #withoutTrackers = new Set<string>()
  readonly #withoutAnybody = new Set<string>()

  constructor(servers: readonly ActingServer[]) {
    this.#telling = new Set(servers.filter(reportsTrackers).map(({name}) => name))
  }

  /** @param now ms that only grow */
  begin(server: string, who: Silent, now: number): void {
    this.#withoutTrackers.add(server)
    if (who === 'trackers') return
    this.#withoutAnybody.add(server)
    if (!this.#since.has(server)) this.#since.set(server, now)
  }

  end(server: string): void {
    this.#withoutTrackers.delete(server)
    this.#withoutAnybody.delete(server)
    this.#since.delete(server)
  }

  /** How long it can be known that nobody is reached, ms; 0 = somebody is. */
  lengthOf(server: string, now: number): number {
    return now - (this.#since.get(server) ?? now)
  }

  /** Trackers answer what comes meanwhile no more than what was there. */
  goOn(server: string, world: World, now: number): void {
    if (!this.#withoutTrackers.has(server)) return
    announce(world, 'unreachable')
    if (this.#withoutAnybody.has(server)) return
    if (!this.#telling.has(server) || !areManyAsking(world)) this.#since.delete(server)
    else if (!this.#since.has(server)) this.#since.set(server, now)
  }
}

function areManyAsking(world: World): boolean {
  const running = [...world.list()].filter((it) => it.running && !resting.has(it.state))
  const asking = running.filter(({trackers}) => trackers.length > 0)
  return asking.length >= FEW && asking.length >= running.length / 2
}

/** qBittorrent does from 5.2 on, where pieces are listed too (src/connectivity/README.md). */
function reportsTrackers({kind, version}: ActingServer): boolean {
  return kind !== 'qbittorrent' || qbittorrentProfile(version).listsPieces
}

/** What the trackers of its torrents say from now on. */
export function announce(world: World, status: SimTracker['status']): void {
  const message = status === 'working' ? '' : 'No such host is known'
  const others = [...world.list()].filter(({trackers}) => trackers.some((it) => it.status !== status))
  for (const torrent of others) {
    const trackers = torrent.trackers.map((it) => ({...it, status, message, lastAnnounceAt: world.now()}))
    world.update(torrent, {trackers}, 'swarm')
  }
}
