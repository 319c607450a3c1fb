/**
 * How a server that downloads a torrent finds the one it is to come from: one of them adds the other as a peer, at the
 * address where that listens. That is a peer like one that a person adds, so private torrents take it, too: no tracker, DHT
 * or exchange of peers is asked. Where neither can do that, the swarm brings it.
 */
import {isIP, isIPv6} from 'node:net'
import {clientKinds} from '#clients/kinds/kinds.ts'
import type {Access} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** Which of them adds the other, and `peers` as `addPeers` takes them. */
export interface Meeting {
  readonly adds: ServerId
  readonly peers: readonly string[]
}

/** For people: why the swarm alone brings it. */
export interface NoMeeting {
  readonly why: string
}

interface MeetingDeps {
  readonly server: (id: ServerId) => ServerView | null
  /** As a daemon has them in this moment. @throws {CommodarrError} it does not answer */
  readonly settingsNow: (id: ServerId) => Promise<Readonly<Record<string, unknown>>>
  /** Where it listens for peers in this moment, as it writes it; `null` = its settings alone say it. @throws {CommodarrError} likewise */
  readonly peerPortNow: (id: ServerId) => Promise<unknown>
  /** IP addresses of a host; none = it has none. */
  readonly addressesOf: (host: string) => Promise<readonly string[]>
  /** Anybody may reach it, were there no firewall. */
  readonly isPublic: (address: string) => boolean
  /** Of this machine. */
  readonly ownAddresses: () => readonly {readonly address: string; readonly internal: boolean}[]
}

/** A machine may have many addresses, and each is tried. */
const MOST_ADDRESSES = 8

export class PeerMeeting {
  readonly #parts: MeetingDeps

  constructor(parts: MeetingDeps) {
    this.#parts = parts
  }

  /**
   * @param access of who orders it: addresses of a server are for those who manage it
   * @param isPrivate also where its server does not say so
   */
  async between(
    from: ServerId,
    to: ServerId,
    access: Access,
    isPrivate: boolean,
  ): Promise<Meeting | NoMeeting> {
    const first = await this.#asks(to, from, access, isPrivate)
    if ('adds' in first) return first
    const second = await this.#asks(from, to, access, isPrivate)
    return 'adds' in second ? second : first
  }

  async #asks(
    adds: ServerId,
    of: ServerId,
    access: Access,
    isPrivate: boolean,
  ): Promise<Meeting | NoMeeting> {
    const [hears, listens] = [this.#parts.server(adds), this.#parts.server(of)]
    if (!hears || !listens) return {why: 'One of the servers is not configured any more.'}
    const {support, reason} = hears.features?.addPeers ?? {support: 'none', reason: 'It did not answer yet.'}
    if (support === 'none') return {why: `${hears.name}: ${reason}`}
    if (isPrivate && clientKinds[hears.kind].peers.refusesPrivate)
      return {why: `${hears.name} adds no peers to private torrents.`}
    if (!access.may('manage', of))
      return {why: `The address of ${listens.name} is for users who manage that server.`}
    const port = await this.#portOf(listens)
    if (typeof port === 'string') return {why: port}
    const addresses = await this.#addressesOf(listens, hears)
    if (addresses.length === 0)
      return {why: `No address is known at which ${hears.name} reaches ${listens.name}.`}
    return {adds, peers: addresses.map((it) => `${isIPv6(it) ? `[${it}]` : it}:${port}`)}
  }

  /** @returns why it is not known, for people, where it is not */
  async #portOf({id, kind, name}: ServerView): Promise<number | string> {
    const {port, random} = clientKinds[kind].peers
    const unknown = `${name} does not report the port at which peers reach it.`
    try {
      const now = portIn(await this.#parts.peerPortNow(id))
      if (now !== null) return now
      const values = await this.#parts.settingsNow(id)
      if (random !== undefined && values[random] === true)
        return `${name} uses a random port for incoming connections, and does not report which. With a fixed port it is reached.`
      return portIn(values[port]) ?? unknown
    } catch (error) {
      if (error instanceof CommodarrError) return unknown
      throw error
    }
  }

  /**
   * Where its page answers its peers may come, too: it is one machine, unless a proxy stands in front. A server at a public
   * address reaches public ones alone, and what networks there are here is not its business.
   */
  async #addressesOf({url}: ServerView, other: ServerView): Promise<readonly string[]> {
    const [its, others] = await Promise.all([this.#hostOf(url), this.#hostOf(other.url)])
    const {isPublic} = this.#parts
    const isAway = others.some((it) => isPublic(it))
    const isOneMachine = others.some(isLoopback)
    const own = this.#parts.ownAddresses().filter(({internal}) => isOneMachine || !internal)
    const all = its.some(isLoopback) ? own.map(({address}) => address) : its
    // An address of one link says nothing without the name of its interface.
    const reachable = all.filter((address) => !/^fe[89ab][0-9a-f]:/i.test(address))
    return reachable.filter((address) => !isAway || isPublic(address)).slice(0, MOST_ADDRESSES)
  }

  async #hostOf(url: string): Promise<readonly string[]> {
    const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? ''
    // A socket is of this machine.
    if (host === '') return [LOOPBACK]
    return isIP(host) ? [host] : this.#parts.addressesOf(host)
  }
}

const LOOPBACK = '127.0.0.1'

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** `6881`, `[6881, 6889]` or `6881-6889`: of several ports the first one is taken, unless another program has it. */
function portIn(value: unknown): number | null {
  const ports = Array.isArray(value)
    ? (value as readonly unknown[])
    : typeof value === 'string'
      ? value.split('-').map(Number)
      : [value]
  const [first] = ports
  const isPort = typeof first === 'number' && Number.isInteger(first) && first > 0 && first < 65_536
  return isPort ? first : null
}
