/**
 * What a .torrent file and a magnet link say of themselves, read before they are handed to a server.
 *
 * Both come from strangers. So the bytes of a .torrent are read once, front to back and bounded (`bencode-walk.ts`),
 * and only what is asked for is kept; the hash is over the very bytes of the `info` dictionary. What a file calls its
 * files is checked in `torrent-paths.ts`. Bytes after the end of the outermost dictionary mean nothing, here as in the
 * servers. Sources: BEP 3, 5, 9, 12, 27, 47, 52.
 */
import {createHash} from 'node:crypto'
import {decode as decodeMagnet} from 'magnet-uri'
import type {TypedAddress} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {BencodeReader, type WalkBounds} from './bencode-walk.ts'
import {readInfo, type MetainfoFile} from './metainfo-info.ts'

interface Metainfo {
  /** Set when the torrent can be loaded as v1 (a hybrid has both). */
  readonly infoHashV1: InfoHash | null
  /** 64 hex digits; set for v2 and hybrid torrents. Its first 40 are what v2 servers use as an id. */
  readonly infoHashV2: string | null
  readonly name: string
  readonly size: Bytes
  readonly files: readonly MetainfoFile[]
  /** Announce URLs by tier, the first tier first. */
  readonly trackers: readonly (readonly string[])[]
  readonly isPrivate: boolean
  readonly pieceSize: Bytes
}

interface Magnet {
  readonly infoHashV1: InfoHash | null
  readonly infoHashV2: string | null
  /** '' = the link carries none. */
  readonly name: string
  readonly trackers: readonly string[]
}

interface MetainfoBounds extends WalkBounds {
  readonly maxBytes: Bytes
  readonly maxFiles: number
  /** Announce URLs in all tiers together. */
  readonly maxTrackers: number
  /** Of one path, and of all paths together: a long name above many files would be written as often as there are files. */
  readonly maxPathLength: number
  readonly maxPathsLength: number
}

export const metainfoBounds: MetainfoBounds = {
  maxBytes: 10 * 1024 * 1024,
  maxDepth: 64,
  maxValues: 1_000_000,
  maxFiles: 200_000,
  maxTrackers: 2_000,
  maxPathLength: 4_096,
  maxPathsLength: 64 * 1024 * 1024,
}

const MAX_MAGNET_LENGTH = 65_536
const MAX_URL_LENGTH = 8_192

/**
 * Reads a .torrent file.
 * @throws {CommodarrError} `torrent_invalid`: too large, not bencode, no usable info dictionary, or a file path that
 *   leads out of its folder; the message says which.
 */
export function readMetainfo(bytes: Uint8Array, bounds: Partial<MetainfoBounds> = {}): Metainfo {
  const limits = {...metainfoBounds, ...bounds}
  if (bytes.length > limits.maxBytes) {
    throw invalid(`The .torrent file has ${bytes.length} bytes; ${limits.maxBytes} are accepted.`)
  }
  const {rawInfo, trackers} = readOutermost(bytes, limits)
  const {isV1, isV2, ...info} = readInfo(new BencodeReader(rawInfo, limits), limits)
  return {
    infoHashV1: isV1 ? asInfoHash(createHash('sha1').update(rawInfo).digest('hex')) : null,
    infoHashV2: isV2 ? createHash('sha256').update(rawInfo).digest('hex') : null,
    ...info,
    trackers,
  }
}

/** BEP 12: `announce-list` replaces `announce` where it holds anything. */
function readOutermost(
  bytes: Uint8Array,
  limits: MetainfoBounds,
): {rawInfo: Uint8Array; trackers: readonly (readonly string[])[]} {
  const reader = new BencodeReader(bytes, limits)
  if (reader.kind !== 'dictionary') throw invalid('This is not a .torrent file: it does not begin as one.')
  let rawInfo: Uint8Array | null = null
  let single: readonly string[] = []
  let tiers: readonly (readonly string[])[] = []
  reader.dictionary((key) => {
    if (key === 'info') {
      const start = reader.at
      reader.skip()
      rawInfo = bytes.subarray(start, reader.at)
    } else if (key === 'announce') single = readUrls(reader)
    else if (key === 'announce-list') tiers = readTiers(reader, limits.maxTrackers)
    else return false
  })
  if (rawInfo === null) throw invalid('The .torrent file has no info dictionary.')
  return {rawInfo, trackers: tiers.length > 0 ? tiers : [single].filter((tier) => tier.length > 0)}
}

/**
 * Whom clients may come to ask for a .torrent: its trackers (also the one that `announce-list` replaces), its web seeds,
 * and the nodes it names of the DHT. Sources: BEP 3, 5, 12, 17, 19.
 * @throws {CommodarrError} `torrent_invalid`
 */
export function readAddresses(bytes: Uint8Array): readonly TypedAddress[] {
  if (bytes.length > metainfoBounds.maxBytes)
    throw invalid(`The .torrent file has ${bytes.length} bytes; ${metainfoBounds.maxBytes} are accepted.`)
  const reader = new BencodeReader(bytes, metainfoBounds)
  if (reader.kind !== 'dictionary') throw invalid('This is not a .torrent file: it does not begin as one.')
  const found: TypedAddress[] = []
  const add = (kind: TypedAddress['kind'], texts: readonly string[]) => {
    for (const text of texts) found.push({kind, text})
  }
  reader.dictionary((key) => {
    if (key === 'announce') add('tracker', readUrls(reader))
    else if (key === 'announce-list') add('tracker', readTiers(reader, metainfoBounds.maxTrackers).flat())
    else if (key === 'url-list' || key === 'httpseeds') add('web seed', readUrls(reader))
    else if (key === 'nodes') add('peer', readNodes(reader))
    else return false
  })
  return found
}

/** Pairs of a host and a port. */
function readNodes(reader: BencodeReader): string[] {
  const nodes: string[] = []
  eachOf(reader, () => {
    if (reader.kind !== 'list') return reader.skip()
    const parts: string[] = []
    reader.list(() => {
      if (reader.kind === 'string') parts.push(reader.text())
      else if (reader.kind === 'integer') parts.push(String(reader.integer()))
      else reader.skip()
    })
    const [host = '', port = ''] = parts
    nodes.push(`${host.includes(':') ? `[${host}]` : host}:${port}`)
  })
  return nodes
}

function readTiers(reader: BencodeReader, maxTrackers: number): string[][] {
  const tiers: string[][] = []
  if (reader.kind !== 'list') {
    reader.skip()
    return tiers
  }
  let count = 0
  reader.list(() => {
    const urls = readUrls(reader)
    count += urls.length
    if (count > maxTrackers) throw invalid(`The torrent has more than ${maxTrackers} trackers.`)
    if (urls.length > 0) tiers.push(urls)
  })
  return tiers
}

/** A tier is a list of URLs; some write a lone URL instead. What is neither is nothing. */
function readUrls(reader: BencodeReader): string[] {
  const urls: string[] = []
  eachOf(reader, () => {
    if (reader.kind !== 'string') return reader.skip()
    const url = reader.text().trim()
    if (url.length > MAX_URL_LENGTH) {
      throw invalid(`The address of a tracker has more than ${MAX_URL_LENGTH} characters.`)
    }
    if (url !== '') urls.push(url)
  })
  return urls
}

/** Each item of a list, or the one value that stands in its place. */
function eachOf(reader: BencodeReader, item: () => void): void {
  if (reader.kind === 'list') reader.list(item)
  else item()
}

/**
 * Reads a magnet link: hashes in hex or base32, percent-encoded or not.
 * @throws {CommodarrError} `torrent_invalid`: not a magnet link, or without a BitTorrent hash
 */
export function readMagnet(uri: string): Magnet {
  if (uri.length > MAX_MAGNET_LENGTH) {
    throw invalid(`The magnet link has ${uri.length} characters; ${MAX_MAGNET_LENGTH} are accepted.`)
  }
  if (!/^magnet:\?/i.test(uri)) throw invalid('This is not a magnet link: it does not begin with "magnet:?".')
  const parts = decodedMagnet(uri)
  const infoHashV1 = asInfoHash(parts.infoHash ?? '')
  const v2 = (parts.infoHashV2 ?? '').toLowerCase()
  const infoHashV2 = /^[0-9a-f]{64}$/.test(v2) ? v2 : null
  if (infoHashV1 === null && infoHashV2 === null) {
    throw invalid('The magnet link has no BitTorrent hash (xt=urn:btih:… or urn:btmh:1220…).')
  }
  const name = Array.isArray(parts.name) ? parts.name[0] : parts.name
  return {infoHashV1, infoHashV2, name: name ?? '', trackers: parts.announce}
}

/**
 * The package gets only what we read, each value encoded once: it expands `so=0-999999999` into as many numbers,
 * does not decode `xt`, and drops a tracker whose own `=` was left as it is.
 */
function decodedMagnet(uri: string): ReturnType<typeof decodeMagnet> {
  const hashes = new Set<string>()
  try {
    const kept: string[] = []
    for (const parameter of uri.slice('magnet:?'.length).split('&')) {
      const at = parameter.indexOf('=')
      const key = parameter.slice(0, at).replace(/\.\d+$/, '')
      const value = decodeURIComponent(parameter.slice(at + 1))
      if (key === 'xt') kept.push(`xt=${value.replace(/^urn:bt(i|m)h:/i, (urn) => urn.toLowerCase())}`)
      if (key === 'xt' && /^urn:btih:/i.test(value)) hashes.add(value.slice('urn:btih:'.length).toLowerCase())
      if (key === 'tr' || key === 'dn') kept.push(`${key}=${encodeURIComponent(value)}`)
    }
    const decoded = decodeMagnet(`magnet:?${kept.join('&')}`)
    if (hashes.size <= 1) return decoded
  } catch (error) {
    throw invalid('The magnet link is not well formed.', error)
  }
  // Which of them a server would take is anybody's guess.
  throw invalid('The magnet link names several torrents.')
}

function invalid(message: string, cause?: unknown): CommodarrError {
  return new CommodarrError('torrent_invalid', message, {}, cause)
}
