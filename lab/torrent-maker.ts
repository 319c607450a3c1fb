/** Small real torrents: payload and .torrent made from a seed, so that the same call makes the same bytes. */
import {createHash} from 'node:crypto'
import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import bencode from 'bencode'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

export interface TorrentWish {
  readonly name: string
  /** Other seed, other bytes, other hash. Default: the name. */
  readonly seed?: string | undefined
  /** Size of the one file; or of each file by its path inside the torrent, or the very bytes of it. */
  readonly content: Bytes | Readonly<Record<string, Bytes | Buffer>>
  readonly pieceSize?: Bytes | undefined
  readonly isPrivate?: boolean | undefined
  /** Announce URLs, one tier each. */
  readonly trackers?: readonly string[] | undefined
  readonly webSeeds?: readonly string[] | undefined
  readonly comment?: string | undefined
}

interface PayloadFile {
  /** From the save path down: the top folder of a multi-file torrent included. */
  readonly path: string
  readonly bytes: Buffer
}

export interface MadeTorrent {
  readonly name: string
  readonly hash: InfoHash
  readonly torrent: Uint8Array
  readonly size: Bytes
  readonly pieceSize: Bytes
  readonly pieceCount: number
  readonly isMultiFile: boolean
  readonly files: readonly PayloadFile[]
  /** With the trackers of the .torrent. */
  readonly magnet: string
  /** Writes the whole payload below a save path, as a server expects to find it. */
  writePayload(savePath: string): void
}

export function makeTorrent(wish: TorrentWish): MadeTorrent {
  const pieceSize = wish.pieceSize ?? 16_384
  const isMultiFile = typeof wish.content !== 'number'
  const files = payloadOf(wish)
  const info = {
    ...(isMultiFile
      ? {files: files.map(({path, bytes}) => ({length: bytes.length, path: path.split('/').slice(1)}))}
      : {length: wish.content}),
    name: wish.name,
    'piece length': pieceSize,
    pieces: pieceHashes(Buffer.concat(files.map(({bytes}) => bytes)), pieceSize),
    ...(wish.isPrivate === true && {private: 1}),
  }
  const trackers = wish.trackers ?? []
  const hash = createHash('sha1').update(bencode.encode(info)).digest('hex') as InfoHash
  const size = files.reduce((sum, {bytes}) => sum + bytes.length, 0)
  return {
    name: wish.name,
    hash,
    torrent: bencode.encode({
      ...(trackers.length > 0 && {
        announce: trackers[0]!,
        'announce-list': trackers.map((tracker) => [tracker]),
      }),
      ...(wish.comment !== undefined && {comment: wish.comment}),
      'created by': 'Commodarr lab',
      'creation date': 1_700_000_000,
      info,
      ...(wish.webSeeds && {'url-list': wish.webSeeds}),
    }),
    size,
    pieceSize,
    pieceCount: Math.ceil(size / pieceSize),
    isMultiFile,
    files,
    magnet: magnetOf(hash, wish.name, trackers),
    writePayload: (savePath) => {
      for (const {path, bytes} of files) writeBelow(savePath, path, bytes)
    },
  }
}

function payloadOf(wish: TorrentWish): PayloadFile[] {
  const seed = wish.seed ?? wish.name
  if (typeof wish.content === 'number') return [{path: wish.name, bytes: seededBytes(seed, wish.content)}]
  return Object.entries(wish.content).map(([path, of]) => ({
    path: `${wish.name}/${path}`,
    bytes: typeof of === 'number' ? seededBytes(`${seed}/${path}`, of) : of,
  }))
}

/** SHAKE-256 of the seed: any number of bytes, the same each time. */
function seededBytes(seed: string, size: Bytes): Buffer {
  return size === 0 ? Buffer.alloc(0) : createHash('shake256', {outputLength: size}).update(seed).digest()
}

function pieceHashes(payload: Buffer, pieceSize: Bytes): Buffer {
  const hashes: Buffer[] = []
  for (let at = 0; at < payload.length; at += pieceSize) {
    hashes.push(
      createHash('sha1')
        .update(payload.subarray(at, at + pieceSize))
        .digest(),
    )
  }
  return Buffer.concat(hashes)
}

function magnetOf(hash: InfoHash, name: string, trackers: readonly string[]): string {
  const parts = [`xt=urn:btih:${hash}`, `dn=${encodeURIComponent(name)}`]
  return `magnet:?${[...parts, ...trackers.map((tracker) => `tr=${encodeURIComponent(tracker)}`)].join('&')}`
}

function writeBelow(folder: string, path: string, bytes: Buffer): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, bytes)
}
