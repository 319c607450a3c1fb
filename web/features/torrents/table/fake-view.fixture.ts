/** A view of made-up torrents that change by the thousand, for looking at the list without a server. */
import type {LiveGroup, LiveTotals, RankRange, ViewWish} from '#model/live.ts'
import {torrentStates} from '#model/torrent.ts'
import {Signal} from '../../../live/signal.ts'
import {ViewRow, type LiveView} from '../../../live/view.ts'
import type {Cell} from '../../../live/wire.ts'

const servers = ['seedbox', 'attic', 'nas', 'loft'] as const
const groupsOfNames = ['NORDKAP', 'TIDEMARK', 'KITTIWAKE', 'LAGUNE', 'FARSHORE', 'BRIGANTINE'] as const
const GIB = 1024 ** 3

/** As much of a `LiveView` as the list uses. */
export class FakeView {
  readonly changes = new Signal()
  version = 0
  totals: LiveTotals
  scopeTotals: LiveTotals
  groups: readonly LiveGroup[] | null = null
  moved = 0
  isCurrent = true
  refusal: string | null = null
  readonly wish: ViewWish
  ranges: readonly RankRange[] = []
  isHeld = false
  /** Answers take so long, ms. */
  latency: number
  readonly #rows = new Map<number, ViewRow>()
  #shown = new Set<number>()

  constructor(wish: ViewWish, count: number, latency = 5) {
    this.wish = wish
    this.latency = latency
    this.totals = {count, size: count * 4 * GIB, down_speed: 8e7, up_speed: 2e7}
    this.scopeTotals = this.totals
  }

  asView(): LiveView {
    return this as unknown as LiveView
  }

  at(rank: number): ViewRow | null {
    return this.#shown.has(rank) ? this.#row(rank) : null
  }

  rankOf(key: string): number | null {
    for (const rank of this.#shown) if (this.#row(rank).key === key) return rank
    return null
  }

  show(ranges: readonly RankRange[]): void {
    if (JSON.stringify(ranges) === JSON.stringify(this.ranges)) return
    this.ranges = ranges
    setTimeout(() => {
      this.#shown = new Set(
        ranges.flatMap(([from, to]) => Array.from({length: to - from}, (_, at) => from + at)),
      )
      this.tell()
    }, this.latency)
  }

  hold(on: boolean): void {
    this.isHeld = on
  }

  update(): void {
    this.moved = 0
    this.tell()
  }

  async keys(from: number, to: number): Promise<readonly (readonly [string, string])[]> {
    return Array.from(
      {length: to - from},
      (_, at) => [this.#row(from + at).serverId, hashOf(from + at)] as const,
    )
  }

  tell(): void {
    this.version++
    this.changes.tell()
  }

  /** Cells of so many torrents change; only those on screen are told. */
  change(rows: number): void {
    for (let at = 0; at < rows; at++) {
      const rank = Math.floor(Math.random() * this.totals.count)
      if (this.#shown.has(rank)) this.#changeRow(this.#row(rank))
    }
  }

  /** Every row that the list has changes. */
  changeShown(): void {
    for (const rank of this.#shown) this.#changeRow(this.#row(rank))
  }

  #changeRow(row: ViewRow): void {
    const at = (column: string) => this.wish.columns.indexOf(column)
    const speed = () => Math.floor(Math.random() * 4e7)
    row.change([at('down_speed'), speed(), at('up_speed'), speed(), at('progress'), Math.random()])
  }

  #row(rank: number): ViewRow {
    const known = this.#rows.get(rank)
    if (known) return known
    const cells = this.wish.columns.map((it) => cellOf(it, rank) ?? null) as readonly (
      string | number | null
    )[]
    const row = new ViewRow([rank + 1, servers[rank % 4]!, hashOf(rank), cells])
    this.#rows.set(rank, row)
    return row
  }
}

function hashOf(rank: number): string {
  return rank.toString(16).padStart(40, '0')
}

function nameOf(rank: number): string {
  const episode = String((rank % 24) + 1).padStart(2, '0')
  const group = groupsOfNames[rank % groupsOfNames.length]!
  return `The.Lantern.Keepers.of.Harbour.${rank}.S02E${episode}.2160p.WEB-DL.DDP5.1.Atmos.DV.H.265-${group}.mkv`
}

function cellOf(column: string, rank: number): Cell {
  const state = torrentStates[rank % torrentStates.length]!
  const isComplete = state.endsWith('Up') || state === 'seeding'
  const cells: Readonly<Record<string, Cell>> = {
    name: nameOf(rank),
    state,
    complete: isComplete,
    progress: isComplete ? 1 : (rank % 97) / 97,
    task_progress: state === 'checking' ? 0.4 : null,
    size: ((rank % 71) + 0.4) * GIB,
    down_speed: state === 'downloading' ? 3e6 : 0,
    up_speed: state === 'seeding' ? 9e5 : 0,
    eta: state === 'downloading' ? 2600 : null,
    ratio: (rank % 300) / 100,
    seeds_connected: rank % 60,
    peers_connected: rank % 33,
    category: ['radarr', 'sonarr', '', 'iso'][rank % 4]!,
    tags: rank % 5 === 0 ? ['keep'] : rank % 7 === 0 ? ['season', 'hit-and-run'] : [],
    added_at: Date.now() - rank * 61_000,
    stale: servers[rank % 4] === 'loft',
    seen_at: servers[rank % 4] === 'loft' ? Date.now() - 840_000 : null,
    pending: [],
  }
  return cells[column]
}
