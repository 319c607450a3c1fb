/**
 * Lays files of one torrent where another server shall find them: as hard links where both lie on one disk, else as
 * copies that were read back. What is there already stays as it is, whatever it holds; whoever is to use the files
 * checks them. Wherever it ends, a name stands for a whole file or for none, and it may be begun again.
 */
import {createHash, type Hash} from 'node:crypto'
import {constants} from 'node:fs'
import {link, lstat, open, rename, unlink, type FileHandle} from 'node:fs/promises'
import {dirname, relative} from 'node:path'
import {CommodarrError} from '#model/errors.ts'
import type {Bytes} from '#model/units.ts'
import {codeOf} from './fs-errors.ts'
import {OpenedFolder, refused} from './opened-folder.ts'

export interface LaidFile {
  /** Ours, absolute. */
  readonly from: string
  /** Ours, absolute, below the root. */
  readonly to: string
  readonly size: Bytes
}

interface Laying {
  /** Nothing is made outside of it, and nothing followed below it. */
  readonly root: string
  readonly device: string
  readonly files: readonly LaidFile[]
  /** copies: there is room for them. links: where a file cannot be linked, it is not laid. */
  readonly as: 'links' | 'copies'
  readonly signal: AbortSignal
  /** So many bytes more were written. */
  readonly onCopied?: (bytes: Bytes) => void
  /** A file of this size was there already. */
  readonly onFound?: (bytes: Bytes) => void
}

/** How many files. */
interface Laid {
  readonly linked: number
  readonly copied: number
  readonly found: number
}

const CHUNK = 1 << 20
/** What is not whole yet. */
const unfinished = '.commodarr-copy'

/**
 * All of them or, with an error, some of them.
 * @throws {CommodarrError} `path_refused`, `changed_meanwhile` = one of them is another by now, `disk_failed`
 */
export async function placeFiles(laying: Laying): Promise<Laid> {
  const laid = {linked: 0, copied: 0, found: 0}
  const root = await withNamedErrors(laying.root, () => OpenedFolder.root(laying.root, laying.device))
  try {
    for (const file of laying.files) laid[await withNamedErrors(file.to, () => layOne(file, root, laying))]++
    return laid
  } finally {
    await root.close()
  }
}

async function layOne(file: LaidFile, root: OpenedFolder, laying: Laying): Promise<keyof Laid> {
  laying.signal.throwIfAborted()
  const names = relative(laying.root, file.to).split('/')
  const source = await open(file.from, constants.O_RDONLY | constants.O_NOFOLLOW)
  const opened: OpenedFolder[] = []
  try {
    const seen = await source.stat({bigint: true})
    if (!seen.isFile() || Number(seen.size) !== file.size) throw changed(file.from)
    let folder = root
    for (const name of names.slice(0, -1)) opened.push((folder = await folder.down(name, true)))
    const name = names.at(-1)!
    const place = folder
    return await oneAfterTheOther(`${await place.identity()}/${name}`, async () => {
      laying.signal.throwIfAborted()
      const there = await lstat(place.at(name), {bigint: true}).catch(ifMissing)
      if (there) {
        if (there.isFile() && Number(there.size) === file.size) {
          laying.onFound?.(file.size)
          return 'found'
        }
        throw refused('Something else is there.', file.to)
      }
      const isLinked = laying.as === 'links' && (await linked(file, place, name, seen.ino))
      if (!isLinked) await copied(source, file, place, name, laying)
      await place.sync()
      return isLinked ? 'linked' : 'copied'
    })
  } finally {
    for (const folder of opened) await folder.close()
    await source.close()
  }
}

/** Of each place whoever came last; two torrents may have a file in common, and be copied at the same time. */
const lastAt = new Map<string, Promise<unknown>>()

/** Whoever comes second finds what the first one laid. */
async function oneAfterTheOther<T>(place: string, lay: () => Promise<T>): Promise<T> {
  const mine = (lastAt.get(place) ?? Promise.resolve()).then(lay, lay)
  const ended = mine.catch(() => {})
  lastAt.set(place, ended)
  try {
    return await mine
  } finally {
    if (lastAt.get(place) === ended) lastAt.delete(place)
  }
}

/** @throws where it cannot be linked, `changed_meanwhile` = another file had its name in that moment */
async function linked(file: LaidFile, folder: OpenedFolder, name: string, inode: bigint): Promise<true> {
  await link(file.from, folder.at(name))
  const made = await lstat(folder.at(name), {bigint: true})
  if (made.ino === inode) return true
  await unlink(folder.at(name))
  throw changed(file.from)
}

/** Under a name of its own until it was read back: then it takes its name, and never that of another file. */
async function copied(
  source: FileHandle,
  file: LaidFile,
  folder: OpenedFolder,
  name: string,
  {signal, onCopied}: Laying,
): Promise<void> {
  const own = `.${createHash('sha256').update(name).digest('hex').slice(0, 16)}${unfinished}`
  await unlink(folder.at(own)).catch(ifMissing)
  const target = await open(folder.at(own), 'wx+', 0o664)
  try {
    const meant = createHash('sha256')
    const size = await eachChunk(source, signal, async (chunk, at) => {
      meant.update(chunk)
      await target.write(chunk, 0, chunk.length, at)
      onCopied?.(chunk.length)
    })
    if (size !== file.size) throw changed(file.from)
    await target.sync()
    if ((await digestOf(target, signal)) !== meant.digest('hex'))
      throw new CommodarrError('disk_failed', `${file.to} is not what was written.`, {path: file.to})
    await named(folder, own, name, file.to)
  } finally {
    await target.close()
    await unlink(folder.at(own)).catch(ifMissing)
  }
}

/** Never over another file: linking fails where something is, renaming would replace it. */
async function named(folder: OpenedFolder, own: string, name: string, path: string): Promise<void> {
  try {
    await link(folder.at(own), folder.at(name))
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error
    if (await lstat(folder.at(name)).catch(ifMissing)) throw refused('Something else is there.', path)
    await rename(folder.at(own), folder.at(name))
  }
}

async function digestOf(file: FileHandle, signal: AbortSignal): Promise<string> {
  const hash: Hash = createHash('sha256')
  await eachChunk(file, signal, (chunk) => void hash.update(chunk))
  return hash.digest('hex')
}

/** @returns how many bytes there were */
async function eachChunk(
  file: FileHandle,
  signal: AbortSignal,
  use: (chunk: Buffer, at: number) => Promise<void> | void,
): Promise<Bytes> {
  const buffer = Buffer.allocUnsafe(CHUNK)
  for (let at = 0; ;) {
    signal.throwIfAborted()
    const {bytesRead} = await file.read(buffer, 0, CHUNK, at)
    if (bytesRead === 0) return at
    await use(buffer.subarray(0, bytesRead), at)
    at += bytesRead
  }
}

/** The nearest folder above that is there: below it what is missing is made. */
export async function standingFolder(
  path: string,
): Promise<{readonly path: string; readonly device: string}> {
  for (let at = path; ; at = dirname(at)) {
    const found = await lstat(at, {bigint: true}).catch(ifMissing)
    if (found) return {path: at, device: String(found.dev)}
  }
}

function changed(path: string): CommodarrError {
  return new CommodarrError('changed_meanwhile', `${path} is not the file that was decided about.`, {path})
}

function ifMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}

/** Errors of the system by our name. */
async function withNamedErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = codeOf(error)
    const isEnd = error instanceof Error && error.name === 'AbortError'
    if (error instanceof CommodarrError || isEnd || code === '') throw error
    if (code === 'ENOENT') throw changed(path)
    throw new CommodarrError('disk_failed', `${path} could not be laid (${code}).`, {path}, error)
  }
}
