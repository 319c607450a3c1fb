/**
 * Questions to the fleet. What takes long (ordering names, sorting, searching) is prepared in pieces between which
 * others have their turn; the answer itself is then counted in one go, so that all of it is of one moment.
 */
import type {Fleet} from '#fleet/fleet.ts'
import {HASH_BYTES} from '#fleet/row-index.ts'
import {systemClock, cpuMsOfThread, type Clock} from '#lib/clock.ts'
import {FairTurns} from '#lib/fair-turns.ts'
import {mapInTurns, type TimeSlice} from '#lib/time-slice.ts'
import {
  factsIn,
  type FacetCount,
  type FacetName,
  type SortKey,
  type TorrentFilter,
  type TorrentMatches,
  type TorrentQuery,
  type TorrentWindow,
  type FactWish,
  type TrackerSum,
} from '#model/query.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import {facetPerServer} from './facets.ts'
import {noFacts, type FactSource} from './fact-tests.ts'
import type {Prepared, Selection} from './filter.ts'
import {no, type Refusals} from './filter-bits.ts'
import {NameOrder} from './name-order.ts'
import {reckon, type RankQuery, type Reckoned} from './ranking.ts'
import {Selections, type Selected} from './selected.ts'
import {OURSELVES, SearchCosts} from './search-costs.ts'
import {checkCount, Selector} from './selector.ts'
import {SortIndexes} from './sort-index.ts'
import type {ShownText} from './sort-keys.ts'
import {totalsOf} from './totals.ts'
import {trackerSums} from './tracker-sums.ts'
import {settled, type Pace, type Work} from './work.ts'

/** Of one person: their pages ask for a few things at once. */
const MOST_WAITING = 50
const unordered = new Uint32Array(0)

export class Views {
  readonly #fleet: Fleet
  readonly #pace: Pace
  readonly #indexes: SortIndexes
  readonly #selector: Selector
  readonly #selections: Selections
  /** Queries share what they prepare, so they go one after the other; each person has a turn before anybody's second. */
  readonly #queue = new FairTurns({atOnce: 1, ofOne: 1, mostWaiting: MOST_WAITING, unbounded: OURSELVES})
  /** What others are asked may take long: who waits for it keeps no other person waiting. */
  readonly #asking = new FairTurns({
    atOnce: Number.POSITIVE_INFINITY,
    ofOne: 1,
    mostWaiting: MOST_WAITING,
    unbounded: OURSELVES,
  })
  readonly #costs: SearchCosts
  readonly #facts: FactSource

  /**
   * @param clock for ages
   * @param shown how texts are sorted and searched
   * @param cpuMs of this thread, for what searches take
   * @param facts who judges facts of rules; absent = nothing is known of any
   */
  constructor(
    fleet: Fleet,
    turns: TimeSlice,
    clock: Clock = systemClock,
    shown: ShownText = (_field, text) => text,
    cpuMs: () => number = cpuMsOfThread,
    facts: FactSource = noFacts,
  ) {
    this.#facts = facts
    this.#fleet = fleet
    this.#pace = {turns, clock}
    this.#costs = new SearchCosts(clock, cpuMs)
    this.#selections = new Selections(fleet)
    const names = new NameOrder(fleet)
    this.#indexes = new SortIndexes(fleet, names, shown)
    this.#selector = new Selector(fleet, clock, names.names, shown, facts)
  }

  /** How often a filter was put to all rows, and facets counted: less often than it was asked for, where it is shared. */
  get effort(): Readonly<Selections['effort']> {
    return this.#selections.effort
  }

  /** @throws {BadArgument} a range or an age over a column that has none, a pattern that is none or too large */
  check(filter: TorrentFilter): void {
    this.#selector.check(filter)
  }

  /** Of these the one in whose name a question is asked that all of them have. */
  payerOf(persons: Iterable<string>): string {
    return this.#costs.richest(persons)
  }

  /** @throws {BadArgument} as `check`; {CommodarrError} too_expensive */
  async query(query: TorrentQuery): Promise<TorrentWindow> {
    const fleet = this.#fleet
    const {answer} = await this.#answer(query, query.sort, (selected, order) => {
      const rows = windowOf(order, selected.refused, query.offset, query.limit)
      return {
        totals: selected.totals.found,
        keys: rows.map((row) => fleet.keyAt(row)),
        rows,
        facets: selected.facets(query.facets, query.trackers),
      }
    })
    return answer
  }

  /**
   * All that match, for commands over whole selections. In no order that means anything. Torrents of a first list that
   * is not whole yet are shown, and in no selection.
   *
   * @throws {BadArgument} as `check`; {CommodarrError} too_expensive
   */
  async matching(selection: Selection): Promise<TorrentMatches> {
    const fleet = this.#fleet
    const {answer} = await this.#answer(
      selection,
      null,
      (selected) => {
        const refused = selected.refused.slice()
        for (let row = 0; row < refused.length; row++) if (!fleet.rows.isVisible(row)) refused[row] = no.scope
        return {matched: new MatchedRows(fleet, refused), totals: totalsOf(fleet, refused).found}
      },
      'act',
    )
    const {matched, totals} = answer
    // Of that moment, but named in turns: there may be hundreds of thousands.
    return {keys: await mapInTurns(matched, this.#pace.turns, (key) => key), totals}
  }

  /**
   * All that match, at their ranks, with what a live view tells besides; and how many ms were worked for it.
   *
   * @param before the last answer to the same question, or `null`
   * @throws {BadArgument} as `check`; {CommodarrError} too_expensive
   */
  rank(
    query: RankQuery,
    before: Reckoned | null,
  ): Promise<{readonly answer: Reckoned; readonly worked: number}> {
    const fleet = this.#fleet
    return this.#answer(
      query,
      query.sort,
      (selected, order) => reckon(fleet, query, {order, selected}, before),
      'live',
    )
  }

  /** How many torrents of each of these servers, and how many wanted bytes, have each value of a facet. */
  countsPerServer(
    facetName: FacetName,
    scope: readonly ServerId[],
  ): ReadonlyMap<ServerId, readonly FacetCount[]> {
    return facetPerServer(facetName, this.#fleet, scope)
  }

  /** @param owes whether the torrent in a row still owes its tracker seeding */
  trackerSums(scope: readonly ServerId[], owes: (row: number) => boolean): readonly TrackerSum[] {
    return trackerSums(this.#fleet, scope, owes)
  }

  /**
   * @param sort `null` = no order is needed, and none is handed to `build`
   */
  async #answer<A>(
    selection: Selection,
    sort: readonly SortKey[] | null,
    build: (selected: Selected, order: Uint32Array) => A,
    wish: FactWish = 'once',
  ): Promise<{readonly answer: A; readonly worked: number}> {
    const {filter, by = OURSELVES} = selection
    checkCount(filter)
    const {demandCredit, counted, resumed} = this.#costs.meterOf(by)
    const asked = factsIn(filter)
    if (asked.length > 0) {
      demandCredit()
      await this.#asking.run(by, () => this.#facts.ready(asked, wish, selection.by))
    }
    const indexes = this.#indexes
    const selector = this.#selector
    let order: Uint32Array = unordered
    let prepared: Prepared
    function* prepare(): Work {
      if (sort) order = yield* indexes.order(sort)
      prepared = yield* selector.prepare(filter, counted)
    }
    const answer = () => build(this.#selections.of(selection, prepared), order)
    return this.#queue.run(by, () => settled(prepare, answer, {...this.#pace, resumed}))
  }
}

/** Torrents as they stood in one moment: afterwards their rows may be those of others. */
class MatchedRows {
  readonly #hashes: Buffer
  readonly #servers: readonly ServerId[]

  constructor(fleet: Fleet, refused: Refusals) {
    const {rows} = fleet
    const servers: ServerId[] = []
    for (let row = 0; row < refused.length; row++)
      if (refused[row] === 0) servers.push(fleet.serverIdOf(rows.servers[row]!))
    this.#servers = servers
    this.#hashes = Buffer.alloc(servers.length * HASH_BYTES)
    let at = 0
    for (let row = 0; row < refused.length; row++) {
      if (refused[row] !== 0) continue
      rows.copyHash(row, this.#hashes, at)
      at += HASH_BYTES
    }
  }

  *[Symbol.iterator](): Generator<TorrentKey> {
    for (const [n, serverId] of this.#servers.entries()) {
      const at = n * HASH_BYTES
      yield {serverId, hash: this.#hashes.toString('hex', at, at + HASH_BYTES) as InfoHash}
    }
  }
}

/** Rows from rank `offset` on, `limit` at most. */
function windowOf(order: Uint32Array, refused: Refusals, offset: number, limit: number): readonly number[] {
  const rows: number[] = []
  let rank = 0
  for (let i = 0; i < order.length && rows.length < limit; i++) {
    if (refused[order[i]!] === 0 && rank++ >= offset) rows.push(order[i]!)
  }
  return rows
}
