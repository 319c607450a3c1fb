/**
 * All live connections: one link per configured server, made, changed and ended while running. Readers get servers as
 * people see them; commands and details find their link here.
 */
import {isAllowed} from '#clients/outgoing.ts'
import type {ClientDeps, PortState, TorrentClient} from '#clients/port.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {UserId} from '#model/access.ts'
import {CommodarrError, ServerUnknown} from '#model/errors.ts'
import type {ServerFrame} from '#model/frame.ts'
import type {
  Category,
  HealthStatus,
  ServerDefinition,
  ServerHealth,
  ServerIdentityWord,
  ServerFigures,
  ServerStats,
} from '#model/server.ts'
import type {
  ListFreshness,
  Servers,
  ServerTest,
  ServerTrial,
  ServerView,
  Standstills,
} from '#model/services.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {adviceFor} from './advice.ts'
import {boundsOf, patience as usualPatience, type Patience} from './budget.ts'
import {ConnectPace} from './cadence.ts'
import {DaemonLogins, type LoginBy} from './daemon-logins.ts'
import {
  isOnline,
  isOnTheWay,
  isSyncing,
  recalled,
  step,
  type HealthPolicy,
  type HealthState,
} from './health.ts'
import {Link, type LinkLog} from './link.ts'
import {Machines} from './machines.ts'
import {OthersList} from './others-list.ts'
import {probePort} from './port-probe.ts'
import type {Quotas} from './quotas.ts'
import {isSameMoment} from './server-identity.ts'
import {Standstill} from './standstill.ts'
import {failedTrial, tryServer} from './trial.ts'

/** What is known of a server that leaves. */
export interface LeftServer {
  /** When it told what it has last; `null` = this link was never told. */
  readonly listedAt: EpochMs | null
  /** Another daemon has its address, and it may be gone, or somewhere else. */
  readonly isReplaced: boolean
}

/** The fleet as links need it. */
export interface FleetFeed {
  addServer(id: ServerId): void
  /** It is not configured any more, or has another address, or another daemon has its own. */
  removeServer(id: ServerId, left: LeftServer): void
  markServer(id: ServerId, online: boolean): void
  apply(frame: ServerFrame): 'applied' | 'gap'
  /** Torrents that are shown. */
  count(id: ServerId): number
  /** Servers that list this torrent. */
  holders(hash: InfoHash): readonly ServerId[]
  has(key: TorrentKey): boolean
  /** `null` = not known. */
  addedAt(key: TorrentKey): EpochMs | null
  absent(id: ServerId, isCounted: (hash: InfoHash) => boolean): number
  departed(id: ServerId): readonly InfoHash[]
  /** Shown, but not in what it told since its epoch began. */
  unseen(id: ServerId): number
  figures(id: ServerId): {
    readonly stats: ServerStats | null
    readonly categories: readonly Category[]
    readonly tags: readonly string[]
    readonly epoch: number
  }
}

/** What must outlive a restart of ours: bans and refused logins. */
export interface HealthMemory {
  recall(
    definition: ServerDefinition,
  ): {readonly state: HealthState; readonly sameCredentials: boolean} | null
  remember(definition: ServerDefinition, state: HealthState): void
  forget(id: ServerId): void
}

export interface LinksDeps {
  /** What a server tells of room is that of the disk below where its own is away. */
  readonly rooms: {figures(id: ServerId, stats: ServerStats): ServerFigures}
  readonly clock: Clock
  readonly turns: TimeSlice
  readonly random: () => number
  readonly log: LinkLog
  readonly fleet: FleetFeed
  readonly memory: HealthMemory
  readonly createClient: (parts: Omit<ClientDeps, 'metainfo'>) => TorrentClient
  /** Does something take connections at its address? Default: over a socket. */
  readonly knock?: ((definition: ServerDefinition) => Promise<PortState>) | undefined
  readonly policy?: HealthPolicy | undefined
  readonly patience?: Patience | undefined
  /** How much servers may have here, by their owners; absent = as much as they have. */
  readonly quotas?: Quotas | undefined
  /** Where a name leads, so that one daemon by several names is one; absent = names are taken as they are written. */
  readonly addressesOf?: ((name: string) => Promise<readonly string[]>) | undefined
  /**
   * It sent its whole list, in this run or before, and that is what is shown of it (`DepartedServers.isKnown`); absent =
   * nobody knows of an earlier one.
   */
  readonly isKnown?: (id: ServerId, now: {readonly torrents: number; readonly isOnline: boolean}) => boolean
  /** Whose servers are; absent = all are of the house. */
  readonly owners?: ServerOwners | undefined
}

/** Whose servers are, as links need it (`ServerDirectory`). */
interface ServerOwners {
  ownerOf(id: ServerId): UserId | null
  /** Is it of the file, or of an administrator? */
  isOfInstance(id: ServerId): boolean
  /**
   * Whose is a daemon that two servers turn out to be? `true` = of the owner of `other`.
   * @param own also one that is not saved
   */
  comesBefore(other: ServerId, own: {readonly id: ServerId; readonly ownerId: UserId | null}): boolean
}

/** Who tries a server. */
export interface TriedBy {
  readonly by: Exclude<LoginBy, 'link'>
  /** Whose it would be. */
  readonly ownerId: UserId | null
}

interface Ending {
  readonly link: Link
  readonly done: Promise<void>
}

/** About 5 ms. */
const OPENED_AT_ONCE = 100

/** A reader's interest in a server's figures lasts this long. */
const WATCH_MS = 15_000

export class Links implements Servers, ListFreshness {
  readonly #parts: LinksDeps
  readonly #pace = new ConnectPace()
  readonly #logins: DaemonLogins
  /** Of these it was recalled how their last log-ins went. */
  readonly #recalledOf = new Set<ServerId>()
  /** Lists of members were compared with what these have. */
  readonly #compared = new Set<ServerId>()
  /** By the configuration, in its order. */
  #wanted: ReadonlyMap<ServerId, ServerDefinition> = new Map()
  /** Of what is wanted, made when somebody asks. */
  #machines: Machines | null = null
  readonly #links = new Map<ServerId, Link>()
  /** They take their moment to end; only then their servers may get another link. */
  readonly #ending = new Map<ServerId, Ending>()
  readonly #watchedUntil = new Map<ServerId, number>()
  readonly #listeners = new Set<(id: ServerId) => void>()
  readonly #turnoverListeners = new Set<(id: ServerId) => void>()
  readonly #standstill: Standstill
  #standstills: Standstills = {count: 0, seconds: 0}
  /** Who waits until a server caught up. */
  #waiting: (() => void)[] = []
  #isStopped = false

  constructor(parts: LinksDeps) {
    this.#parts = parts
    this.#logins = new DaemonLogins(parts.clock, parts.addressesOf)
    this.#standstill = new Standstill(parts.clock, (parts.patience ?? usualPatience).standstill, (seconds) =>
      this.#stoodStill(seconds),
    )
    this.#standstill.start()
  }

  /**
   * Makes the links what the configuration says: new ones start, changed ones start again, missing ones end. What was
   * asked last holds, for each server by itself: one that takes its time to say goodbye holds up nobody else.
   * @returns when it is so for the servers that this changed
   */
  async configure(definitions: readonly ServerDefinition[]): Promise<void> {
    const before = this.#wanted
    this.#wanted = new Map(definitions.map((definition) => [definition.id, definition]))
    this.#machines = null
    for (const definition of definitions) this.#recallLogins(definition)
    for (const [id, link] of this.#links) {
      const next = this.#wanted.get(id)
      if (!next || !isSameDefinition(next, link.definition)) this.#end(link)
    }
    const ends: Promise<void>[] = []
    for (const [id, {link, done}] of this.#ending) {
      const next = this.#wanted.get(id)
      if (!next || !isSameServer(next, link.definition))
        this.#forget(id, {listedAt: link.syncedAt, isReplaced: false})
      if (next !== before.get(id)) ends.push(done)
    }
    await this.#openMissing()
    await Promise.all(ends)
  }

  #forget(id: ServerId, left: LeftServer): void {
    this.#parts.fleet.removeServer(id, left)
    this.#parts.quotas?.forget(id)
    this.#compared.delete(id)
  }

  /** Once in this run: what comes later was counted. */
  #recallLogins(definition: ServerDefinition): void {
    if (this.#recalledOf.has(definition.id)) return
    this.#recalledOf.add(definition.id)
    const {clock, memory} = this.#parts
    const known = memory.recall(definition)
    if (known === null) return
    const {status, refusedLogins, since, lastOkAt} = known.state
    const agoMs = clock.now() - since
    if (status === 'auth_failed') this.#logins.recall(definition, {refused: refusedLogins, agoMs})
    else if (lastOkAt !== null && refusedLogins === 0 && status !== 'banned') this.#logins.trust(definition)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#standstill.stop()
    for (const link of this.#links.values()) this.#end(link)
    await Promise.all([...this.#ending.values()].map(({done}) => done))
  }

  list(): readonly ServerView[] {
    const views: ServerView[] = []
    for (const id of this.#wanted.keys()) {
      const view = this.get(id)
      if (view) views.push(view)
    }
    return views
  }

  /**
   * The first answer of one of `list`, or its first list, is still to come. Without what else is known of them: it is
   * asked each time that the status of one is another.
   */
  areOnTheWay(): boolean {
    for (const [id, definition] of this.#wanted) {
      const ending = this.#ending.has(id) ? this.#firstHealth(definition) : null
      const health = this.#links.get(id)?.health ?? ending
      if (health !== null && isOnTheWay(health.status)) return true
    }
    return false
  }

  /** A server that was changed is there all the time, also while its link gives way to the next one. */
  get(id: ServerId): ServerView | null {
    const link = this.#links.get(id)
    if (link) return this.#view(link, link.definition, link.health)
    const next = this.#wanted.get(id)
    const ending = this.#ending.get(id)
    return next && ending ? this.#view(ending.link, next, this.#firstHealth(next)) : null
  }

  /**
   * Tells of each server whose status is another from now on, in the moment when it is.
   * @returns how to stop
   */
  onStatus(listener: (id: ServerId) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** How often it has told of its torrents since its link began; `null` = it has none. */
  polls(id: ServerId): number | null {
    return this.#links.get(id)?.polls.count ?? null
  }

  freshSince(id: ServerId): EpochMs | null {
    // Timers of others may fire before ours does.
    this.#standstill.look()
    return this.#links.get(id)?.freshSince ?? null
  }

  standstills(): Standstills {
    this.#standstill.look()
    return this.#standstills
  }

  async caughtUp(ids: readonly ServerId[] | 'all'): Promise<void> {
    while (this.#isAnyBehind(ids)) await new Promise<void>((wake) => this.#waiting.push(wake))
  }

  /** Whoever cannot be asked at all is not waited for: nothing is sent to it, and what it may have is in doubt. */
  #isAnyBehind(ids: readonly ServerId[] | 'all'): boolean {
    this.#standstill.look()
    return [...this.#links].some(
      ([id, {isBehind, health}]) =>
        (ids === 'all' || ids.includes(id)) && isBehind && isSyncing(health.status),
    )
  }

  #wakeWaiting(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /**
   * Tells of each server at whose address another daemon answers, or that of somebody else, when that is sure.
   * @returns how to stop
   */
  onTurnover(listener: (id: ServerId) => void): () => void {
    this.#turnoverListeners.add(listener)
    return () => void this.#turnoverListeners.delete(listener)
  }

  #notifyTurnover(id: ServerId): void {
    for (const listener of this.#turnoverListeners) listener(id)
  }

  /**
   * What a person says of a server at whose address another daemon seems to answer. same: what it has now is what it
   * has. another: what we know of the one before is let go of, and it is read as a new one.
   * @throws {CommodarrError} `server_unknown`; `server_not_in_doubt`
   */
  identify(id: ServerId, is: ServerIdentityWord): void {
    const link = this.#links.get(id)
    if (!link) throw new ServerUnknown(id)
    if (link.health.reason !== 'another_server' && !link.isStrange)
      throw new CommodarrError('server_not_in_doubt', `${link.definition.name} is the server that it was.`, {
        serverId: id,
      })
    if (is === 'same') return link.accept()
    this.#end(link)
    this.#forget(id, {listedAt: link.syncedAt, isReplaced: true})
    this.#parts.memory.forget(id)
  }

  #stoodStill(seconds: number): void {
    this.#standstills = {count: this.#standstills.count + 1, seconds}
    const text =
      'the program or its machine was suspended, or its clock was set: no list counts until it was sent again'
    this.#parts.log.warn({seconds}, text)
    for (const link of this.#links.values()) {
      link.stoodStill()
      this.#mark(link)
    }
  }

  /** Rows of a server that tells nothing of them now count as stale. */
  #mark({definition: {id}, health: {status}, isBehind, isStrange}: Link): void {
    const isReporting = isOnline(status) || status === 'warming'
    this.#parts.fleet.markServer(id, isReporting && !isBehind && !isStrange)
  }

  /** Somebody reads the torrents of these servers: poll at a pace worth looking at. */
  watch(ids: readonly ServerId[]): void {
    const now = this.#parts.clock.monotonic()
    for (const id of ids) {
      const link = this.#links.get(id)
      if (!link) continue
      const fresh = (this.#watchedUntil.get(id) ?? 0) <= now
      this.#watchedUntil.set(id, now + WATCH_MS)
      if (fresh) link.quicken()
    }
  }

  /**
   * The link of a server that may be asked and commanded now.
   * @throws {CommodarrError} `server_unknown`, or `server_not_online` with the reason
   */
  usable(id: ServerId): Link {
    const objection = this.objection(id)
    if (objection) throw objection
    return this.#links.get(id)!
  }

  /**
   * Asks a server for its list now.
   * @param closely of these torrents everything that the list tells
   * @throws {CommodarrError} it cannot be asked, or does not answer
   */
  async poll(id: ServerId, closely: readonly InfoHash[] = []): Promise<void> {
    const fault = this.#silence(id)
    if (fault) throw fault
    const link = this.#links.get(id)!
    await link.retryNow(closely)
    const objection = this.objection(id)
    if (objection) throw objection
    if (link.health.failures === 0) return
    const {reason, detail: message} = link.health
    throw new CommodarrError('server_not_online', message, {serverId: id, reason})
  }

  /**
   * Reads the list of a server, for what must not go by what it told before. Never throws.
   * @param closely of these torrents everything that the list tells
   * @returns false = it did not tell it
   */
  async readNow(id: ServerId, closely: readonly InfoHash[] = []): Promise<boolean> {
    const link = this.#links.get(id)
    return link !== undefined && isSyncing(link.health.status) && link.readNow(closely)
  }

  /** Why a server cannot be commanded now; `null` = it can. Warming counts: it answers, only its list is young. */
  objection(id: ServerId): CommodarrError | null {
    return this.#silence(id) ?? this.#strangeness(this.#links.get(id)!)
  }

  /** It answers, and has not shown that it is the server that it was. */
  #strangeness(link: Link): CommodarrError | null {
    if (link.isOwn) return null
    const {id, name, kind} = link.definition
    const {status, reason} = link.health
    const text =
      reason === 'another_server'
        ? adviceFor(reason, kind)
        : 'It has just answered again, and nothing is sent to it before its list was read.'
    return new CommodarrError('server_not_online', `${name}: ${text}`, {serverId: id, status, reason})
  }

  #silence(id: ServerId): CommodarrError | null {
    const link = this.#links.get(id)
    if (link && isSyncing(link.health.status)) return null
    const view = this.get(id)
    if (!view) return new ServerUnknown(id)
    const {status, reason, advice} = view.health
    return new CommodarrError(
      'server_not_online',
      `${view.name} is ${status.replace('_', ' ')}.${advice && ` ${advice}`}`,
      {serverId: id, status, reason},
    )
  }

  /** Other servers on the same machine, switched off or not: their torrents may lie on the same disk. */
  neighbours(id: ServerId): readonly ServerId[] {
    this.#machines ??= new Machines(this.#wanted.values())
    return this.#machines.neighbours(id)
  }

  async test(id: ServerId): Promise<ServerTest> {
    await this.#ending.get(id)?.done
    const link = this.#links.get(id)
    if (!link) throw new ServerUnknown(id)
    const startedAt = this.#parts.clock.monotonic()
    if (isSyncing(link.health.status)) await this.#probe(link)
    else await link.retryNow()
    const latencyMs = Math.round(this.#parts.clock.monotonic() - startedAt)
    const health = this.#health(link, link.definition, link.health)
    const ok = isSyncing(health.status) && health.consecutiveFailures === 0
    return {
      ok,
      latencyMs: ok ? latencyMs : null,
      version: health.version,
      torrents: ok ? this.#parts.fleet.count(id) : null,
      reason: ok ? 'none' : health.reason,
      detail: ok ? '' : health.detail,
      advice: ok ? '' : health.advice,
    }
  }

  /** Tries a server that has no link, or not as it is defined here. Never throws for the server's fault. */
  async tryOut(definition: ServerDefinition, {by, ownerId}: TriedBy): Promise<ServerTrial> {
    const {clock, turns, createClient, patience, log} = this.#parts
    const listed = new Map<InfoHash, EpochMs | null>()
    const trial = await tryServer(definition, {
      clock,
      turns,
      createClient,
      patience,
      log,
      logIn: (connect, signal) => this.#logins.run(definition, by, connect, signal),
      listed: (hash, addedAt) => void listed.set(hash, listed.get(hash) ?? addedAt),
    })
    const sameAs = this.#sameAs(definition, listed)
    const own = {id: definition.id, ownerId}
    const isTheirs =
      !isAllowed(definition) && sameAs.some((id) => this.#parts.owners?.comesBefore(id, own) === true)
    return isTheirs ? failedTrial(definition.kind, 'address_forbidden', '') : {...trial, sameAs}
  }

  /** Servers that have these torrents, whatever name or address they have here. */
  #sameAs(
    {id: own, kind}: ServerDefinition,
    listed: ReadonlyMap<InfoHash, EpochMs | null>,
  ): readonly ServerId[] {
    const {fleet} = this.#parts
    const isKept = (serverId: ServerId, keepsAddedAt: boolean) => {
      let kept = 0
      for (const [hash, addedAt] of listed) {
        const before = fleet.has({serverId, hash}) ? fleet.addedAt({serverId, hash}) : undefined
        if (before !== undefined && (!keepsAddedAt || isSameMoment(before, addedAt))) kept++
      }
      return kept > listed.size / 2 && kept > fleet.count(serverId) / 2
    }
    return [...this.#links.values()]
      .filter(({definition, client}) => {
        return definition.id !== own && definition.kind === kind && isKept(definition.id, client.keepsAddedAt)
      })
      .map(({definition}) => definition.id)
  }

  async #probe(link: Link): Promise<void> {
    // A probe that fails makes the link look for itself: its next step tells health and reason.
    await link.client.probe(boundsOf('probe', link.signal, link.patience)).catch(() => link.retryNow())
  }

  /**
   * Thousands of them block nobody. But they wait for nobody either: their turns would come after all those of links
   * that are open and read their first lists. What is wanted may change meanwhile.
   */
  async #openMissing(): Promise<void> {
    let opened = 0
    for (const id of Array.from(this.#wanted.keys())) {
      if (this.#openIfMissing(id) && ++opened % OPENED_AT_ONCE === 0)
        await new Promise((done) => setImmediate(done))
    }
  }

  #openIfMissing(id: ServerId): boolean {
    const definition = this.#wanted.get(id)
    if (!definition || this.#isStopped || this.#links.has(id) || this.#ending.has(id)) return false
    this.#open(definition)
    return true
  }

  #open(definition: ServerDefinition): void {
    const {clock, turns, random, log, fleet, memory, policy, patience} = this.#parts
    fleet.addServer(definition.id)
    let status: HealthStatus | null = null
    let isAnother = false
    const client = this.#parts.createClient({definition, clock, turns})
    const link: Link = new Link({
      definition,
      client,
      clock,
      random,
      log,
      apply: (frame) => fleet.apply(frame),
      known: {
        count: () => fleet.count(definition.id),
        has: (hash) => fleet.has({serverId: definition.id, hash}),
        addedAt: (hash) => fleet.addedAt({serverId: definition.id, hash}),
        absent: (isCounted) => fleet.absent(definition.id, isCounted),
        departed: () => fleet.departed(definition.id),
      },
      watched: () => (this.#watchedUntil.get(definition.id) ?? 0) > clock.monotonic(),
      knock: this.#parts.knock ?? probePort,
      others: this.#othersOf(definition, client.keepsAddedAt),
      logins: this.#logins,
      isOfInstance: () => this.#parts.owners?.isOfInstance(definition.id) ?? true,
      pace: this.#pace,
      lastEpoch: fleet.figures(definition.id).epoch,
      health: this.#recalled(definition),
      policy,
      patience,
      quotas: this.#parts.quotas,
      onHealth: (health) => {
        // What a link hears on its way out is nobody's any more.
        if (this.#links.get(definition.id) !== link) return
        this.#mark(link)
        memory.remember(definition, health)
        if (health.reason === 'another_server' && !isAnother) this.#notifyTurnover(definition.id)
        isAnother = health.reason === 'another_server'
        if (isTaken(health) && status !== 'paused') {
          this.#forget(definition.id, {listedAt: link.syncedAt, isReplaced: true})
          fleet.addServer(definition.id)
          this.#notifyTurnover(definition.id)
        }
        if (isOnline(health.status)) this.#compareAgainWith(definition.id)
        this.#wakeWaiting()
        if (health.status === status) return
        status = health.status
        for (const listener of this.#listeners) listener(definition.id)
      },
    })
    this.#links.set(definition.id, link)
    link.start()
  }

  /** What a server of a member must not turn out to be; `null` = nothing. */
  #othersOf(definition: ServerDefinition, keepsAddedAt: boolean): OthersList | null {
    const {fleet, owners} = this.#parts
    const {id, kind} = definition
    if (!owners || owners.isOfInstance(id) || isAllowed(definition)) return null
    return new OthersList({
      keepsAddedAt,
      holders: (hash) => fleet.holders(hash),
      count: (of) => fleet.count(of),
      addedAt: (of, hash) => fleet.addedAt({serverId: of, hash}),
      isRival: (of) =>
        this.#wanted.get(of)?.kind === kind && owners.comesBefore(of, {id, ownerId: owners.ownerOf(id)}),
    })
  }

  /** A member's list may have come before that of the server which it turns out to be. Once for each server. */
  #compareAgainWith(id: ServerId): void {
    if (this.#compared.has(id)) return
    this.#compared.add(id)
    for (const link of this.#links.values()) if (link.definition.id !== id) link.compareAgain(id)
  }

  #end(link: Link): void {
    const {definition} = link
    this.#links.delete(definition.id)
    this.#wakeWaiting()
    this.#ending.set(definition.id, {link, done: this.#ended(link)})
  }

  async #ended(link: Link): Promise<void> {
    const {id} = link.definition
    await link.stop()
    this.#ending.delete(id)
    if (this.#isStopped || this.#openIfMissing(id)) return
    this.#watchedUntil.delete(id)
    this.#parts.memory.forget(id)
  }

  /** Before the link that is to come has made its first step. */
  #firstHealth(definition: ServerDefinition): HealthState {
    const now = this.#parts.clock.now()
    const event = definition.enabled
      ? ({type: 'connecting'} as const)
      : ({type: 'disabled', reason: 'disabled'} as const)
    return step(this.#recalled(definition), event, now)
  }

  #recalled(definition: ServerDefinition): HealthState {
    const {clock, memory} = this.#parts
    const known = memory.recall(definition)
    return recalled(known?.state ?? null, known?.sameCredentials ?? false, clock.now())
  }

  #view(link: Link, definition: ServerDefinition, state: HealthState): ServerView {
    const {id, name, kind, url, enabled} = definition
    const figures = this.#parts.fleet.figures(id)
    return {
      id,
      name,
      kind,
      url,
      enabled,
      health: this.#health(link, definition, state),
      version: link.info?.version ?? state.version,
      apiVersion: link.info?.apiVersion ?? null,
      features: link.info?.features ?? null,
      stats: figures.stats && this.#parts.rooms.figures(id, figures.stats),
      categories: figures.categories,
      tags: figures.tags,
      torrents: this.#parts.fleet.count(id),
      isNeverListed: this.#isNeverListed(id, state),
      stale: this.#stale(id, state),
      epoch: link.epoch,
      wholeLists: link.wholeLists,
      lastWholeListAt: link.lastWholeListAt,
      syncedAt: link.syncedAt,
      pollMs: link.pollMs,
      polls: link.polls,
      clockAheadMs: link.client.clockAheadMs?.() ?? null,
    }
  }

  #isNeverListed(id: ServerId, {status}: HealthState): boolean {
    const now = {torrents: this.#parts.fleet.count(id), isOnline: isOnline(status)}
    const isKnown = this.#parts.isKnown?.(id, now) ?? false
    return !now.isOnline && !isKnown
  }

  /** Looked at row by row only while it warms: before that all are, and after it none. */
  #stale(id: ServerId, {status}: HealthState): number {
    const {fleet} = this.#parts
    if (isOnline(status)) return 0
    return status === 'warming' ? fleet.unseen(id) : fleet.count(id)
  }

  #health(link: Link, definition: ServerDefinition, state: HealthState): ServerHealth {
    const {status, reason, detail, since, lastOkAt, nextTryAt, failures, version} = state
    return {
      status,
      reason,
      detail,
      since,
      lastOkAt,
      nextTryAt,
      version,
      advice: adviceFor(reason, definition.kind),
      consecutiveFailures: failures,
      latencyP50Ms: link.latency.percentile(0.5),
      latencyP95Ms: link.latency.percentile(0.95),
    }
  }
}

/** Are these the same torrents, or does the name now mean another server? */
function isSameServer(a: ServerDefinition, b: ServerDefinition): boolean {
  return a.kind === b.kind && a.url === b.url
}

/** It turned out to be the server of somebody else. */
function isTaken({status, reason}: HealthState): boolean {
  return status === 'paused' && reason === 'address_forbidden'
}

/** Does nothing about it need another link? */
function isSameDefinition(a: ServerDefinition, b: ServerDefinition): boolean {
  // What a reach has taken changes under way, so equal ones of this moment prove nothing.
  return a === b || (a.reach === b.reach && textOf(a) === textOf(b))
}

/** Every part, secrets by value: only ever compared, never kept or shown. */
function textOf(definition: ServerDefinition): string {
  const {password, apiKey, basicAuth, httpProxy} = definition
  const secrets = [password, apiKey, basicAuth?.password, httpProxy]
  return JSON.stringify([definition, secrets.map((secret) => secret?.reveal() ?? null)])
}
