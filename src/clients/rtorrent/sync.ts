/**
 * rTorrent has no deltas, so the driver makes its own from four kinds of request (rTorrent RPC sheet §7):
 *
 *   hot      each step           what is checked or changed its state lately, and what has a rate, 21 columns, filtered
 *                                there; rows that are as they were are passed over
 *   light    every 90 s or so    every torrent, 8 columns: whose details are stale; at once when somebody came or went
 *   details  after both          all columns of the new and the stale, as single getters
 *   full     every hour, or when asked: every torrent, all columns
 *
 * Who came since the last look shows in the hot list every 10 s, and who went in the count: one that left while another
 * one came are found by the one that came.
 *
 * Price: 1.2 µs of the daemon's main thread per cell (0.9.8), so slow answers stretch the intervals, and so do long ones:
 * where thousands have a rate these come every few steps only. Removals are concluded from whole lists only. Each list's
 * request also tells pid, time, count and the server's figures.
 */
import {CommandRefused, NotSupported} from '#model/errors.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, SyncBounds, SyncDriver, SyncReport, SyncSink, SyncWant} from '../port.ts'
import {fullColumns, hotColumns, lightColumns} from './codec.ts'
import {figureCalls, readFigures, statsFrom, type Figures} from './figures.ts'
import {freeSpaceAt} from './free-space.ts'
import {hotPatch} from './normalise.ts'
import {textOf, type RpcRow} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import {Details} from './sync-details.ts'
import {FullSync, tellStraight, type StepCount} from './sync-list.ts'

const LIGHT_EVERY_MS = 90_000
const LIGHT_AT_MOST_MS = 120_000
/** Where nothing else shows who came. */
const LIGHT_ALONE_MS = 10_000
/** When the count says that somebody came or went. */
const LIGHT_SOON_MS = 1_000
const FULL_EVERY_MS = 60 * 60_000
/** The next hundredth's trackers, and the free space. */
const TRACKERS_EVERY_MS = 20_000
/** A list may take this share of the time between two of its kind. */
const MOST_SHARE = 0.1
/** And so many bytes of a second: what repeats itself may cost little, however many torrents there are. */
const MOST_BYTES_PER_MS = 16

/** When a list was read last, and what it cost. */
interface ListTimes {
  at: number
  tookMs: number
  bytes: number
}

export class RtorrentSync implements SyncDriver {
  readonly #session: RtorrentSession
  readonly #details: Details
  readonly #hot: FastPoll
  /** A list broke off, or none came yet: nothing of the table is sure. */
  #needsWhole = true
  readonly #light: ListTimes = {at: -Infinity, tookMs: 0, bytes: 0}
  readonly #full: ListTimes = {at: -Infinity, tookMs: 0, bytes: 0}
  #trackersAt = -Infinity
  #trackersFrom = 0
  #labelsTold = ''

  constructor(session: RtorrentSession) {
    this.#session = session
    this.#details = new Details(session)
    this.#hot = new FastPoll(session)
  }

  async step(want: SyncWant, sink: SyncSink, bounds: SyncBounds): Promise<SyncReport> {
    const {wire, book} = this.#session
    const before = {...wire.traffic}
    wire.traffic.slowestMs = 0
    const count: StepCount = {rows: 0, joined: 0, left: 0, membership: 'partial'}
    const counted = counting(sink, count)
    book.markStale(want.closely ?? [])
    const isFull = want.list !== 'delta' || this.#needsWhole || this.#isDue(this.#full, FULL_EVERY_MS)
    if (isFull) await this.#wholeStep(want.list === 'paged', counted, count, bounds.full)
    else await this.#deltaStep(counted, count, bounds, want.members === true)
    return {
      bytes: wire.traffic.bytes - before.bytes,
      requests: wire.traffic.requests - before.requests,
      ...count,
      known: book.size,
      answerMs: wire.traffic.slowestMs,
      leastIntervalMs: null,
    }
  }

  async #wholeStep(isPaged: boolean, sink: SyncSink, count: StepCount, bounds: CallBounds): Promise<void> {
    const figures = await this.#whole(this.#full, async () => {
      const list = new FullSync(this.#session, sink, count)
      const read = isPaged ? this.#inPages(list, sink, bounds) : list.read(fullColumns, bounds)
      const figures = await read
      // Before the end: whose list it is can be told from what the server is like.
      sink.stats(statsFrom(figures, this.#session))
      list.end()
      return figures
    })
    this.#light.at = this.#trackersAt = this.#full.at
    await this.#freeSpace(bounds)
    this.#tell(sink, figures)
  }

  /** Without the daemon's filter each torrent is asked for by itself. */
  async #inPages(list: FullSync, sink: SyncSink, bounds: CallBounds): Promise<Figures> {
    if (this.#session.has('d.multicall.filtered') && this.#session.has('match')) {
      return list.readInPages(fullColumns, bounds)
    }
    const figures = await list.read(['hash'], bounds)
    await this.#details.whole([...this.#session.book.hashes()], sink, bounds)
    return figures
  }

  async #deltaStep(
    sink: SyncSink,
    count: StepCount,
    bounds: SyncBounds,
    wantsMembers: boolean,
  ): Promise<void> {
    const {book} = this.#session
    const {figures, still, sawUnknown, showsNew} = await this.#hot.run(sink, bounds.delta)
    // Another pid is another run of the daemon: nothing of the table holds. And much news is cheaper as a whole list.
    if (figures.pid !== book.pid || this.#details.tooMany()) {
      return this.#wholeStep(false, sink, count, bounds.full)
    }
    await this.#details.still(still, sink, bounds.delta)
    const somebodyMoved = sawUnknown || (figures.count !== null && figures.count !== book.size)
    // One that left and one that came are as many as before.
    const everyMs = showsNew && figures.count !== null ? this.#lightEveryMs() : LIGHT_ALONE_MS
    if (wantsMembers || this.#isDue(this.#light, somebodyMoved ? LIGHT_SOON_MS : everyMs)) {
      await this.#lightList(sink, count, bounds)
    } else if (!somebodyMoved && figures.count !== null) {
      count.membership = 'whole'
    }
    await this.#details.stale(sink, bounds.delta)
    await this.#rounds(sink, bounds.delta)
    await tellStraight(this.#session, sink, bounds.delta)
    this.#tell(sink, figures)
  }

  async #lightList(sink: SyncSink, count: StepCount, bounds: SyncBounds): Promise<void> {
    await this.#whole(this.#light, async () => {
      const list = new FullSync(this.#session, sink, count)
      await list.read(lightColumns, bounds.full)
      if (this.#details.tooMany()) await list.read(fullColumns, bounds.full)
      // Before the end, so that nobody appears without a name.
      await this.#details.stale(sink, bounds.delta)
      list.end()
    })
  }

  #lightEveryMs(): number {
    return Math.min(LIGHT_AT_MOST_MS, Math.max(LIGHT_EVERY_MS, this.#light.bytes / MOST_BYTES_PER_MS))
  }

  async #rounds(sink: SyncSink, bounds: CallBounds): Promise<void> {
    const now = this.#session.clock.monotonic()
    if (now - this.#trackersAt < TRACKERS_EVERY_MS) return
    this.#trackersAt = now
    this.#trackersFrom = await this.#details.trackersInTurn(this.#trackersFrom, sink, bounds)
    await this.#freeSpace(bounds)
  }

  /** A list that breaks off leaves the table unsure: the next step then asks for all. */
  async #whole<T>(of: ListTimes, read: () => Promise<T>): Promise<T> {
    const {clock, wire} = this.#session
    const startedAt = clock.monotonic()
    const before = wire.traffic.bytes
    this.#needsWhole = true
    const result = await read()
    this.#needsWhole = false
    of.at = clock.monotonic()
    of.tookMs = of.at - startedAt
    of.bytes = wire.traffic.bytes - before
    return result
  }

  #isDue(list: ListTimes, leastMs: number): boolean {
    return this.#session.clock.monotonic() - list.at >= Math.max(leastMs, list.tookMs / MOST_SHARE)
  }

  async #freeSpace(bounds: CallBounds): Promise<void> {
    this.#session.freeSpace = await freeSpaceAt(this.#session, this.#session.facts.defaultDirectory, bounds)
  }

  #tell(sink: SyncSink, figures: Figures): void {
    sink.stats(statsFrom(figures, this.#session))
    const categories = [...this.#session.labelsInUse.categories].toSorted()
    const tags = [...this.#session.labelsInUse.tags].toSorted()
    const labels = JSON.stringify([this.#session.book.pid, categories, tags])
    if (labels === this.#labelsTold) return
    this.#labelsTold = labels
    sink.categories(categories.map((name) => ({name})))
    sink.tags(tags)
  }
}

function counting(sink: SyncSink, count: StepCount): SyncSink {
  return {
    begin: (fresh) => sink.begin(fresh),
    row: (patch) => {
      count.rows++
      sink.row(patch)
    },
    removed: (hash) => sink.removed(hash),
    end: () => sink.end(),
    stats: (stats) => sink.stats(stats),
    categories: (categories) => sink.categories(categories),
    tags: (tags) => sink.tags(tags),
  }
}

/** Changed its state within so many seconds: long enough for any pace of polling. */
const RECENT_SECONDS = 120
/** Who was loaded since the last look shows in one of three lists: after its start the daemon has loaded all. */
const LOADED_EVERY_MS = 10_000
const LOADED_SECONDS = 30
/** However many have a rate, it is as old as this at most. */
const RATES_AT_MOST_MS = 20_000
/** What is worth less time than this is read at each step. */
const RATES_UNASKED_MS = 2_000

interface HotAnswer {
  readonly figures: Figures
  /** Moved when last seen and does no more. */
  readonly still: readonly InfoHash[]
  /** A torrent that is not in the table. */
  readonly sawUnknown: boolean
  /** Who is loaded shows as such before long. */
  readonly showsNew: boolean
}

/** What a hot list asks for, as the daemon filters. */
interface HotWish {
  readonly rates: boolean
  readonly loaded: boolean
}

/** The hot tick: what moves, is checked, or changed its state lately; filtered in the daemon where it can. */
class FastPoll {
  readonly #session: RtorrentSession
  /** `false`: the daemon refused our predicate; then all started torrents are asked for. */
  #canFilter = true
  readonly #rates = {at: -Infinity, bytes: 0}
  #loadedAt = -Infinity

  constructor(session: RtorrentSession) {
    this.#session = session
  }

  async run(sink: SyncSink, bounds: CallBounds): Promise<HotAnswer> {
    const {wire, clock, facts} = this.#session
    const now = clock.monotonic()
    const worthMs = this.#rates.bytes / MOST_BYTES_PER_MS
    const everyMs = worthMs < RATES_UNASKED_MS ? 0 : Math.min(RATES_AT_MOST_MS, worthMs)
    const wish = {rates: now - this.#rates.at >= everyMs, loaded: now - this.#loadedAt >= LOADED_EVERY_MS}
    const predicate = this.#canFilter ? hotPredicate(facts.methods, wish) : null
    if (predicate === null) return this.#ask(this.#session.listMethod, ['started'], null, sink, bounds)
    try {
      const before = wire.traffic.bytes
      const answer = await this.#ask('d.multicall.filtered', ['main', predicate], wish, sink, bounds)
      if (wish.rates) {
        this.#rates.at = now
        this.#rates.bytes = wire.traffic.bytes - before
      }
      if (wish.loaded) this.#loadedAt = now
      return answer
    } catch (error) {
      if (!(error instanceof CommandRefused || error instanceof NotSupported)) throw error
      this.#canFilter = false
      return this.#ask(this.#session.listMethod, ['started'], null, sink, bounds)
    }
  }

  /** @param wish `null` = all that is started */
  async #ask(
    method: string,
    where: readonly string[],
    wish: HotWish | null,
    sink: SyncSink,
    bounds: CallBounds,
  ): Promise<HotAnswer> {
    const {wire, book, facts} = this.#session
    const shape = this.#session.listShape(hotColumns)
    const seen = new Set<InfoHash>()
    let figures!: Figures
    let sawUnknown = false
    const onRow = (raw: RpcRow): void => {
      const hash = asInfoHash(shape.hashOf(raw))
      if (figures.pid !== book.pid || hash === null) return
      if (!book.has(hash)) {
        sawUnknown = true
        return
      }
      seen.add(hash)
      if (!book.isNews(hash, printOf(raw))) return
      const row = shape.read(raw)
      book.noteRates(hash, row)
      sink.row(hotPatch(book.complete(hash, row), hash, this.#session.now, book.trackerStatus(hash)))
    }
    await wire.list(
      {
        before: figureCalls,
        list: {method, params: ['', ...where, ...shape.commands]},
        onStart: (results) => {
          figures = readFigures(results)
          this.#session.noteTime(figures.time)
        },
        onRow,
      },
      bounds,
    )
    const showsRates = wish === null || wish.rates
    return {
      figures,
      sawUnknown,
      still: showsRates ? [...book.hot()].filter((hash) => !seen.has(hash)) : [],
      showsNew: wish !== null && facts.methods.has('d.load_date'),
    }
  }
}

/** Works so on 0.9.8 and 0.16.17; `null` = this server cannot filter. */
function hotPredicate(methods: ReadonlySet<string>, wish: HotWish): string | null {
  const needs = ['d.multicall.filtered', 'or', 'elapsed.less', 'd.state_changed']
  if (!needs.every((method) => methods.has(method))) return null
  const any = [
    ...(wish.rates ? ['d.up.rate=', 'd.down.rate='] : []),
    'd.hashing=',
    `"elapsed.less=$d.state_changed=,${RECENT_SECONDS}"`,
    ...(wish.loaded && methods.has('d.load_date') ? [`"elapsed.less=$d.load_date=,${LOADED_SECONDS}"`] : []),
  ]
  return `or={${any.join(',')}}`
}

/** 53 bits over a row's cells, to tell it from the one that came before; never 0. */
function printOf(row: RpcRow): number {
  let high = 0x811c9dc5
  let low = 0x9747b28c
  const mix = (value: number): void => {
    high = Math.imul(high ^ value, 0x01000193)
    low = Math.imul(low ^ value, 0x85ebca6b)
  }
  for (const cell of row) {
    if (typeof cell === 'number') {
      mix(cell | 0)
      mix(cell / 0x100000000)
    } else {
      const text = textOf(cell)
      for (let i = 0; i < text.length; i++) mix(text.charCodeAt(i))
    }
    mix(0x1ff)
  }
  return (high >>> 0) * 0x200000 + (low >>> 11) || 1
}
