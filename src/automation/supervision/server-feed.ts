/**
 * Tells managers of servers, as they judge by them: health, how long it is online, what of its list is missing. Told
 * when it changes in what rules may ask, health at once, and at the latest every half minute.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {FleetDelta} from '#fleet/writer.ts'
import type {Clock} from '#lib/clock.ts'
import type {UserId} from '#model/access.ts'
import type {ManagedServer} from '#model/manager.ts'
import type {HealthStatus} from '#model/server.ts'
import type {Servers, ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Share} from '#model/units.ts'
import type {LowDisks} from '../whole-server/space-folder.ts'

const LOOK_MS = 1_000
/** Clocks that nobody keeps right go wrong by less within months. */
const CLOCK_MS = 120_000
/** Figures that tremble (speeds, free space) are told as often. */
const REFRESH_MS = 30_000
/** Where a server that is well passes through at a start. */
const isOnTheWay: ReadonlySet<HealthStatus> = new Set<HealthStatus>(['unknown', 'connecting', 'warming'])
/** ms for each hundred servers between two looks that another status asks for: a look asks all of them. */
const APART_MS = 10

/** Servers, and when the status of one is another. */
interface WatchedServers extends Pick<Servers, 'list' | 'get'> {
  /** @returns how to stop */
  onStatus(listener: () => void): () => void
}

/** What is known of servers beside what they say. */
export interface ServerKnowledge {
  readonly ownerOf: (id: ServerId) => UserId | null
  /** Of the place where it is. */
  readonly internetOf: (id: ServerId) => Pick<ManagedServer, 'internet' | 'unprovenFor'>
  /** By what it says is free, or by our own look. */
  readonly isDiskLow: LowDisks['isLow']
  /**
   * Known to have been online until this start for so long, ms: it counts until one is found away for the first time.
   * Default: nobody knows of any.
   */
  readonly onlineBefore?: ReadonlyMap<ServerId, number> | undefined
}

export class ServerFeed {
  readonly #fleet: Pick<Fleet, 'unseen' | 'count' | 'keyAt' | 'onChange'>
  readonly #clock: Clock
  readonly #servers: WatchedServers
  readonly #known: ServerKnowledge
  readonly #run: string
  #send: (servers: readonly ManagedServer[]) => void = () => {}
  /** By the duration clock, ms. */
  readonly #onlineSince = new Map<ServerId, number>()
  /** Of those that did not answer yet since this start, ms. */
  readonly #onlineBefore: Map<ServerId, number>
  /** Kept while the fleet says nothing of the server. */
  readonly #missing = new Map<ServerId, Share | undefined>()
  #cancel: (() => void) | null = null
  /** By the duration clock, and servers that there were. */
  #lookedAt = Number.NEGATIVE_INFINITY
  #count = 0
  #sent = ''
  #sentAt = Number.NEGATIVE_INFINITY

  /** @param run of our life span: epochs of the one before are others */
  constructor(
    fleet: Pick<Fleet, 'unseen' | 'count' | 'keyAt' | 'onChange'>,
    clock: Clock,
    servers: WatchedServers,
    known: ServerKnowledge,
    run: string,
  ) {
    this.#fleet = fleet
    this.#clock = clock
    this.#servers = servers
    this.#known = known
    this.#run = run
    this.#onlineBefore = new Map(known.onlineBefore)
  }

  /** @returns how to stop */
  start(send: (servers: readonly ManagedServer[]) => void): () => void {
    this.#send = send
    const ends = [
      this.#fleet.onChange((delta) => this.#forget(delta)),
      this.#servers.onStatus(() => this.#lookSoon()),
    ]
    this.#look()
    return () => {
      for (const end of ends) end()
      this.#cancel?.()
    }
  }

  /** As they are now: for a manager that begins. */
  now(): readonly ManagedServer[] {
    return this.#servers.list().map((view) => this.#managed(view))
  }

  /** One of them alone. */
  of(id: ServerId): ManagedServer | null {
    const view = this.#servers.get(id)
    return view && this.#managed(view)
  }

  /** At once, where they are few. Of thousands that change one after the other each would cost a look at all others. */
  #lookSoon(): void {
    const apart = Math.min(Math.floor(this.#count / 100) * APART_MS, LOOK_MS)
    const waits = this.#lookedAt + apart - this.#clock.monotonic()
    if (waits <= 0) return this.#look()
    this.#cancel?.()
    this.#cancel = this.#clock.after(waits, () => this.#look())
  }

  #look(): void {
    this.#cancel?.()
    this.#cancel = this.#clock.after(LOOK_MS, () => this.#look())
    const servers = this.now()
    const ids = new Set(servers.map(({id}) => id))
    for (const id of this.#onlineSince.keys()) if (!ids.has(id)) this.#onlineSince.delete(id)
    this.#count = servers.length
    const current = JSON.stringify(servers.map(whatMatters))
    const at = this.#clock.monotonic()
    this.#lookedAt = at
    if (current === this.#sent && at - this.#sentAt < REFRESH_MS) return
    this.#sent = current
    this.#sentAt = at
    this.#send(servers)
  }

  #managed(view: ServerView): ManagedServer {
    const {id, name, health, epoch, wholeLists, lastWholeListAt, syncedAt, pollMs, stats} = view
    const {categories, features, clockAheadMs} = view
    return {
      id,
      name,
      ownerId: this.#known.ownerOf(id),
      status: health.status,
      since: health.since,
      onlineFor: this.#onlineFor(view),
      fullLists: wholeLists,
      epoch: `${this.#run}/${epoch}`,
      syncedAt,
      lastFullSyncAt: lastWholeListAt,
      pollMs,
      altSpeed: stats?.altSpeed,
      downSpeed: stats?.downSpeed,
      downLimit: stats?.downLimit,
      freeBytes: stats?.freeSpace,
      whyNoFreeBytes: stats?.freeSpaceUnknown,
      isDiskLow: this.#known.isDiskLow(id, stats?.freeSpace),
      categories,
      countsSeeding: features?.seedingTime.support !== 'emulated',
      isClockRight: clockAheadMs !== null && Math.abs(clockAheadMs) <= CLOCK_MS,
      population: this.#fleet.count(id),
      populationDrop: this.#drop(id),
      ...this.#known.internetOf(id),
    }
  }

  #onlineFor({id, health: {status}}: ServerView): number {
    const at = this.#clock.monotonic()
    if (status !== 'online' && status !== 'degraded') {
      this.#onlineSince.delete(id)
      if (!isOnTheWay.has(status)) this.#onlineBefore.delete(id)
      return 0
    }
    const since = this.#onlineSince.get(id) ?? at - (this.#onlineBefore.get(id) ?? 0)
    this.#onlineSince.set(id, since)
    // Once only: whoever is away later is as young as its return.
    this.#onlineBefore.delete(id)
    return Math.floor((at - since) / 1000)
  }

  #forget({servers, removed, added, changed}: FleetDelta): void {
    for (const id of servers) this.#missing.delete(id)
    for (const {key} of removed) this.#missing.delete(key.serverId)
    for (const rows of [added, changed]) {
      for (const row of rows) this.#missing.delete(this.#fleet.keyAt(row).serverId)
    }
  }

  /** Torrents that are kept although the last list lacked them: they are not believed gone. */
  #drop(id: ServerId): Share | undefined {
    if (!this.#missing.has(id)) this.#missing.set(id, missingShare(this.#fleet, id))
    return this.#missing.get(id)
  }
}

function missingShare(fleet: Pick<Fleet, 'unseen' | 'count'>, id: ServerId): Share | undefined {
  const count = fleet.count(id)
  return count === 0 ? undefined : fleet.unseen(id) / count
}

/** What is told at once when it is another: not what grows by itself, and not what trembles. */
function whatMatters(server: ManagedServer): unknown {
  const still = {onlineFor: 0, downSpeed: 0, freeBytes: 0, population: 0}
  return {
    ...server,
    ...still,
    syncedAt: server.syncedAt !== null,
    lastFullSyncAt: server.lastFullSyncAt !== null,
  }
}
