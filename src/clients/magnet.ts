/** What a magnet link says of itself, read before it is handed to a server. It comes from strangers. Sources: BEP 9, 53. */
import {decode as decodeMagnet} from 'magnet-uri'
import {CommodarrError} from '#model/errors.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'

interface Magnet {
  readonly infoHashV1: InfoHash | null
  readonly infoHashV2: string | null
  /** '' = the link carries none. */
  readonly name: string
  readonly trackers: readonly string[]
}

const MAX_MAGNET_LENGTH = 65_536

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
  return {infoHashV1, infoHashV2, name: parts.displayName, trackers: parts.announce}
}

/**
 * The link with a name that every daemon reads the same: some take `+` for a space, as forms write it, others show it.
 * A plus of the name itself is `%2B` in both.
 */
export function withPlainName(uri: string): string {
  return uri.replaceAll(/(?<=[?&]dn(?:\.\d+)?=)[^&]*/gi, (name) => name.replaceAll('+', '%20'))
}

/**
 * The package gets only what we read, each value encoded once: it expands `so=0-999999999` into as many numbers,
 * does not decode `xt`, and drops a tracker whose own `=` was left as it is.
 */
function decodedMagnet(uri: string): ReturnType<typeof decodeMagnet> & {readonly displayName: string} {
  const hashes = new Set<string>()
  let displayName: string | null = null
  try {
    const kept: string[] = []
    for (const parameter of withPlainName(uri).slice('magnet:?'.length).split('&')) {
      const at = parameter.indexOf('=')
      const key = parameter.slice(0, at).replace(/\.\d+$/, '')
      const value = decodeURIComponent(parameter.slice(at + 1))
      if (key === 'xt') kept.push(`xt=${value.replace(/^urn:bt(i|m)h:/i, (urn) => urn.toLowerCase())}`)
      if (key === 'xt' && /^urn:btih:/i.test(value)) hashes.add(value.slice('urn:btih:'.length).toLowerCase())
      if (key === 'tr') kept.push(`tr=${encodeURIComponent(value)}`)
      // The package takes a plus of the name itself for a space.
      if (key === 'dn') displayName ??= value
    }
    const decoded = decodeMagnet(`magnet:?${kept.join('&')}`)
    if (hashes.size <= 1) return {...decoded, displayName: displayName ?? ''}
  } catch (error) {
    throw invalid('The magnet link is not well formed.', error)
  }
  // Which of them a server would take is anybody's guess.
  throw invalid('The magnet link names several torrents.')
}

function invalid(message: string, cause?: unknown): CommodarrError {
  return new CommodarrError('torrent_invalid', message, {}, cause)
}
