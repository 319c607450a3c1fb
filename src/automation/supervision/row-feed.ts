/**
 * Tells each manager of its torrents: every torrent is judged by exactly one of them. Changes are gathered for a moment
 * and told once, so a torrent that changes with each poll costs its manager one message.
 *
 *   fleet ─delta─▶ whose is it now? ─▶ gathered per manager ─ half a second ─▶ rows, gone
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {FleetDelta} from '#fleet/writer.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ManagedRow, ManagerId, RowsMessage} from '#model/manager.ts'
import type {TorrentField} from '#model/torrent.ts'
import {keyText, type InfoHash, type TorrentKey} from '#model/torrent-key.ts'

/** How long changes are gathered. */
const GATHER_MS = 200
/** Torrents in one message. */
const PORTION = 500

/** Whose torrents are whose, and where they are sent. */
interface RowReceivers {
  /** Who judges it; `null` = nobody does. @param v1 of hybrid torrents; `null` = it has none or does not tell */
  ownerOf(key: TorrentKey, v1: string | null, category: string): ManagerId | null
  send(id: ManagerId, rows: RowsMessage): void
  /** It came or changed, or may be somebody else's. */
  looked(key: TorrentKey): void
}

interface Gathered {
  isWhole: boolean
  readonly rows: Set<number>
  readonly gone: Map<string, TorrentKey>
}

export class RowFeed {
  readonly #fleet: Fleet
  readonly #clock: Clock
  readonly #turns: TimeSlice
  readonly #log: {error(about: object, text: string): void}
  readonly #receivers: RowReceivers
  /** Who was told of a row, or will be. */
  readonly #owners = new Map<number, ManagerId>()
  #gathered = new Map<ManagerId, Gathered>()
  #cancel: (() => void) | null = null
  #sending: Promise<void> = Promise.resolve()
  #considering: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(
    fleet: Fleet,
    clock: Clock,
    turns: TimeSlice,
    log: {error(about: object, text: string): void},
    receivers: RowReceivers,
  ) {
    this.#fleet = fleet
    this.#clock = clock
    this.#turns = turns
    this.#log = log
    this.#receivers = receivers
  }

  /** @returns how to stop */
  start(): () => Promise<void> {
    const end = this.#fleet.onChange((delta) => this.#changed(delta))
    this.#considering = this.reconsider()
    return async () => {
      this.#isStopped = true
      end()
      this.#cancel?.()
      await this.#considering
      await this.#sending
    }
  }

  /** A manager began again and knows nothing: it is told of all its torrents. */
  begin(id: ManagerId): void {
    const gathered = this.#of(id)
    gathered.isWhole = true
    gathered.gone.clear()
    for (const [row, owner] of this.#owners) if (owner === id) gathered.rows.add(row)
    this.#plan()
  }

  /** Other managers, other categories: everything may be somebody else's now. Resolves when all were looked at. */
  async reconsider(): Promise<void> {
    for (const id of this.#fleet.serverIds) {
      for (const row of this.#fleet.rowsOf(id)) {
        if (this.#isStopped) return
        this.#consider(row, false)
        if (this.#turns.due()) await this.#turns.next()
      }
    }
  }

  /** An Arr says of these that they are its own, or no longer. */
  reconsiderHashes(hashes: Iterable<InfoHash>): void {
    for (const hash of hashes) {
      for (const key of [...this.#fleet.holders(hash), ...this.#fleet.holdersOfV1(hash)]) {
        const row = this.#fleet.rowOf(key)
        if (row !== null) this.#consider(row, false)
      }
    }
  }

  #changed({removed, added, changed}: FleetDelta): void {
    // First: a row number may be given out again.
    for (const {row, key} of removed) this.#lost(row, key)
    for (const row of added) this.#consider(row, true)
    for (const row of changed) this.#consider(row, true)
  }

  #lost(row: number, key: TorrentKey): void {
    const owner = this.#owners.get(row)
    if (owner === undefined) return
    this.#owners.delete(row)
    this.#gone(owner, row, key)
  }

  /** @param isNews something of it is another than before */
  #consider(row: number, isNews: boolean): void {
    // It came or changed, and went in the same moment.
    if (this.#fleet.serverAt(row) === null) return
    const key = this.#fleet.keyAt(row)
    this.#receivers.looked(key)
    const before = this.#owners.get(row)
    const now = this.#receivers.ownerOf(
      key,
      this.#fleet.valueAt(row, 'infoHashV1') ?? null,
      this.#fleet.valueAt(row, 'category'),
    )
    if (now === (before ?? null) && !isNews) return
    if (before !== undefined && before !== now) this.#lost(row, key)
    if (now === null) return
    this.#owners.set(row, now)
    const gathered = this.#of(now)
    gathered.rows.add(row)
    gathered.gone.delete(keyText(key))
    this.#plan()
  }

  #gone(owner: ManagerId, row: number, key: TorrentKey): void {
    const gathered = this.#of(owner)
    gathered.rows.delete(row)
    // Who is told everything again does not have to be told of what is not in it.
    if (!gathered.isWhole) gathered.gone.set(keyText(key), key)
    this.#plan()
  }

  #of(id: ManagerId): Gathered {
    const known = this.#gathered.get(id)
    if (known) return known
    const gathered = {isWhole: false, rows: new Set<number>(), gone: new Map<string, TorrentKey>()}
    this.#gathered.set(id, gathered)
    return gathered
  }

  #plan(): void {
    this.#cancel ??= this.#clock.after(GATHER_MS, () => {
      this.#cancel = null
      this.#sending = this.#sending.then(() => this.#sendAll())
    })
  }

  async #sendAll(): Promise<void> {
    const all = this.#gathered
    this.#gathered = new Map()
    for (const [id, gathered] of all) {
      try {
        await this.#sendOne(id, gathered)
      } catch (error) {
        this.#log.error({err: error, manager: id}, 'a manager could not be sent its torrents')
        this.begin(id)
      }
    }
  }

  /** In portions; a torrent that changed or went meanwhile is told as it is now, and told again with the next. */
  async #sendOne(id: ManagerId, {isWhole, rows, gone}: Gathered): Promise<void> {
    const all = [...rows]
    let isFirst = true
    for (let at = 0; isFirst || at < all.length; at += PORTION) {
      if (this.#isStopped) return
      const some = all.slice(at, at + PORTION).filter((row) => this.#owners.get(row) === id)
      const managed = some.flatMap((row) => managedRow(this.#fleet, row) ?? [])
      this.#receivers.send(id, {
        isWhole: isWhole && isFirst,
        rows: managed,
        gone: isFirst ? [...gone.values()] : [],
      })
      isFirst = false
      if (this.#turns.due()) await this.#turns.next()
    }
  }
}

/** `null` = no torrent stands there any more. */
export function managedRow(fleet: Fleet, row: number): ManagedRow | null {
  const record = fleet.record(row)
  if (record === null) return null
  const {seenAt: _seenAt, stale: _stale, ...managed} = record
  return {...managed, isListed: fleet.rows.isSeen(row)}
}

/**
 * The same for who asks little of very many: each value is read when it is asked for. It is of its row's torrent until
 * the fleet changes, and has nothing of its own to be copied.
 */
export function glimpsedRows(fleet: Fleet): (row: number) => ManagedRow | null {
  class Glimpse {
    readonly #at: number

    constructor(at: number) {
      this.#at = at
    }

    get key(): ManagedRow['key'] {
      return fleet.keyAt(this.#at)
    }

    get pending(): ManagedRow['pending'] {
      return fleet.pending(this.#at)
    }

    get removalWaits(): ManagedRow['removalWaits'] {
      return fleet.removalWaits(this.#at) ?? undefined
    }

    get isListed(): boolean {
      return fleet.rows.isSeen(this.#at)
    }

    static read(glimpse: Glimpse, field: TorrentField): unknown {
      return fleet.valueAt(glimpse.#at, field)
    }
  }
  for (const field of Object.keys(fleet.rows.columns) as TorrentField[]) {
    Object.defineProperty(Glimpse.prototype, field, {
      get(this: Glimpse) {
        return Glimpse.read(this, field)
      },
    })
  }
  return (row) => (fleet.rows.isShown(row) ? (new Glimpse(row) as unknown as ManagedRow) : null)
}
