/**
 * A torrent server that an Arr reaches as an ordinary client of its API: a simulator of `lab/simulators` or a real
 * daemon. The Arr then sees exactly what Commodarr sees, and what Commodarr removes is gone for the Arr, too.
 */
import {Replica} from '#clients/conformance/replica.conformance.ts'
import type {CallBounds, TorrentClient} from '#clients/port.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import {
  RefusedTorrent,
  type BackendState,
  type BackendTorrent,
  type NewTorrent,
  type TorrentBackend,
} from './backend.ts'

const bounds: CallBounds = {timeoutMs: 10_000, maxBytes: 64 * 1024 * 1024}

interface ClientBackendDeps {
  readonly client: TorrentClient
  /** Torrent and data. Handed in: the door of the clients that destroys opens for nobody here. */
  readonly remove: (hash: InfoHash) => Promise<void>
  /** The .torrent of a release, by its hash in lower case; without one it is added as a magnet link. */
  readonly torrents?: ReadonlyMap<string, Uint8Array>
  /** Where a Transmission puts what nobody tells a folder for: an Arr has each category in a folder of its own there. */
  readonly downloadDir?: string
}

export class ClientBackend implements TorrentBackend {
  readonly #parts: ClientBackendDeps
  #replica: Replica | null = null

  constructor(parts: ClientBackendDeps) {
    this.#parts = parts
  }

  async list(): Promise<BackendTorrent[]> {
    const {client} = this.#parts
    const replica = this.#replica ?? (await this.#connect())
    try {
      // As the Arrs do it, who know no deltas.
      await client.sync.step({list: 'full', attentive: true}, replica, {delta: bounds, full: bounds})
    } catch (error) {
      // It may come back as another, who knows nobody any more.
      this.#replica = null
      throw error
    }
    return [...replica.rows.values()].map((row) => seen(row, client.kind))
  }

  async add({hash, name, category}: NewTorrent): Promise<void> {
    if (this.#replica === null) await this.#connect()
    const torrent = this.#parts.torrents?.get(hash.toLowerCase())
    const source = torrent
      ? {torrent, fileName: `${name}.torrent`}
      : {magnet: `magnet:?xt=urn:btih:${hash.toLowerCase()}&dn=${encodeURIComponent(name)}`}
    const {client} = this.#parts
    const savePath = this.rootOf(category)
    const {status} = await client.server.addTorrent({source, category, savePath, start: true}, bounds)
    // Transmission says that it has it, rTorrent nothing: an Arr takes either for its own.
    if (status === 'duplicate' && client.kind === 'qbittorrent') throw new RefusedTorrent()
  }

  rootOf(category: string): string | undefined {
    const {client, downloadDir} = this.#parts
    return client.kind === 'transmission' && downloadDir !== undefined
      ? `${downloadDir}/${category}`
      : undefined
  }

  remove(hash: string): Promise<void> {
    return this.#parts.remove(hashOf(hash))
  }

  async setCategory(hash: string, category: string): Promise<void> {
    await this.#parts.client.control.setCategory([hashOf(hash)], {category}, bounds)
  }

  async files(hash: string): Promise<{path: string; size: number}[]> {
    const files = await this.#parts.client.details.files(hashOf(hash), bounds)
    return files.map(({path, size}) => ({path, size: size ?? 0}))
  }

  async #connect(): Promise<Replica> {
    await this.#parts.client.connect(bounds)
    this.#replica = new Replica()
    return this.#replica
  }
}

/** @throws for what is no hash */
function hashOf(text: string): InfoHash {
  const hash = asInfoHash(text.toLowerCase())
  if (hash === null) throw new Error(`${text} is no info hash`)
  return hash
}

/** Source: protocol notes §3.3. */
function seen(row: TorrentPatch, kind: TorrentClient['kind']): BackendTorrent {
  const isDone = row.complete === true
  const showsPath = kind !== 'qbittorrent' || isDone
  return {
    hash: row.hash.toUpperCase(),
    name: row.name ?? row.hash,
    category: row.category ?? '',
    state: stateOf(row, isDone),
    size: row.size ?? 0,
    left: row.amountLeft ?? 0,
    speed: row.downSpeed ?? 0,
    outputPath: showsPath ? (row.contentPath ?? '') : '',
    seedingDone: isDone && row.state === 'stopped',
  }
}

function stateOf({state = 'unknown'}: TorrentPatch, isDone: boolean): BackendState {
  if (state === 'error' || state === 'missingFiles' || state === 'checking') return state
  if (isDone) return 'completed'
  switch (state) {
    case 'metadata':
    case 'stopped':
      return state
    case 'stalledDown':
      return 'stalled'
    case 'downloading':
    case 'moving':
      return 'downloading'
    case 'queuedDown':
    case 'queuedUp':
    case 'seeding':
    case 'stalledUp':
    case 'unknown':
      return 'queued'
  }
}
