/**
 * Of which trackers many torrents are said to be unregistered at once. One that forgets a torrent forgets few others in
 * the same days; one that forgets a crowd has a fault of its own, and what is owed to it stays owed.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {Share} from '#model/units.ts'
import type {Compartment} from '#model/access.ts'
import type {ServerView} from '#model/services.ts'
import {isAnnouncing} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {TrackerPhrases} from '#model/tracker-profile.ts'
import {trackerClassOf} from '#rules/tracker-class.ts'
import {trackerDomain} from '#rules/tracker-domain.ts'
import type {UnregisteredTimes} from './unregistered-times.ts'

/** How many torrents of a tracker say what. */
interface Crowd {
  /** Those that ask it. */
  asking: number
  /** Of those who are unregistered for certain. */
  unregistered: number
  /** Its server says that no tracker works, and not why. */
  unclear: number
}

/**
 * A tracker may have several hosts, and a host may stand for many trackers: a crowd of either is one, as what is owed
 * stays owed then.
 */
class Counts {
  /** By host. */
  readonly hosts = new Map<string, Crowd>()
  /** By domain, of all hosts in it together. */
  readonly domains = new Map<string, Crowd>()
  readonly #hostsIn = new Map<string, Set<string>>()

  /** One torrent. */
  add(hosts: readonly string[], says: Saying): void {
    for (const host of hosts) {
      count(this.hosts, host, says)
      const domain = trackerDomain(host)
      this.#hostsIn.set(domain, (this.#hostsIn.get(domain) ?? new Set()).add(host))
    }
    for (const domain of new Set(hosts.map(trackerDomain))) count(this.domains, domain, says)
  }

  /** Each tracker that many are unregistered at for certain: where only several hosts together are it, its domain, once. */
  forgetful(): ReadonlyMap<string, Crowd> {
    const crowds = new Map<string, Crowd>()
    for (const [domain, all] of this.domains) {
      const hosts = [...this.#hostsIn.get(domain)!].map((host) => [host, this.hosts.get(host)!] as const)
      const whole = hosts.find(([, {unregistered}]) => unregistered === all.unregistered)
      const isOne = isForgetful(all)
      const named = isOne ? [whole ?? ([domain, all] as const)] : hosts
      for (const [name, crowd] of named) if (isOne || isForgetful(crowd)) crowds.set(name, crowd)
    }
    return crowds
  }
}

type Saying = 'works' | 'unregistered' | 'unclear' | 'other'

/** Whoever makes up torrents breaks or makes none of others. */
type Crowds = ReadonlyMap<Compartment, Counts>

/** More than this share of those that ask it. */
const MOST: Share = 0.2
/** So many are no crowd, however few there are. */
const FEW = 3
/** One count for all who ask meanwhile. */
const KEPT_MS = 60_000

export class TrackerCrowds {
  readonly #fleet: Pick<Fleet, 'rowsOf' | 'rows' | 'keyAt' | 'valueAt' | 'turns'>
  readonly #servers: {list(): readonly ServerView[]}
  readonly #clock: Clock
  readonly #times: Pick<UnregisteredTimes, 'isOpen'>
  readonly #compartmentOf: (id: ServerId) => Compartment
  /** By which words people know what trackers of a torrent on this server mean. */
  readonly #phrases: (id: ServerId, hosts: readonly string[]) => TrackerPhrases
  #counted: {readonly at: number; readonly crowds: Promise<Crowds>} | null = null

  constructor(
    fleet: Pick<Fleet, 'rowsOf' | 'rows' | 'keyAt' | 'valueAt' | 'turns'>,
    servers: {list(): readonly ServerView[]},
    clock: Clock,
    times: Pick<UnregisteredTimes, 'isOpen'>,
    compartmentOf: (id: ServerId) => Compartment,
    phrases: (id: ServerId, hosts: readonly string[]) => TrackerPhrases,
  ) {
    this.#fleet = fleet
    this.#servers = servers
    this.#clock = clock
    this.#times = times
    this.#compartmentOf = compartmentOf
    this.#phrases = phrases
  }

  /** Any of these may have forgotten many. @param of where the torrent is that it is asked for */
  async isCrowd(hosts: readonly string[], of: ServerId): Promise<boolean> {
    const crowds = (await this.#crowds()).get(this.#compartmentOf(of))
    return hosts.some((host) =>
      [crowds?.hosts.get(host), crowds?.domains.get(trackerDomain(host))].some(
        (crowd) => crowd && isMany(crowd.unregistered + crowd.unclear, crowd.asking),
      ),
    )
  }

  /** Those that have for certain, of torrents of the house. */
  async forgetful(): Promise<ReadonlyMap<string, Readonly<Crowd>>> {
    return (await this.#crowds()).get(null)?.forgetful() ?? new Map<string, Crowd>()
  }

  #crowds(): Promise<Crowds> {
    const at = this.#clock.monotonic()
    if (this.#counted === null || at - this.#counted.at >= KEPT_MS) {
      this.#counted = {at, crowds: this.#count()}
    }
    return this.#counted.crowds
  }

  /** On all servers that are believed now. 100,000 torrents are some 40 ms, in slices. */
  async #count(): Promise<Crowds> {
    const all = new Map<Compartment, Counts>()
    for (const {id, health} of this.#servers.list()) {
      if (health.status !== 'online' && health.status !== 'degraded') continue
      const compartment = this.#compartmentOf(id)
      const crowds = all.get(compartment) ?? new Counts()
      all.set(compartment, crowds)
      for (const row of this.#fleet.rowsOf(id)) {
        if (this.#fleet.turns.due()) await this.#fleet.turns.next()
        if (this.#fleet.rows.isSeen(row)) this.#add(row, crowds)
      }
    }
    return all
  }

  #add(row: number, crowds: Counts): void {
    const status = this.#fleet.valueAt(row, 'trackerStatus')
    if (status === 'none') return
    const says = status === 'ok' ? 'works' : this.#sayingOf(row, this.#fleet.keyAt(row))
    // Who stands still asks nobody; what it heard before it was stopped counts on.
    if (says !== 'unregistered' && isAnnouncing(this.#fleet.valueAt(row, 'state')) !== true) return
    crowds.add(this.#fleet.valueAt(row, 'trackerHosts') ?? [], says)
  }

  #sayingOf(row: number, key: TorrentKey): Exclude<Saying, 'works'> {
    const message = this.#fleet.valueAt(row, 'trackerMessage') ?? ''
    const status = this.#fleet.valueAt(row, 'trackerStatus')
    const own = trackerClassOf({status, message})
    if (own === 'unregistered' || own === 'trumped' || this.#times.isOpen(key)) return 'unregistered'
    // What people have it ignore is no reason to take a crowd for fewer.
    const hosts = this.#fleet.valueAt(row, 'trackerHosts') ?? []
    const known = trackerClassOf({status, message}, this.#phrases(key.serverId, hosts))
    if (known === 'unregistered') return known
    return own === 'unknown' && message === '' ? 'unclear' : 'other'
  }
}

function count(crowds: Map<string, Crowd>, name: string, says: Saying): void {
  const crowd = crowds.get(name) ?? {asking: 0, unregistered: 0, unclear: 0}
  crowd.asking++
  if (says === 'unregistered') crowd.unregistered++
  else if (says === 'unclear') crowd.unclear++
  crowds.set(name, crowd)
}

function isForgetful({unregistered, asking}: Crowd): boolean {
  return isMany(unregistered, asking)
}

function isMany(count: number, of: number): boolean {
  return count > FEW && count > of * MOST
}
