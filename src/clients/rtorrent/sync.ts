/**
 * rTorrent has no deltas, so the driver makes its own from four kinds of request (rTorrent RPC sheet §7):
 *
 *   hot      each step           what has a rate, is checked or changed its state lately: 21 columns, filtered there
 *   light    every 10 s or so    every torrent, 8 columns: who came, who went, whose details are stale
 *   details  after both          all columns of the new and the stale, as single getters
 *   full     every 10 min, or when asked: every torrent, all columns
 *
 * Price: 1.2 µs of the daemon's main thread per cell (0.9.8), so slow answers stretch the intervals. Removals are
 * concluded from whole lists only. Each list's request also tells pid, time, count and the server's figures.
 */
import {CommandRefused, NotSupported} from '#model/errors.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, SyncBounds, SyncDriver, SyncReport, SyncSink, SyncWant} from '../port.ts'
import {unreadableRow} from '../unreadable-row.ts'
import {fullColumns, hotColumns, lightColumns, RowShape} from './codec.ts'
import {figureCalls, readFigures, statsFrom, type Figures} from './figures.ts'
import {freeSpaceAt} from './free-space.ts'
import {hotPatch} from './normalise.ts'
import type {RpcRow} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import {Details} from './sync-details.ts'
import {FullSync, emitCorrected, type StepCount} from './sync-list.ts'

const LIGHT_EVERY_MS = 10_000
/** When the count says that somebody came or went. */
const LIGHT_SOON_MS = 1_000
const FULL_EVERY_MS = 10 * 60_000
/** A list may take this share of the time between two of its kind. */
const MOST_SHARE = 0.1

export class RtorrentSync implements SyncDriver {
  readonly #session: RtorrentSession
  readonly #details: Details
  readonly #hot: FastPoll
  /** A list broke off, or none came yet: nothing of the table is sure. */
  #needsWhole = true
  readonly #light = {at: -Infinity, tookMs: 0}
  readonly #full = {at: -Infinity, tookMs: 0}
  #trackersFrom = 0
  #labelsReported = ''

  constructor(session: RtorrentSession) {
    this.#session = session
    this.#details = new Details(session)
    this.#hot = new FastPoll(session)
  }

  async step(want: SyncWant, sink: SyncSink, bounds: SyncBounds): Promise<SyncReport> {
    const {wire, table} = this.#session
    const before = {...wire.traffic}
    wire.traffic.slowestMs = 0
    const count: StepCount = {rows: 0, joined: 0, left: 0, membership: 'partial'}
    const counted = counting(sink, count, this.#session.moving)
    table.markStale(want.closely ?? [])
    const isFull = want.list !== 'delta' || this.#needsWhole || this.#isDue(this.#full, FULL_EVERY_MS)
    if (isFull) await this.#wholeStep(want.list === 'paged', counted, count, bounds.full)
    else await this.#deltaStep(counted, count, bounds, want.members === true)
    return {
      bytes: wire.traffic.bytes - before.bytes,
      requests: wire.traffic.requests - before.requests,
      ...count,
      known: table.size,
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
    this.#light.at = this.#full.at
    await this.#freeSpace(bounds)
    this.#emit(sink, figures)
  }

  /** Without the daemon's filter each torrent is asked for by itself. */
  async #inPages(list: FullSync, sink: SyncSink, bounds: CallBounds): Promise<Figures> {
    if (this.#session.has('d.multicall.filtered') && this.#session.has('match')) {
      return list.readInPages(fullColumns, bounds)
    }
    const figures = await list.read(['hash'], bounds)
    await this.#details.whole([...this.#session.table.hashes()], sink, bounds)
    return figures
  }

  async #deltaStep(
    sink: SyncSink,
    count: StepCount,
    bounds: SyncBounds,
    wantsMembers: boolean,
  ): Promise<void> {
    const {table} = this.#session
    const {figures, still, sawUnknown} = await this.#hot.run(sink, bounds.delta)
    // Another pid is another run of the daemon: nothing of the table holds. And much news is cheaper as a whole list.
    if (figures.pid !== table.pid || this.#details.tooMany()) {
      return this.#wholeStep(false, sink, count, bounds.full)
    }
    await this.#details.still(still, sink, bounds.delta)
    const hasMoved = sawUnknown || (figures.count !== null && figures.count !== table.size)
    // One that left and one that came are as many as before.
    if (wantsMembers || this.#isDue(this.#light, hasMoved ? LIGHT_SOON_MS : LIGHT_EVERY_MS)) {
      await this.#lightList(sink, count, bounds)
    } else if (!hasMoved && figures.count !== null) {
      count.membership = 'whole'
    }
    await this.#details.stale(sink, bounds.delta)
    await emitCorrected(this.#session, sink, bounds.delta)
    this.#emit(sink, figures)
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
    this.#trackersFrom = await this.#details.trackersInTurn(this.#trackersFrom, sink, bounds.delta)
    await this.#freeSpace(bounds.delta)
  }

  /** A list that breaks off leaves the table unsure: the next step then asks for all. */
  async #whole<T>(of: {at: number; tookMs: number}, read: () => Promise<T>): Promise<T> {
    const {clock} = this.#session
    const startedAt = clock.monotonic()
    this.#needsWhole = true
    const result = await read()
    this.#needsWhole = false
    of.at = clock.monotonic()
    of.tookMs = of.at - startedAt
    return result
  }

  #isDue(list: {at: number; tookMs: number}, leastMs: number): boolean {
    return this.#session.clock.monotonic() - list.at >= Math.max(leastMs, list.tookMs / MOST_SHARE)
  }

  async #freeSpace(bounds: CallBounds): Promise<void> {
    this.#session.freeSpace = await freeSpaceAt(this.#session, this.#session.facts.defaultDirectory, bounds)
  }

  #emit(sink: SyncSink, figures: Figures): void {
    sink.stats(statsFrom(figures, this.#session))
    const categories = [...this.#session.labelsInUse.categories].toSorted()
    const tags = [...this.#session.labelsInUse.tags].toSorted()
    const labels = JSON.stringify([this.#session.table.pid, categories, tags])
    if (labels === this.#labelsReported) return
    this.#labelsReported = labels
    sink.categories(categories.map((name) => ({name})))
    sink.tags(tags)
  }
}

/** @param moving whose data is being moved, whatever the daemon says of them */
function counting(sink: SyncSink, count: StepCount, moving: ReadonlySet<InfoHash>): SyncSink {
  return {
    begin: (fresh) => sink.begin(fresh),
    row: (patch) => {
      count.rows++
      sink.row(moving.has(patch.hash) ? {...patch, state: 'moving'} : patch)
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

interface HotAnswer {
  readonly figures: Figures
  /** Moved when last seen and does no more. */
  readonly still: readonly InfoHash[]
  /** A torrent that is not in the table. */
  readonly sawUnknown: boolean
}

/** The hot tick: what moves, is checked, or changed its state lately; filtered in the daemon where it can. */
class FastPoll {
  readonly #session: RtorrentSession
  /** `false`: the daemon refused our predicate; then all started torrents are asked for. */
  #canFilter = true

  constructor(session: RtorrentSession) {
    this.#session = session
  }

  async run(sink: SyncSink, bounds: CallBounds): Promise<HotAnswer> {
    const predicate = this.#canFilter ? hotPredicate(this.#session.facts.methods) : null
    if (predicate === null) return this.#ask(this.#session.listMethod, ['started'], sink, bounds)
    try {
      return await this.#ask('d.multicall.filtered', ['main', predicate], sink, bounds)
    } catch (error) {
      if (!(error instanceof CommandRefused || error instanceof NotSupported)) throw error
      this.#canFilter = false
      return this.#ask(this.#session.listMethod, ['started'], sink, bounds)
    }
  }

  async #ask(
    method: string,
    where: readonly string[],
    sink: SyncSink,
    bounds: CallBounds,
  ): Promise<HotAnswer> {
    const {wire, table, facts} = this.#session
    const shape = new RowShape(hotColumns, facts.methods)
    const seen = new Set<InfoHash>()
    let figures!: Figures
    let sawUnknown = false
    const onRow = (raw: RpcRow): void => {
      const row = shape.read(raw)
      const hash = asInfoHash(row.hash)
      if (hash === null) throw unreadableRow('hash', row.hash, row.name)
      if (figures.pid !== table.pid) return
      if (!table.has(hash)) {
        sawUnknown = true
        return
      }
      seen.add(hash)
      table.noteRates(hash, row)
      sink.row(hotPatch(table.complete(hash, row), hash, this.#session.now, table.trackerStatus(hash)))
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
    return {figures, sawUnknown, still: [...table.hot()].filter((hash) => !seen.has(hash))}
  }
}

/** Works so on 0.9.8 and 0.16.17; `null` = this server cannot filter. */
function hotPredicate(methods: ReadonlySet<string>): string | null {
  const needs = ['d.multicall.filtered', 'or', 'elapsed.less', 'd.state_changed']
  if (!needs.every((method) => methods.has(method))) return null
  return `or={d.up.rate=,d.down.rate=,d.hashing=,"elapsed.less=$d.state_changed=,${RECENT_SECONDS}"}`
}
