/**
 * Watches our own connection: looks at the fleet twice a minute, and as soon as there is more to see, and asks hosts on
 * the internet only when a place is silent, so that strikes, stalls and searches do not count what is nobody's fault.
 *
 *   places of the fleet ─▶ silent? ─▶ hosts, one after the other ─▶ step of each place ─▶ who is down
 */
import type {Clock} from '#lib/clock.ts'
import type {InternetState} from '#model/manager.ts'
import type {Seconds, Share} from '#model/units.ts'
import {
  asksForHosts,
  newConnection,
  nothingSeen,
  stepConnection,
  trackerSample,
  type Connection,
  type HostsSaid,
  type PlaceSeen,
} from './connection.ts'

/** One name for all servers of a machine, and one for each of several. */
export type PlaceName = string
/** Of a machine, and of one server of it. */
export type Places = readonly [machine: PlaceName, ...parts: PlaceName[]]

interface InternetWatchDeps {
  readonly clock: Clock
  /** All places of which a server is believed now. */
  readonly look: () => Promise<ReadonlyMap<PlaceName, PlaceSeen>>
  /** `PingURLS`. */
  readonly hosts: () => readonly string[]
  readonly reaches: (host: string) => Promise<boolean>
  /** `NoInternetSleepTimer`, ms: between two looks while a place is down. */
  readonly againMs: () => number
  /** Somebody judges torrents. */
  readonly isNeeded: () => boolean
  /** A place fell or came back. */
  readonly changed: (change: InternetChange) => void
}

export interface InternetChange {
  /** All that are down now. */
  readonly down: ReadonlyMap<PlaceName, PlaceSeen>
}

const FIRST_LOOK_MS = 5_000
const LOOK_MS = 30_000
const SOONEST_MS = 5_000
/** Servers come one by one. */
const APART_MS = 1_000
/** While silence lasts, that a host answered counts for so long: idle nights are no reason to ask twice a minute. */
const ANSWER_MS = 2 * 60_000
const MOST_HOSTS = 8
/** Trackers are asked about so often: an outage is not known any later by them. */
const MOST_UNPROVEN_MS = 30 * 60_000

export class InternetWatch {
  readonly #parts: InternetWatchDeps
  readonly #places = new Map<PlaceName, Place>()
  #answeredAt = Number.NEGATIVE_INFINITY
  /** When the last look began, by the duration clock. */
  #lookedAt = Number.NEGATIVE_INFINITY
  #isLooking = false
  /** Somebody came while it looked. */
  #isAsked = false
  #cancel: () => void = () => undefined
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: InternetWatchDeps) {
    this.#parts = parts
  }

  start(): void {
    this.#plan(FIRST_LOOK_MS)
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await this.#looking
  }

  /** There is somebody of whom it does not know yet. */
  lookSoon(): void {
    this.#isAsked = this.#isLooking
    if (!this.#isLooking && !this.#isStopped) this.#plan(this.#soonestMs())
  }

  /** Something is known of a place: before that all of them are the same. */
  get knowsPlaces(): boolean {
    return this.#places.size > 0
  }

  /** Of a machine, and of one server of it: the worse of both. That a server alone showed nothing yet is no doubt. */
  stateOf([machine, ...parts]: Places): InternetState {
    const {connection, isKnown} = this.#places.get(machine) ?? unseen
    const states = new Set(
      [machine, ...parts].map((place) => (this.#places.get(place) ?? unseen).connection.state),
    )
    const doubt = doubts.find((state) => states.has(state))
    return doubt ?? (isKnown ? connection.state : 'unknown')
  }

  /** Before the last fault of any of them was seen nothing had shown a connection there for so long; 0 = there was none. */
  unprovenFor(places: Places): Seconds {
    const all = places.map((place) => (this.#places.get(place) ?? unseen).unprovenMs)
    return Math.max(...all) / 1_000
  }

  /** Since the last fault of any of them ended; 0 = it lasts. `null` = there was none. */
  sinceFault(places: Places): Seconds | null {
    const now = this.#parts.clock.monotonic()
    const all = places.flatMap((place) => {
      const {state, since} = (this.#places.get(place) ?? unseen).connection
      if (since === null) return []
      return [state === 'down' ? 0 : (now - since) / 1_000]
    })
    return all.length === 0 ? null : Math.min(...all)
  }

  /** Of the torrents of which that is known. Peers prove as much; `undefined` = nobody can say, or looked yet. */
  failingShare(place: PlaceName): Share | undefined {
    return shareOf((this.#places.get(place) ?? unseen).seen)
  }

  async look(): Promise<void> {
    const {clock, look, changed} = this.#parts
    const places = await look()
    const silent = [...places].filter(([, seen]) => asksForHosts(seen))
    const isNew = silent.some(([name]) => !asksForHosts((this.#places.get(name) ?? unseen).seen))
    const hosts = silent.length > 0 ? await this.#ask(isNew) : 'none'
    if (this.#isStopped) return
    const at = clock.monotonic()
    let hasChanged = false
    for (const [name, seen] of places) {
      const place = this.#places.get(name) ?? {...unseen, aliveAt: at}
      const {connection: before, isKnown} = place
      const connection = stepConnection(before, seen, hosts, at)
      const [isDown, wasDown] = [connection.state === 'down', before.state === 'down']
      const aliveAt = seen.alive > 0 && !isDown ? at : place.aliveAt
      const unprovenMs = isDown && !wasDown ? Math.min(MOST_UNPROVEN_MS, at - aliveAt) : place.unprovenMs
      const isKnownNow = isKnown || shareOf(seen) !== undefined
      this.#places.set(name, {connection, seen, isKnown: isKnownNow, aliveAt, unprovenMs})
      hasChanged ||= isDown !== wasDown
    }
    if (hasChanged) changed({down: this.#down()})
  }

  #plan(ms: number): void {
    this.#cancel()
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#isLooking = true
      this.#isAsked = false
      this.#lookedAt = this.#parts.clock.monotonic()
      this.#looking = this.#lookIfNeeded().finally(() => {
        this.#isLooking = false
        if (!this.#isStopped) this.#plan(this.#nextMs())
      })
    })
  }

  async #lookIfNeeded(): Promise<void> {
    if (this.#parts.isNeeded()) await this.look()
  }

  #soonestMs(): number {
    return Math.max(0, this.#lookedAt + APART_MS - this.#parts.clock.monotonic())
  }

  #nextMs(): number {
    if (this.#isAsked) return this.#soonestMs()
    return this.#down().size > 0 ? Math.min(LOOK_MS, Math.max(SOONEST_MS, this.#parts.againMs())) : LOOK_MS
  }

  #down(): ReadonlyMap<PlaceName, PlaceSeen> {
    const down = [...this.#places].filter(([, {connection}]) => connection.state === 'down')
    return new Map(down.map(([name, {seen}]) => [name, seen]))
  }

  async #ask(isNew: boolean): Promise<HostsSaid> {
    const {clock, hosts, reaches} = this.#parts
    const asked = hosts().slice(0, MOST_HOSTS)
    if (asked.length === 0) return 'none'
    if (!isNew && clock.monotonic() - this.#answeredAt < ANSWER_MS) return 'answered'
    for (const host of asked) {
      if (!(await reaches(host))) continue
      this.#answeredAt = clock.monotonic()
      return 'answered'
    }
    this.#answeredAt = Number.NEGATIVE_INFINITY
    return 'silent'
  }
}

/** Of the torrents of which is known how their trackers are; `undefined` = of none, and no peer proves as much. */
function shareOf(seen: PlaceSeen): Share | undefined {
  const {tracked, failing} = trackerSample(seen)
  if (tracked === 0) return seen.alive > 0 ? 0 : undefined
  return failing / tracked
}

interface Place {
  readonly connection: Connection
  /** In the last look. */
  readonly seen: PlaceSeen
  /** Trackers or peers have shown once how the connection is. */
  readonly isKnown: boolean
  /** When a peer was there, or bytes flowed, last; else when it was looked at first. By the duration clock, ms. */
  readonly aliveAt: number
  /** Of its last fault: from then until it was seen. */
  readonly unprovenMs: number
}

const doubts: readonly InternetState[] = ['down', 'settling']

const unseen: Place = {
  connection: newConnection,
  seen: {...nothingSeen, isDisconnected: false, isPart: false},
  isKnown: false,
  aliveAt: 0,
  unprovenMs: 0,
}
