/**
 * The server's replica as far as deltas need it, and one answer of sync/maindata applied to it. Keys of the answer
 * come in alphabetical order in every version: categories, full_update, rid, server_state, tags, torrents,
 * torrents_removed, trackers. So rows can go on as they arrive, and who has which tracker is told behind them.
 * Source: Web API `sync/maindata` 4.4 to 5.3, recordings of 4.5.2, 5.1.0 and 5.3.0.
 */
import type {TimeSlice} from '#lib/time-slice.ts'
import {ServerFault} from '#model/errors.ts'
import type {Category} from '#model/server.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import type {SyncSink} from '../port.ts'
import type {Piece} from '../json-member-stream.ts'
import {unreadableRow} from '../unreadable-row.ts'
import {booleanIn, isPassingTag, isRecord, listIn, numberIn, textIn, type NativeTorrent} from './native.ts'
import {RowWriter} from './rows.ts'
import {statsOf} from './server-state.ts'
import {TorrentTable} from './torrent-table.ts'
import {TrackerIndex} from './trackers.ts'

/** What is cut torrent by torrent, and member by member. */
export const maindataPlan = {members: ['torrents', 'torrents_removed', 'trackers', 'categories']}

/** What outlives an answer. */
export class Maindata {
  readonly table = new TorrentTable()
  readonly trackers = new TrackerIndex(this.table)
  readonly rows = new RowWriter(this.table, this.trackers)
  readonly serverState: Record<string, unknown> = {}
  readonly categories = new Map<string, Category>()
  readonly tags = new Set<string>()
  defaultSavePath = ''
  /** It was not told yet. */
  isFolderNew = false
  /** Whole lists so far. */
  lists = 0

  /** A list broke off: nothing of it is to be believed, so the next one tells everything again. */
  clear(): void {
    this.table.clear()
    this.trackers.clear()
  }
}

/** One answer, or one list in pages, on its way from the server to the sink. */
export class MaindataUpdate {
  readonly #data: Maindata
  readonly #sink: SyncSink
  readonly #isFresh: () => boolean
  isFull = false
  /** 0 = it has not told its number, which every answer has. */
  rid = 0
  joined = 0
  left = 0
  emitted = 0
  /** It spoke of a torrent as known that we do not know: deltas were lost. */
  isBroken = false
  #begun: 'no' | 'fresh' | 'check' = 'no'
  readonly #categories = new Map<string, unknown>()
  #categoriesGone: readonly unknown[] = []
  #tags: readonly unknown[] = []
  #tagsGone: readonly unknown[] = []
  #hasServerState = false
  #hasQueueingChanged = false

  /** @param isFresh asked when a whole list begins: is it unrelated to what came before? */
  constructor(data: Maindata, sink: SyncSink, isFresh: () => boolean) {
    this.#data = data
    this.#sink = sink
    this.#isFresh = isFresh
  }

  /** Has `sink.begin` been said, and how? Then a failure is a list that broke off. */
  get begun(): 'no' | 'fresh' | 'check' {
    return this.#begun
  }

  take(piece: Piece): void {
    if (piece.what === 'open') {
      if (piece.key === 'torrents' && this.isFull) this.begin(true)
    } else if (piece.what === 'value') this.#value(piece.key, piece.value)
    else if (piece.what === 'member') this.#member(piece)
  }

  /** @param withTrackers who has which tracker follows behind the torrents */
  begin(withTrackers: boolean): void {
    if (this.#begun !== 'no') return
    this.isFull = true
    this.#begun = this.#isFresh() ? 'fresh' : 'check'
    this.#data.lists++
    // In a new epoch everything is told again, in pages it cannot be.
    if (this.#begun === 'fresh' || !withTrackers) this.#data.trackers.forgetAll()
    if (withTrackers) this.#data.trackers.beginList()
    this.#sink.begin(this.#begun === 'fresh')
  }

  /** @param isWhole a row of a list: all fields are there */
  torrent(name: string, native: NativeTorrent, isWhole: boolean): void {
    const hash = asInfoHash(name)
    if (hash === null) throw unreadableRow('hash', name, native['name'])
    const {table, rows, lists} = this.#data
    const known = table.row(hash)
    if (known === undefined && !('state' in native)) {
      this.isBroken = true
      return
    }
    const row = known ?? table.add(hash)
    if (known === undefined) this.joined++
    if (this.isFull) table.columns.list[row] = lists
    const isNew = known === undefined
    this.#emit(rows.patch(row, native, isWhole || isNew, isNew))
  }

  /** The answer is whole: all that could only be said at its end. */
  async finish(turns: TimeSlice): Promise<void> {
    const {rows, trackers} = this.#data
    if (this.isFull) {
      this.begin(true)
      await this.#dropUnseen(turns)
      await this.#emitAll(this.#trackerPatches(trackers.endList()), turns)
    } else {
      await this.#emitAll(this.#trackerPatches(trackers.endDelta()), turns)
      if (this.#hasQueueingChanged) await this.#emitAll(rows.positions(), turns)
    }
    await this.#emitAll(rows.ticks(), turns)
    this.#emitServer()
    // Last: whose list it is can be told from what the server is like.
    if (this.isFull) this.#sink.end()
  }

  #value(key: string, value: unknown): void {
    if (key === 'rid') this.rid = numberIn(value) ?? 0
    else if (key === 'full_update') this.#fullUpdate(value)
    else if (key === 'server_state') this.#serverState(value)
    else if (key === 'categories_removed') this.#categoriesGone = listIn(value)
    else if (key === 'tags') this.#tags = listIn(value)
    else if (key === 'tags_removed') this.#tagsGone = listIn(value)
    else if (key === 'trackers_removed') {
      for (const url of listIn(value)) this.#data.trackers.drop(textIn(url))
    }
  }

  #fullUpdate(value: unknown): void {
    if (value !== true) return
    if (this.emitted > 0) {
      throw new ServerFault('answer_invalid', 'garbled_answer', 'The answer calls itself whole too late.')
    }
    this.isFull = true
  }

  #member(piece: Piece & {what: 'member'}): void {
    const {key, name, value} = piece
    if (key === 'torrents') {
      if (!isRecord(value)) throw unreadableRow('', name)
      this.torrent(name, value, this.isFull)
    } else if (key === 'trackers') this.#data.trackers.take(name, listIn(value), piece.last)
    else if (key === 'categories') this.#categories.set(name, value)
    else if (key === 'torrents_removed') for (const hash of listIn(value)) this.#removed(textIn(hash))
  }

  #removed(text: string): void {
    const hash = asInfoHash(text)
    if (hash === null || !this.#data.table.remove(hash)) return
    this.left++
    this.#sink.removed(hash)
  }

  /** Known before it is needed: positions in the queue mean nothing while queueing is off. */
  #serverState(value: unknown): void {
    if (!isRecord(value)) return
    const {serverState, rows} = this.#data
    Object.assign(serverState, value)
    this.#hasServerState = true
    const queueing = booleanIn(serverState['queueing']) ?? true
    this.#hasQueueingChanged = queueing !== rows.setting.queueing
    rows.setting.queueing = queueing
  }

  async #dropUnseen(turns: TimeSlice): Promise<void> {
    const {table, lists} = this.#data
    for (let row = 0; row < table.top; row++) {
      const hash = table.hash(row)
      if (hash !== '' && table.columns.list[row] !== lists && table.remove(hash)) this.left++
      if ((row & 1023) === 0 && turns.due()) await turns.next()
    }
  }

  *#trackerPatches(changed: Iterable<number>): Generator<TorrentPatch> {
    for (const row of changed) yield this.#data.rows.trackerPatch(row)
  }

  async #emitAll(patches: Iterable<TorrentPatch>, turns: TimeSlice): Promise<void> {
    for (const patch of patches) {
      this.#emit(patch)
      if (turns.due()) await turns.next()
    }
  }

  #emit(patch: TorrentPatch | null): void {
    if (!patch) return
    this.emitted++
    this.#sink.row(patch)
  }

  #emitServer(): void {
    const {serverState, defaultSavePath} = this.#data
    if (this.#mergeCategories()) this.#sink.categories([...this.#data.categories.values()])
    if (this.#mergeTags()) this.#sink.tags([...this.#data.tags])
    if (!this.#hasServerState && !this.#data.isFolderNew) return
    this.#data.isFolderNew = false
    this.#sink.stats(statsOf(serverState, defaultSavePath))
  }

  #mergeCategories(): boolean {
    const {categories} = this.#data
    if (this.isFull) categories.clear()
    for (const name of this.#categoriesGone) categories.delete(textIn(name))
    for (const [name, value] of this.#categories) {
      const path = isRecord(value) ? value['savePath'] : undefined
      const savePath = path === undefined ? categories.get(name)?.savePath : textIn(path)
      categories.set(name, {name, savePath})
    }
    return this.isFull || this.#categories.size > 0 || this.#categoriesGone.length > 0
  }

  #mergeTags(): boolean {
    const {tags} = this.#data
    if (this.isFull) tags.clear()
    for (const tag of this.#tagsGone) tags.delete(textIn(tag))
    for (const tag of this.#tags) if (!isPassingTag(textIn(tag))) tags.add(textIn(tag))
    return this.isFull || this.#tags.length > 0 || this.#tagsGone.length > 0
  }
}
