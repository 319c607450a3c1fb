/**
 * Turns what a sync driver says into frames: batches rows, numbers frames, opens epochs, and asks the judge of the list
 * (`list-stability.ts`) what may be believed: absence at each list's end, named removals at the end of each step, when
 * it is known how many there are. Of a list of another daemon (`server-identity.ts`) nothing is taken.
 */
import type {SyncSink} from '#clients/port.ts'
import type {Clock} from '#lib/clock.ts'
import {ServerFault} from '#model/errors.ts'
import type {ServerFrame} from '#model/frame.ts'
import type {Category, ServerStats} from '#model/server.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {Belief} from './list-stability.ts'
import type {QuotaMeter} from './quotas.ts'
import type {ServerIdentity} from './server-identity.ts'
import {sanitizePatch, sanitizeStats, shortList} from './sanitize-patch.ts'

type Body = ServerFrame extends infer F
  ? F extends ServerFrame
    ? Omit<F, 'serverId' | 'epoch' | 'seq' | 'at'>
    : never
  : never

type Figures = Extract<Body, {readonly type: 'server'}>

/** Rows in one frame: enough to make its head cheap, few enough to apply within a slice (about 1 ms). */
const BATCH = 200
/** Ten times the largest servers we know; whoever tells of more wants our memory. */
const MOST_TORRENTS = 1_000_000
/** Categories, and tags, of one server. */
const MOST_NAMES = 10_000

interface FrameWriterDeps {
  readonly serverId: ServerId
  readonly clock: Clock
  readonly apply: (frame: ServerFrame) => 'applied' | 'gap'
  /** The last epoch the fleet took of this server from a link before this one; below 0 = none. */
  readonly lastEpoch: number
  /** A list is about to end with this many torrents: may the others be believed gone? */
  readonly mayBelieveAbsence: (listed: number) => Belief
  /** The server named these as removed. */
  readonly mayBelieveRemovals: (hashes: readonly InfoHash[]) => Belief
  /** Torrents that went lately, to be shown again when too many went. */
  readonly departed: () => readonly InfoHash[]
  /** What its owner may have here. */
  readonly quota: QuotaMeter | null
  readonly identity: Pick<
    ServerIdentity,
    'knows' | 'beginList' | 'lists' | 'endList' | 'observe' | 'isStrange' | 'waits'
  >
  /** A new life span begins (restart, lost session, first contact, gap). */
  readonly onNewEpoch: () => void
}

export class FrameWriter implements SyncSink {
  readonly #parts: FrameWriterDeps
  #epoch = 0
  #seq = 0
  #rows: TorrentPatch[] = []
  /** Named as removed in this step, and not told of since. */
  readonly #removed = new Set<InfoHash>()
  #early: Figures[] = []
  /** Who the open list named: a torrent may be told more than once, and only heads count. */
  readonly #listed = new Set<InfoHash>()
  /** Of the open list: of another life than the torrents that we know under these hashes, so they wait for its end. */
  readonly #held: TorrentPatch[] = []
  /** Named by what changed, and not known: it may be told in the same step that another life of the daemon began. */
  readonly #joined: TorrentPatch[] = []
  #listOpen = false
  #gap = false
  /** The last list was that of another daemon: what is told is counted, and not taken. */
  #isShut = false

  constructor(parts: FrameWriterDeps) {
    this.#parts = parts
  }

  get epoch(): number {
    return this.#epoch
  }

  /** True once a frame was refused: the epoch is over, the next list must be whole. */
  get broken(): boolean {
    return this.#gap
  }

  begin(fresh: boolean): void {
    // Of another life nothing is taken before its list is whole, which tells these, too.
    if (fresh) this.#joined.length = 0
    this.#rows.push(...this.#joined.splice(0))
    this.#flush()
    this.#parts.identity.beginList(fresh)
    this.#held.length = 0
    if (this.#isShut) {
      this.#listed.clear()
      this.#listOpen = true
      return
    }
    this.#parts.quota?.begin()
    if (fresh || this.#epoch === 0 || this.#gap) this.#openEpoch()
    this.#listed.clear()
    this.#listOpen = true
    this.#send({type: 'begin'})
    if (!this.#parts.identity.waits) this.#sendEarly()
  }

  row(patch: TorrentPatch): void {
    const clean = sanitizePatch(patch)
    if (!this.#isShut) this.#parts.quota?.row(clean)
    if (this.#listOpen && this.#list(clean)) return void this.#held.push(clean)
    if (this.#isShut) return
    if (!this.#listOpen && !this.#parts.identity.knows(patch.hash)) return void this.#joined.push(clean)
    // It went and came back: nobody is lost, and it is another one than before.
    if (this.#removed.delete(patch.hash)) this.#sendRemoved([patch.hash])
    this.#add(clean)
  }

  #add(row: TorrentPatch): void {
    this.#rows.push(row)
    if (this.#rows.length >= BATCH) this.#flush()
  }

  removed(hash: InfoHash): void {
    if (this.#isShut) return
    this.#removed.add(hash)
  }

  end(): void {
    const {identity} = this.#parts
    identity.endList(this.#listed)
    if (identity.isStrange || this.#isShut) return this.#endUntaken(identity.isStrange)
    for (const held of this.#held.splice(0)) this.#add(held)
    this.#flush()
    this.#parts.quota?.end()
    this.#sendEarly()
    const belief = this.#parts.mayBelieveAbsence(this.#listed.size)
    this.#listed.clear()
    this.#listOpen = false
    this.#send({type: 'end', believeAbsence: belief === 'believe'})
    if (belief === 'drop') this.recall()
  }

  /** What it told is not ours, or was not taken while it was not: then it tells all of it once more. */
  #endUntaken(isStrange: boolean): void {
    if (!this.#isShut) {
      this.#flush()
      this.#parts.quota?.breakOff()
      this.#send({type: 'abort'})
    }
    this.#held.length = 0
    this.#early = []
    this.#listed.clear()
    this.#listOpen = false
    this.#gap ||= !isStrange
    this.#isShut = isStrange
  }

  stats(reported: ServerStats): void {
    const stats = sanitizeStats(reported)
    this.#parts.identity.observe(stats)
    this.#figures({type: 'server', stats})
  }

  categories(categories: readonly Category[]): void {
    const known = categories.filter(({name}) => shortList([name]).length > 0).slice(0, MOST_NAMES)
    this.#figures({type: 'server', categories: known})
  }

  tags(tags: readonly string[]): void {
    const known = shortList(tags, MOST_NAMES)
    this.#figures({type: 'server', tags: known})
  }

  /** The driver's step ended well: what it left in the batch goes out, and what it named as removed. */
  finish(): void {
    this.#rows.push(...this.#joined.splice(0))
    this.#flush()
    this.#parts.quota?.settle()
    if (this.#removed.size === 0) return
    const removed = [...this.#removed]
    this.#removed.clear()
    const belief = this.#parts.mayBelieveRemovals(removed)
    if (belief === 'believe') return this.#sendRemoved(removed)
    this.#send({type: 'missing', hashes: removed})
    if (belief === 'drop') this.recall()
  }

  /**
   * The driver's step failed: rows seen so far are true, a list that was open proves nothing, and who was named as
   * removed, or as new, is told by the whole list that has to follow.
   * @returns whether one was open
   */
  breakOff(): boolean {
    this.#flush()
    this.#parts.quota?.breakOff()
    this.#removed.clear()
    this.#held.length = 0
    this.#joined.length = 0
    this.#early = []
    if (!this.#listOpen) return false
    this.#listOpen = false
    if (!this.#isShut) this.#send({type: 'abort'})
    return true
  }

  /** @param isProved what goes was doubted for long enough */
  settle(isProved: boolean): void {
    this.#send({type: 'settle', isProved})
  }

  /** Too many went: those that were believed gone lately are doubted with the others. */
  recall(): void {
    const hashes = this.#parts.departed()
    if (hashes.length > 0) this.#send({type: 'recall', hashes})
  }

  /** A person says that it is the server that it was: it tells all of it once more, and that is taken. */
  reopen(): void {
    this.#gap ||= this.#isShut
    this.#isShut = false
  }

  /** @returns whether it waits for the end of the list. @throws {ServerFault} answer_too_large */
  #list({hash, addedAt}: TorrentPatch): boolean {
    const before = this.#listed.size
    this.#listed.add(hash)
    if (this.#listed.size <= MOST_TORRENTS)
      return this.#parts.identity.lists(hash, addedAt, this.#listed.size > before)
    const text = `The list has more than ${MOST_TORRENTS} torrents.`
    throw new ServerFault('answer_invalid', 'answer_too_large', text)
  }

  /** An epoch begins with a list; what a driver tells of the server before it waits for that. */
  #figures(figures: Figures): void {
    if (this.#isShut) return
    if (this.#epoch === 0 || this.#gap || this.#parts.identity.waits) this.#early.push(figures)
    else this.#sendFigures(figures)
  }

  #sendEarly(): void {
    for (const figures of this.#early.splice(0)) this.#sendFigures(figures)
  }

  /** Names count when they are taken, not when they are told. @throws {ServerFault} over_quota */
  #sendFigures(figures: Figures): void {
    if (figures.categories) this.#parts.quota?.categories(figures.categories)
    if (figures.tags) this.#parts.quota?.tags(figures.tags)
    this.#send(figures)
  }

  #openEpoch(): void {
    // Grows over restarts of ours too, because it starts from the clock.
    this.#epoch = Math.max(this.#epoch + 1, this.#parts.lastEpoch + 1, this.#parts.clock.now())
    this.#seq = 0
    this.#gap = false
    this.#parts.onNewEpoch()
  }

  #flush(): void {
    if (this.#rows.length === 0) return
    const rows = this.#rows
    this.#rows = []
    this.#send({type: 'rows', rows, removed: []})
  }

  #sendRemoved(removed: readonly InfoHash[]): void {
    this.#flush()
    for (let at = 0; at < removed.length; at += BATCH)
      this.#send({type: 'rows', rows: [], removed: removed.slice(at, at + BATCH)})
  }

  #send(body: Body): void {
    if (this.#gap || this.#epoch === 0) return
    const head = {
      serverId: this.#parts.serverId,
      epoch: this.#epoch,
      seq: this.#seq++,
      at: this.#parts.clock.now(),
    }
    if (this.#parts.apply({...head, ...body}) === 'gap') this.#gap = true
  }
}
