/** What actions of people order, for which torrents, and what of it is under way. */
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Acting, Requester} from '#model/access.ts'
import {isRemoval, type OrderedCommand} from '#model/command.ts'
import type {CopyService} from '#model/copies.ts'
import type {
  Executor,
  FleetReader,
  ItemResult,
  RemovalOrder,
  RemovalWaits,
  TorrentOrder,
  TorrentReader,
} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {OrderedAs} from './guards/ordered-as.ts'
import type {MoveSpace} from './move-space.ts'
import {UndoPlan} from './undo-plan.ts'

/** Torrents as they are now. */
export class OrderedTorrents {
  /** Who looks at one sees that its removal waits. */
  readonly waits: RemovalWaits
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  /** How a torrent is now; `null` = its server does not tell of it. */
  readonly asOf: (key: TorrentKey) => OrderedAs | null
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #details: Pick<TorrentReader, 'files'>

  constructor(
    fleet: Pick<FleetReader, 'get'>,
    waits: RemovalWaits,
    details: Pick<TorrentReader, 'files'>,
    asOf: (key: TorrentKey) => OrderedAs | null,
    turns: Pick<TimeSlice, 'due' | 'next'>,
  ) {
    this.#fleet = fleet
    this.waits = waits
    this.#details = details
    this.asOf = asOf
    this.turns = turns
  }

  get(key: TorrentKey): TorrentRecord | null {
    return this.#fleet.get(key)
  }

  /** How a command is taken back: by what they are before it. */
  undoPlan(command: OrderedCommand): UndoPlan {
    return new UndoPlan(command, this.#fleet, this.turns, (key) => this.#details.files(key), this.asOf)
  }
}

/** Orders of people, with what they may when each is sent. */
export class PersonOrders {
  /** Who wanted something a moment ago, with what they may now; `null` = they may not come in any more. */
  readonly actingNow: (by: Requester) => Acting | null
  /** To other servers. */
  readonly copies: Pick<CopyService, 'run' | 'resumed' | 'follow' | 'cancel' | 'undo' | 'bytesThere'>
  readonly #executor: Pick<Executor, 'run'>
  readonly #removals: {run(order: RemovalOrder): Promise<readonly ItemResult[]>}

  /** @param removals into the trash, or past it */
  constructor(
    executor: Pick<Executor, 'run'>,
    removals: {run(order: RemovalOrder): Promise<readonly ItemResult[]>},
    copies: Pick<CopyService, 'run' | 'resumed' | 'follow' | 'cancel' | 'undo' | 'bytesThere'>,
    actingNow: (by: Requester) => Acting | null,
  ) {
    this.#executor = executor
    this.#removals = removals
    this.copies = copies
    this.actingNow = actingNow
  }

  run({command, ...order}: TorrentOrder): Promise<readonly ItemResult[]> {
    return isRemoval(command)
      ? this.#removals.run({...order, command})
      : this.#executor.run({...order, command})
  }

  /** Of torrents that they may not change: why each is refused. */
  refused(order: TorrentOrder): Promise<readonly ItemResult[]> {
    return this.#executor.run(order)
  }
}

/** Moves that were sent, until a list shows that nothing moves any more. */
export class MovesOfActions {
  readonly #lateEffects: {isOpen(entryId: string): boolean}
  readonly #moves: Pick<MoveSpace, 'isMoving'>

  /** @param moves what else has servers move data */
  constructor(lateEffects: {isOpen(entryId: string): boolean}, moves: Pick<MoveSpace, 'isMoving'>) {
    this.#lateEffects = lateEffects
    this.#moves = moves
  }

  /** @param entryId of its line in the journal @param since by the duration clock */
  isOpen({verb}: OrderedCommand, entryId: string, key: TorrentKey, since: number): boolean {
    return verb === 'setLocation' ? this.#lateEffects.isOpen(entryId) : this.#moves.isMoving(key, since)
  }
}
