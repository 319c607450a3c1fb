/**
 * One file of ours, opened to be read by people. The way to it is walked down part by part from a folder that the
 * configuration names, never through a symbolic link, and what was opened is compared with what was seen: whoever
 * writes below that folder, as torrent servers do, leads nowhere else by it.
 */
import {constants} from 'node:fs'
import {lstat, open, type FileHandle} from 'node:fs/promises'
import type {Readable} from 'node:stream'
import {CommodarrError} from '#model/errors.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {codeOf} from './fs-errors.ts'
import {OpenedFolder, refused} from './opened-folder.ts'

export class OpenedFile {
  readonly size: Bytes
  readonly modifiedAt: EpochMs
  readonly #handle: FileHandle

  private constructor(handle: FileHandle, size: Bytes, modifiedAt: EpochMs) {
    this.#handle = handle
    this.size = size
    this.modifiedAt = modifiedAt
  }

  /**
   * @param root ours, absolute
   * @param path below it, with `/` between its parts
   * @throws {CommodarrError} path_refused, disk_failed
   */
  static async below(root: string, path: string): Promise<OpenedFile> {
    const parts = path.split('/')
    const name = parts.pop()!
    try {
      const folder = await folderBelow(root, parts)
      try {
        return await OpenedFile.#open(folder.at(name), path)
      } finally {
        await folder.close()
      }
    } catch (error) {
      throw asRefusal(error, path)
    }
  }

  /** From the first byte to the last one, both with it. It is closed when all of it was read, or its reader goes. */
  read(from: Bytes, to: Bytes): Readable {
    return this.#handle.createReadStream({start: from, end: to, autoClose: true})
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  static async #open(place: string, path: string): Promise<OpenedFile> {
    const seen = await lstat(place, {bigint: true})
    if (!seen.isFile()) throw refused('It is no plain file.', path)
    // A pipe that took its place would hold whoever opens it.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
    const handle = await open(place, flags)
    try {
      const own = await handle.stat({bigint: true})
      if (!own.isFile() || own.dev !== seen.dev || own.ino !== seen.ino)
        throw refused('Another file took its place while it was opened.', path)
      return new OpenedFile(handle, Number(own.size), Number(own.mtimeMs))
    } catch (error) {
      await handle.close()
      throw error
    }
  }
}

async function folderBelow(root: string, parts: readonly string[]): Promise<OpenedFolder> {
  let folder = await OpenedFolder.root(root, null)
  try {
    for (const part of parts) {
      const below = await folder.into(part)
      await folder.close()
      folder = below
    }
    return folder
  } catch (error) {
    await folder.close()
    throw error
  }
}

function asRefusal(error: unknown, path: string): unknown {
  if (error instanceof CommodarrError) return error
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return refused('The file is not there.', path)
  if (code === 'ELOOP') return refused('It is a link, and no plain file.', path)
  if (code === 'EACCES' || code === 'EPERM') return refused('Commodarr may not read it.', path)
  return code === '' ? error : new CommodarrError('disk_failed', `${path}: the disk answers ${code}.`, {path})
}
