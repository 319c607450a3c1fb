/**
 * One open view of one page: the ranks it shows, and what it was told of them. Everything is worked out again from what is
 * so now (`present`), and told as far as it differs.
 */
import type {Access} from '#model/access.ts'
import type {CommodarrError} from '#model/errors.ts'
import type {FollowedRank, LiveGroup, QueryMistake, RankRange, RowRef, ViewNews} from '#model/live.ts'
import type {TorrentFilter, TorrentTotals} from '#model/query.ts'
import {asServerId, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {filterOf, type Reader} from '#search-query/filter-of.ts'
import type {RankGroup} from '#views/groups.ts'
import type {ViewSpec} from '#views/live-views.ts'
import {toWire} from '../answers/codec.ts'
import {completenessOf} from '../rows/server-views.ts'
import {readerIn, sortKey} from '../rows/torrent-query.ts'
import type {CheckedWish} from '../schemas/live.ts'
import {asKey, type Scope} from '../scope/scope.ts'
import type {FleetRows} from '../scope/sources.ts'
import {LastSent} from './last-sent.ts'
import {cellReaders} from './live-cells.ts'
import type {Ranked, RankedView, RankedViews} from './parts.ts'
import {ShownRows, type RowNews} from './shown-rows.ts'

interface WindowDeps {
  readonly number: number
  /** The first one. */
  readonly wish: CheckedWish
  readonly ranges: readonly RankRange[]
  /** What its owner may now. */
  readonly access: () => Access
  /** The house as he sees it now. */
  readonly scope: () => Scope
  readonly views: RankedViews
  readonly now: () => EpochMs
  readonly nextRef: () => RowRef
  readonly onNews: () => void
  /** Who looks at it. */
  readonly by: string
  /** What it asks for takes too long; it is closed. @param re the question that was not answered; `null` = it was */
  readonly onRefused: (error: CommodarrError, re: number | null) => void
}

export class LiveWindow {
  readonly #parts: WindowDeps
  readonly #rows: ShownRows
  readonly #view: RankedView
  readonly #sent = new LastSent()
  #wish: CheckedWish
  #read: ReadWish
  #readText: string
  #ranges: readonly RankRange[]
  /** `null` = nobody was followed yet. */
  #followed: Followed | null = null
  /** Questions that nobody answered yet; the last one counts. */
  #re: number | null
  #isNew = true
  /** The page has what it was told for the wish before. */
  #isKept = false
  #scopeOf: {all: readonly ServerId[]; left: readonly ServerId[]} | null = null
  #swept: {ranking: Ranked; servers: readonly ServerId[]} | null = null

  /** @throws {RequestInvalid} for columns that do not exist */
  constructor(parts: WindowDeps, re: number) {
    this.#parts = parts
    this.#wish = parts.wish
    this.#ranges = parts.ranges
    this.#re = re
    this.#rows = new ShownRows(cellReaders(parts.wish.columns), parts.nextRef)
    this.#read = this.#readNow()
    this.#readText = JSON.stringify(this.#read)
    const scope = () => parts.access().servers
    this.#view = parts.views.open({
      wish: this.#read.wish,
      scope,
      by: parts.by,
      onNews: parts.onNews,
      onRefused: (error) => parts.onRefused(error, this.#re),
    })
  }

  /** Servers it may be about: those in sight, and of them those that are wished for. The same array until it differs. */
  get servers(): readonly ServerId[] {
    const all = this.#parts.access().servers
    if (this.#scopeOf?.all === all) return this.#scopeOf.left
    const {servers} = this.#wish
    const left = servers === undefined ? all : all.filter((id) => servers.includes(id))
    const before = this.#scopeOf?.left
    this.#scopeOf = {all, left: before !== undefined && isSameList(before, left) ? before : left}
    return this.#scopeOf.left
  }

  hasColumns(columns: readonly string[]): boolean {
    return isSameList(this.#wish.columns, columns)
  }

  /**
   * Another query or order of the same columns: what the page was told holds on, and what differs is the answer.
   * @throws {RequestInvalid} for a column to sort by that does not exist; then it is closed
   */
  change(wish: CheckedWish, ranges: readonly RankRange[], re: number): void {
    this.#wish = wish
    this.#ranges = ranges
    this.#re = re
    this.#isNew = true
    this.#isKept = true
    this.#scopeOf = null
    this.#followed = null
    for (const name of ['followed', 'moved', 'held_count']) this.#sent.forget(name)
    try {
      this.#read = this.#readNow()
      this.#readText = JSON.stringify(this.#read)
      this.#view.hold(false)
      this.#view.change(this.#read.wish)
    } catch (error) {
      this.close()
      throw error
    }
  }

  show(ranges: readonly RankRange[], re: number): void {
    this.#ranges = ranges
    // The page waits for the answer to its wish; whatever comes before that is of another one.
    if (!this.#isNew) this.#re = re
  }

  follow(keys: readonly TorrentKey[], re: number): void {
    this.#followed = new Followed(keys)
    this.#sent.forget('followed')
    if (!this.#isNew) this.#re = re
  }

  hold(on: boolean): void {
    this.#view.hold(on)
  }

  update(): void {
    this.#view.update()
  }

  /** Reads the query again: servers have other names, or it is another day. */
  reread(): void {
    const read = this.#readNow()
    const text = JSON.stringify(read)
    if (text === this.#readText) return
    this.#readText = text
    this.#read = read
    this.#view.change(read.wish)
  }

  /** Everything that differs from what was told, which it is then; `null` = nothing does, and nobody asked. */
  present(): ViewNews | null {
    const {ranking, isAnswered} = this.#view
    // Of a new wish the order of the one before is no answer.
    if (ranking === null || (this.#isNew && !isAnswered)) return null
    const scope = this.#parts.scope()
    const isAsked = this.#re !== null
    const news: ViewNews = {
      type: 'view',
      view: this.#parts.number,
      ...(this.#re !== null && {re: this.#re}),
      ...(this.#isNew && this.#isKept && {kept: true as const}),
      ...this.#figures(scope, ranking),
      ...this.#rowNews(scope, ranking),
    }
    this.#re = null
    this.#isNew = false
    return isAsked || Object.keys(news).length > 2 ? news : null
  }

  /** Names of the torrents at these ranks, without those that are gone; `null` = nothing is ranked yet. */
  keys(from: number, to: number): readonly (readonly [string, string])[] | null {
    const {ranking, isAnswered} = this.#view
    if (ranking === null || (this.#isNew && !isAnswered)) return null
    const {fleet} = this.#parts.scope()
    const keys: [string, string][] = []
    for (let rank = from; rank < Math.min(to, ranking.rows.length); rank++) {
      const row = ranking.rows[rank]!
      if (!this.#view.stands(row) || fleet.serverAt(row) === null) continue
      const {serverId, hash} = fleet.keyAt(row)
      keys.push([serverId, hash])
    }
    return keys
  }

  close(): void {
    this.#view.close()
  }

  #readNow(): ReadWish {
    const {now, scope} = this.#parts
    const wish = this.#wish
    return readWish(wish, readerIn(scope(), {now: now(), timeZone: wish.time_zone}))
  }

  #figures({servers, fleet}: Scope, ranking: Ranked): Partial<ViewNews> {
    const {totals, scopeTotals, facets} = this.#view
    const {servers_online: online, servers_total: all} = completenessOf(
      this.servers.flatMap((id) => servers.get(id) ?? []),
    )
    const figures = {
      totals: totals === null ? undefined : this.#fresh('totals', wireTotals(totals)),
      scope_totals: scopeTotals === null ? undefined : this.#fresh('scope_totals', wireTotals(scopeTotals)),
      servers_online: this.#fresh('servers_online', online),
      servers_total: this.#fresh('servers_total', all),
      facets: this.#freshFacets(facets),
      groups: this.#fresh('groups', ranking.groups?.map(wireGroup) ?? null),
      mistakes: this.#fresh('mistakes', this.#read.mistakes),
      moved: this.#moved(ranking),
      held_count: this.#heldCount(ranking),
      followed: this.#followed ? this.#fresh('followed', this.#followed.ranks(fleet, this.#view)) : undefined,
    }
    return known(figures)
  }

  #fresh<T>(name: keyof ViewNews, value: T): T | undefined {
    return this.#sent.fresh(name, value)
  }

  #freshFacets(facets: RankedView['facets']): ViewNews['facets'] {
    const fresh = Object.entries(facets).filter(([name, counts]) => {
      return this.#sent.fresh(`facet ${name}`, counts) !== undefined
    })
    return fresh.length > 0 || (this.#isNew && !this.#isKept) ? Object.fromEntries(fresh) : undefined
  }

  /** Ranks of the window that would have somebody else. */
  #moved(ranking: Ranked): number | undefined {
    const {waiting} = this.#view
    let moved = 0
    for (const [from, to] of waiting === null ? [] : this.#ranges) {
      for (let rank = from; rank < to; rank++) if (waiting!.rows[rank] !== ranking.rows[rank]) moved++
    }
    const fresh = this.#fresh('moved', moved)
    // Nothing waits for who has just come.
    return this.#isNew && moved === 0 ? undefined : fresh
  }

  /** The order that waits has other ranks than the one that is shown. */
  #heldCount(ranking: Ranked): number | null | undefined {
    const count = this.#view.waiting === null ? null : ranking.rows.length
    const fresh = this.#fresh('held_count', count)
    return this.#isNew && count === null ? undefined : fresh
  }

  #rowNews({fleet}: Scope, ranking: Ranked): Partial<ViewNews> {
    const {servers} = this
    const sweeps = this.#swept?.ranking !== ranking || this.#swept.servers !== servers
    this.#swept = {ranking, servers}
    const stands = (row: number) => this.#view.stands(row)
    const {order, ...lists} = this.#rows.take(fleet, {rows: ranking.rows, stands}, this.#ranges, sweeps)
    const fresh = this.#fresh('order', order)
    return {...withoutEmpty(lists), ...(fresh !== undefined && {order: fresh})}
  }
}

/** Without what is not to be told. */
function known(figures: {readonly [F in keyof ViewNews]?: ViewNews[F] | undefined}): Partial<ViewNews> {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined))
}

function withoutEmpty(lists: Omit<RowNews, 'order'>): Partial<ViewNews> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))
}

function wireTotals({count, size, downSpeed, upSpeed}: TorrentTotals) {
  return toWire({count, size, downSpeed, upSpeed})
}

function wireGroup({value, from, ...totals}: RankGroup): LiveGroup {
  return {value, from, ...wireTotals(totals)}
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((it, at) => it === b[at])
}

/** From what a page wishes to see to a question to the fleet. Pure. */

interface ReadWish {
  readonly wish: ViewSpec
  readonly mistakes: readonly QueryMistake[]
}

/**
 * @param reader servers, Arrs and names of trackers that may be asked about; any other is unknown
 * @throws {RequestInvalid} for a column to sort by that does not exist
 */
function readWish(asked: CheckedWish, reader: Reader): ReadWish {
  const {filter, mistakes} = filterOf(asked.q, reader)
  const {group, facets} = asked
  return {
    wish: {
      ...(asked.servers && {servers: asked.servers.map(asServerId)}),
      filter: {...filter, ...keysOf(asked)},
      sort: asked.sort.map(sortKey),
      group,
      ...((group === 'tracker' || facets.includes('tracker')) && {trackers: reader.trackers}),
      facets,
    },
    mistakes,
  }
}

function keysOf({keys}: CheckedWish): Pick<TorrentFilter, 'keys'> {
  if (keys === undefined) return {}
  return {keys: keys.map(asKey)}
}

/** Found in an order: the same as long as order and row stay. */
interface Found {
  readonly row: number
  readonly rank: number | null
}

/** Torrents that a page wants to know the ranks of, wherever they stand. */
class Followed {
  readonly #keys: readonly TorrentKey[]
  #order: Ranked['rows'] | null = null
  /** By place of the key, in this order. */
  #found: (Found | undefined)[] = []

  constructor(keys: readonly TorrentKey[]) {
    this.#keys = keys
  }

  /**
   * In the order of the keys. An order is looked through once for each torrent (0.03 ms at 100,000), however often is
   * asked.
   *
   * @param fleet as the page's owner may see it: what he may not see is not in the view
   */
  ranks(fleet: FleetRows, view: RankedView): readonly FollowedRank[] {
    const order = view.ranking?.rows ?? null
    if (order !== this.#order) this.#found = []
    this.#order = order
    return this.#keys.map((key, at) => [key.serverId, key.hash, this.#rankOf(at, fleet.rowOf(key), view)])
  }

  #rankOf(at: number, row: number | null, view: RankedView): number | null {
    if (row === null || !view.stands(row)) return null
    const known = this.#found[at]
    if (known?.row === row) return known.rank
    const rank = view.rankOf(row)
    this.#found[at] = {row, rank}
    return rank
  }
}
