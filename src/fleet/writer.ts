/** The one place where cells and memberships change: it keeps the generations and tells later readers, once per batch. */
import type {TorrentField, TorrentFields} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Column} from './column.ts'
import type {Rows} from './rows.ts'

/** What one applied frame (or command's expectation) changed. A row stands once in one of the lists. */
export interface FleetDelta {
  readonly generation: number
  readonly changed: readonly number[]
  readonly added: readonly number[]
  /** Rows that only people are shown (`Rows.isShown`): they came, changed, or went again. In none of the other lists. */
  readonly previewed: readonly number[]
  /** To be handled first: a row number may be given out again to one of `added`. */
  readonly removed: readonly {readonly row: number; readonly key: TorrentKey}[]
  /** Servers whose figures, categories, tags, freshness or place changed, or that came or went. */
  readonly servers: readonly ServerId[]
}

export type FleetListener = (delta: FleetDelta) => void

export class Writer {
  readonly #rows: Rows
  readonly #keyAt: (row: number) => TorrentKey
  readonly #listeners = new Set<FleetListener>()
  #changed: number[] = []
  #added: number[] = []
  #previewed: number[] = []
  #removed: {row: number; key: TorrentKey}[] = []
  #servers = new Set<ServerId>()

  constructor(rows: Rows, keyAt: (row: number) => TorrentKey) {
    this.#rows = rows
    this.#keyAt = keyAt
  }

  listen(listener: FleetListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Everything that changes the fleet happens inside a batch; batches do not nest. */
  batch<R>(work: () => R): R {
    this.#rows.generation++
    try {
      return work()
    } finally {
      this.#rows.arena.tidy()
      this.#report()
    }
  }

  /** @returns whether the cell is another one now */
  cell<F extends TorrentField>(row: number, field: F, value: TorrentFields[F]): boolean {
    const column = this.#rows.columns[field] as Column<unknown>
    if (!column.write(row, value)) return false
    column.generation = this.#rows.generation
    this.touch(row)
    return true
  }

  /** Something about the row changed: readers look at it again. */
  touch(row: number): void {
    if (this.#rows.generations[row] === this.#rows.generation) return
    this.#rows.generations[row] = this.#rows.generation
    if (this.#rows.isVisible(row)) this.#changed.push(row)
    else if (this.#rows.isShown(row)) this.#previewed.push(row)
  }

  preview(row: number): void {
    this.#rows.preview(row)
    this.#previewed.push(row)
  }

  show(row: number): void {
    this.#rows.show(row)
    this.#added.push(row)
  }

  hide(row: number): void {
    this.#removed.push({row, key: this.#keyAt(row)})
    this.#rows.hide(row)
  }

  revive(row: number): void {
    this.#rows.revive(row)
    this.#added.push(row)
  }

  drop(row: number): void {
    if (this.#rows.isVisible(row)) this.#removed.push({row, key: this.#keyAt(row)})
    else if (this.#rows.isShown(row)) this.#previewed.push(row)
    this.#rows.drop(row)
  }

  server(id: ServerId): void {
    this.#servers.add(id)
  }

  #report(): void {
    const delta: FleetDelta = {
      generation: this.#rows.generation,
      changed: this.#changed,
      added: this.#added,
      previewed: this.#previewed,
      removed: this.#removed,
      servers: [...this.#servers],
    }
    this.#changed = []
    this.#added = []
    this.#previewed = []
    this.#removed = []
    this.#servers = new Set()
    const {changed, added, previewed, removed, servers} = delta
    if ([changed, added, previewed, removed, servers].every((list) => list.length === 0)) return
    for (const listener of this.#listeners) listener(delta)
  }
}
