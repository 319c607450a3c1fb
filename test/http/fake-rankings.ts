/** Rankings of a fleet of plain records, reckoned when a test says so: all in sight that pass, in the order of a test. */
import type {Ranked, RankedView, RankedViews} from '#http/live/parts.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {liveScopeOf, type ViewSpec} from '#views/live-views.ts'
import type {FakeFleet} from './fake-fleet.ts'

type Order = (a: TorrentRecord, b: TorrentRecord) => number
type Opened = Parameters<RankedViews['open']>[0]

export class FakeRankings implements RankedViews {
  readonly fleet: FakeFleet
  readonly opened = new Set<FakeRanking>()
  /** Of all views; by name when absent. */
  order: Order = (a, b) => (a.name < b.name ? -1 : 1)

  constructor(fleet: FakeFleet) {
    this.fleet = fleet
  }

  open(opened: Opened): FakeRanking {
    const view = new FakeRanking(this, opened)
    this.opened.add(view)
    return view
  }

  /** Everything is reckoned again, and everybody told. */
  reckon(): void {
    for (const view of Array.from(this.opened)) view.reckon()
  }
}

class FakeRanking implements RankedView {
  ranking: Ranked | null = null
  waiting: Ranked | null = null
  isAnswered = false
  scopeTotals: RankedView['scopeTotals'] = null
  totals: RankedView['totals'] = null
  facets: RankedView['facets'] = {}
  wish: ViewSpec
  readonly #all: FakeRankings
  readonly #opened: Opened
  #isHeld = false
  #meant = new Map<number, string>()

  constructor(all: FakeRankings, opened: Opened) {
    this.#all = all
    this.#opened = opened
    this.wish = opened.wish
    queueMicrotask(() => this.reckon())
  }

  reckon(): void {
    if (!this.#all.opened.has(this)) return
    const {fleet, order} = this.#all
    const {scope} = liveScopeOf(this.wish, this.#opened.scope())
    const inScope = [...fleet.records.keys()].filter((row) => isIn(fleet.records[row], scope))
    const rows = inScope.filter((row) => passes(fleet.records[row]!, this.wish))
    rows.sort((a, b) => order(fleet.records[a]!, fleet.records[b]!))
    const newer = {rows: Uint32Array.from(rows), groups: null}
    const isFirst = !this.isAnswered
    this.isAnswered = true
    this.scopeTotals = this.#totalsOf(inScope)
    this.totals = this.#totalsOf(rows)
    this.facets = Object.fromEntries(
      this.wish.facets.map((name) => [name, [{value: '', count: rows.length, size: 0}]]),
    )
    if (this.#isHeld && !isFirst) this.waiting = newer
    else this.#take(newer)
    this.#opened.onNews()
  }

  stands(row: number): boolean {
    return this.#nameOf(row) === this.#meant.get(row)
  }

  rankOf(row: number): number | null {
    const rank = this.stands(row) ? (this.ranking?.rows.indexOf(row) ?? -1) : -1
    return rank === -1 ? null : rank
  }

  hold(on: boolean): void {
    this.#isHeld = on
    if (!on) this.update()
  }

  update(): void {
    if (this.waiting) this.#take(this.waiting)
  }

  change(wish: ViewSpec): void {
    this.wish = wish
    this.isAnswered = false
    queueMicrotask(() => this.reckon())
  }

  close(): void {
    this.#all.opened.delete(this)
  }

  #take(ranking: Ranked): void {
    this.ranking = ranking
    this.waiting = null
    this.#meant = new Map([...ranking.rows].map((row) => [row, this.#nameOf(row)]))
  }

  #nameOf(row: number): string {
    const record = this.#all.fleet.records[row]
    return record ? `${record.key.serverId} ${record.key.hash}` : ''
  }

  #totalsOf(rows: readonly number[]): RankedView['totals'] {
    const sum = (field: 'size' | 'downSpeed' | 'upSpeed') =>
      rows.reduce((total, row) => total + (this.#all.fleet.records[row]![field] ?? 0), 0)
    return {count: rows.length, size: sum('size'), downSpeed: sum('downSpeed'), upSpeed: sum('upSpeed')}
  }
}

function isIn(record: TorrentRecord | undefined, scope: readonly ServerId[]): boolean {
  return record !== undefined && scope.includes(record.key.serverId)
}

function passes(record: TorrentRecord, {filter}: ViewSpec): boolean {
  const {any, none} = filter.states ?? {}
  return (any === undefined || any.includes(record.state)) && none?.includes(record.state) !== true
}
