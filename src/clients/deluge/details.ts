/** What is read on demand: files, trackers, peers, pieces of one torrent; settings of the server. */
import type {Peer, Pieces, TorrentFile, Tracker, WebSeed} from '#model/details.ts'
import {CommandRefused, NotSupported, TorrentNotFound} from '#model/errors.ts'
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import type {Category, PathMapping, ServerStats} from '#model/server.ts'
import type {GlobalLimitsView} from '#model/services.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {CallBounds, DetailReader, MetainfoReader} from '../port.ts'
import {readTorrentFile} from '../torrent-file.ts'
import {filePriorityOf} from './control.ts'
import {featuresOf} from './features.ts'
import {ANNOUNCE_SENT, number, records, slowKeys, text} from './fields.ts'
import {normaliseSlow, trackerUrls, trackerWords} from './normalise.ts'
import {readTorrents} from './selection.ts'
import {configKeys, freeSpaceOf, readConfig, statsOf, statusKeys, type Session} from './session.ts'
import {labelsIn} from './sync.ts'
import {foreign, isRecord, type NativeRecord, type Wire} from './wire.ts'

export class DelugeDetails implements DetailReader {
  readonly #wire: Wire
  readonly #paths: readonly PathMapping[]
  readonly #metainfo: MetainfoReader
  readonly #session: {readonly current: Session}

  constructor(
    wire: Wire,
    paths: readonly PathMapping[],
    metainfo: MetainfoReader,
    session: {readonly current: Session},
  ) {
    this.#wire = wire
    this.#paths = paths
    this.#metainfo = metainfo
    this.#session = session
  }

  async files(hash: InfoHash, bounds: CallBounds): Promise<TorrentFile[]> {
    const raw = await this.#torrent(hash, ['files', 'file_progress', 'file_priorities'], bounds)
    const [progress, priorities] = [listIn(raw, 'file_progress'), listIn(raw, 'file_priorities')]
    return records(raw, 'files').map((file, at) => {
      const size = number(file, 'size') ?? 0
      const held = progress[at]
      return {
        index: number(file, 'index') ?? at,
        path: text(file, 'path') ?? '',
        size,
        // Its own is 0 for a file without a byte.
        progress: size === 0 ? 1 : typeof held === 'number' ? Math.min(1, held) : 0,
        priority: filePriorityOf(priorities[at]),
      }
    })
  }

  /** Only of the tracker that it spoke to last it tells how that went. */
  async trackers(hash: InfoHash, bounds: CallBounds): Promise<Tracker[]> {
    const keys = ['trackers', 'tracker', 'tracker_status', 'next_announce']
    const raw = await this.#torrent(hash, keys, bounds)
    const all = records(raw, 'trackers')
    const current = text(raw, 'tracker') || trackerUrls(raw)[0]
    return all.map((tracker) => {
      const url = text(tracker, 'url') ?? ''
      const words = url === current ? (text(raw, 'tracker_status') ?? '') : ''
      return {url, tier: number(tracker, 'tier') ?? 0, ...saidOf(words)}
    })
  }

  async peers(hash: InfoHash, bounds: CallBounds): Promise<Peer[]> {
    return records(await this.#torrent(hash, ['peers'], bounds), 'peers').map(peerOf)
  }

  async webSeeds(): Promise<WebSeed[]> {
    throw new NotSupported(featuresOf(this.#session.current.hasLabels).webSeeds.reason)
  }

  /** Deluge tells no pieces of a torrent that has all of them. */
  async pieces(hash: InfoHash, bounds: CallBounds): Promise<Pieces> {
    const raw = await this.#torrent(hash, ['pieces', 'num_pieces', 'piece_length', 'is_seed'], bounds)
    const count = number(raw, 'num_pieces') ?? 0
    const states = listIn(raw, 'pieces')
    const isWhole = states.length === 0 && raw['is_seed'] === true
    return {
      size: number(raw, 'piece_length') ?? 0,
      count,
      states: Array.from({length: count}, (_, at) => (isWhole ? '2' : pieceState(states[at]))).join(''),
    }
  }

  async more(hash: InfoHash, bounds: CallBounds): Promise<TorrentPatch> {
    return normaliseSlow(await this.#torrent(hash, slowKeys, bounds), hash)
  }

  /** From its own folder: a torrent of which only a magnet link is known has none there yet. */
  async exportTorrent(hash: InfoHash, bounds: CallBounds): Promise<Uint8Array> {
    const {support, reason} = featuresOf(this.#session.current.hasLabels, this.#paths).exportTorrent
    if (support === 'none') throw new NotSupported(reason, {hash})
    await this.#torrent(hash, [], bounds)
    const {stateFolder} = this.#session.current
    if (stateFolder === null)
      throw new NotSupported('Deluge does not report its folder of .torrent files.', {hash})
    return readTorrentFile(hash, `${stateFolder}/${hash}.torrent`, {
      paths: this.#paths,
      metainfo: this.#metainfo,
    })
  }

  async stats(bounds: CallBounds): Promise<ServerStats> {
    const status = await this.#wire.call('core.get_session_status', [statusKeys], bounds)
    if (!isRecord(status)) throw foreign('the figures of the session')
    return statsOf(status, this.#session.current, await this.freeSpace(null, bounds))
  }

  async limits(bounds: CallBounds): Promise<GlobalLimitsView> {
    return readConfig(await this.#wire.call('core.get_config_values', [configKeys], bounds)).limits
  }

  async categories(bounds: CallBounds): Promise<Category[]> {
    if (!this.#session.current.hasLabels) return []
    return labelsIn(await this.#wire.call('label.get_labels', [], bounds)).map((name) => ({name}))
  }

  async tags(): Promise<string[]> {
    return []
  }

  /** Any path that the daemon can read. */
  async freeSpace(path: string | null, bounds: CallBounds): Promise<Bytes | undefined> {
    return freeSpaceOf(
      await this.#wire.call('core.get_free_space', [path ?? this.#session.current.downloadLocation], bounds),
    )
  }

  async preferences(bounds: CallBounds): Promise<Readonly<Record<string, unknown>>> {
    const config = await this.#wire.call('core.get_config', [], bounds)
    if (!isRecord(config)) throw foreign('the settings')
    return config
  }

  /** As it is installed it draws one at each start. Source: `get_listen_port` in deluge/core/core.py of 2.0.3 and 2.2.0. */
  peerPort(bounds: CallBounds): Promise<unknown> {
    return this.#wire.call('core.get_listen_port', [], bounds)
  }

  /** What is complete its torrents bring where the label says. Source: Label plugin, `_set_torrent_options`. */
  async preferencesFor(category: string, bounds: CallBounds): Promise<Readonly<Record<string, unknown>>> {
    const config = await this.preferences(bounds)
    if (category === '' || !this.#session.current.hasLabels) return config
    const label = await this.#labelOptions(category, bounds)
    if (label['apply_move_completed'] !== true) return config
    const {move_completed, move_completed_path} = label
    return {...config, move_completed, move_completed_path}
  }

  /** Each torrent takes the default over when it is added. It never deletes data so (`Torrent.update_state`, 2.0 to 2.2). */
  async limitEnds(hashes: readonly InfoHash[], bounds: CallBounds): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
    const rows = await readTorrents(this.#wire, hashes, ['remove_at_ratio'], bounds)
    return new Map([...rows].map(([hash, row]) => [hash, endBy(row['remove_at_ratio'])]))
  }

  /** A label may have an end of its own, which its torrents get with it. Source: Label plugin, `_set_torrent_options`. */
  async limitEndOfAdded(category: string | null, bounds: CallBounds): Promise<LimitEnd> {
    const label = category ? await this.#labelOptions(category, bounds) : {}
    if (label['apply_queue'] === true) return endBy(label['remove_at_ratio'] === true, `label "${category}"`)
    return endBy((await this.preferences(bounds))['remove_seed_at_ratio'])
  }

  /** None where there is no such label yet. */
  async #labelOptions(label: string, bounds: CallBounds): Promise<NativeRecord> {
    try {
      const options = await this.#wire.call('label.get_options', [label], bounds)
      if (!isRecord(options)) throw foreign('the options of a label')
      return options
    } catch (error) {
      if (error instanceof CommandRefused) return {}
      throw error
    }
  }

  async #torrent(hash: InfoHash, keys: readonly string[], bounds: CallBounds): Promise<NativeRecord> {
    const found = (await readTorrents(this.#wire, [hash], keys, bounds)).get(hash)
    if (!found) throw new TorrentNotFound({hash})
    return found
  }
}

/** Without words it was not spoken to, or it does not say. */
function saidOf(words: string): Pick<Tracker, 'status' | 'message'> {
  if (words === ANNOUNCE_SENT) return {status: 'updating', message: ''}
  const {trackerStatus, trackerMessage} = trackerWords(words)
  const message = trackerMessage ?? ''
  if (trackerStatus === 'ok' || trackerStatus === 'warning') return {status: 'working', message}
  if (trackerStatus === 'error' || trackerStatus === 'unreachable') return {status: trackerStatus, message}
  return {status: 'unknown', message}
}

/** `ip` is `address:port`, of IPv6 without brackets. */
function peerOf(peer: NativeRecord): Peer {
  const place = text(peer, 'ip') ?? ''
  const cut = place.lastIndexOf(':')
  const [address, port] = [place.slice(0, cut), place.slice(cut + 1)]
  const country = (text(peer, 'country') ?? '').trim()
  return {
    address: `${address.includes(':') ? `[${address.replace(/^\[|\]$/g, '')}]` : address}:${port}`,
    client: text(peer, 'client') ?? '',
    progress: number(peer, 'progress') ?? 0,
    downSpeed: number(peer, 'down_speed') ?? 0,
    upSpeed: number(peer, 'up_speed') ?? 0,
    flags: number(peer, 'seed') ? 'seed' : '',
    ...(country !== '' && {country}),
  }
}

/** 3 = held, 2 = on its way, 1 = some peer has it, 0 = no known peer has it. */
function pieceState(state: unknown): string {
  return state === 3 ? '2' : state === 2 ? '1' : '0'
}

function listIn(raw: NativeRecord, name: string): readonly unknown[] {
  const list = raw[name]
  return Array.isArray(list) ? list : []
}

/** @throws {ServerFault} it does not tell */
function endBy(removes: unknown, whose = 'queue'): LimitEnd {
  if (typeof removes !== 'boolean') throw foreign('the option to remove at a ratio')
  const wayOut = `turn off "Remove torrent" at the share ratio in the ${whose} options of that Deluge`
  return removes ? {is: 'goes', mayTakeFiles: false, wayOut} : staysAtLimit
}
