/**
 * The plan of Transmission's sync. `recently_active` names what changed within the last 60 s, but not everything
 * (README.md has the table), so three kinds of reading share the work:
 *
 *   delta    each step: hot fields of what was recently active, `removed` ids, session figures
 *   rotas    slow fields of all torrents within a minute, tracker statistics within a minute and a half or more, in
 *            even portions; what is new or was just commanded goes first
 *   whole    hot and slow fields of everything: first contact, on demand, after a failed step, after a gap of 45 s,
 *            after a restart, and when the server counts other torrents than we do twice in a row
 */
import type {Clock} from '#lib/clock.ts'
import {CommandRefused} from '#model/errors.ts'
import type {ServerDefinition, ServerStats} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, SyncBounds, SyncDriver, SyncReport, SyncSink, SyncWant} from '../port.ts'
import {garbled, torrentOf, type RawRow} from './codec.ts'
import {DetailSchedule} from './detail-schedule.ts'
import {fullFields, hotFields, rowSplits, slowFields, trackerFields} from './fields.ts'
import type {NormaliseContext} from './normalise.ts'
import type {OpenStarts} from './open-starts.ts'
import {hashIn, PatchEmitter} from './patch-emitter.ts'
import {PlaceTeller} from './places.ts'
import {diskSpaceOf, readSession, sessionFields, statsOf, type Session} from './session.ts'
import {TorrentTable} from './torrent-table.ts'
import type {TrueNames} from './true-names.ts'
import {accepted, type Answer, type Call, type Exchange, type RowHandler, type Wire} from './wire.ts'

/** `recently_active` looks back 60 s: with less than this between two good steps nothing is missed. */
const MOST_GAP_MS = 45_000
/** A server that counts wrongly permanently is read whole this often at most. */
const MISCOUNT_EVERY_MS = 60_000
const PAGE = 1000
/** When nearly everything counts as active (mass start, queue move), a slower pace until it calms. */
const BUSY_SHARE = 0.3
const BUSY_LEAST = 100
const BUSY_INTERVAL_MS = 5000

interface SyncDeps {
  readonly wire: Wire
  readonly clock: Clock
  readonly definition: ServerDefinition
  /** What `connect` learnt; the driver keeps it up to date. */
  readonly session: {current: Session}
  readonly truths: TrueNames
  readonly starts: OpenStarts
}

/** One step on its way, and what it cost. */
interface Step {
  readonly sink: SyncSink
  readonly bounds: SyncBounds
  readonly teller: PatchEmitter
  bytes: number
  requests: number
  answerMs: number
  left: number
}

export class TransmissionSync implements SyncDriver {
  readonly #parts: SyncDeps
  readonly #context: NormaliseContext
  readonly #table = new TorrentTable()
  readonly #figures: Figures
  readonly #places: PlaceTeller
  readonly #slowRota = new DetailSchedule({periodMs: 60_000, least: 100, most: 4000})
  readonly #trackerRota = new DetailSchedule({periodMs: 90_000, least: 50, most: 400})
  /** False until a first whole list, and after a step that failed: what was sent may not have arrived. */
  #intact = false
  #lastGoodAt = 0
  /** How many steps in a row the server counted other torrents than we do, and when that last cost a whole list. */
  #miscounts = 0
  #miscountReadAt = -Infinity
  #busySteps = 0
  /** Ids that the last delta named as removed. */
  #named: ReadonlySet<number> = new Set()

  constructor(parts: SyncDeps) {
    const {session, definition, clock} = parts
    this.#parts = parts
    this.#context = {
      get session() {
        return session.current
      },
      categorySource: definition.categorySource,
    }
    this.#figures = new Figures(session, clock)
    this.#places = new PlaceTeller(definition.categorySource, session)
  }

  /** These torrents were just commanded: what the delta does not show of them is read in the next step. */
  hurry(hashes: Iterable<InfoHash>): void {
    for (const hash of hashes) this.#slowRota.hurry(hash)
  }

  async step(want: SyncWant, sink: SyncSink, bounds: SyncBounds): Promise<SyncReport> {
    const nowMs = this.#parts.clock.monotonic()
    for (const hash of want.closely ?? []) {
      this.#slowRota.demand(hash)
      this.#trackerRota.demand(hash)
    }
    const isDelta = want.list === 'delta' && this.#intact && !this.#needsWhole(nowMs)
    const teller = new PatchEmitter({
      table: this.#table,
      sink,
      context: this.#context,
      truths: this.#parts.truths,
      nowMs,
    })
    const step: Step = {sink, bounds, teller, bytes: 0, requests: 0, answerMs: 0, left: 0}
    this.#intact = false
    const isWhole = isDelta ? await this.#readDelta(step) : await this.#readWhole(step, want.list === 'paged')
    // Behind whole lists, too: who asks so seldom that each is one would never hear of a tracker.
    await this.#readRotas(step)
    const {patches, requests} = await this.#parts.truths.settle(bounds.delta)
    for (const patch of patches) if (this.#table.slotOf(patch.hash) >= 0) sink.row(patch)
    step.requests += requests
    this.#places.emit(this.#table, sink, isWhole)
    await this.#startAgain(step)
    this.#intact = true
    this.#lastGoodAt = nowMs
    return this.#report(step, isWhole)
  }

  #needsWhole(nowMs: number): boolean {
    if (this.#figures.takeContextChange() || nowMs - this.#lastGoodAt > MOST_GAP_MS) return true
    if (this.#miscounts < 2 || nowMs - this.#miscountReadAt < MISCOUNT_EVERY_MS) return false
    this.#miscountReadAt = nowMs
    return true
  }

  /* ───────────────────────────── whole ───────────────────────────── */

  async #readWhole(step: Step, paged: boolean): Promise<true> {
    const exchange = await this.#parts.wire.all(this.#figures.calls(true), step.bounds.delta)
    this.#count(step, exchange)
    // Before the list: only now is it clear in which run of the daemon the ids of the list are valid.
    const {isRestart} = this.#figures.take(exchange.answers, step.sink)
    return this.#readList(step, isRestart, paged)
  }

  /** @param fresh the daemon restarted or is new to us: its ids and its list have nothing to do with what we knew */
  async #readList(step: Step, fresh: boolean, paged: boolean): Promise<true> {
    const fields = fullFields(this.#parts.session.current.rpc)
    const handleRow: RowHandler = (columns, row) => {
      this.#lookForStarts(columns, row)
      step.teller.whole(columns, row)
    }
    if (fresh) {
      this.#table.forgetIds()
      this.#named = new Set()
    }
    this.#table.pass++
    step.sink.begin(fresh)
    if (paged) await this.#readPages(step, fields, handleRow)
    else await this.#tables(step, [{fields}], handleRow, step.bounds.full)
    step.left += this.#table.dropUnlisted()
    step.sink.end()
    this.#slowRota.restart(this.#parts.clock.monotonic())
    this.#miscounts = 0
    return true
  }

  /** First the hashes alone, then so many torrents at a time: for a server or a line that breaks long answers. */
  async #readPages(step: Step, fields: readonly string[], handleRow: RowHandler): Promise<void> {
    const hashes: string[] = []
    const note: RowHandler = (columns, row) => {
      hashes.push(hashIn(torrentOf(columns, row)))
    }
    await this.#tables(step, [{fields: ['id', 'hash_string']}], note, step.bounds.full)
    for (let at = 0; at < hashes.length; at += PAGE) {
      await this.#tables(step, [{fields, ids: hashes.slice(at, at + PAGE)}], handleRow, step.bounds.full)
    }
  }

  /* ───────────────────────────── delta ───────────────────────────── */

  /** @returns true when it found a restart and read the whole list after all */
  async #readDelta(step: Step): Promise<boolean> {
    const recent = torrentGet({fields: hotFields, ids: 'recently_active'})
    const exchange = await this.#parts.wire.tables(
      [recent, ...this.#figures.calls(false)],
      rowSplits,
      (columns, row) => {
        this.#lookForStarts(columns, row)
        step.teller.hot(columns, row)
      },
      step.bounds.delta,
    )
    this.#count(step, exchange)
    const [answer, ...rest] = exchange.answers
    const {isRestart, torrents} = this.#figures.take(rest, step.sink)
    if (isRestart) return this.#readList(step, true, false)
    this.#takeRemoved(step, listed(answer))
    this.#miscounts = torrents === this.#table.size ? 0 : this.#miscounts + 1
    for (const hash of step.teller.joined) {
      this.#slowRota.hurry(hash)
      this.#trackerRota.hurry(hash)
    }
    return false
  }

  /**
   * Ids removed within the last 60 s. Those of the last answer were told then: one that a list had after that is there.
   * Those we do not know came and went unseen.
   */
  #takeRemoved(step: Step, answer: Answer): void {
    const removed = new Set((Array.isArray(answer['removed']) ? answer['removed'] : []).filter(isNumber))
    for (const id of removed) if (!this.#named.has(id) && step.teller.removed(id)) step.left++
    this.#named = removed
  }

  async #readRotas(step: Step): Promise<void> {
    const nowMs = this.#parts.clock.monotonic()
    const slow = this.#slowRota.next(this.#table, nowMs)
    const trackers = this.#trackerRota.next(this.#table, nowMs)
    const asks = [
      ...(slow.length > 0 ? [{fields: slowFields(this.#parts.session.current.rpc), ids: slow}] : []),
      ...(trackers.length > 0 ? [{fields: trackerFields, ids: trackers}] : []),
    ]
    if (asks.length === 0) return
    const handleRow: RowHandler = (columns, row) =>
      columns.includes('tracker_stats') ? step.teller.trackers(columns, row) : step.teller.slow(columns, row)
    await this.#tables(step, asks, handleRow, step.bounds.delta)
  }

  /* ───────────────────────────── both ───────────────────────────── */

  #lookForStarts(columns: readonly string[], row: RawRow): void {
    const {starts} = this.#parts
    if (!starts.isEmpty) starts.saw(torrentOf(columns, row))
  }

  /** What the daemon stopped for an order of before its start. */
  async #startAgain(step: Step): Promise<void> {
    const {starts, wire} = this.#parts
    if (starts.isEmpty) return
    const calls = [...starts.takeLost()].map(([method, ids]) => ({method, params: {ids}}))
    if (calls.length === 0) return
    const exchange = await wire.all(calls, step.bounds.delta)
    this.#count(step, exchange)
    for (const answer of exchange.answers) accepted(answer)
  }

  async #tables(
    step: Step,
    asks: readonly Record<string, unknown>[],
    handleRow: RowHandler,
    bounds: CallBounds,
  ): Promise<void> {
    const exchange = await this.#parts.wire.tables(asks.map(torrentGet), rowSplits, handleRow, bounds)
    this.#count(step, exchange)
    for (const answer of exchange.answers) listed(answer)
  }

  #count(step: Step, exchange: Exchange): void {
    step.bytes += exchange.bytes
    step.requests += exchange.requests
    step.answerMs = Math.max(step.answerMs, exchange.answerMs)
  }

  #report(step: Step, isWhole: boolean): SyncReport {
    const {teller} = step
    const known = this.#table.size
    const isBusy = !isWhole && known > BUSY_LEAST && teller.named > known * BUSY_SHARE
    this.#busySteps = isBusy ? this.#busySteps + 1 : 0
    return {
      bytes: step.bytes,
      requests: step.requests,
      rows: teller.emitted,
      membership: isWhole || this.#miscounts === 0 ? 'whole' : 'partial',
      joined: teller.joined.length,
      left: step.left,
      known,
      answerMs: step.answerMs,
      leastIntervalMs: this.#busySteps >= 2 ? BUSY_INTERVAL_MS : null,
    }
  }
}

/** @throws {CommandRefused} the daemon said no @throws {ServerFault} there is no list in it */
function listed(answer: Answer | CommandRefused | undefined): Answer {
  const read = accepted(answer)
  if (Array.isArray(read['torrents'])) return read
  throw garbled('The list of torrents is missing in the answer.')
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function torrentGet(params: Record<string, unknown>): Call {
  return {method: 'torrent_get', params: {...params, format: 'table'}}
}

const SESSION_EVERY_MS = 30_000
/** `seconds_active` and our clock may grow apart by so much before it means a restart. */
const RESTART_SLACK_SECONDS = 30

interface FiguresNews {
  /** The daemon started again since the last figures, or these are the first. */
  readonly isRestart: boolean
  /** Torrents by the server's count. */
  readonly torrents: number
}

/** The daemon's own figures beside the list: how many torrents, how long it runs, limits, free space. */
class Figures {
  readonly #session: {current: Session}
  readonly #clock: Clock
  #readAt = -Infinity
  #asked = false
  #space: Pick<ServerStats, 'freeSpace' | 'diskSize'> = {}
  #uptime: {readonly seconds: number; readonly atMs: number} | null = null
  #contextChanged = false

  constructor(session: {current: Session}, clock: Clock) {
    this.#session = session
    this.#clock = clock
  }

  /** `session_stats` always, the rest every half minute. @param whole a whole list follows: everything as of now */
  calls(whole: boolean): Call[] {
    const nowMs = this.#clock.monotonic()
    this.#asked = whole || nowMs - this.#readAt >= SESSION_EVERY_MS
    const stats: Call = {method: 'session_stats'}
    if (!this.#asked) return [stats]
    return [
      stats,
      {method: 'session_get', params: {fields: sessionFields}},
      {method: 'free_space', params: {path: this.#session.current.downloadDir}},
    ]
  }

  /** @param answers to `calls`, in their order */
  take(answers: readonly (Answer | CommandRefused)[], sink: SyncSink): FiguresNews {
    const stats = accepted(answers[0])
    if (!isNumber(stats['torrent_count'])) throw garbled('The number of torrents is missing in the answer.')
    if (this.#asked) this.#takeSession(accepted(answers[1]), answers[2])
    const figures = statsOf(stats, this.#session.current, this.#space)
    sink.stats(figures)
    return {isRestart: this.#noteUptime(figures.uptime ?? 0), torrents: stats['torrent_count']}
  }

  /** True once after something changed that every row depends on: its units, or what its path means. */
  takeContextChange(): boolean {
    const changed = this.#contextChanged
    this.#contextChanged = false
    return changed
  }

  #takeSession(answer: Answer, space: Answer | CommandRefused | undefined): void {
    const before = this.#session.current
    const session = readSession(answer, before.incompleteDir)
    this.#session.current = session
    this.#readAt = this.#clock.monotonic()
    // A default directory that is not there is no fault of the sync: its space is unknown.
    this.#space = diskSpaceOf(space)
    this.#contextChanged ||=
      before.rpc !== session.rpc ||
      before.bytesPerK !== session.bytesPerK ||
      before.downloadDir !== session.downloadDir ||
      before.incompleteDir !== session.incompleteDir
  }

  /**
   * A new session id proves nothing (it changes hourly); a running time that went another way than ours does. It is
   * counted by the daemon's wall clock: set back, it is below zero, and after a restart behind that it is too much.
   */
  #noteUptime(seconds: number): boolean {
    const before = this.#uptime
    const atMs = this.#clock.monotonic()
    this.#uptime = {seconds, atMs}
    if (!before) return true
    const expected = before.seconds + (atMs - before.atMs) / 1000
    return seconds < before.seconds || Math.abs(seconds - expected) > RESTART_SLACK_SECONDS
  }
}
