/**
 * What torrents moved between two looks, by the counters that their servers keep of each.
 *
 *     first seen          nothing: what it moved before is not known. Added since the look before: all of it
 *     counter rose        the difference, also after its server was away: then all of it at once
 *     counter fell        nothing: the server lost some of it, and what it moved since is not known
 *     counter not known   nothing
 *     not seen            nothing is read: what an earlier run kept is no measurement
 */
import type {MovedTorrent} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import type {Fleet} from './fleet.ts'

/** Rows between two questions whether others wait: some 0.1 ms. */
const STRIDE = 4_096
/** Clocks of servers differ from ours: one that was added so long before the last look still counts as new, ms. */
const SLACK_MS = 60_000

/** Measured: 100,000 torrents 2 ms, 20 bytes a torrent. */
export class TorrentTraffic {
  readonly #fleet: Fleet
  /** By row: whose counters they are (`Rows.births`), and what they said last. */
  #births = new Uint32Array(0)
  #downloaded = new Float64Array(0)
  #uploaded = new Float64Array(0)
  #lookedAt: EpochMs | null = null

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  /** One look after the other. @param servers those that count */
  async moved(servers: ReadonlySet<ServerId>, now: EpochMs): Promise<readonly MovedTorrent[]> {
    const {rows, turns} = this.#fleet
    const moved: MovedTorrent[] = []
    const newSince = this.#lookedAt === null ? Infinity : this.#lookedAt - SLACK_MS
    for (let from = 0; from < rows.end; from += STRIDE) {
      this.#grow(rows.servers.length)
      const isCounted = numbersOf(this.#fleet, servers)
      const to = Math.min(rows.end, from + STRIDE)
      for (let row = from; row < to; row++) {
        if (isCounted[rows.servers[row]!] === 1 && rows.isVisible(row) && rows.isSeen(row)) {
          this.#read(row, newSince, now, moved)
        }
      }
      if (turns.due()) await turns.next()
    }
    this.#lookedAt = now
    return moved
  }

  /** Torrents of each tracker of each server; those of which the tracker is not known are left out. */
  async countsByTracker(
    servers: ReadonlySet<ServerId>,
  ): Promise<ReadonlyMap<ServerId, ReadonlyMap<string, number>>> {
    const {rows, turns} = this.#fleet
    const counts = new Map([...servers].map((id) => [id, new Map<string, number>()]))
    for (let from = 0; from < rows.end; from += STRIDE) {
      const isCounted = numbersOf(this.#fleet, servers)
      const to = Math.min(rows.end, from + STRIDE)
      for (let row = from; row < to; row++) {
        if (isCounted[rows.servers[row]!] !== 1 || !rows.isVisible(row)) continue
        const host = rows.columns.trackerHost.read(row)
        if (host === undefined) continue
        const its = counts.get(this.#fleet.serverIdOf(rows.servers[row]!))!
        its.set(host, (its.get(host) ?? 0) + 1)
      }
      if (turns.due()) await turns.next()
    }
    return counts
  }

  #read(row: number, newSince: EpochMs, now: EpochMs, moved: MovedTorrent[]): void {
    const {rows} = this.#fleet
    const {columns} = rows
    const [down, up] = [columns.downloaded.number(row), columns.uploaded.number(row)]
    if (this.#births[row] !== rows.births[row]) {
      const addedAt = columns.addedAt.read(row) ?? -Infinity
      const isNew = addedAt >= newSince && addedAt <= now + SLACK_MS
      this.#births[row] = rows.births[row]!
      this.#downloaded[row] = isNew ? 0 : down
      this.#uploaded[row] = isNew ? 0 : up
    }
    const downloaded = risen(this.#downloaded[row]!, down)
    const uploaded = risen(this.#uploaded[row]!, up)
    // What is not known for a moment leaves what was known before.
    if (!Number.isNaN(down)) this.#downloaded[row] = down
    if (!Number.isNaN(up)) this.#uploaded[row] = up
    if (downloaded === 0 && uploaded === 0) return
    moved.push({
      serverId: this.#fleet.serverIdOf(rows.servers[row]!),
      hash: rows.hash(row),
      trackerHost: columns.trackerHost.read(row),
      progress: columns.progress.read(row),
      downloaded,
      uploaded,
    })
  }

  #grow(capacity: number): void {
    if (this.#births.length >= capacity) return
    const [births, downloaded, uploaded] = [this.#births, this.#downloaded, this.#uploaded]
    this.#births = new Uint32Array(capacity)
    this.#downloaded = new Float64Array(capacity)
    this.#uploaded = new Float64Array(capacity)
    this.#births.set(births)
    this.#downloaded.set(downloaded)
    this.#uploaded.set(uploaded)
  }
}

/** Whole bytes, so that sums are exact. NaN = not known. */
function risen(before: number, now: number): Bytes {
  const difference = Math.round(now - before)
  return difference > 0 && difference <= Number.MAX_SAFE_INTEGER ? difference : 0
}

/** By number of the server: 1 = it counts. Made for each stride, for numbers are given out again. */
function numbersOf(fleet: Fleet, servers: ReadonlySet<ServerId>): Uint8Array {
  const numbers = [...servers].map((id) => fleet.serverNumber(id) ?? -1)
  const isCounted = new Uint8Array(1 + Math.max(-1, ...numbers))
  for (const number of numbers) if (number >= 0) isCounted[number] = 1
  return isCounted
}
