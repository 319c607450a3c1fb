/**
 * The plan of Deluge's sync. deluge-web knows no changes since the last answer that would be ours alone (`diff` belongs
 * to its one connection), so each step reads all torrents:
 *
 *   list    each step: hot fields of every torrent, those that move with time alone every ten seconds; what is as it was
 *           in the step before is not even parsed
 *   slow    fields that change on command only: of new and commanded torrents at once, of all within a minute
 *   tops    the name of each torrent's folder or only file, from its files: of new and renamed ones at once, of all
 *           within ten minutes
 *   whole   hot and slow fields of everything: first contact, on demand, after a failed step, after a restart
 *
 * deluge-web may be connected to another daemon at any moment, so nothing is concluded from a list before it said once
 * more that it is still connected to ours. A daemon tells nothing that would name its run; counters that went back do.
 */
import type {Clock} from '#lib/clock.ts'
import {ServerFault} from '#model/errors.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import type {CallBounds, SyncBounds, SyncDriver, SyncReport, SyncSink, SyncWant} from '../port.ts'
import {hotKeys, movingKeys, number, records, slowKeys, text, tickingKeys} from './fields.ts'
import {normaliseHot, normaliseSlow, type NormaliseContext} from './normalise.ts'
import {
  configKeys,
  freeSpaceOf,
  labelsAreOn,
  readConfig,
  runKeys,
  statsOf,
  statusKeys,
  type Session,
} from './session.ts'
import {TorrentTable, type Entry} from './torrent-table.ts'
import {
  foreign,
  isRecord,
  throwFault,
  type Daemon,
  type NativeRecord,
  type Reading,
  type Wire,
} from './wire.ts'

const TICKS_EVERY_MS = 10_000
const SLOW_EVERY_MS = 60_000
const TOPS_EVERY_MS = 600_000
const CONFIG_EVERY_MS = 30_000
/** Torrents whose slow fields are read in one step, demanded and commanded ones apart. */
const SLOW_AT_ONCE = 1_000
/** Files that are read in one step for the names of folders; a torrent with more than so many keeps its place unknown. */
const FILES_AT_ONCE = 10_000
const TOPS_AT_ONCE = 500
const PAGE = 500

/** One step on its way, and what it cost. */
interface Step {
  readonly sink: SyncSink
  readonly bounds: SyncBounds
  readonly nowMs: number
  readonly now: EpochMs
  readonly context: NormaliseContext
  /** Counters of the daemon by the order of `runKeys`. */
  run: readonly number[]
  readonly joined: InfoHash[]
  bytes: number
  requests: number
  answerMs: number
  rows: number
  left: number
}

export class DelugeSync implements SyncDriver {
  readonly #wire: Wire
  readonly #clock: Clock
  /** What `connect` learnt; the driver keeps it up to date. */
  readonly #session: {current: Session}
  readonly #table = new TorrentTable()
  readonly #hurried = new Set<InfoHash>()
  /** Moving fields of each torrent as they stood in the last list of them; only of those that are passed on like that. */
  readonly #texts = new Map<string, string>()
  /** False until a first whole list, and after a step that failed: what was sent may not have arrived. */
  #intact = false
  /** Counters of the daemon by the order of `runKeys`, in the last step. */
  #run: readonly number[] = []
  /** Whose list we hold; `null` = none yet. */
  #daemon: Daemon | null = null
  #freeSpace: Bytes | undefined
  #configAt = -Infinity
  #ticksAt = -Infinity

  constructor(wire: Wire, clock: Clock, session: {current: Session}) {
    this.#wire = wire
    this.#clock = clock
    this.#session = session
  }

  /** These torrents were just commanded: all fields of them are read in the next step. */
  hurry(hashes: Iterable<InfoHash>): void {
    for (const hash of hashes) this.#hurried.add(hash)
  }

  /** Labels or settings were just changed: they are read in the next step. */
  hurryServer(): void {
    this.#configAt = -Infinity
  }

  step(want: SyncWant, sink: SyncSink, bounds: SyncBounds): Promise<SyncReport> {
    return this.#step(want, sink, bounds).catch(throwFault)
  }

  async #step(want: SyncWant, sink: SyncSink, bounds: SyncBounds): Promise<SyncReport> {
    const wasIntact = this.#intact
    this.#intact = false
    const nowMs = this.#clock.monotonic()
    await this.#wire.expectDaemon(bounds.delta)
    const figures = await this.#readFigures(nowMs, sink, bounds.delta)
    const {daemon} = this.#wire
    const isFresh = daemon !== this.#daemon || wentBack(this.#run, figures.run)
    const {isQueueing} = this.#session.current
    const step: Step = {
      sink,
      bounds,
      nowMs,
      now: this.#clock.now(),
      context: {isQueueing},
      run: figures.run,
      joined: [],
      bytes: 0,
      requests: figures.requests + 1,
      answerMs: 0,
      rows: 0,
      left: 0,
    }
    if (isFresh || !wasIntact || want.list !== 'delta') {
      await this.#readWhole(step, isFresh, want.list === 'paged')
    } else await this.#readList(step)
    this.#run = step.run
    this.#daemon = daemon
    await this.#readSlow(step, want.closely ?? [])
    await this.#readTops(step, want.closely ?? [])
    this.#intact = true
    return {
      bytes: step.bytes,
      requests: step.requests,
      rows: step.rows,
      membership: 'whole',
      joined: step.joined.length,
      left: step.left,
      known: this.#table.size,
      answerMs: step.answerMs,
      leastIntervalMs: null,
    }
  }

  /* ───────────────────────────── figures ───────────────────────────── */

  async #readFigures(
    nowMs: number,
    sink: SyncSink,
    bounds: CallBounds,
  ): Promise<{run: readonly number[]; requests: number}> {
    let requests = 1
    if (nowMs - this.#configAt >= CONFIG_EVERY_MS) {
      const config = readConfig(await this.#wire.call('core.get_config_values', [configKeys], bounds))
      const hasLabels = labelsAreOn(await this.#wire.call('core.get_enabled_plugins', [], bounds))
      if (hasLabels !== this.#session.current.hasLabels) {
        // Only a connect finds out what it can do.
        const text = `The Label plugin was switched ${hasLabels ? 'on' : 'off'}.`
        throw new ServerFault('session_lost', 'session_lost', text)
      }
      this.#session.current = {...this.#session.current, ...config}
      this.#freeSpace = freeSpaceOf(
        await this.#wire.call('core.get_free_space', [config.downloadLocation], bounds),
      )
      requests += 3
      if (hasLabels) {
        const labels = await this.#wire.call('label.get_labels', [], bounds)
        sink.categories(labelsIn(labels).map((name) => ({name})))
        requests++
      }
      this.#configAt = nowMs
    }
    const status = await this.#wire.call('core.get_session_status', [statusKeys], bounds)
    if (!isRecord(status)) throw foreign('the figures of the session')
    sink.stats(statsOf(status, this.#session.current, this.#freeSpace))
    return {run: runOf(status), requests}
  }

  /* ───────────────────────────── lists ───────────────────────────── */

  /** @param fresh the daemon restarted or is new to us: its list has nothing to do with what we knew */
  async #readWhole(step: Step, fresh: boolean, paged: boolean): Promise<void> {
    if (fresh) this.#table.clear()
    this.#texts.clear()
    this.#ticksAt = step.nowMs
    this.#table.beginList()
    step.sink.begin(fresh)
    const keys = [...hotKeys, ...slowKeys]
    const take = (hash: InfoHash, raw: NativeRecord): void => {
      const {row, entry} = this.#take(step, hash, raw, true)
      entry.hot = row
      entry.slow = row
      entry.slowAt = step.nowMs
      this.#emit(step, {
        ...normaliseHot(row, hash, knownOf(entry), step.context),
        ...normaliseSlow(raw, hash),
      })
    }
    if (paged) await this.#readPages(step, keys, take)
    else await this.#list(step, {}, keys, step.bounds.full, take)
    await this.#expectSame(step)
    step.left += this.#table.dropUnlisted().length
    step.sink.end()
  }

  /** First the hashes alone, then so many torrents at a time: for a server or a line that breaks long answers. */
  async #readPages(step: Step, keys: readonly string[], take: RowHandler): Promise<void> {
    const ids = await this.#wire.call('core.get_session_state', [], step.bounds.full)
    step.requests++
    if (!Array.isArray(ids)) throw foreign('the list of torrents')
    const hashes = ids.map((id: unknown) => {
      const hash = typeof id === 'string' ? asInfoHash(id) : null
      if (hash === null) throw foreign('a torrent in the list')
      return hash
    })
    for (let at = 0; at < hashes.length; at += PAGE) {
      await this.#list(step, {id: hashes.slice(at, at + PAGE)}, keys, step.bounds.full, take)
    }
  }

  async #readList(step: Step): Promise<void> {
    const ticks = step.nowMs - this.#ticksAt >= TICKS_EVERY_MS
    const take = (hash: InfoHash, raw: NativeRecord): void => {
      const {row, entry, isNews} = this.#take(step, hash, raw, ticks)
      if (!isNews) return
      // By the next list without them it may stand as it did before this one.
      if (ticks) this.#texts.delete(hash)
      this.#emit(step, normaliseHot(row, hash, knownOf(entry), step.context))
    }
    this.#table.beginList()
    if (ticks) await this.#list(step, {}, hotKeys, step.bounds.delta, take)
    else await this.#list(step, {}, movingKeys, step.bounds.delta, take, this.#texts)
    if (ticks) this.#ticksAt = step.nowMs
    await this.#expectSame(step)
    const left = this.#table.dropUnlisted()
    step.left += left.length
    if (left.length === 0) return
    for (const hash of left) this.#texts.delete(hash)
    // Only a whole list says who is absent; of those that are still there it needs no more than that.
    step.sink.begin(false)
    for (const hash of this.#table.hashes()) this.#emit(step, {hash})
    step.sink.end()
  }

  /**
   * A list is behind us: it is that of the daemon and of the run that it began with. An Arr connects deluge-web to a
   * daemon that has just started, too, and that lists what it has loaded so far.
   * @throws {ServerFault}
   */
  async #expectSame(step: Step): Promise<void> {
    await this.#wire.expectDaemon(step.bounds.delta)
    const status = await this.#wire.call('core.get_session_status', [runKeys], step.bounds.delta)
    step.requests += 2
    if (!isRecord(status)) throw foreign('the counters of the session')
    const run = runOf(status)
    if (wentBack(step.run, run)) {
      // By the next step its counters may be beyond those of the run before.
      this.#daemon = null
      throw new ServerFault('session_lost', 'session_lost', 'The daemon began again while it was asked.')
    }
    step.run = run
  }

  /** @returns the row to pass on, what is kept of it, and whether it has to be passed on */
  #take(
    step: Step,
    hash: InfoHash,
    raw: NativeRecord,
    ticks: boolean,
  ): {readonly row: NativeRecord; readonly entry: Entry; readonly isNews: boolean} {
    const {row, isNew, isNews} = this.#table.take(hash, raw, step.now, ticks)
    if (isNew) step.joined.push(hash)
    return {row, entry: this.#table.get(hash)!, isNews}
  }

  /* ───────────────────────────── slow fields and folders ───────────────────────────── */

  async #readSlow(step: Step, closely: readonly InfoHash[]): Promise<void> {
    const due = new Set<InfoHash>([...closely, ...this.#hurried].filter((hash) => this.#table.get(hash)))
    for (const hash of this.#hurried) {
      const entry = this.#table.get(hash)
      if (entry) entry.topAt = -Infinity
    }
    this.#hurried.clear()
    let taken = 0
    for (const [hash, {slowAt}] of this.#table.entries()) {
      if (taken >= SLOW_AT_ONCE) break
      if (step.nowMs - slowAt < SLOW_EVERY_MS || due.has(hash)) continue
      due.add(hash)
      taken++
    }
    const hashes = [...due].filter((hash) => this.#table.get(hash)!.slowAt !== step.nowMs)
    // What joined in a list without the ticking fields has them at once, too.
    const keys = [...slowKeys, ...tickingKeys]
    for (let at = 0; at < hashes.length; at += PAGE) {
      await this.#list(step, {id: hashes.slice(at, at + PAGE)}, keys, step.bounds.delta, (hash, raw) => {
        const entry = this.#table.get(hash)
        if (!entry) return
        const before = entry.slow && JSON.stringify(slowPart(entry.slow))
        entry.slow = raw
        entry.slowAt = step.nowMs
        if (before === JSON.stringify(slowPart(raw))) return
        if (before === null) {
          entry.hot = {...entry.hot, ...Object.fromEntries(tickingKeys.map((key) => [key, raw[key]]))}
          entry.tickedAt = step.now
        }
        const hot = normaliseHot(entry.hot, hash, knownOf(entry), step.context)
        if (before === null) return this.#emit(step, {...hot, ...normaliseSlow(raw, hash)})
        const {trackerStatus, trackerProblem, trackerMessage} = hot
        const words = {trackerStatus, trackerProblem, trackerMessage} as Partial<typeof hot>
        this.#emit(step, {...words, ...normaliseSlow(raw, hash)})
      })
    }
  }

  /** A torrent's own name may be any, so its place follows from its files alone. */
  async #readTops(step: Step, closely: readonly InfoHash[]): Promise<void> {
    for (const hash of closely) {
      const entry = this.#table.get(hash)
      if (entry) entry.topAt = -Infinity
    }
    const due: InfoHash[] = []
    let files = 0
    for (const hash of new Set([...closely, ...this.#table.hashes()])) {
      const {topAt, slow} = this.#table.get(hash) ?? {topAt: Infinity, slow: null}
      const count = slow ? (number(slow, 'num_files') ?? 0) : 0
      if (count === 0 || count > FILES_AT_ONCE || step.nowMs - topAt < TOPS_EVERY_MS) continue
      if (files + count > FILES_AT_ONCE || due.length >= TOPS_AT_ONCE) break
      files += count
      due.push(hash)
    }
    if (due.length === 0) return
    await this.#list(step, {id: due}, ['files'], step.bounds.full, (hash, raw) => {
      const entry = this.#table.get(hash)
      if (!entry) return
      const top = topOf(raw)
      entry.topAt = step.nowMs
      if (top === entry.top) return
      entry.top = top
      const {contentPath} = normaliseHot(entry.hot, hash, knownOf(entry), step.context)
      this.#emit(step, {hash, contentPath})
    })
  }

  /* ───────────────────────────── both ───────────────────────────── */

  async #list(
    step: Step,
    filter: NativeRecord,
    keys: readonly string[],
    bounds: CallBounds,
    take: RowHandler,
    before?: Map<string, string>,
  ): Promise<void> {
    const call = {method: 'core.get_torrents_status', params: [filter, keys]}
    const [first = ''] = keys
    const takeMember = (id: string, value: unknown): void => {
      // As before, and the table has none whose hash is not one.
      if (value === undefined && this.#table.keep(id as InfoHash)) return
      const hash = asInfoHash(id)
      if (hash === null || !isRecord(value)) throw foreign('a torrent in the list')
      // One that was removed meanwhile comes without fields.
      if (Object.keys(value).length === 0) return void before?.delete(id)
      if (!(first in value)) throw foreign(`${first} of a torrent`)
      take(hash, value)
    }
    count(step, await this.#wire.members(call, bounds, takeMember, before))
  }

  #emit(step: Step, patch: Parameters<SyncSink['row']>[0]): void {
    step.sink.row(patch)
    step.rows++
  }
}

/** What other readings said of it. */
function knownOf({top, slow, tickedAt}: Entry) {
  const hasTrackers = !Array.isArray(slow?.['trackers']) || records(slow, 'trackers').length > 0
  return {top, tickedAt, hasTrackers}
}

type RowHandler = (hash: InfoHash, raw: NativeRecord) => void

function count(step: Step, {bytes, requests, answerMs}: Reading): void {
  step.bytes += bytes
  step.requests += requests
  step.answerMs = Math.max(step.answerMs, answerMs)
}

function runOf(status: NativeRecord): number[] {
  return runKeys.map((key) => number(status, key) ?? 0)
}

function wentBack(before: readonly number[], now: readonly number[]): boolean {
  return before.some((count, at) => now[at]! < count)
}

function slowPart(raw: NativeRecord): unknown[] {
  return slowKeys.map((key) => raw[key])
}

/**
 * The folder that all its files are in, or its only file; '' = they lie in the folder that it is saved in, each for itself,
 * as somebody renamed them. `undefined` = not known. @param raw with its `files`
 */
export function topOf(raw: NativeRecord): string | undefined {
  const tops = new Set(records(raw, 'files').map((file) => (text(file, 'path') ?? '').split('/', 1)[0]!))
  if (tops.size === 0 || tops.has('')) return undefined
  const [top] = tops
  return tops.size === 1 ? top : ''
}

/** Names of the labels that there are. */
export function labelsIn(answer: unknown): string[] {
  if (!Array.isArray(answer)) throw foreign('the list of labels')
  return answer.filter((label) => typeof label === 'string')
}
