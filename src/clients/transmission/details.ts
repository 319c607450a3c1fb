/** What is read when somebody looks: files, trackers, peers, pieces of one torrent; settings of the server. */
import type {FilePriority} from '#model/command.ts'
import type {Peer, Pieces, TorrentFile, Tracker, WebSeed} from '#model/details.ts'
import {CommandRefused, NotSupported, TorrentNotFound} from '#model/errors.ts'
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import type {Category, ServerDefinition, ServerStats} from '#model/server.ts'
import type {GlobalLimitsView} from '#model/services.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {epochFromUnix, type CallBounds, type DetailReader, type MetainfoReader} from '../port.ts'
import {readTorrentFile} from '../torrent-file.ts'
import {garbled, number, text, type RawTorrent} from './codec.ts'
import {featuresOf} from './features.ts'
import {slowFields} from './fields.ts'
import {placementOf, type Placement} from './labels.ts'
import {labelsIn, normaliseSlow} from './normalise.ts'
import {categoriesOf, sortedOnce} from './places.ts'
import {getOf, hashOf, readTorrents, torrentsIn} from './selection.ts'
import {diskSpaceOf, freeSpaceOf, readSession, sessionFields, statsOf, type Session} from './session.ts'
import {isUnreachable} from './tracker-news.ts'
import type {TrueNames} from './true-names.ts'
import {accepted, type Wire} from './wire.ts'

export class TransmissionDetails implements DetailReader {
  readonly #wire: Wire
  readonly #session: {current: Session}
  readonly #definition: Pick<ServerDefinition, 'categorySource' | 'paths'>
  readonly #metainfo: MetainfoReader
  readonly #truths: TrueNames

  constructor(
    wire: Wire,
    session: {current: Session},
    definition: Pick<ServerDefinition, 'categorySource' | 'paths'>,
    metainfo: MetainfoReader,
    truths: TrueNames,
  ) {
    this.#wire = wire
    this.#session = session
    this.#definition = definition
    this.#metainfo = metainfo
    this.#truths = truths
  }

  async files(hash: InfoHash, bounds: CallBounds): Promise<TorrentFile[]> {
    const files: {-readonly [F in keyof TorrentFile]: TorrentFile[F]}[] = []
    const call = getOf([hash], ['files', 'wanted', 'priorities', 'download_dir'])
    const answer = await this.#wire.files(call, (raw) => files.push(fileOf(raw, files.length)), bounds)
    const [raw, ...others] = torrentsIn(answer)
    if (!raw || hashOf(raw) !== hash) throw new TorrentNotFound({hash})
    if (others.length > 0) throw garbled('The answer has more torrents than were asked for.')
    const [wanted, priorities] = [listIn(raw, 'wanted'), listIn(raw, 'priorities')]
    for (const file of files) file.priority = priorityOf(wanted[file.index], priorities[file.index])
    const paths = await this.#truths.filePaths(
      text(raw, 'download_dir') ?? '',
      files.map(({path}) => path),
    )
    for (const file of files) file.path = paths[file.index]!
    return files
  }

  async trackers(hash: InfoHash, bounds: CallBounds): Promise<Tracker[]> {
    const raw = await this.#torrent(hash, ['tracker_stats', 'manual_announce_time'], bounds)
    const mayAnnounceAt = epochFromUnix(number(raw, 'manual_announce_time') ?? 0)
    return recordsIn(raw, 'tracker_stats').map((stats) => ({...trackerOf(stats), mayAnnounceAt}))
  }

  async peers(hash: InfoHash, bounds: CallBounds): Promise<Peer[]> {
    const raw = await this.#torrent(hash, ['peers'], bounds)
    return recordsIn(raw, 'peers').map(peerOf)
  }

  async webSeeds(hash: InfoHash, bounds: CallBounds): Promise<WebSeed[]> {
    const seeds = (await this.#torrent(hash, ['webseeds'], bounds))['webseeds']
    return Array.isArray(seeds) ? seeds.map((url) => ({url: String(url)})) : []
  }

  async pieces(hash: InfoHash, bounds: CallBounds): Promise<Pieces> {
    const hasCounts = this.#session.current.rpc >= 17
    const fields = ['pieces', 'piece_count', 'piece_size', ...(hasCounts ? ['availability'] : [])]
    const raw = await this.#torrent(hash, fields, bounds)
    const count = number(raw, 'piece_count') ?? 0
    const copies = copiesOf(raw)
    return {
      size: number(raw, 'piece_size') ?? 0,
      count,
      states: pieceStates(text(raw, 'pieces') ?? '', count),
      // −1 = we hold it; how many others do, the daemon then does not say.
      ...(copies.length === count &&
        count > 0 && {availability: copies.map((one) => (one < 0 ? null : one))}),
    }
  }

  /** All slow fields as of now, and the availability. */
  async more(hash: InfoHash, bounds: CallBounds): Promise<TorrentPatch> {
    const {rpc} = this.#session.current
    const fields = [...slowFields(rpc), 'status', ...(rpc >= 17 ? ['availability'] : [])]
    const raw = await this.#torrent(hash, fields, bounds)
    const {trackerStatus, trackerProblem, ...slow} = normaliseSlow(
      raw,
      hash,
      {session: this.#session.current, categorySource: this.#definition.categorySource},
      'unknown',
    )
    const isOwnWord = trackerStatus === 'warning' || trackerStatus === 'error' || trackerStatus === 'none'
    return {
      ...this.#truths.straight(slow),
      ...(isOwnWord && {trackerStatus, trackerProblem: trackerProblem === true}),
      availability: availabilityOf(raw),
    }
  }

  /** A magnet link without metadata has none yet: then it says so, or names a file that is not there. */
  async exportTorrent(hash: InfoHash, bounds: CallBounds): Promise<Uint8Array> {
    const {support, reason} = featuresOf(this.#session.current.rpc, this.#definition).exportTorrent
    if (support === 'none') throw new NotSupported(reason, {hash})
    const path = text(await this.#torrent(hash, ['torrent_file'], bounds), 'torrent_file') ?? ''
    return readTorrentFile(hash, path, {paths: this.#definition.paths, metainfo: this.#metainfo})
  }

  async stats(bounds: CallBounds): Promise<ServerStats> {
    const {answers} = await this.#wire.all(
      [
        {method: 'session_stats'},
        {method: 'session_get', params: {fields: sessionFields}},
        {method: 'free_space', params: {path: this.#session.current.downloadDir}},
      ],
      bounds,
    )
    return statsOf(accepted(answers[0]), readSession(accepted(answers[1])), diskSpaceOf(answers[2]))
  }

  async limits(bounds: CallBounds): Promise<GlobalLimitsView> {
    const answer = await this.#wire.call('session_get', {fields: sessionFields}, bounds)
    return readSession(answer).limits
  }

  async categories(bounds: CallBounds): Promise<Category[]> {
    const used = (await this.#placements(bounds)).map(({category}) => category)
    return categoriesOf(
      this.#definition.categorySource,
      this.#session.current.downloadDir,
      used.filter((name) => name !== ''),
    )
  }

  async tags(bounds: CallBounds): Promise<string[]> {
    return sortedOnce((await this.#placements(bounds)).flatMap(({tags}) => tags))
  }

  /** Any path the daemon can read; `undefined` for one it cannot. */
  async freeSpace(path: string | null, bounds: CallBounds): Promise<Bytes | undefined> {
    const call = {method: 'free_space', params: {path: path ?? this.#session.current.downloadDir}}
    const [answer] = (await this.#wire.all([call], bounds)).answers
    return answer === undefined || answer instanceof CommandRefused ? undefined : freeSpaceOf(answer)
  }

  /** By the names of RPC 6.0.0, whatever the version. Without the session id: it is half a key. */
  async preferences(bounds: CallBounds): Promise<Readonly<Record<string, unknown>>> {
    const {session_id: _, ...preferences} = await this.#wire.call('session_get', {}, bounds)
    return preferences
  }

  /** It stops them, and has no setting to do otherwise. */
  async limitEnds(hashes: readonly InfoHash[]): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
    return new Map(hashes.map((hash) => [hash, staysAtLimit]))
  }

  async limitEndOfAdded(): Promise<LimitEnd> {
    return staysAtLimit
  }

  async #placements(bounds: CallBounds): Promise<Placement[]> {
    const answer = await this.#wire.call('torrent_get', {fields: ['labels', 'download_dir']}, bounds)
    const root = this.#session.current.downloadDir
    return torrentsIn(answer).map((raw) =>
      placementOf(this.#definition.categorySource, labelsIn(raw), text(raw, 'download_dir') ?? '', root),
    )
  }

  async #torrent(hash: InfoHash, fields: readonly string[], bounds: CallBounds): Promise<RawTorrent> {
    const found = (await readTorrents(this.#wire, [hash], fields, bounds)).get(hash)
    if (!found) throw new TorrentNotFound({hash})
    return found
  }
}

/** Its priority stands elsewhere. */
function fileOf(file: RawTorrent, index: number): TorrentFile {
  const size = number(file, 'length') ?? 0
  const held = number(file, 'bytes_completed') ?? 0
  const progress = size === 0 ? 1 : held / size
  return {index, path: text(file, 'name') ?? '', size, progress, priority: 'normal'}
}

/** @param wanted a number in 3.00 and in the old dialect of 4.x, a boolean elsewhere @param level −1, 0, 1 */
function priorityOf(wanted: unknown, level: unknown): FilePriority {
  if (wanted === false || wanted === 0) return 'skip'
  if (level === 1) return 'high'
  return level === -1 ? 'low' : 'normal'
}

function listIn(raw: RawTorrent, name: string): readonly unknown[] {
  const list = raw[name]
  return Array.isArray(list) ? list : []
}

function trackerOf(stats: RawTorrent): Tracker {
  return {
    url: text(stats, 'announce') ?? '',
    tier: number(stats, 'tier') ?? 0,
    status: trackerStatus(stats),
    message: stats['last_announce_succeeded'] === true ? '' : (text(stats, 'last_announce_result') ?? ''),
    seeds: counted(stats, 'seeder_count'),
    leeches: counted(stats, 'leecher_count'),
    peers: stats['has_announced'] === true ? counted(stats, 'last_announce_peer_count') : undefined,
    downloaded: counted(stats, 'download_count'),
    lastAnnounceAt: epochFromUnix(number(stats, 'last_announce_time') ?? 0),
    nextAnnounceAt: epochFromUnix(number(stats, 'next_announce_time') ?? 0),
  }
}

/** `announce_state` 3 = being asked now. */
function trackerStatus(stats: RawTorrent): Tracker['status'] {
  if (number(stats, 'announce_state') === 3) return 'updating'
  if (stats['has_announced'] !== true) return 'waiting'
  if (stats['last_announce_succeeded'] === true) return 'working'
  return isUnreachable(stats) ? 'unreachable' : 'error'
}

/** −1 = not told. */
function counted(stats: RawTorrent, name: string): number | undefined {
  const value = number(stats, name)
  return value === undefined || value < 0 ? undefined : value
}

function peerOf(peer: RawTorrent): Peer {
  const address = text(peer, 'address') ?? ''
  return {
    address: `${address.includes(':') ? `[${address}]` : address}:${number(peer, 'port') ?? 0}`,
    client: text(peer, 'client_name') ?? '',
    progress: number(peer, 'progress') ?? 0,
    downSpeed: number(peer, 'rate_to_client') ?? 0,
    upSpeed: number(peer, 'rate_to_peer') ?? 0,
    downloaded: number(peer, 'bytes_to_client'),
    uploaded: number(peer, 'bytes_to_peer'),
    flags: text(peer, 'flag_str') ?? '',
    encrypted: peer['is_encrypted'] === true,
    incoming: peer['is_incoming'] === true,
  }
}

/** A bit field in base64, the first piece in the highest bit. */
function pieceStates(base64: string, count: number): string {
  const bits = Buffer.from(base64, 'base64')
  let states = ''
  for (let piece = 0; piece < count; piece++) {
    states += ((bits[piece >> 3] ?? 0) >> (7 - (piece & 7))) & 1 ? '2' : '0'
  }
  return states
}

function copiesOf(raw: RawTorrent): number[] {
  const copies = raw['availability']
  return Array.isArray(copies) ? copies.filter((one) => typeof one === 'number') : []
}

/** Of the rarest piece we lack; unknown when we lack none or the torrent is stopped. */
function availabilityOf(raw: RawTorrent): number | undefined {
  const lacked = copiesOf(raw).filter((copies) => copies >= 0)
  if (lacked.length === 0 || number(raw, 'status') === 0) return undefined
  return lacked.reduce((least, copies) => Math.min(least, copies), Infinity)
}

function recordsIn(raw: RawTorrent, name: string): RawTorrent[] {
  return Array.isArray(raw[name]) ? (raw[name] as RawTorrent[]) : []
}
