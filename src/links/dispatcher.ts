/**
 * Carries approved commands to servers: in chunks the client can take, few at a time per server, one outcome per
 * torrent. The only file that may open the clients' `erase.ts`.
 */
import {clientKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {CallBounds, TorrentClient} from '#clients/port.ts'
import {eraseDeluge} from '#clients/deluge/erase.ts'
import {eraseQbittorrent} from '#clients/qbittorrent/erase.ts'
import {eraseRtorrent} from '#clients/rtorrent/erase.ts'
import {eraseTransmission} from '#clients/transmission/erase.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {
  AddOutcome,
  Approved,
  FetchedAddress,
  CommandResult,
  LinkOrder,
  RemovalCommand,
  ServerCommand,
  TorrentCommand,
} from '#model/command.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import type {CommandGate} from '#model/services.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import {boundsOf} from './budget.ts'
import type {Link} from './link.ts'

type Outcomes = ReadonlyMap<InfoHash, CommandResult>
type TorrentsCommand = Approved<TorrentCommand> | Approved<RemovalCommand>
type Erase = (
  client: never,
  hashes: readonly InfoHash[],
  command: Approved<RemovalCommand>,
  bounds: CallBounds,
) => Promise<Outcomes | void>

const erasers: {readonly [K in ServerKind]: Erase} = {
  qbittorrent: eraseQbittorrent,
  transmission: eraseTransmission,
  rtorrent: eraseRtorrent,
  deluge: eraseDeluge,
}

/** Torrents of a removal that are judged and sent together: a look concerns all torrents of all servers around. */
const REMOVED_TOGETHER = 250

/** Commands under way at a time on one server; its client may line them up further. */
const WIDTH = 2

export class CommandDispatcher implements CommandGate {
  readonly #usable: (id: ServerId) => Link
  readonly #standstills: () => number
  readonly #gates = new Map<ServerId, Semaphore>()

  /**
   * @param usable the link of a server that takes commands now; throws the reason when it does not
   * @param standstills how often the program stood still, up to the moment in which it is asked
   */
  constructor(usable: (id: ServerId) => Link, standstills: () => number) {
    this.#usable = usable
    this.#standstills = standstills
  }

  async torrents(order: LinkOrder): Promise<Outcomes> {
    const all = new Map<InfoHash, CommandResult>()
    try {
      const link = this.#usable(order.serverId)
      const size = sizeOfChunk(link, order)
      for (let at = 0; at < order.hashes.length; at += size) {
        const chunk = order.hashes.slice(at, at + size)
        const outcomes = await this.#gate(order.serverId).run(() => this.#chunk(link, chunk, order))
        for (const [hash, outcome] of outcomes) all.set(hash, outcome)
      }
      link.hurry()
    } catch (error) {
      for (const hash of order.hashes) if (!all.has(hash)) all.set(hash, outcomeOf(error))
    }
    return all
  }

  async server(serverId: ServerId, command: Approved<ServerCommand>): Promise<AddOutcome | void> {
    const link = this.#usable(serverId)
    const bounds = boundsOf(command.verb === 'addTorrent' ? 'add' : 'write', link.signal, link.patience)
    const result = await this.#gate(serverId).run(() => serverCall(link.client, command, bounds))
    link.hurry()
    return result
  }

  async findFetched(serverId: ServerId, address: FetchedAddress): Promise<InfoHash | null> {
    const {client, signal, patience} = this.#usable(serverId)
    const find = () => client.server.findFetched?.(address, boundsOf('write', signal, patience)) ?? null
    return this.#gate(serverId).run(async () => find())
  }

  async finishFetched(serverId: ServerId, hash: InfoHash, address: FetchedAddress): Promise<void> {
    const {client, signal, patience} = this.#usable(serverId)
    const finish = async () =>
      client.server.finishFetched?.(hash, address, boundsOf('write', signal, patience))
    await this.#gate(serverId).run(finish)
  }

  forget(serverId: ServerId): void {
    this.#gates.delete(serverId)
  }

  /**
   * One call for many, of a removal for those that may still go; when the server refuses it as a whole, each alone, so
   * that one bad item stops no other. Those before it may have taken hours, in which the program stood still: then
   * nothing is sent.
   */
  async #chunk(link: Link, asked: readonly InfoHash[], order: LinkOrder): Promise<Outcomes> {
    // Only now that it has its turn: those before it may have taken long.
    const {command, hashes, refused, standstills} =
      'lastLook' in order ? await order.lastLook(asked) : {...order, hashes: asked, refused: noOutcomes}
    if (hashes.length === 0 || this.#standstills() !== standstills) return refused
    const outcomes = new Map(refused)
    try {
      const answer = await torrentCall(link, hashes, command)
      for (const hash of hashes) outcomes.set(hash, answer?.get(hash) ?? {outcome: 'done'})
      return outcomes
    } catch (error) {
      // A queue is switched off for all.
      if (hashes.length === 1 || command.verb === 'moveInQueue' || !isOneItemsFault(error)) {
        for (const hash of hashes) outcomes.set(hash, outcomeOf(error))
        return outcomes
      }
    }
    for (const hash of hashes) {
      for (const [of, outcome] of await this.#chunk(link, [hash], order)) outcomes.set(of, outcome)
    }
    return outcomes
  }

  #gate(id: ServerId): Semaphore {
    const gate = this.#gates.get(id) ?? new Semaphore(WIDTH)
    this.#gates.set(id, gate)
    return gate
  }
}

const noOutcomes: Outcomes = new Map()

/** How many are judged and sent together. */
function sizeOfChunk({client}: Link, order: LinkOrder): number {
  const {batchLimit} = client.control
  if (!('lastLook' in order)) return batchLimit
  // Where we delete data ourselves, one torrent after the other, those at the end wait for the first.
  const mostErased = order.verb === 'remove' ? undefined : clientKinds[client.kind].files.mostErased
  return Math.min(batchLimit, mostErased ?? REMOVED_TOGETHER)
}

async function torrentCall(
  link: Link,
  hashes: readonly InfoHash[],
  command: TorrentsCommand,
): Promise<Outcomes | void> {
  const bounds = boundsOf('write', link.signal, link.patience)
  if (isRemoval(command)) return removalCall(link, hashes, command, bounds)
  const method = link.client.control[command.verb] as (
    hashes: readonly InfoHash[],
    args: unknown,
    bounds: CallBounds,
  ) => Promise<Outcomes | void>
  return method.call(link.client.control, hashes, command.args, bounds)
}

async function removalCall(
  link: Link,
  hashes: readonly InfoHash[],
  command: Approved<RemovalCommand>,
  bounds: CallBounds,
): Promise<Outcomes | void> {
  const erase = erasers[link.client.kind]
  const areKept = link.ordersRemoval(hashes)
  try {
    const outcomes = await erase(link.client as never, hashes, command, bounds)
    if (outcomes) areKept(hashes.filter((hash) => isKept(outcomes.get(hash))))
    return outcomes
  } catch (error) {
    if (isKept(outcomeOf(error))) areKept(hashes)
    throw error
  }
}

/** The server has it as before. */
function isKept(result: CommandResult | undefined): boolean {
  if (result === undefined || result.outcome === 'done') return false
  return result.outcome !== 'unconfirmed' && result.code !== 'torrent_not_found'
}

function serverCall(
  client: TorrentClient,
  command: ServerCommand,
  bounds: CallBounds,
): Promise<AddOutcome | void> {
  const method = client.server[command.verb] as (
    args: unknown,
    bounds: CallBounds,
  ) => Promise<AddOutcome | void>
  return method.call(client.server, command.args, bounds)
}

function isRemoval(command: TorrentsCommand): command is Approved<RemovalCommand> {
  return command.verb === 'remove' || command.verb === 'removeWithData'
}

function isOneItemsFault(error: unknown): boolean {
  return error instanceof CommodarrError && !(error instanceof ServerFault) && error.code !== 'not_supported'
}

/** "No answer" is its own outcome: the server may have done it. */
function outcomeOf(error: unknown): CommandResult {
  if (error instanceof ServerFault) {
    return {
      outcome: error.outcomeUnknown ? 'unconfirmed' : 'failed',
      code: error.code,
      message: error.message,
    }
  }
  if (error instanceof CommodarrError) {
    const outcome =
      error.code === 'not_supported' || error.code === 'server_not_online' ? 'refused' : 'failed'
    return {outcome, code: error.code, message: error.message}
  }
  const message = error instanceof Error ? error.message : String(error)
  return {outcome: 'unconfirmed', code: 'internal', message}
}
