/**
 * Frames of one server become rows. Values are believed as they come; membership only at the `end` of a list.
 *
 *   closed ──begin──▶ open ──end──▶ closed   staged rows are shown; absent ones go, or are marked as not seen
 *                      └──abort──▶ closed    staged rows are dropped, nothing is concluded
 *
 * The rows of a first list are shown to people as they come (`Rows.preview`). Whoever decides anything sees none of them
 * before the `end`: for rules, managers, ownership and counts its server has not told its list.
 *
 * Torrents that went are kept out of sight for half an hour: whether too many went is known only when more follow, and
 * `recall` shows them again. What a command of ours removed needs no such care.
 *
 * New rows are filled column by column, without comparing (`bench/first-list.bench.ts`).
 */
import type {Clock} from '#lib/clock.ts'
import type {CountedLife} from '#model/automation-state.ts'
import type {ServerFrame} from '#model/frame.ts'
import {
  popularityOf,
  ratioOf,
  type TorrentField,
  type TorrentFields,
  type TorrentPatch,
} from '#model/torrent.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Expectations} from './expectations.ts'
import type {Rows} from './rows.ts'
import type {ServerEntry} from './server-entry.ts'
import type {Writer} from './writer.ts'

/** So long a torrent that went can be shown again, ms. */
const DEPARTED_MS = 30 * 60_000

/** What the servers counted of a torrent that it was moved here from, all of them together. */
export type CountedBefore = Pick<CountedLife, 'uploaded' | 'downloaded'>

export class FrameApplier {
  readonly #rows: Rows
  readonly #writer: Writer
  readonly #expectations: Expectations
  readonly #clock: Clock
  /** Of the few torrents that were moved from other servers. */
  readonly #countedBefore = new Map<ServerId, Map<InfoHash, CountedBefore>>()

  constructor(rows: Rows, writer: Writer, expectations: Expectations, clock: Clock) {
    this.#rows = rows
    this.#writer = writer
    this.#expectations = expectations
    this.#clock = clock
  }

  /** Inside a batch. @returns false when the frame does not follow the one before it: nothing of it was taken */
  apply(server: ServerEntry, frame: ServerFrame): boolean {
    if (!follows(server, frame)) return false
    server.epoch = frame.epoch
    server.seq = frame.seq
    this.#forgetDeparted(server)
    switch (frame.type) {
      case 'begin':
        this.#begin(server)
        break
      case 'rows':
        this.#putAll(server, frame.rows, frame.at)
        for (const hash of frame.removed) this.#remove(server, hash)
        if (!server.staged) server.syncedAt = frame.at
        break
      case 'end':
        this.#end(server, frame.believeAbsence)
        server.syncedAt = frame.at
        break
      case 'abort':
        this.#abort(server)
        break
      case 'missing':
        for (const hash of frame.hashes) this.#miss(server, hash)
        break
      case 'recall':
        for (const hash of frame.hashes) this.#recall(server, hash)
        break
      case 'settle':
        this.#each(server, (row) => {
          if (this.#rows.isSeen(row)) return
          if (frame.isProved) this.#drop(server, row)
          else this.#depart(server, row)
        })
        break
      case 'server':
        server.stats = frame.stats ?? server.stats
        server.categories = frame.categories ?? server.categories
        server.tags = frame.tags ?? server.tags
        this.#writer.server(server.id)
        break
    }
    return true
  }

  /** Every row of the server goes, staged ones too. */
  clear(server: ServerEntry): void {
    this.#abort(server)
    this.#each(server, (row) => this.#drop(server, row))
    for (const row of server.departed.keys()) this.#writer.drop(row)
    server.departed.clear()
  }

  /** Inside a batch. The ratio of a torrent is that of all servers that it was on. @param before `null` = of this one alone */
  countBefore(
    server: Pick<ServerEntry, 'number' | 'departed'> | undefined,
    {serverId, hash}: TorrentKey,
    before: CountedBefore | null,
  ): void {
    const its = this.#countedBefore.get(serverId) ?? new Map<InfoHash, CountedBefore>()
    if (before === null) its.delete(hash)
    else its.set(hash, before)
    this.#countedBefore.set(serverId, its)
    const row = server === undefined ? -1 : this.#rows.find(server.number, hash)
    if (row < 0 || server?.departed.has(row)) return
    this.#writer.cell(row, 'ratio', this.#ratioAt(row, before ?? undefined))
  }

  /** Of these rows, those that no server has told of go. */
  dropUnseen(rows: readonly number[], serverOf: (number: number) => ServerEntry | undefined): void {
    for (const row of rows) {
      const server = serverOf(this.#rows.servers[row]!)
      if (server && this.#rows.isVisible(row) && !this.#rows.isSeen(row)) this.#drop(server, row)
    }
  }

  #begin(server: ServerEntry): void {
    this.#abort(server)
    server.staged = new Set()
    server.isFirst = server.syncedAt === null && server.torrents === 0 && server.departed.size === 0
    this.#each(server, (row) => this.#rows.setListed(row, false))
  }

  #end(server: ServerEntry, believeAbsence: boolean): void {
    for (const row of server.staged ?? []) this.#show(server, row)
    server.staged = null
    this.#each(server, (row) => {
      if (this.#rows.isListed(row)) return
      if (believeAbsence) this.#depart(server, row)
      else this.#markUnseen(row)
    })
  }

  #abort(server: ServerEntry): void {
    for (const row of server.staged ?? []) this.#writer.drop(row)
    server.staged = null
  }

  #remove(server: ServerEntry, hash: InfoHash): void {
    const row = this.#find(server, hash)
    if (row < 0) return
    if (server.staged?.delete(row)) this.#writer.drop(row)
    else this.#depart(server, row)
  }

  #miss(server: ServerEntry, hash: InfoHash): void {
    const row = this.#find(server, hash)
    if (row < 0) return
    if (!this.#rows.isVisible(row) || this.#expectations.isLeaving(row)) return this.#remove(server, hash)
    this.#rows.setListed(row, false)
    this.#markUnseen(row)
  }

  #recall(server: ServerEntry, hash: InfoHash): void {
    const row = this.#rows.find(server.number, hash)
    if (row < 0 || !server.departed.delete(row)) return
    this.#writer.revive(row)
    server.torrents++
  }

  /** -1 = neither visible nor staged. */
  #find(server: ServerEntry, hash: InfoHash): number {
    const row = this.#rows.find(server.number, hash)
    return row >= 0 && server.departed.has(row) ? -1 : row
  }

  #putAll(server: ServerEntry, patches: readonly TorrentPatch[], at: EpochMs): void {
    const rows: number[] = []
    const fresh: TorrentPatch[] = []
    const others: TorrentPatch[] = []
    for (const patch of patches) {
      const known = this.#rows.find(server.number, patch.hash)
      const hasLeft = known >= 0 && server.departed.has(known)
      // Also the second time that this frame tells of a new one.
      if (known >= 0 && !hasLeft) {
        others.push(patch)
        continue
      }
      // One that went and comes again is another torrent: nothing of before is true of it.
      if (hasLeft) this.#forget(server, known)
      rows.push(this.#introduce(server, patch.hash, at))
      fresh.push(patch)
    }
    if (rows.length > 0) this.#fill(server, rows, fresh)
    for (const patch of others) this.#put(server, patch, at)
  }

  #put(server: ServerEntry, patch: TorrentPatch, at: EpochMs): void {
    const row = this.#find(server, patch.hash)
    this.#rows.setListed(row, true)
    this.#rows.setSeenAt(row, at)
    if (!this.#rows.isSeen(row)) {
      this.#rows.setSeen(row, true)
      this.#writer.touch(row)
    }
    this.#writeFields(row, patch)
    this.#derive(server, row, patch)
  }

  /** A row whose cells are still to be filled. */
  #introduce(server: ServerEntry, hash: InfoHash, at: EpochMs): number {
    const row = this.#rows.reserve(server.number, hash)
    this.#rows.setListed(row, true)
    this.#rows.setSeen(row, true)
    this.#rows.setSeenAt(row, at)
    return row
  }

  #fill(server: ServerEntry, rows: readonly number[], patches: readonly TorrentPatch[]): void {
    this.#rows.fill(rows, patches)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      this.#derive(server, row, patches[i]!)
      if (server.staged === null) this.#show(server, row)
      else {
        server.staged.add(row)
        if (server.isFirst) this.#writer.preview(row)
      }
    }
  }

  #writeFields(row: number, patch: TorrentPatch): void {
    const awaited = this.#rows.isAwaited(row)
    // First, because the content path shares its bytes.
    if (patch.name !== undefined) this.#hear(row, 'name', patch.name, awaited)
    for (const field in patch) {
      if (field === 'hash' || (field === 'name' && patch.name !== undefined)) continue
      this.#hear(row, field as TorrentField, patch[field as TorrentField], awaited)
    }
    if (awaited) this.#expectations.review(row)
  }

  #hear(row: number, field: TorrentField, value: unknown, awaited: boolean): void {
    if (awaited && !this.#expectations.letsPass(row, field, value)) return
    this.#writer.cell(row, field, value as TorrentFields[TorrentField])
  }

  /** Ratio and popularity are the same for every kind of server; where it does not tell them, from their parts. */
  #derive({id}: ServerEntry, row: number, patch: TorrentPatch): void {
    const parts = 'uploaded' in patch || 'downloaded' in patch || 'completed' in patch
    const {ratio, activeTime} = this.#rows.columns
    const before = this.#countedBefore.get(id)?.get(patch.hash)
    // What a client reckons is of its server alone.
    const isReckoned = 'ratio' in patch && before === undefined
    if ((parts || 'ratio' in patch) && !isReckoned)
      this.#writer.cell(row, 'ratio', this.#ratioAt(row, before))
    if (!(parts || 'ratio' in patch || 'activeTime' in patch) || patch.popularity !== undefined) return
    // How long it was active is of this server alone, and so is what it earned in that time.
    const earned = before === undefined ? ratio.read(row) : this.#ratioAt(row)
    this.#writer.cell(row, 'popularity', popularityOf(earned, activeTime.read(row)))
  }

  #ratioAt(row: number, before: CountedBefore = {uploaded: 0, downloaded: 0}): number | undefined {
    const {columns} = this.#rows
    const [uploaded, downloaded] = [columns.uploaded.read(row), columns.downloaded.read(row)]
    return ratioOf(
      uploaded === undefined ? undefined : uploaded + before.uploaded,
      downloaded === undefined ? undefined : downloaded + before.downloaded,
      columns.completed.read(row),
    )
  }

  #show(server: ServerEntry, row: number): void {
    this.#writer.show(row)
    server.torrents++
  }

  #drop(server: ServerEntry, row: number): void {
    this.#expectations.gone(row)
    this.#writer.drop(row)
    server.torrents--
  }

  /** It went, and is kept out of sight, unless a command of ours removed it. */
  #depart(server: ServerEntry, row: number): void {
    if (this.#expectations.isLeaving(row)) return this.#drop(server, row)
    this.#expectations.gone(row)
    this.#writer.hide(row)
    server.departed.set(row, this.#clock.monotonic())
    server.torrents--
  }

  #forget(server: ServerEntry, row: number): void {
    server.departed.delete(row)
    this.#writer.drop(row)
  }

  #forgetDeparted(server: ServerEntry): void {
    const since = this.#clock.monotonic() - DEPARTED_MS
    for (const [row, at] of server.departed) {
      if (at > since) return
      this.#forget(server, row)
    }
  }

  #markUnseen(row: number): void {
    if (!this.#rows.isSeen(row)) return
    this.#rows.setSeen(row, false)
    this.#writer.touch(row)
  }

  /** The visible rows of a server. */
  #each(server: ServerEntry, visit: (row: number) => void): void {
    const {from, to} = this.#rows.spanOf(server.number)
    for (let row = from; row < to; row++) {
      if (this.#rows.servers[row] === server.number && this.#rows.isVisible(row)) visit(row)
    }
  }
}

function follows(server: ServerEntry, frame: ServerFrame): boolean {
  if (frame.type === 'begin' && frame.epoch > server.epoch) return true
  if (frame.epoch !== server.epoch || frame.seq !== server.seq + 1) return false
  return frame.type !== 'end' || server.staged !== null
}
