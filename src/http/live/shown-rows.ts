/**
 * The rows of a view as its page has them: who is called how, and which cells it was told last. News are what differs
 * from that, so nothing is ever queued and nothing is told twice.
 */
import type {LiveCell, LiveChange, LiveRow, RankRange, RowRef, ViewNews} from '#model/live.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {VisibleRows} from '../scope/scoped-fleet.ts'
import {isSameCell, type CellReader} from './live-cells.ts'
import {socketLimits} from './parts.ts'

interface Shown {
  readonly ref: RowRef
  readonly serverId: ServerId
  readonly hash: InfoHash
  readonly cells: LiveCell[]
  /** The pass that saw it last. */
  pass: number
}

/** Who stands where: by rank the fleet's row number. */
interface Standing {
  readonly rows: Uint32Array
  /** Does the row still hold the torrent that is meant? */
  readonly stands: (row: number) => boolean
}

interface PassNews {
  readonly rows: LiveRow[]
  readonly cells: LiveChange[]
  readonly gone: RowRef[]
}

export type RowNews = PassNews & {readonly order: NonNullable<ViewNews['order']>}

/** Nobody stands there. */
const GAP: RowRef = 0

export class ShownRows {
  readonly #columns: readonly CellReader[]
  readonly #nextRef: () => RowRef
  readonly #mostKept: number
  /** By row number, the one that was shown last at the end. */
  readonly #shown = new Map<number, Shown>()
  #pass = 0

  constructor(columns: readonly CellReader[], nextRef: () => RowRef) {
    this.#columns = columns
    this.#nextRef = nextRef
    const {keptCells, keptRows} = socketLimits
    this.#mostKept = Math.min(keptRows, Math.floor(keptCells / Math.max(1, columns.length)))
  }

  /**
   * What differs from what the page has, which it has then.
   *
   * @param fleet as the page's owner may see it: what he may not see is a gap
   * @param sweeps look for rows that left, also beside the ranges
   */
  take(fleet: VisibleRows, standing: Standing, ranges: readonly RankRange[], sweeps: boolean): RowNews {
    this.#pass++
    const news: PassNews = {rows: [], cells: [], gone: []}
    const order = ranges.map(([from, to]) => {
      const refs: RowRef[] = []
      const end = Math.min(to, standing.rows.length)
      for (let rank = from; rank < end; rank++) refs.push(this.#show(fleet, standing, rank, news))
      return {from, refs}
    })
    if (sweeps) this.#sweep(fleet, news)
    this.#forgetOldest(news)
    return {...news, order}
  }

  #show(fleet: VisibleRows, {rows, stands}: Standing, rank: number, news: PassNews): RowRef {
    const row = rows[rank]!
    if (!stands(row) || fleet.serverAt(row) === null) {
      this.#forget(row, news)
      return GAP
    }
    const known = this.#shown.get(row)
    if (known?.pass === this.#pass) return known.ref
    const key = fleet.keyAt(row)
    if (known?.hash === key.hash && known.serverId === key.serverId) {
      this.#refresh(fleet, row, known, key, news)
      return known.ref
    }
    this.#forget(row, news)
    return this.#introduce(fleet, row, key, news)
  }

  #introduce(fleet: VisibleRows, row: number, key: TorrentKey, news: PassNews): RowRef {
    const cells = this.#columns.map((read) => read(fleet, row, key))
    const ref = this.#nextRef()
    this.#shown.set(row, {ref, ...key, cells, pass: this.#pass})
    news.rows.push([ref, key.serverId, key.hash, cells.slice()])
    return ref
  }

  #refresh(fleet: VisibleRows, row: number, known: Shown, key: TorrentKey, news: PassNews): void {
    const changes: (number | LiveCell)[] = []
    for (let at = 0; at < this.#columns.length; at++) {
      const cell = this.#columns[at]!(fleet, row, key)
      if (isSameCell(cell, known.cells[at]!)) continue
      known.cells[at] = cell
      changes.push(at, cell)
    }
    if (changes.length > 0) news.cells.push([known.ref, changes])
    known.pass = this.#pass
    // To the end: forgotten last.
    this.#shown.delete(row)
    this.#shown.set(row, known)
  }

  #sweep(fleet: VisibleRows, news: PassNews): void {
    for (const row of this.#shown.keys()) if (fleet.serverAt(row) === null) this.#forget(row, news)
  }

  #forgetOldest(news: PassNews): void {
    for (const [row, {pass}] of this.#shown) {
      if (this.#shown.size <= this.#mostKept || pass === this.#pass) return
      this.#forget(row, news)
    }
  }

  #forget(row: number, {gone}: PassNews): void {
    const known = this.#shown.get(row)
    if (known === undefined) return
    this.#shown.delete(row)
    gone.push(known.ref)
  }
}
