/**
 * What each torrent moved, and the torrents of each tracker together: looked at every ten seconds, written every five
 * minutes, as what is added to the hours of a day.
 *
 *     fleet ─every 10 s─▶ moved ─┬─▶ fine: the last ten minutes, in memory
 *                                └─▶ waiting: hours of torrents and of trackers ─every 5 min─▶ table `traffic`
 *
 * A row is written only for what moved something, or for a tracker whose number of torrents is another one. While the
 * database is away everything waits, as many torrents as there is room for.
 */
import {Semaphore} from '#lib/semaphore.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {MovedTorrent} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {StorageFault} from '#store/faults.ts'
import {
  putTraffic,
  TRAFFIC_PORTION,
  trafficOf,
  type TrafficKind,
  type TrafficRow,
} from '#store/repositories/traffic.ts'
import type {Db, Store} from '#store/store.ts'
import {FineTraffic} from './fine-traffic.ts'
import {beginOf} from './sample.ts'
import {DAY, DAY_MS, lastLevel, mergedHours, WaitingTraffic, type HourOf} from './traffic-hours.ts'

/** What the fleet measures (`fleet/traffic.ts`). */
interface FleetTraffic {
  /** What each torrent of these servers moved since the last call. */
  moved(servers: ReadonlySet<ServerId>, now: EpochMs): Promise<readonly MovedTorrent[]>
  /** '' = no tracker. */
  countsByTracker(servers: ReadonlySet<ServerId>): Promise<ReadonlyMap<ServerId, ReadonlyMap<string, number>>>
}

/** What members could fill with torrents that they invent is bounded for each of them. */
export interface TrafficBounds {
  /** Torrents of one owner that wait to be written, and that have fine samples. */
  readonly torrents: number
  /** Trackers of a server that are kept one by one: those with the most torrents. */
  readonly trackers: number
  /** Rows of one owner that are kept, of torrents and of trackers each. */
  readonly rows: number
}

const defaultBounds: TrafficBounds = {torrents: 20_000, trackers: 100, rows: 300_000}
export const boundsOfMember: TrafficBounds = {torrents: 2_000, trackers: 20, rows: 30_000}

export function boundsOf(owner: string | null): TrafficBounds {
  return owner === null ? defaultBounds : boundsOfMember
}

/** The trackers of a server that are not kept one by one, together. No host is called so. */
export const OTHER_TRACKERS = '*'

/** Looks between two writes: five minutes. */
const LOOKS_PER_WRITE = 30

/** The last look. */
interface Looked {
  readonly now: EpochMs
  readonly servers: ReadonlySet<ServerId>
}

/** What is written of a tracker's torrents on the day that begins at `day`. */
interface KnownCounts {
  readonly day: EpochMs
  readonly counts: Map<string, number>
}

export class Traffic {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #fleet: FleetTraffic
  /** Who pays for what is kept of a server; `null` = the administrators. */
  readonly #ownerOf: (id: ServerId) => string | null
  readonly #turns: TimeSlice
  readonly #log: {error(about: object, text: string): void}
  readonly #waiting = {torrent: new WaitingTraffic('torrent'), tracker: new WaitingTraffic('tracker')}
  readonly #fine = new FineTraffic((owner) => boundsOf(owner).torrents)
  /** What is written and what waits must be read in one moment: a row is in one of both. */
  readonly #turn = new Semaphore(1)
  /** By server: trackers that are kept one by one. */
  #trackers = new Map<ServerId, Set<string>>()
  #known = new Map<ServerId, KnownCounts>()
  /** Torrents that wait, by owner. */
  #torrents = new Map<string | null, number>()
  #looked: Looked | null = null
  /** The first look is written at once: from then on the numbers of torrents are known. */
  #looks = LOOKS_PER_WRITE - 1

  constructor(
    store: Pick<Store, 'read' | 'write'>,
    fleet: FleetTraffic,
    ownerOf: (id: ServerId) => string | null,
    turns: TimeSlice,
    log: {error(about: object, text: string): void},
  ) {
    this.#store = store
    this.#fleet = fleet
    this.#ownerOf = ownerOf
    this.#turns = turns
    this.#log = log
  }

  /** @param slot beginning of the ten seconds. @param servers those of which a history is kept, and that are there */
  async look(slot: EpochMs, now: EpochMs, servers: ReadonlySet<ServerId>): Promise<void> {
    const moved = await this.#fleet.moved(servers, now)
    this.#looked = {now, servers}
    this.#looks++
    if ([...servers].some((id) => !this.#trackers.has(id))) await this.#selectTrackers(this.#looked)
    const owners = new Map([...servers].map((id) => [id, this.#ownerOf(id)]))
    for (const torrent of moved) {
      const owner = owners.get(torrent.serverId) ?? null
      this.#addTorrent(torrent, owner, now)
      this.#addTracker(torrent, owner, now)
      this.#fine.add(torrent, owner, slot, torrent)
      if (this.#turns.due()) await this.#turns.next()
    }
    this.#fine.tidy(now)
  }

  /** Writes what waits, when it is time. @throws {StorageFault} what is not written waits on */
  async write(): Promise<void> {
    if (this.#looks >= LOOKS_PER_WRITE) await this.#writeAll()
  }

  /** Writes what waits, or says that it could not be. */
  async close(): Promise<void> {
    try {
      await this.#writeAll()
    } catch (error) {
      this.#log.error({err: error}, 'what torrents moved in the last minutes could not be written')
    }
  }

  /**
   * Days that begin from `from` to before `to`, oldest first, with what is not written yet.
   * @param subject of one torrent or tracker; absent = of all of the server
   * @throws {StorageFault}
   */
  async days(
    serverId: ServerId,
    kind: TrafficKind,
    {from, to}: {readonly from: EpochMs; readonly to: EpochMs},
    subject?: string,
  ): Promise<readonly TrafficRow[]> {
    return this.#turn.run(async () => {
      const range = {serverId, kind, from, to}
      const kept = await this.#store.read((db) =>
        trafficOf(db, range, subject === undefined ? undefined : [subject]),
      )
      const waiting = this.#waiting[kind].of(serverId, from, to, subject)
      return merged(kept, waiting).toSorted((a, b) => a.at - b.at)
    })
  }

  /** What a torrent moved in the ten seconds that begin at `slot`, of the last ten minutes. */
  fineAt(key: TorrentKey, slot: EpochMs): {readonly downloaded: Bytes; readonly uploaded: Bytes} {
    return this.#fine.at(key, slot)
  }

  #addTorrent(torrent: MovedTorrent, owner: string | null, now: EpochMs): void {
    const {serverId, hash: subject, downloaded, uploaded, progress} = torrent
    const waiting = this.#waiting.torrent
    if (!waiting.has({serverId, subject}, now)) {
      const count = this.#torrents.get(owner) ?? 0
      if (count >= boundsOf(owner).torrents) return
      this.#torrents.set(owner, count + 1)
    }
    const level = progress === undefined ? null : Math.floor(progress * 10_000) / 10_000
    waiting.add({serverId, subject, downloaded, uploaded, level}, now)
  }

  #addTracker(
    {serverId, trackerHost, downloaded, uploaded}: MovedTorrent,
    owner: string | null,
    now: EpochMs,
  ) {
    if (trackerHost === undefined) return
    // A write that was slow chose those of servers that were there when it began.
    const its = this.#trackers.get(serverId) ?? new Set<string>()
    this.#trackers.set(serverId, its)
    if (!its.has(trackerHost) && its.size < boundsOf(owner).trackers) its.add(trackerHost)
    const subject = its.has(trackerHost) ? trackerHost : OTHER_TRACKERS
    this.#waiting.tracker.add({serverId, subject, downloaded, uploaded, level: null}, now)
  }

  /** @returns torrents of each tracker that is kept, the smallest together */
  async #selectTrackers({servers}: Looked): Promise<ReadonlyMap<ServerId, ReadonlyMap<string, number>>> {
    const all = await this.#fleet.countsByTracker(servers)
    const kept = new Map<ServerId, ReadonlyMap<string, number>>()
    for (const id of servers)
      kept.set(id, largest(all.get(id) ?? new Map(), boundsOf(this.#ownerOf(id)).trackers))
    this.#trackers = new Map([...kept].map(([id, its]) => [id, new Set(its.keys())]))
    return kept
  }

  async #writeAll(): Promise<void> {
    if (this.#looked !== null) await this.#addCounts(this.#looked)
    for (const waiting of [this.#waiting.tracker, this.#waiting.torrent]) {
      while (waiting.size > 0) {
        await this.#turn.run(() => this.#writeSome(waiting))
        if (this.#turns.due()) await this.#turns.next()
      }
    }
    this.#torrents.clear()
    this.#looks = 0
  }

  async #writeSome(waiting: WaitingTraffic): Promise<void> {
    const rows = waiting.take(TRAFFIC_PORTION)
    try {
      await this.#store.write((db) => writeMore(db, rows))
    } catch (error) {
      // Nobody knows whether it is written: rather not counted than counted twice.
      if (error instanceof StorageFault && error.code === 'unconfirmed') return
      waiting.giveBack(rows)
      throw error
    }
  }

  /** How many torrents each tracker has, where that is another number than is known of this day. */
  async #addCounts(looked: Looked): Promise<void> {
    const kept = await this.#selectTrackers(looked)
    const day = beginOf(looked.now, DAY)
    for (const [serverId, counts] of kept) {
      const known = await this.#knownOf(serverId, day)
      for (const host of known.counts.keys())
        if (!counts.has(host)) this.#count({serverId, host, count: 0}, known, looked)
      for (const [host, count] of counts) this.#count({serverId, host, count}, known, looked)
      if (this.#turns.due()) await this.#turns.next()
    }
    for (const id of this.#known.keys()) if (!looked.servers.has(id)) this.#known.delete(id)
  }

  #count(
    {serverId, host, count}: {serverId: ServerId; host: string; count: number},
    {counts}: KnownCounts,
    {now}: Looked,
  ): void {
    if (counts.get(host) === count) return
    counts.set(host, count)
    const hour: HourOf = {serverId, subject: host, downloaded: 0, uploaded: 0, level: count}
    this.#waiting.tracker.add(hour, now)
  }

  /** What an earlier run wrote of the day is known, too. @throws {StorageFault} */
  async #knownOf(serverId: ServerId, day: EpochMs): Promise<KnownCounts> {
    const known = this.#known.get(serverId)
    if (known?.day === day) return known
    const rows = await this.days(serverId, 'tracker', {from: day, to: day + DAY_MS})
    const counts = new Map<string, number>()
    for (const row of rows) {
      const level = lastLevel(row)
      if (level !== null) counts.set(row.subject, level)
    }
    const read = {day, counts}
    this.#known.set(serverId, read)
    return read
  }
}

/** The trackers with the most torrents, the rest together. */
function largest(counts: ReadonlyMap<string, number>, most: number): ReadonlyMap<string, number> {
  if (counts.size <= most) return counts
  const sorted = [...counts].toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
  const rest = sorted.slice(most).reduce((sum, [, count]) => sum + count, 0)
  return new Map([...sorted.slice(0, most), [OTHER_TRACKERS, rest]])
}

/** Adds these to what is written. Of one kind. */
async function writeMore(db: Db, rows: readonly TrafficRow[]): Promise<void> {
  const groups = Map.groupBy(rows, ({serverId, at}) => `${at} ${serverId}`)
  const all: TrafficRow[] = []
  for (const its of groups.values()) {
    const {serverId, kind, at} = its[0]!
    const subjects = its.map(({subject}) => subject)
    const kept = await trafficOf(db, {serverId, kind, from: at, to: at + DAY_MS}, subjects)
    const byKey = new Map(kept.map((row) => [row.subject, row]))
    for (const row of its) {
      const before = byKey.get(row.subject)
      all.push(before === undefined ? row : mergedHours(before, row))
    }
  }
  await putTraffic(db, all)
}

function merged(kept: readonly TrafficRow[], waiting: readonly TrafficRow[]): TrafficRow[] {
  const byKey = new Map(kept.map((row) => [`${row.at} ${row.subject}`, row]))
  for (const row of waiting) {
    const key = `${row.at} ${row.subject}`
    const before = byKey.get(key)
    byKey.set(key, before === undefined ? row : mergedHours(before, row))
  }
  return [...byKey.values()]
}
