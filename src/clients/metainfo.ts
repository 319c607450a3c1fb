/**
 * What a .torrent file says of itself, read before it is handed to a server. All of it is done in the thread for work
 * that requests ask for (`request-work/`); others ask a `MetainfoReader` (`port.ts`).
 *
 * It comes from strangers. So its bytes are read once, front to back and bounded (`bencode-walk.ts`), and only what is
 * asked for is kept; the hash is over the very bytes of the `info` dictionary. What a file calls its
 * files is checked in `torrent-paths.ts`. Bytes after the end of the outermost dictionary mean nothing, here as in the
 * servers. Sources: BEP 3, 5, 9, 12, 27, 47, 52.
 */
import {createHash} from 'node:crypto'
import type {TypedAddress} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {BencodeReader, type WalkBounds} from './bencode-walk.ts'
import {readInfo} from './metainfo-info.ts'
import type {Metainfo} from './port.ts'
import {mostTorrentBytes} from './torrent-file.ts'

interface MetainfoBounds extends WalkBounds {
  readonly maxBytes: Bytes
  readonly maxFiles: number
  /** Announce URLs in all tiers together. */
  readonly maxTrackers: number
  /** Of one path, and of all paths together: a long name above many files would be written as often as there are files. */
  readonly maxPathLength: number
  readonly maxPathsLength: number
}

const metainfoBounds: MetainfoBounds = {
  maxBytes: mostTorrentBytes,
  maxDepth: 64,
  maxValues: 1_000_000,
  maxFiles: 200_000,
  maxTrackers: 2_000,
  maxPathLength: 4_096,
  maxPathsLength: 64 * 1024 * 1024,
}

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
  const {rawInfo, trackers, asked} = readOutermost(bytes, limits)
  const {isV1, isV2, ...info} = readInfo(new BencodeReader(rawInfo, limits), limits)
  return {
    infoHashV1: isV1 ? asInfoHash(createHash('sha1').update(rawInfo).digest('hex')) : null,
    infoHashV2: isV2 ? createHash('sha256').update(rawInfo).digest('hex') : null,
    ...info,
    trackers,
    asked,
  }
}

/** BEP 12: `announce-list` replaces `announce` where it holds anything. Web seeds: BEP 17, 19; nodes: BEP 5. */
function readOutermost(
  bytes: Uint8Array,
  limits: MetainfoBounds,
): {rawInfo: Uint8Array} & Pick<Metainfo, 'trackers' | 'asked'> {
  const reader = new BencodeReader(bytes, limits)
  if (reader.kind !== 'dictionary') throw invalid('This is not a .torrent file: it does not begin as one.')
  let rawInfo: Uint8Array | null = null
  let single: readonly string[] = []
  let tiers: readonly (readonly string[])[] = []
  const asked: TypedAddress[] = []
  const add = (kind: TypedAddress['kind'], texts: readonly string[]) => {
    for (const text of texts) asked.push({kind, text})
  }
  reader.dictionary((key) => {
    if (key === 'info') {
      const start = reader.at
      reader.skip()
      rawInfo = bytes.subarray(start, reader.at)
    } else if (key === 'announce') single = readUrls(reader)
    else if (key === 'announce-list') tiers = readTiers(reader, limits.maxTrackers)
    else if (key === 'url-list' || key === 'httpseeds') add('web seed', readUrls(reader))
    else if (key === 'nodes') add('peer', readNodes(reader))
    else return false
  })
  add('tracker', [...single, ...tiers.flat()])
  if (rawInfo === null) throw invalid('The .torrent file has no info dictionary.')
  return {rawInfo, trackers: tiers.length > 0 ? tiers : [single].filter((tier) => tier.length > 0), asked}
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

function invalid(message: string): CommodarrError {
  return new CommodarrError('torrent_invalid', message)
}
