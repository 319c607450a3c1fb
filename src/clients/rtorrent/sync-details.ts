/** Single torrents' columns and trackers, as portions of getters: for the new, the changed, and the rolling trackers. */
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, SyncSink} from '../port.ts'
import {detailColumns, hotColumns, RowShape, type Column, type NativeRow} from './codec.ts'
import {hotPatch, patchFromRow, stillPatch, trackerHosts, trackerTrouble} from './normalise.ts'
import {listOf, numberOf, RpcFault, textOf, type RpcCall, type RpcResult, type RpcValue} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import {contextOf, emitCorrected} from './sync-list.ts'
import type {AskedTrackers} from './torrent-table.ts'
import {howItDid, outcomeFields} from './trackers.ts'

/**
 * Single getters cost the daemon some 20 µs each, cells of a list 1.2 µs (0.9.8): above this share of all torrents
 * the whole list is cheaper.
 */
const MOST_SHARE = 0.06
const MOST_TORRENTS = 200
const LEAST_TORRENTS = 8
const MOST_STILL = 100
/** Torrents whose trackers are asked for in one round: one in a hundred, of few torrents more. */
const TRACKER_SHARE = 0.01
const LEAST_TRACKERS = 10
const MOST_TRACKERS = 400

const trackerFields = [
  't.url',
  't.is_enabled',
  't.scrape_complete',
  't.scrape_incomplete',
  't.scrape_counter',
  't.activity_time_next',
  ...outcomeFields,
] as const

/** Where single torrents' rows go. */
export type RowSink = Pick<SyncSink, 'row'>

export class Details {
  readonly #session: RtorrentSession

  constructor(session: RtorrentSession) {
    this.#session = session
  }

  /** So much is stale that the whole list is cheaper. */
  tooMany(): boolean {
    const {table} = this.#session
    return table.staleCount > Math.min(MOST_TORRENTS, Math.max(LEAST_TORRENTS, table.size * MOST_SHARE))
  }

  /** All columns of what is stale. */
  async stale(sink: RowSink, bounds: CallBounds): Promise<void> {
    await this.whole(this.#session.table.stale(MOST_TORRENTS), sink, bounds)
  }

  /** All columns and the trackers of these. */
  async whole(hashes: readonly InfoHash[], sink: RowSink, bounds: CallBounds): Promise<void> {
    if (hashes.length === 0) return
    const {table} = this.#session
    // A command that is answered meanwhile changed it after we asked.
    const askedAt = table.staleNotes
    const rows = await this.#rows(hashes, detailColumns, bounds)
    const trackers = await this.#trackers(hashes, bounds)
    const firstLast = await this.#firstLast(hashes, bounds)
    await this.#session.learnThrottles(
      [...rows.values()].map((row) => row.throttle ?? ''),
      bounds,
    )
    for (const hash of hashes) {
      table.forgetStale(hash, askedAt)
      const values = rows.get(hash)
      if (!values) continue
      table.remember(hash, values, this.#session.clock.now(), askedAt)
      const row = this.#session.truths.straight(hash, values)
      sink.row({
        ...patchFromRow(row, hash, contextOf(this.#session, hash)),
        ...trackers.get(hash),
        ...firstLast.get(hash),
      })
    }
    await emitCorrected(this.#session, sink, bounds, hashes)
  }

  /** What left the hot list: asked once more where there are few, else told from its last row. */
  async still(hashes: readonly InfoHash[], sink: RowSink, bounds: CallBounds): Promise<void> {
    const {table} = this.#session
    const asked = hashes.slice(0, MOST_STILL)
    const rows = await this.#rows(asked, hotColumns, bounds)
    for (const hash of hashes) {
      const row = rows.get(hash)
      if (row) {
        table.noteRates(hash, row)
        sink.row(hotPatch(table.complete(hash, row), hash, this.#session.now, table.trackerStatus(hash)))
      } else {
        table.noteStill(hash)
        if (table.wasChecking(hash)) table.markStale([hash])
        else sink.row(stillPatch(hash, table.wasComplete(hash)))
      }
    }
  }

  /** The next torrents' trackers: no message tells of one that fails or works again while it is about something else. @returns where the round goes on */
  async trackersInTurn(from: number, sink: RowSink, bounds: CallBounds): Promise<number> {
    const {table} = this.#session
    const share = Math.max(LEAST_TRACKERS, Math.ceil(table.size * TRACKER_SHARE))
    const count = Math.min(MOST_TRACKERS, table.size, share)
    const {hashes, next} = table.round(from, count)
    for (const [hash, patch] of await this.#trackers(hashes, bounds)) {
      const trackerStatus = table.trackerStatus(hash)
      sink.row({hash, ...patch, trackerStatus, ...trackerTrouble(trackerStatus)})
    }
    return next
  }

  async #rows(
    hashes: readonly InfoHash[],
    columns: readonly Column[],
    bounds: CallBounds,
  ): Promise<Map<InfoHash, NativeRow>> {
    const shape = new RowShape(columns, this.#session.facts.methods)
    const getters = shape.getters()
    const calls = hashes.flatMap((hash) =>
      getters.map(({method, args}) => ({method, params: [hash, ...args]})),
    )
    const results = await this.#session.wire.askAll(calls, bounds)
    const rows = new Map<InfoHash, NativeRow>()
    hashes.forEach((hash, index) => {
      const cells = results.slice(index * getters.length, (index + 1) * getters.length)
      // A fault in one of them: it was removed in between.
      if (cells.every(isValue)) rows.set(hash, shape.read(cells))
    })
    return rows
  }

  async #trackers(
    hashes: readonly InfoHash[],
    bounds: CallBounds,
  ): Promise<Map<InfoHash, Partial<TorrentPatch>>> {
    const {methods} = this.#session.facts
    const fields = trackerFields.filter((field) => methods.has(field))
    const commands = fields.map((field) => `${field}=`)
    const calls = hashes.map((hash): RpcCall => ({method: 't.multicall', params: [hash, '', ...commands]}))
    const results = await this.#session.wire.askAll(calls, bounds)
    const found = new Map<InfoHash, Partial<TorrentPatch>>()
    hashes.forEach((hash, index) => {
      const result = results[index]
      if (result === undefined || result instanceof RpcFault) return
      const {patch, status} = trackerPatch(listOf(result).map((row) => namedRow(fields, row)))
      this.#session.table.noteTrackers(hash, status)
      found.set(hash, patch)
    })
    return found
  }

  /** Whether each file has its first pieces first, of those where somebody set it. */
  async #firstLast(
    hashes: readonly InfoHash[],
    bounds: CallBounds,
  ): Promise<Map<InfoHash, {firstLast: boolean}>> {
    const asked = hashes.filter((hash) => this.#session.firstLastAsked.has(hash))
    const calls = asked.map((hash) => ({method: 'f.multicall', params: [hash, '', 'f.prioritize_first=']}))
    const results = await this.#session.wire.askAll(calls, bounds)
    const found = new Map<InfoHash, {firstLast: boolean}>()
    asked.forEach((hash, index) => {
      const files = results[index]
      if (files === undefined || files instanceof RpcFault) return
      const flags = listOf(files).map((row) => numberOf(listOf(row)[0]))
      found.set(hash, {firstLast: flags.length > 0 && flags.every((flag) => flag === 1)})
    })
    return found
  }
}

type TrackerRow = {readonly [F in (typeof trackerFields)[number]]?: RpcValue}

function namedRow(fields: readonly string[], row: RpcValue): TrackerRow {
  return Object.fromEntries(listOf(row).map((cell, index) => [fields[index], cell])) as TrackerRow
}

/** Swarm figures are the largest any tracker told; unknown while none has been asked. */
function trackerPatch(rows: readonly TrackerRow[]): {patch: Partial<TorrentPatch>; status: AskedTrackers} {
  const enabled = rows.filter(
    (row) => numberOf(row['t.is_enabled']) === 1 && !textOf(row['t.url']).startsWith('dht:'),
  )
  const contacted = enabled.filter(
    (row) => numberOf(row['t.scrape_counter']) + numberOf(row['t.success_counter']) > 0,
  )
  const most = (field: 't.scrape_complete' | 't.scrape_incomplete'): number | undefined =>
    contacted.length === 0 ? undefined : Math.max(...contacted.map((row) => numberOf(row[field])))
  const next = enabled.map((row) => numberOf(row['t.activity_time_next'])).filter((time) => time > 0)
  return {
    patch: {
      ...trackerHosts(enabled.map((row) => textOf(row['t.url']))),
      seedsSwarm: most('t.scrape_complete'),
      peersSwarm: most('t.scrape_incomplete'),
      nextAnnounceAt: next.length === 0 ? null : Math.min(...next) * 1000,
    },
    status: enabled.length === 0 ? 'none' : together(enabled.map(howItDid)),
  }
}

/** One that works makes the torrent findable. */
function together(all: readonly ReturnType<typeof howItDid>[]): AskedTrackers {
  if (all.includes('worked')) return 'ok'
  return all.includes('failed') ? 'unreachable' : 'unknown'
}

function isValue(result: RpcResult): result is RpcValue {
  return !(result instanceof RpcFault)
}
