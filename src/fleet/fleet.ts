/**
 * The replica of all servers. Links hand in frames, everybody else reads. One torrent is one row over columns
 * (`columns.ts`); records are made only for who asks for one.
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ServerFrame} from '#model/frame.ts'
import type {TorrentTotals} from '#model/query.ts'
import type {FleetReader, RemovalWaits} from '#model/services.ts'
import type {TorrentField, TorrentFields, TorrentRecord} from '#model/torrent.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {FrameApplier, type CountedBefore} from './apply.ts'
import type {Column} from './column.ts'
import {Expectations, type Expected, type ExpectOptions, type Settled} from './expectations.ts'
import {restoreRows, type KnownRow} from './restore.ts'
import {Rows} from './rows.ts'
import {newServerEntry, type ServerEntry, type ServerFigures} from './server-entry.ts'
import {Writer, type FleetListener} from './writer.ts'

/** What no server tells of a torrent, and its manager does. What is absent stays as it is. */
export interface ManagerLabel extends Partial<Pick<TorrentFields, (typeof labelled)[number]>> {
  readonly key: TorrentKey
}

const labelled = ['arrId', 'arrItem', 'importStatus', 'removableAt'] as const

export class Fleet implements FleetReader, RemovalWaits {
  /** For readers that go through whole columns (`views/`). They only read. */
  readonly rows = new Rows()
  readonly turns: TimeSlice
  readonly #servers = new Map<ServerId, ServerEntry>()
  readonly #byNumber: (ServerEntry | undefined)[] = []
  readonly #freeNumbers: number[] = []
  /** By id: the place in which people see it. */
  #places: ReadonlyMap<ServerId, number> = new Map()
  /** By number; made when somebody asks. */
  #serverRanks: readonly number[] | null = null
  #serversMoved = 0
  readonly #writer: Writer
  readonly #expectations: Expectations
  readonly #applier: FrameApplier
  /** By the id of what waits. */
  readonly #removals = new Map<string, readonly TorrentKey[]>()
  /** By the text of the key: why, by the id of what waits. */
  readonly #removalWaits = new Map<string, Map<string, string>>()
  readonly #fields = Object.entries(this.rows.columns) as [TorrentField, Column<unknown>][]

  constructor(clock: Clock, turns: TimeSlice) {
    this.turns = turns
    this.#writer = new Writer(this.rows, (row) => this.keyAt(row))
    this.#expectations = new Expectations(this.rows, this.#writer, clock)
    this.#applier = new FrameApplier(this.rows, this.#writer, this.#expectations, clock)
  }

  /* ── servers ── */

  /** Its rows count as stale until `markServer` says that it is online. */
  addServer(id: ServerId): void {
    if (this.#servers.has(id)) return
    const entry = newServerEntry(id, this.#freeNumbers.pop() ?? this.#byNumber.length)
    this.#servers.set(id, entry)
    this.#byNumber[entry.number] = entry
    this.#serverRanks = null
    this.#batch(() => this.#writer.server(id))
  }

  /** Forgets the server and all its torrents. */
  removeServer(id: ServerId): void {
    const server = this.#servers.get(id)
    if (!server) return
    this.#batch(() => {
      this.#applier.clear(server)
      this.#writer.server(id)
    })
    this.#servers.delete(id)
    this.#byNumber[server.number] = undefined
    this.#freeNumbers.push(server.number)
    this.#serverRanks = null
  }

  /** Rows of a server that is not online count as stale. */
  markServer(id: ServerId, online: boolean): void {
    const server = this.#servers.get(id)
    if (!server || server.online === online) return
    server.online = online
    this.#batch(() => this.#writer.server(id))
  }

  /** All servers in the order in which people see them, whether they are here yet or not. */
  orderServers(ids: readonly ServerId[]): void {
    const before = this.#idsWithTorrents()
    this.#places = new Map(ids.map((id, place) => [id, place]))
    this.#serverRanks = null
    const after = this.#idsWithTorrents()
    const moved = after.filter((id, place) => id !== before[place])
    if (moved.length === 0) return
    this.#batch(() => {
      this.#serversMoved = this.rows.generation
      for (const id of moved) this.#writer.server(id)
    })
  }

  get serverIds(): readonly ServerId[] {
    return [...this.#servers.keys()]
  }

  /** What is known of a server besides its torrents; of one that is not here: nothing. */
  serverFigures(id: ServerId): ServerFigures {
    return this.#servers.get(id) ?? newServerEntry(id, -1)
  }

  /** The number that stands for the server in `rows.servers`; `null` = no such server here. */
  serverNumber(id: ServerId): number | null {
    return this.#servers.get(id)?.number ?? null
  }

  /**
   * By server number: its place among all servers, as people see them; who was given none stands behind, by id. The same
   * array until a server comes, goes or moves.
   */
  get serverRanks(): readonly number[] {
    if (this.#serverRanks) return this.#serverRanks
    const ranks: number[] = []
    const sorted = this.#inOrder([...this.#servers.keys()])
    for (const [rank, id] of sorted.entries()) ranks[this.serverNumber(id)!] = rank
    this.#serverRanks = ranks
    return ranks
  }

  /**
   * The generation in which servers that have torrents last took each other's places. One that comes or goes moves no
   * other: what was ordered by `serverRanks` stays in order.
   */
  get serversMoved(): number {
    return this.#serversMoved
  }

  serverIdOf(number: number): ServerId {
    return this.#byNumber[number]!.id
  }

  /* ── what happens ── */

  /**
   * @returns 'gap' when the frame does not follow the last one (or its server is unknown): it was ignored, and the link
   *   must begin a new epoch
   */
  apply(frame: ServerFrame): 'applied' | 'gap' {
    const server = this.#servers.get(frame.serverId)
    if (!server) return 'gap'
    return this.#batch(() => this.#applier.apply(server, frame)) ? 'applied' : 'gap'
  }

  /**
   * Shows what a command should bring about until the server says the same, or its time is up. Without such a torrent
   * nothing happens, and nothing will be settled: answers false then.
   */
  expect(key: TorrentKey, expected: Expected, options: ExpectOptions): boolean {
    return this.#expecting(key, (row) => this.#expectations.expect(key, row, expected, options))
  }

  /** The torrent stays, marked as pending, until its server no longer has it or the time is up. */
  expectRemoved(key: TorrentKey, options: ExpectOptions): boolean {
    return this.#expecting(key, (row) => this.#expectations.expectRemoved(key, row, options))
  }

  /** The command failed: its torrents show again what the server last said, and nobody is told. */
  withdraw(id: string): void {
    this.#batch(() => this.#expectations.withdraw(id))
  }

  waitForRemoval(id: string, keys: Iterable<TorrentKey>, why: string): void {
    this.endRemovalWait(id)
    const all = [...keys]
    this.#removals.set(id, all)
    for (const key of all) {
      const name = keyText(key)
      const reasons = this.#removalWaits.get(name) ?? new Map<string, string>()
      this.#removalWaits.set(name, reasons.set(id, why))
    }
    this.#touch(all)
  }

  endRemovalWait(id: string): void {
    const keys = this.#removals.get(id)
    if (!keys) return
    this.#removals.delete(id)
    for (const key of keys) {
      const name = keyText(key)
      const reasons = this.#removalWaits.get(name)
      reasons?.delete(id)
      if (reasons?.size === 0) this.#removalWaits.delete(name)
    }
    this.#touch(keys)
  }

  /** Why the removal of a torrent waits; `null` = none does. */
  removalWaits(row: number): string | null {
    if (this.#removalWaits.size === 0) return null
    const [why] = this.#removalWaits.get(keyText(this.keyAt(row)))?.values() ?? []
    return why ?? null
  }

  #touch(keys: readonly TorrentKey[]): void {
    this.#batch(() => {
      for (const key of keys) {
        const row = this.rowOf(key)
        if (row !== null) this.#writer.touch(row)
      }
    })
  }

  /**
   * Puts rows of an earlier life back (`snapshot.ts`): visible, but not seen, so that they count as stale and nothing
   * is concluded from them. Rows of servers that are not here, or that have begun to tell their list, are left out.
   * @param fill writes the cells of all `known`, in their order
   * @returns the rows that are there now
   */
  restore(known: readonly KnownRow[], fill: (rows: Uint32Array) => void): readonly number[] {
    const ownerOf = ({serverId, hash}: KnownRow): ServerEntry | null => {
      const server = this.#servers.get(serverId)
      const wanted = server && server.epoch < 0 && this.rows.find(server.number, hash) < 0
      return wanted ? server : null
    }
    return this.#batch(() => restoreRows(this.rows, this.#writer, known, ownerOf, fill))
  }

  /** Takes restored rows back, those that no server has told of meanwhile. */
  unrestore(rows: readonly number[]): void {
    this.#batch(() => this.#applier.dropUnseen(rows, (number) => this.#byNumber[number]))
  }

  /** What managers say of torrents, and no server does: all of it one change. Of one that is not here: nothing. */
  label(labels: readonly ManagerLabel[]): void {
    const others = labels.flatMap((label) => {
      const row = this.rowOf(label.key)
      if (row === null) return []
      const fields = labelled.filter(
        (field) => field in label && this.rows.columns[field].read(row) !== label[field],
      )
      return fields.map((field) => ({row, field, value: label[field]}))
    })
    if (others.length === 0) return
    this.#batch(() => {
      for (const {row, field, value} of others) this.#writer.cell(row, field, value)
    })
  }

  /**
   * What servers counted of a torrent that it was moved here from: its tracker adds it up, and so does its ratio. Also
   * before it is here. @param before `null` = nothing
   */
  countBefore(key: TorrentKey, before: CountedBefore | null): void {
    this.#batch(() => this.#applier.countBefore(this.#servers.get(key.serverId), key, before))
  }

  /** Called once per batch, right after it. The answer ends it. */
  onChange(listener: FleetListener): () => void {
    return this.#writer.listen(listener)
  }

  /** Never called from within `expect` itself: what was so already is settled a moment later. */
  onSettled(listener: (settled: Settled) => void): () => void {
    return this.#expectations.listen(listener)
  }

  /* ── reading ── */

  get(key: TorrentKey): TorrentRecord | null {
    const row = this.rowOf(key)
    return row === null ? null : this.record(row)
  }

  /** The visible row of a torrent; `null` = none. */
  rowOf(key: TorrentKey): number | null {
    const number = this.serverNumber(key.serverId)
    if (number === null) return null
    const row = this.rows.find(number, key.hash)
    return row >= 0 && this.rows.isVisible(row) ? row : null
  }

  hasKey(key: TorrentKey): boolean {
    return this.rowOf(key) !== null
  }

  /** `null` = it is not there, or its server does not tell. */
  addedAt(key: TorrentKey): EpochMs | null {
    const row = this.rowOf(key)
    return row === null ? null : (this.rows.columns.addedAt.read(row) ?? null)
  }

  keyAt(row: number): TorrentKey {
    return {serverId: this.serverIdOf(this.rows.servers[row]!), hash: this.rows.hash(row)}
  }

  /** Whose torrent a row is, of those that people are shown; `null` when none stands there (any more). */
  serverAt(row: number): ServerId | null {
    return this.rows.isShown(row) ? this.serverIdOf(this.rows.servers[row]!) : null
  }

  /** Everything known of a row, of those that people are shown; `null` when no torrent stands there (any more). */
  record(row: number): TorrentRecord | null {
    if (!this.rows.isShown(row)) return null
    const record: Record<string, unknown> = {
      key: this.keyAt(row),
      seenAt: this.seenAt(row),
      stale: this.isStale(row),
      pending: this.pending(row),
    }
    const removalWaits = this.removalWaits(row)
    if (removalWaits !== null) record['removalWaits'] = removalWaits
    for (const [field, column] of this.#fields) record[field] = column.read(row)
    return record as unknown as TorrentRecord
  }

  valueAt<F extends TorrentField>(row: number, field: F): TorrentFields[F] {
    return this.rows.columns[field].read(row) as TorrentFields[F]
  }

  /** Whoever was in the last whole list was there in every answer since, also in those that had nothing new of it. */
  seenAt(row: number): EpochMs {
    const own = this.rows.seenAt(row)
    if (!this.rows.isSeen(row)) return own
    return Math.max(own, this.#byNumber[this.rows.servers[row]!]!.syncedAt ?? own)
  }

  isStale(row: number): boolean {
    if (!this.rows.isSeen(row) || !this.rows.isVisible(row)) return true
    return !this.#byNumber[this.rows.servers[row]!]!.online
  }

  pending(row: number): readonly TorrentField[] {
    return this.rows.isAwaited(row) ? this.#expectations.pending(row) : []
  }

  /** What the server last said of columns that show an expected value. */
  said(row: number): ReadonlyMap<TorrentField, unknown> {
    return this.#expectations.said(row)
  }

  rowsOf(id: ServerId): readonly number[] {
    const rows: number[] = []
    this.#eachRow(id, (row) => void rows.push(row))
    return rows
  }

  /** With each poll: a list of 100,000 rows, made to be counted, is 3 MB of garbage. */
  #countRows(id: ServerId, isCounted: (row: number) => boolean): number {
    let count = 0
    this.#eachRow(id, (row) => {
      if (isCounted(row)) count++
    })
    return count
  }

  #eachRow(id: ServerId, visit: (row: number) => void): void {
    const number = this.serverNumber(id)
    if (number === null) return
    const {from, to} = this.rows.spanOf(number)
    for (let row = from; row < to; row++) {
      if (this.rows.servers[row] === number && this.rows.isVisible(row)) visit(row)
    }
  }

  /** Where torrents of a server lie: each folder once. */
  savePaths(id: ServerId): ReadonlySet<string> {
    const {savePath} = this.rows.columns
    const paths = new Set<string>()
    for (const row of this.rowsOf(id)) {
      const path = savePath.read(row)
      if (path) paths.add(path)
    }
    return paths
  }

  count(id: ServerId): number {
    return this.#servers.get(id)?.torrents ?? 0
  }

  /** Of a server's torrents those that nothing was told of since its epoch began. */
  unseen(id: ServerId): number {
    return this.#countRows(id, (row) => !this.rows.isSeen(row))
  }

  /**
   * Of a server's torrents those that the list that is open, or came last, has not told of.
   * @param isCounted which of them count
   */
  absent(id: ServerId, isCounted: (hash: InfoHash) => boolean): number {
    return this.#countRows(id, (row) => !this.rows.isListed(row) && isCounted(this.rows.hash(row)))
  }

  /** Torrents of a server that went within the last half hour, of which `recall` could show each again. */
  departed(id: ServerId): readonly InfoHash[] {
    const rows = this.#servers.get(id)?.departed.keys() ?? []
    return Array.from(rows, (row) => this.rows.hash(row))
  }

  holders(hash: InfoHash): readonly TorrentKey[] {
    return this.rows.withHash(hash).map((row) => this.keyAt(row))
  }

  /** Every torrent with this v1 hash, also where the server's own id is another one (hybrid torrents in qBittorrent). */
  holdersOfV1(infoHashV1: InfoHash): readonly TorrentKey[] {
    const {infoHashV1: column} = this.rows.columns
    const rows = this.rows.withHash(infoHashV1).filter((row) => column.read(row) === infoHashV1)
    for (const row of column.rowsOf(infoHashV1)) if (this.rows.isVisible(row)) rows.push(row)
    return rows.map((row) => this.keyAt(row))
  }

  /** Of one server, or of all. */
  totals(id?: ServerId): TorrentTotals {
    const number = id === undefined ? null : this.serverNumber(id)
    const totals = {count: 0, size: 0, downSpeed: 0, upSpeed: 0}
    const {size, downSpeed, upSpeed} = this.rows.columns
    const {from, to} = id === undefined ? {from: 0, to: this.rows.end} : this.rows.spanOf(number ?? -1)
    for (let row = from; row < to; row++) {
      if (!this.rows.isVisible(row) || (id !== undefined && this.rows.servers[row] !== number)) continue
      totals.count++
      totals.size += size.number(row) || 0
      totals.downSpeed += downSpeed.number(row)
      totals.upSpeed += upSpeed.number(row)
    }
    return totals
  }

  #idsWithTorrents(): readonly ServerId[] {
    return this.#inOrder([...this.#servers.keys()].filter((id) => this.count(id) > 0))
  }

  #inOrder(ids: readonly ServerId[]): readonly ServerId[] {
    const placeOf = (id: ServerId) => this.#places.get(id) ?? this.#places.size
    return ids.toSorted((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1))
  }

  #expecting(key: TorrentKey, work: (row: number) => void): boolean {
    const row = this.rowOf(key)
    if (row === null) return false
    this.#writer.batch(() => work(row))
    queueMicrotask(() => this.#expectations.notify())
    return true
  }

  #batch<R>(work: () => R): R {
    const result = this.#writer.batch(work)
    this.#expectations.notify()
    return result
  }
}
