/** A whole list: every torrent of the server, with few columns or all, in one answer or in pages. */
import type {TorrentPatch} from '#model/torrent.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, SyncSink} from '../port.ts'
import {unreadableRow} from '../unreadable-row.ts'
import {readLabels, RowShape, type Column, type NativeRow} from './codec.ts'
import {figureCalls, readFigures, type Figures} from './figures.ts'
import {patchFromRow, splitLabels, straightPatch, type NormaliseContext} from './normalise.ts'
import type {RpcResult, RpcRow} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

const MOST_SAMPLES = 1_000
const PAGE_ROWS = 500

/** What a step counts, for its report. */
export interface StepCount {
  rows: number
  joined: number
  left: number
  membership: 'whole' | 'partial'
}

/** What a row is normalised with. */
export function contextOf(session: RtorrentSession, hash: InfoHash): NormaliseContext {
  return {
    now: session.now,
    categorySource: session.definition.categorySource,
    defaultDirectory: session.facts.defaultDirectory,
    firstSeenAt: session.table.firstSeenAt(hash),
    beganToMove: session.table.beganToMove(hash),
    throttle: (name) => session.limitsOf(name),
    trackerStatus: session.table.trackerStatus(hash),
  }
}

export class FullSync {
  readonly #session: RtorrentSession
  readonly #sink: SyncSink
  readonly #count: StepCount
  readonly #labels = {categories: new Set<string>(), tags: new Set<string>()}
  /** In throttle groups we have not asked about yet. */
  readonly #throttled = new Map<InfoHash, string>()
  /** `staleNotes` when the list that is read was asked for. */
  #askedAt = 0
  #hasBegun = false
  #reportsLabels = false

  constructor(session: RtorrentSession, sink: SyncSink, count: StepCount) {
    this.#session = session
    this.#sink = sink
    this.#count = count
  }

  /** All torrents with these columns in one answer. May be called again before `end`: rows only get better. */
  async read(columns: readonly Column[], bounds: CallBounds): Promise<Figures> {
    const shape = new RowShape(columns, this.#session.facts.methods)
    const list = {method: this.#session.listMethod, params: ['', 'main', ...shape.commands]}
    let figures!: Figures
    this.#askedAt = this.#session.table.staleNotes
    await this.#session.wire.list(
      {
        before: figureCalls,
        list,
        onStart: (results) => (figures = this.#begin(results)),
        onRow: (row) => this.#row(shape, row),
      },
      bounds,
    )
    await this.#limits(bounds)
    await emitCorrected(this.#session, this.#sink, bounds)
    return figures
  }

  /**
   * The same in pages, for servers whose whole answer does not come through: all hashes first, then one page per
   * beginning of the hash, filtered by the daemon (`match`, 0.9.8 and 0.16.17).
   */
  async readInPages(columns: readonly Column[], bounds: CallBounds): Promise<Figures> {
    const figures = await this.read(['hash'], bounds)
    const shape = new RowShape(columns, this.#session.facts.methods)
    for (const prefix of prefixes(this.#session.table.size)) {
      this.#askedAt = this.#session.table.staleNotes
      const params = ['', 'main', `match={d.hash=,^${prefix}.*}`, ...shape.commands]
      await this.#session.wire.list(
        {
          before: [],
          list: {method: 'd.multicall.filtered', params},
          onStart: () => {},
          onRow: (row) => this.#row(shape, row),
        },
        bounds,
      )
    }
    await this.#limits(bounds)
    await emitCorrected(this.#session, this.#sink, bounds)
    return figures
  }

  /** Closes the list: who was not in it is gone. */
  end(): void {
    this.#count.left += this.#session.table.endList()
    this.#count.membership = 'whole'
    if (this.#reportsLabels) replaceLabels(this.#session, this.#labels)
    this.#sink.end()
  }

  #begin(results: readonly RpcResult[]): Figures {
    const figures = readFigures(results)
    if (this.#hasBegun) return figures
    this.#hasBegun = true
    const {table} = this.#session
    const isFresh = figures.pid !== table.pid
    if (isFresh) this.#session.forgetRun(figures.pid)
    this.#session.noteTime(figures.time)
    table.beginList()
    this.#sink.begin(isFresh)
    return figures
  }

  #row(shape: RowShape, raw: RpcRow): void {
    const row = shape.read(raw)
    const hash = asInfoHash(row.hash)
    // What it owns, nobody knows: a list with such a row is none.
    if (hash === null) throw unreadableRow('hash', row.hash, row.name)
    const {table} = this.#session
    const isNew = table.see(hash, this.#session.clock.now())
    if (isNew) this.#count.joined++
    if (row.label !== undefined) this.#countLabels(row)
    this.#sink.row(row.name === undefined ? this.#lightPatch(hash, row, isNew) : this.#wholePatch(hash, row))
  }

  /** Only that it is there; what else is news, its details will tell. */
  #lightPatch(hash: InfoHash, row: NativeRow, isNew: boolean): TorrentPatch {
    const {table} = this.#session
    const isNews = row.stateCounter !== undefined && table.noteLight(hash, row)
    if (isNew || isNews) table.markStale([hash])
    return {hash}
  }

  #wholePatch(hash: InfoHash, native: NativeRow): TorrentPatch {
    const {table, sampleByFolder, truths} = this.#session
    table.remember(hash, native, this.#session.clock.now(), this.#askedAt)
    const row = truths.straight(hash, native)
    const patch = patchFromRow(row, hash, contextOf(this.#session, hash))
    // Closed torrents do not tell of free space.
    if (patch.savePath && row.isOpen && sampleByFolder.size < MOST_SAMPLES)
      sampleByFolder.set(patch.savePath, hash)
    if (row.throttle && this.#session.limitsOf(row.throttle) === undefined)
      this.#throttled.set(hash, row.throttle)
    if (this.#session.definition.categorySource.from === 'path' && patch.category) {
      this.#labels.categories.add(patch.category)
    }
    return patch
  }

  /** Limits of groups that turned up in this list for the first time. */
  async #limits(bounds: CallBounds): Promise<void> {
    await this.#session.learnThrottles(this.#throttled.values(), bounds)
    for (const [hash, name] of this.#throttled) {
      const limits = this.#session.limitsOf(name)
      this.#sink.row({hash, downLimit: limits?.down, upLimit: limits?.up})
    }
    this.#throttled.clear()
  }

  #countLabels(row: NativeRow): void {
    this.#reportsLabels = true
    const source = this.#session.definition.categorySource
    const {category, tags} = splitLabels(readLabels(row.label ?? ''), source, () => '')
    if (category !== '') this.#labels.categories.add(category)
    for (const tag of tags) this.#labels.tags.add(tag)
  }
}

/** Names and places that were found out since they were told. @param only of these torrents */
export async function emitCorrected(
  session: RtorrentSession,
  sink: Pick<SyncSink, 'row'>,
  bounds: CallBounds,
  only?: readonly InfoHash[],
): Promise<void> {
  const {rows, changed} = await session.truths.settle(bounds, only)
  for (const [hash, row] of rows) {
    if (session.table.has(hash)) sink.row(straightPatch(row, hash, contextOf(session, hash)))
  }
  session.table.markStale(changed)
}

function replaceLabels(
  {labelsInUse, definition}: RtorrentSession,
  found: {categories: ReadonlySet<string>; tags: ReadonlySet<string>},
): void {
  labelsInUse.tags.clear()
  for (const tag of found.tags) labelsInUse.tags.add(tag)
  // Folders are told by whole rows alone: a light list knows of none.
  if (definition.categorySource.from === 'path' && found.categories.size === 0) return
  labelsInUse.categories.clear()
  for (const category of found.categories) labelsInUse.categories.add(category)
}

/** Beginnings of hashes so long that a page stays small. */
function* prefixes(torrents: number): Generator<string> {
  const digits = Math.max(1, Math.ceil(Math.log(torrents / PAGE_ROWS) / Math.log(16)))
  for (let i = 0; i < 16 ** digits; i++) yield i.toString(16).toUpperCase().padStart(digits, '0')
}
