/**
 * The .torrent file of a torrent, from the disk of its server: some kinds keep one of each and hand none out. They
 * say where it lies; what lies there is believed only when it is that torrent.
 */
import {constants} from 'node:fs'
import {open} from 'node:fs/promises'
import {CommodarrError, NotSupported} from '#model/errors.ts'
import type {Feature, PathMapping} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {ourPath} from './our-path.ts'
import type {MetainfoReader} from './port.ts'

/** Larger ones are taken nowhere. */
export const mostTorrentBytes: Bytes = 10 * 1024 * 1024

/** What a kind offers that keeps them. @param folder in words, which one it is */
export function torrentFileFeature(paths: readonly PathMapping[], kind: string, folder: string): Feature {
  return paths.length > 0
    ? {
        support: 'limited',
        reason: `We read it from the disk of ${kind}, where a path mapping covers ${folder}.`,
      }
    : {
        support: 'none',
        reason: `${kind} does not export .torrent files. A path mapping of ${folder} would let Commodarr read them.`,
      }
}

/**
 * @param path as its server writes it
 * @throws {NotSupported} no mapping covers it, it cannot be read, or it is no file of that torrent
 */
export async function readTorrentFile(
  hash: InfoHash,
  path: string,
  {paths, metainfo}: {readonly paths: readonly PathMapping[]; readonly metainfo: MetainfoReader},
): Promise<Uint8Array> {
  const ours = path.split('/').includes('..') ? null : ourPath(paths, path)
  if (ours === null) throw refusal(hash, `No path mapping says where we see its .torrent file (${path}).`)
  const bytes = await read(ours, hash)
  if ((await hashOf(bytes, metainfo)) !== hash)
    throw refusal(hash, `What is at ${ours} is not the .torrent file of this torrent.`)
  return bytes
}

/** Whatever is there is not waited for, and read no further than .torrent files go. */
async function read(ours: string, hash: InfoHash): Promise<Uint8Array> {
  try {
    const file = await open(ours, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      const isOne = stat.isFile() && stat.size <= mostTorrentBytes
      if (!isOne) throw refusal(hash, `${ours} is no file, or too large for a .torrent file.`)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof CommodarrError) throw error
    const {code = 'unknown error'} = error as NodeJS.ErrnoException
    throw refusal(hash, `Its .torrent file could not be read (${ours}: ${code}).`, error)
  }
}

/** `null` = it is no .torrent file. */
async function hashOf(bytes: Uint8Array, metainfo: MetainfoReader): Promise<InfoHash | null> {
  try {
    return (await metainfo.read(bytes)).infoHashV1
  } catch (error) {
    if (error instanceof CommodarrError && error.code === 'torrent_invalid') return null
    throw error
  }
}

function refusal(hash: InfoHash, why: string, cause?: unknown): NotSupported {
  return new NotSupported(why, {hash}, cause)
}
