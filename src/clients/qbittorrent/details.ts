/**
 * What is fetched only when somebody looks. Source: Web API sheet §6.1, recordings of 4.5.2, 5.1.0 and 5.3.0.
 */
import type {Peer, Pieces, TorrentFile, Tracker, WebSeed} from '#model/details.ts'
import {CommandRefused, NotSupported} from '#model/errors.ts'
import type {LimitEnd} from '#model/limit-end.ts'
import type {Category, ServerStats} from '#model/server.ts'
import type {GlobalLimitsView} from '#model/services.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {mapInTurns} from '#lib/time-slice.ts'
import {epochFromUnix, type CallBounds, type DetailReader} from '../port.ts'
import type {Dialect} from './features.ts'
import {filePriorityOf} from './normalise.ts'
import {
  readLimitEndOfAdded,
  readLimitEndOfRemoved,
  readLimitEnds,
  readLimitEndsOfForced,
  readLimitEndsOfStarted,
  readOwnLimitEnds,
} from './limit-ends.ts'
import {
  booleanIn,
  countIn,
  foreign,
  isPassingTag,
  isRecord,
  numberIn,
  speedLimitIn,
  textIn,
} from './native.ts'
import {Pages} from './pages.ts'
import {readRecords} from './reading.ts'
import {freeSpaceOf, statsOf, type NativeServerState} from './server-state.ts'
import type {Wire, Connection} from './wire.ts'

type Row = Readonly<Record<string, unknown>>

/** `d`, with which every .torrent file begins. */
const BENCODED_DICTIONARY = 0x64
/** Counts of files are kept of so many torrents. */
const MOST_COUNTS = 10_000

/** What the sync already knows of the whole server. */
interface Known {
  readonly serverState: () => NativeServerState
  readonly defaultSavePath: () => string
}

export class QbittorrentDetails implements DetailReader {
  readonly #connection: Connection
  readonly #known: Known
  /** Of the torrents that somebody looked at. */
  readonly #fileCounts = new Map<InfoHash, number>()

  constructor(connection: Connection, known: Known) {
    this.#connection = connection
    this.#known = known
  }

  get #wire(): Wire {
    return this.#connection.wire
  }

  get #dialect(): Dialect {
    return this.#connection.detected().dialect
  }

  /** `[]` without metadata. */
  async files(hash: InfoHash, bounds: CallBounds): Promise<readonly TorrentFile[]> {
    const files: TorrentFile[] = []
    await readRecords(this.#connection, 'torrents/files', {...asked(hash), bounds}, (row) => {
      files.push(fileOf(row, files.length))
    })
    this.#keepCount(hash, files.length)
    return files
  }

  async trackers(hash: InfoHash, bounds: CallBounds): Promise<readonly Tracker[]> {
    const trackers: Tracker[] = []
    await this.#each('torrents/trackers', hash, bounds, (row) => {
      const tracker = trackerOf(row)
      if (tracker !== null) trackers.push(tracker)
    })
    return trackers
  }

  /** Whole each time: the server keeps one difference per session, not one per torrent. */
  async peers(hash: InfoHash, bounds: CallBounds): Promise<readonly Peer[]> {
    const answer = await this.#wire.record('sync/torrentPeers', {hash, rid: 0}, bounds, {hash, field: 'rid'})
    const peers = isRecord(answer['peers']) ? answer['peers'] : {}
    return mapInTurns(Object.entries(peers), this.#connection.turns, ([address, peer]) =>
      peerOf(address, isRecord(peer) ? peer : {}),
    )
  }

  async webSeeds(hash: InfoHash, bounds: CallBounds): Promise<readonly WebSeed[]> {
    const seeds: WebSeed[] = []
    await this.#each('torrents/webseeds', hash, bounds, (row) => void seeds.push({url: textIn(row['url'])}))
    return seeds
  }

  async pieces(hash: InfoHash, bounds: CallBounds): Promise<Pieces> {
    const [states, properties, availability] = await Promise.all([
      this.#wire.list('torrents/pieceStates', {hash}, bounds, {hash}),
      this.#properties(hash, bounds),
      this.#dialect.pieceAvailability
        ? this.#wire.list('torrents/pieceAvailability', {hash}, bounds, {hash})
        : undefined,
    ])
    return {
      size: countIn(properties['piece_size']) ?? 0,
      count: countIn(properties['pieces_num']) ?? 0,
      states: states.map(pieceDigit).join(''),
      availability: availability?.map((copies) => numberIn(copies) ?? 0),
    }
  }

  /** Of what the list lacks: comment, creator, pieces, private before 5.0 or 5.2, trackers' messages, files. */
  async more(hash: InfoHash, bounds: CallBounds): Promise<TorrentPatch> {
    const [properties, trackers, fileCount] = await Promise.all([
      this.#properties(hash, bounds),
      this.trackers(hash, bounds),
      this.#fileCount(hash, bounds),
    ])
    const worst = worstOf(trackers)
    return {
      hash,
      comment: textIn(properties['comment']),
      createdBy: textIn(properties['created_by']),
      createdAt: epochFromUnix(numberIn(properties['creation_date']) ?? 0),
      pieceSize: countIn(properties['piece_size']),
      pieceCount: countIn(properties['pieces_num']),
      piecesHave: countIn(properties['pieces_have']),
      isPrivate: privateOf(properties),
      fileCount,
      trackerMessage: worst?.message ?? '',
    }
  }

  async exportTorrent(hash: InfoHash, bounds: CallBounds): Promise<Uint8Array> {
    if (!this.#dialect.export) {
      throw new NotSupported(this.#connection.detected().features.exportTorrent.reason, {hash})
    }
    try {
      const file = await this.#wire.getBytes('torrents/export', {hash}, bounds, {hash})
      if (file[0] !== BENCODED_DICTIONARY) throw foreign('the file of torrents/export')
      return file
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error
      throw new CommandRefused('The torrent has no metadata yet, so there is no file.', {hash}, error)
    }
  }

  /** Rates and limits of now; what only the sync tells (all time, free space) as it last said. */
  async stats(bounds: CallBounds): Promise<ServerStats> {
    const [transfer, started] = await Promise.all([
      this.#wire.record('transfer/info', {}, bounds, {field: 'dl_info_speed'}),
      this.#dialect.processInfo
        ? this.#wire.record('app/processInfo', {}, bounds, {field: 'launch_time'})
        : undefined,
    ])
    const state = {...this.#known.serverState(), ...transfer}
    const launched = started ? epochFromUnix(numberIn(started['launch_time']) ?? 0) : null
    return {
      ...statsOf(state, this.#known.defaultSavePath()),
      uptime: launched === null ? undefined : Math.max(0, (this.#connection.clock.now() - launched) / 1000),
    }
  }

  async limits(bounds: CallBounds): Promise<GlobalLimitsView> {
    const preferences = await this.preferences(bounds)
    return {
      down: speedLimitIn(preferences['dl_limit']),
      up: speedLimitIn(preferences['up_limit']),
      altDown: speedLimitIn(preferences['alt_dl_limit']),
      altUp: speedLimitIn(preferences['alt_up_limit']),
      altSpeed: await readAltSpeed(this.#wire, bounds),
    }
  }

  async categories(bounds: CallBounds): Promise<readonly Category[]> {
    return readCategories(this.#wire, bounds)
  }

  async tags(bounds: CallBounds): Promise<readonly string[]> {
    const tags = await this.#wire.list('torrents/tags', {}, bounds)
    return tags.map(textIn).filter((tag) => !isPassingTag(tag))
  }

  /**
   * Before 5.3 of the default save path only, from the sync. From 5.3 on any path; a path that does not exist is
   * answered with a figure anyway (tried on 5.3.0).
   */
  async freeSpace(path: string | null, bounds: CallBounds): Promise<Bytes | undefined> {
    const isDefault = path === null || path === this.#known.defaultSavePath()
    if (isDefault) return freeSpaceOf(this.#known.serverState()) ?? this.#freeSpaceOfHead(bounds)
    if (!this.#dialect.freeSpaceAnyPath) return undefined
    const bytes = Number(await this.#wire.getText('app/getFreeSpaceAtPath', {path}, bounds))
    return countIn(bytes)
  }

  async preferences(bounds: CallBounds): Promise<Readonly<Record<string, unknown>>> {
    return this.#wire.record('app/preferences', {}, bounds, {field: 'dl_limit'})
  }

  limitEnds(hashes: readonly InfoHash[], bounds: CallBounds): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
    return readLimitEnds(this.#wire, hashes, bounds)
  }

  limitEndsOfForced(
    hashes: readonly InfoHash[],
    bounds: CallBounds,
  ): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
    return readLimitEndsOfForced(this.#wire, hashes, bounds)
  }

  limitEndsOfStarted(
    hashes: readonly InfoHash[],
    bounds: CallBounds,
  ): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
    return readLimitEndsOfStarted(this.#wire, hashes, bounds, this.#connection.clock.now())
  }

  limitEndOfAdded(category: string | null, bounds: CallBounds): Promise<LimitEnd> {
    return readLimitEndOfAdded(this.#wire, category, bounds)
  }

  limitEndOfChange(removed: readonly string[] | null, bounds: CallBounds): Promise<LimitEnd> {
    return removed === null
      ? readOwnLimitEnds(this.#connection, bounds)
      : readLimitEndOfRemoved(this.#wire, removed, bounds)
  }

  /** The sync has not run yet: the beginning of its answer tells it, in a session the sync does not use. */
  async #freeSpaceOfHead(bounds: CallBounds): Promise<Bytes | undefined> {
    let state: NativeServerState = {}
    const pages = new Pages(this.#wire.inWorkSession, this.#connection.turns)
    await pages.readHead((piece) => {
      if (piece.what !== 'value' || piece.key !== 'server_state' || !isRecord(piece.value)) return
      state = piece.value
    }, bounds)
    return freeSpaceOf(state)
  }

  /** Unknown without metadata. A torrent has the same number of files for ever: read whole, megabytes, only once. */
  async #fileCount(hash: InfoHash, bounds: CallBounds): Promise<number | undefined> {
    const {maxListBytes = bounds.maxBytes} = bounds
    if (!this.#fileCounts.has(hash)) await this.files(hash, {...bounds, maxBytes: maxListBytes})
    return this.#fileCounts.get(hash)
  }

  #keepCount(hash: InfoHash, count: number): void {
    if (count === 0) return
    if (this.#fileCounts.size >= MOST_COUNTS) this.#fileCounts.clear()
    this.#fileCounts.set(hash, count)
  }

  async #properties(hash: InfoHash, bounds: CallBounds): Promise<Row> {
    return this.#wire.record('torrents/properties', {hash}, bounds, {hash, field: 'piece_size'})
  }

  /** In pieces: a server may answer with lists of any length. */
  async #each(path: string, hash: InfoHash, bounds: CallBounds, onRow: (row: Row) => void): Promise<void> {
    await readRecords(this.#connection, path, {...asked(hash), bounds}, onRow)
  }
}

export async function readCategories(wire: Wire, bounds: CallBounds): Promise<Category[]> {
  const categories = await wire.record('torrents/categories', {}, bounds, {field: null})
  return Object.entries(categories).map(([name, category]) => ({
    name,
    savePath: isRecord(category) ? textIn(category['savePath']) : undefined,
  }))
}

/** Are the alternative limits in force? The answer is a bare `0` or `1`. */
export async function readAltSpeed(wire: Wire, bounds: CallBounds): Promise<boolean> {
  const mode = await wire.getText('transfer/speedLimitsMode', {}, bounds)
  if (mode !== '0' && mode !== '1') throw foreign('the figure of transfer/speedLimitsMode')
  return mode === '1'
}

function asked(hash: InfoHash) {
  return {params: {hash}, about: {hash}}
}

function fileOf(row: Row, index: number): TorrentFile {
  return {
    index: numberIn(row['index']) ?? index,
    path: textIn(row['name']),
    size: countIn(row['size']) ?? 0,
    progress: Math.min(1, countIn(row['progress']) ?? 0),
    priority: filePriorityOf(numberIn(row['priority'])),
    availability: countIn(row['availability']),
  }
}

function peerOf(address: string, peer: Row): Peer {
  const flags = textIn(peer['flags'])
  return {
    address,
    client: textIn(peer['client']),
    progress: Math.min(1, countIn(peer['progress']) ?? 0),
    downSpeed: countIn(peer['dl_speed']) ?? 0,
    upSpeed: countIn(peer['up_speed']) ?? 0,
    downloaded: countIn(peer['downloaded']),
    uploaded: countIn(peer['uploaded']),
    flags,
    // E: all traffic, e: the handshake only.
    encrypted: /E/.test(flags),
    incoming: /I/.test(flags),
    country: textIn(peer['country_code']).toUpperCase() || undefined,
  }
}

function pieceDigit(state: unknown): string {
  return state === 2 || state === 1 ? String(state) : '0'
}

/** Unknown without metadata: `is_private` is false then, `private` null. */
function privateOf(properties: Row): boolean | undefined {
  if (numberIn(properties['pieces_num']) === -1) return undefined
  return booleanIn(properties['private']) ?? booleanIn(properties['is_private'])
}

/* Rows of `torrents/trackers`. Source: Web API sheet §6.1, recordings of 4.5.2, 5.1.0 and 5.3.0. */

/** `null` for the three rows that are no trackers (DHT, PeX, LSD; tier −1). */
function trackerOf(row: Readonly<Record<string, unknown>>): Tracker | null {
  const tier = numberIn(row['tier']) ?? -1
  if (tier < 0) return null
  const [next, least] = [numberIn(row['next_announce']), numberIn(row['min_announce'])]
  return {
    url: textIn(row['url']),
    tier,
    status: row['updating'] === true ? 'updating' : statusOf(numberIn(row['status'])),
    message: textIn(row['msg']),
    seeds: countIn(row['num_seeds']),
    leeches: countIn(row['num_leeches']),
    peers: countIn(row['num_peers']),
    downloaded: countIn(row['num_downloaded']),
    nextAnnounceAt: next === undefined ? undefined : epochFromUnix(next),
    mayAnnounceAt: least === undefined ? undefined : epochFromUnix(least),
  }
}

/** 5 and 6 from 5.2 on; before, both are 4. */
function statusOf(status: number | undefined): Tracker['status'] {
  return statuses[status ?? -1] ?? 'unknown'
}

const statuses: Readonly<Record<number, Tracker['status']>> = {
  0: 'disabled',
  1: 'waiting',
  2: 'working',
  3: 'updating',
  4: 'error',
  5: 'error',
  6: 'unreachable',
}

/** The tracker whose message explains most: one that fails before one that works. `null` = no trackers. */
function worstOf(trackers: readonly Tracker[]): Tracker | null {
  const rank = (tracker: Tracker): number => {
    if (tracker.status === 'error') return 0
    if (tracker.status === 'unreachable') return 1
    return tracker.message === '' ? 3 : 2
  }
  return trackers.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
}
