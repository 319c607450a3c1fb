/** Every kind of server the contract suite knows: a real daemon, our client on it, and the witness beside it. */
import {startDeluge} from '#lab/daemons/deluge.ts'
import {startQbittorrent} from '#lab/daemons/qbittorrent.ts'
import {startRtorrent, type RtorrentOptions} from '#lab/daemons/rtorrent.ts'
import type {Suite} from '#lab/daemons/suites.ts'
import {startTransmission} from '#lab/daemons/transmission.ts'
import {observeDeluge} from '#lab/observers/deluge.ts'
import {observeQbittorrent} from '#lab/observers/qbittorrent.ts'
import {observeRtorrent} from '#lab/observers/rtorrent.ts'
import {observeTransmission} from '#lab/observers/transmission.ts'
import type {Clock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Approved, RemovalCommand} from '#model/command.ts'
import type {ServerDefinition} from '#model/server.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {DelugeClient} from '../deluge/client.ts'
import {eraseDeluge} from '../deluge/erase.ts'
import type {ClientDeps} from '../port.ts'
import {QbittorrentClient} from '../qbittorrent/client.ts'
import {eraseQbittorrent} from '../qbittorrent/erase.ts'
import {RtorrentClient} from '../rtorrent/client.ts'
import {eraseRtorrent} from '../rtorrent/erase.ts'
import {TransmissionClient} from '../transmission/client.ts'
import {eraseTransmission} from '../transmission/erase.ts'
import {bounds, type Subject} from './stage.conformance.ts'

/** The real clock, which a test may put forward. */
class HurriedClock implements Clock {
  #ahead = 0

  now(): number {
    return Date.now() + this.#ahead
  }

  monotonic(): number {
    return performance.now() + this.#ahead
  }

  after(ms: number, task: () => void): () => void {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  }

  hurry(ms: number): void {
    this.#ahead += ms
  }
}

export function clientParts(definition: ServerDefinition): ClientDeps & {readonly clock: HurriedClock} {
  return {definition, clock: new HurriedClock(), turns: new TimeSlice(), metainfo: insideMetainfo}
}

export async function qbittorrentSubject(suite: Suite, id?: string): Promise<Subject> {
  const daemon = await startQbittorrent({suite, id, queueing: true})
  const parts = clientParts(daemon.definition)
  const client = new QbittorrentClient(parts)
  return {
    client,
    daemon,
    observe: observeQbittorrent(daemon),
    erase: (hashes, verb) => eraseQbittorrent(client, hashes, approved(verb), bounds),
    hurry: (ms) => parts.clock.hurry(ms),
    announcesOnDemand: true,
  }
}

export async function transmissionSubject(suite: Suite, id?: string): Promise<Subject> {
  const daemon = await startTransmission({suite, id, queueing: true})
  const parts = clientParts(daemon.definition)
  const client = new TransmissionClient(parts)
  return {
    client,
    daemon,
    observe: observeTransmission(daemon),
    erase: (hashes, verb) => eraseTransmission(client, hashes, approved(verb), bounds),
    hurry: (ms) => parts.clock.hurry(ms),
    announcesOnDemand: !['3.00', '4.1.0-beta.2'].includes(daemon.version),
  }
}

/** @param how it is set up: what our client may do to its host */
export async function rtorrentSubject(
  suite: Suite,
  transport: RtorrentOptions['transport'],
  how: Partial<ServerDefinition> = {},
  id?: string,
): Promise<Subject> {
  const daemon = await startRtorrent({suite, id, transport})
  const parts = clientParts({...daemon.definition, ...how})
  const client = new RtorrentClient(parts)
  return {
    client,
    daemon,
    observe: observeRtorrent(daemon),
    erase: (hashes, verb) => eraseRtorrent(client, hashes, approved(verb), bounds),
    hurry: (ms) => parts.clock.hurry(ms),
    announcesOnDemand: true,
  }
}

export async function delugeSubject(suite: Suite, id?: string): Promise<Subject> {
  const daemon = await startDeluge({suite, id})
  const parts = clientParts(daemon.definition)
  const client = new DelugeClient(parts)
  return {
    client,
    daemon,
    observe: observeDeluge(daemon),
    erase: (hashes, verb) => eraseDeluge(client, hashes, approved(verb), bounds),
    hurry: (ms) => parts.clock.hurry(ms),
    announcesOnDemand: true,
  }
}

/** The suite stands where the executor would: it alone asks, and only its own daemons. */
function approved(verb: RemovalCommand['verb']): Approved<RemovalCommand> {
  return {verb, args: {}} as Approved<RemovalCommand>
}
