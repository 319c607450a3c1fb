/**
 * The sync loop's step: sync/maindata with its running number (`rid`).
 *
 *            rid=0                          rid=n
 *   start ──────────▶ whole list ─applied─▶ delta ─applied, n+1─▶ delta …
 *     ▲                   │                   │
 *     └───── anything not fully applied ──────┘      (from 4.6.7 the server then has holes: Web API sheet §3)
 *
 * A whole list that we did not ask for means that the server restarted or our session was lost: a new epoch. One that
 * we asked for in the same session only checks for drift.
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {htmlFault, type HttpAnswer} from '../http.ts'
import type {CallBounds, SyncBounds, SyncDriver, SyncReport, SyncSink, SyncWant} from '../port.ts'
import {JsonMemberStream} from '../json-member-stream.ts'
import {looksLikeHtml} from './faults.ts'
import type {Dialect} from './features.ts'
import {NotJson} from '../json.ts'
import {Maindata, maindataPlan, MaindataUpdate} from './maindata.ts'
import {foreign} from './native.ts'
import {Pages} from './pages.ts'
import {refreshIntervalOf, type NativeServerState} from './server-state.ts'
import type {Wire} from './wire.ts'

/** The number runs from 1 to this, then from 1 again. */
const LAST_RID = 1_000_000

interface Cost {
  bytes: number
  requests: number
  answerMs: number
}

export class MaindataSync implements SyncDriver {
  readonly #wire: Wire
  /** Reads the default folder, which no list tells, and tells it by `savesIn`. @throws {ServerFault} */
  readonly #readFolder: (bounds: CallBounds) => Promise<void>
  readonly #clock: Clock
  readonly #turns: TimeSlice
  readonly #data = new Maindata()
  #rid = 0
  /** Since the last whole list. Somebody may change it in the client itself. */
  #isFolderRead = false
  /** False: the next call has to ask for everything. */
  #isChained = false
  /** The session whose list we hold. */
  #generation = -1

  constructor(wire: Wire, readFolder: (bounds: CallBounds) => Promise<void>, clock: Clock, turns: TimeSlice) {
    this.#wire = wire
    this.#readFolder = readFolder
    this.#clock = clock
    this.#turns = turns
  }

  /** A new connection: another version may answer now. */
  connected(dialect: Dialect): void {
    const {setting} = this.#data.rows
    setting.newList = dialect.metadataListed
    setting.fullHashes = dialect.fullHashes
    this.#isChained = false
  }

  /** Told with the next answer, whatever else that changes. */
  savesIn(defaultSavePath: string): void {
    this.#data.defaultSavePath = defaultSavePath
    this.#data.isFolderNew = true
    this.#isFolderRead = defaultSavePath !== ''
  }

  /** Figures of the server as the last answer left them; empty before the first. */
  get serverState(): NativeServerState {
    return this.#data.serverState
  }

  async step(want: SyncWant, sink: SyncSink, bounds: SyncBounds): Promise<SyncReport> {
    const {setting} = this.#data.rows
    setting.nowMs = this.#clock.now()
    setting.seconds = 1000 + Math.floor(this.#clock.monotonic() / 1000)
    const rid = want.list === 'delta' && this.#isChained ? this.#rid : 0
    if (want.list !== 'paged' && rid !== 0) return this.#maindata(rid, sink, bounds.delta)
    const asksFolder = !this.#isFolderRead
    if (asksFolder) await this.#readFolder(bounds.full)
    this.#isFolderRead = false
    const report = await (want.list === 'paged'
      ? this.#pages(sink, bounds.full)
      : this.#maindata(0, sink, bounds.full))
    return asksFolder ? {...report, requests: report.requests + 1} : report
  }

  async #maindata(rid: number, sink: SyncSink, bounds: CallBounds): Promise<SyncReport> {
    this.#isChained = false
    const round = new MaindataUpdate(this.#data, sink, () => this.#isFresh(rid))
    const cost = {bytes: 0, requests: 1, answerMs: 0}
    try {
      await this.#receive(rid, round, cost, bounds)
      expectWhole(round, rid)
      await round.finish(this.#turns)
    } catch (error) {
      this.#brokeOff(round)
      throw error
    }
    const isUnbroken = round.isFull || (round.rid === nextRid(rid) && !round.isBroken)
    this.#chain(round.rid, isUnbroken)
    return this.#report(round, cost, isUnbroken)
  }

  async #receive(rid: number, round: MaindataUpdate, cost: Cost, bounds: CallBounds): Promise<void> {
    const slicer = new JsonMemberStream(maindataPlan)
    const answer = await this.#wire
      .inSyncSession('sync/maindata', {rid}, bounds, async (chunk) => {
        cost.bytes += chunk.length
        for (const piece of slicer.push(chunk)) {
          round.take(piece)
          if (this.#turns.due()) await this.#turns.next()
        }
      })
      .catch(asPage)
    slicer.finish()
    cost.answerMs = answer.answerMs
  }

  /** The whole list in pages, then the chain of deltas goes on from where the server was before them. */
  async #pages(sink: SyncSink, bounds: CallBounds): Promise<SyncReport> {
    this.#isChained = false
    const round = new MaindataUpdate(this.#data, sink, () => this.#isFresh(0))
    const pages = new Pages(this.#wire.inSyncSession, this.#turns)
    try {
      await pages.readHead((piece) => round.take(piece), bounds).catch(asPage)
      expectWhole(round, 0)
      round.begin(false)
      await pages.readAll(round, bounds).catch(asPage)
      await round.finish(this.#turns)
    } catch (error) {
      this.#brokeOff(round)
      throw error
    }
    this.#chain(round.rid, true)
    return this.#report(round, pages.cost, true)
  }

  /** Nothing of a list that broke off counts, and the next one is as fresh as it was. */
  #brokeOff({begun}: MaindataUpdate): void {
    if (begun !== 'no') this.#data.clear()
    if (begun === 'fresh') this.#generation = -1
  }

  /** Asked for with 0 it is a drift check, unless this session never told us a list. */
  #isFresh(rid: number): boolean {
    const known = this.#generation
    this.#generation = this.#wire.generation
    return rid !== 0 || known !== this.#generation
  }

  /** May the next call ask for what changed since this one? Not when the session changed while it was answered. */
  #chain(rid: number, isUnbroken: boolean): void {
    this.#rid = rid
    this.#isChained = isUnbroken && rid > 0 && this.#generation === this.#wire.generation
  }

  #report(round: MaindataUpdate, cost: Cost, isWhole: boolean): SyncReport {
    return {
      ...cost,
      rows: round.emitted,
      membership: isWhole ? 'whole' : 'partial',
      joined: round.joined,
      left: round.left,
      known: this.#data.table.size,
      leastIntervalMs: refreshIntervalOf(this.#data.serverState),
    }
  }
}

/** Every answer has its number, and one that was asked for with 0 says that it is whole. @throws {ServerFault} */
function expectWhole({rid, isFull}: MaindataUpdate, asked: number): void {
  if (rid === 0) throw foreign('the number of sync/maindata')
  if (asked === 0 && !isFull) throw foreign('full_update of sync/maindata')
}

/** Somebody else who uses the same session (the same API key) makes numbers we never see. */
function nextRid(rid: number): number {
  return (rid % LAST_RID) + 1
}

/** A page where JSON was expected is told as the page it is. */
export function asPage(error: unknown): HttpAnswer {
  if (error instanceof NotJson && looksLikeHtml(error.head)) throw htmlFault(error.head, 'the torrent list')
  throw error
}
