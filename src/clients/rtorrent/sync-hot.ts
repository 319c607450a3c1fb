/** The hot tick: what moves, is checked, or changed its state lately; filtered in the daemon where it can. */
import {CommandRefused, NotSupported} from '#model/errors.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, SyncSink} from '../port.ts'
import {RowShape, hotColumns} from './codec.ts'
import {figureCalls, readFigures, type Figures} from './figures.ts'
import {hotPatch} from './normalise.ts'
import type {RpcRow} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

/** Changed its state within so many seconds: long enough for any pace of polling. */
const RECENT_SECONDS = 120

export interface HotAnswer {
  readonly figures: Figures
  /** Moved when last seen and does no more. */
  readonly still: readonly InfoHash[]
  /** A torrent that is not in the book. */
  readonly sawUnknown: boolean
}

export class HotTick {
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
    const {wire, book, facts} = this.#session
    const shape = new RowShape(hotColumns, facts.methods)
    const seen = new Set<InfoHash>()
    let figures!: Figures
    let sawUnknown = false
    const onRow = (raw: RpcRow): void => {
      const row = shape.read(raw)
      const hash = asInfoHash(row.hash)
      if (figures.pid !== book.pid || hash === null) return
      if (!book.has(hash)) {
        sawUnknown = true
        return
      }
      seen.add(hash)
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
    return {figures, sawUnknown, still: [...book.hot()].filter((hash) => !seen.has(hash))}
  }
}

/** Works so on 0.9.8 and 0.16.17; `null` = this server cannot filter. */
function hotPredicate(methods: ReadonlySet<string>): string | null {
  const needs = ['d.multicall.filtered', 'or', 'elapsed.less', 'd.state_changed']
  if (!needs.every((method) => methods.has(method))) return null
  return `or={d.up.rate=,d.down.rate=,d.hashing=,"elapsed.less=$d.state_changed=,${RECENT_SECONDS}"}`
}
