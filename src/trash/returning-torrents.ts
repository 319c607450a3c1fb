/** A torrent that comes back, as its server has it, and what its server would do to it. */
import type {AnyTorrentCommand} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import {setsLimit, type LimitEnd} from '#model/limit-end.ts'
import type {FleetReader, LimitEndReader, ServerView, TorrentReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {keptTorrent, type KeptTorrent} from './kept-torrent.ts'

export class ReturningTorrents {
  /** Its check did not find what it had: it stays stopped, and is left alone until a person decides. */
  readonly foundLess: (key: TorrentKey, before: Bytes) => Promise<void>
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #servers: ServersOfReturning
  readonly #details: Pick<TorrentReader, 'files' | 'trackers'>
  readonly #limitEnds: LimitEndReader

  constructor(
    fleet: Pick<FleetReader, 'get'>,
    servers: ServersOfReturning,
    details: Pick<TorrentReader, 'files' | 'trackers'>,
    limitEnds: LimitEndReader,
    foundLess: (key: TorrentKey, before: Bytes) => Promise<void>,
  ) {
    this.#fleet = fleet
    this.#servers = servers
    this.#details = details
    this.#limitEnds = limitEnds
    this.foundLess = foundLess
  }

  get(key: TorrentKey): TorrentRecord | null {
    return this.#fleet.get(key)
  }

  /** Asks its server for its list now, and of this torrent for all of it. @throws {CommodarrError} */
  poll({serverId, hash}: TorrentKey): Promise<void> {
    return this.#servers.poll(serverId, [hash])
  }

  /** @throws {CommodarrError} */
  files(key: TorrentKey): Promise<readonly TorrentFile[]> {
    return this.#details.files(key)
  }

  canLayOut(serverId: ServerId): boolean {
    const features = this.#servers.get(serverId)?.features ?? null
    return features !== null && features.addContentLayout.support !== 'none'
  }

  /** `null` = its server does not tell it. */
  endOnceAdded(serverId: ServerId, category: string | null): Promise<LimitEnd | null> {
    return ifAnswered(this.#limitEnds.ofAdded(serverId, category))
  }

  /**
   * Without limits at which its server would remove it, also those that it has for all: nobody who restores it wants that.
   * `null` = its server does not tell what it would do: its limits stay as they are until it does.
   */
  async harmless(
    key: TorrentKey,
    commands: readonly AnyTorrentCommand[],
  ): Promise<readonly AnyTorrentCommand[] | null> {
    if (!commands.some(isLimit)) return commands
    const end = (await ifAnswered(this.#limitEnds.of(key.serverId, [key.hash])))?.get(key.hash)
    if (end === undefined) return null
    if (end.is === 'stays') return commands
    return [...commands.filter((command) => !isLimit(command)), ...this.withoutLimits(key)]
  }

  /** None where it is so already. */
  withoutLimits(key: TorrentKey): readonly AnyTorrentCommand[] {
    const {ratioLimit, seedTimeLimit, idleLimit} = this.#fleet.get(key) ?? {}
    const isFree = ratioLimit === null && seedTimeLimit === null && (idleLimit ?? null) === null
    if (isFree) return []
    // A client that has no idle limit refuses a command with one.
    const args = {ratio: null, seedingTime: null, ...(idleLimit !== undefined && {idleTime: null})}
    return [{verb: 'setShareLimits', args}]
  }

  /** Its server may be set otherwise since it was added there. `null` = it does not tell. */
  async endOnceStarted({serverId, hash}: TorrentKey): Promise<LimitEnd | null> {
    return (await ifAnswered(this.#limitEnds.ofStarted(serverId, [hash])))?.get(hash) ?? null
  }

  async asKept(key: TorrentKey, torrent: TorrentRecord, files: readonly TorrentFile[]): Promise<KeptTorrent> {
    return keptTorrent(torrent, files, await this.#details.trackers(key))
  }
}

interface ServersOfReturning {
  get(id: ServerId): Pick<ServerView, 'features'> | null
  /** @throws {CommodarrError} */
  poll(id: ServerId, closely: readonly InfoHash[]): Promise<void>
}

export function isLimit({verb, args}: AnyTorrentCommand): boolean {
  return verb === 'setShareLimits' && setsLimit(args)
}

/** `null` = its server does not tell it. */
async function ifAnswered<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof CommodarrError) return null
    throw error
  }
}
