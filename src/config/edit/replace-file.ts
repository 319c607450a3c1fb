/**
 * Replaces a file that somebody else may be editing: read, changed, kept as a backup, written beside it and renamed
 * over it. Whoever reads meanwhile sees the old one or the new one, whole; whoever edited meanwhile loses nothing.
 */
import {randomBytes} from 'node:crypto'
import {chmod, chown, lstat, open, readdir, readFile, realpath, rename, rm, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {CommodarrError} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'

const BACKUPS_KEPT = 10

interface Replaced {
  readonly bytes: Buffer
  /** Where the file as it was lies now. */
  readonly backup: string
}

/**
 * @param change from what the file holds to what it is to hold; `null` = it can stay as it is
 * @returns what was written
 * @throws {CommodarrError} `file_changed` when it changed while we worked; `storage_read_only`, `storage_full`,
 *   `storage_unavailable`
 */
export async function replaceFile(
  path: string,
  now: EpochMs,
  change: (bytes: Buffer) => Promise<Buffer | null>,
): Promise<Replaced | null> {
  try {
    // What a link points to is written, not the link.
    const file = await realpath(path)
    const before = await readFile(file)
    const bytes = await change(before)
    if (bytes === null) return null
    const backup = await writeBackup(file, before, now)
    await writeOver(file, before, bytes).catch(async (error: unknown) => {
      // What was not changed needs no backup, and must not push out those of real changes.
      await rm(backup, {force: true})
      throw error
    })
    await dropOldBackups(file)
    await dropLeftovers(file)
    return {bytes, backup}
  } catch (error) {
    throw fileFault(error, path)
  }
}

/** What was being written when somebody pulled the plug. */
const LEFTOVER_MS = 3_600_000

async function dropLeftovers(file: string): Promise<void> {
  const folder = dirname(file)
  const isOurs = (name: string) => name.startsWith(`.${basename(file)}.`) && /\.[0-9a-f]{12}\.tmp$/.test(name)
  for (const name of (await readdir(folder)).filter(isOurs)) {
    const {mtimeMs} = await stat(join(folder, name))
    if (Date.now() - mtimeMs > LEFTOVER_MS) await rm(join(folder, name), {force: true})
  }
}

async function writeOver(file: string, before: Buffer, bytes: Buffer): Promise<void> {
  const beside = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    await writeLike(file, beside, bytes)
    if (!(await readFile(file)).equals(before)) throw changedMeanwhile()
    await rename(beside, file)
  } catch (error) {
    await rm(beside, {force: true})
    throw error
  }
  await syncFolder(dirname(file))
}

/** A new file with the rights and the owner of `model`, on disk when this ends. */
async function writeLike(model: string, path: string, bytes: Buffer): Promise<void> {
  const {mode, uid, gid} = await stat(model)
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  const mine = await lstat(path)
  if (mine.uid !== uid || mine.gid !== gid) await chown(path, uid, gid)
  await chmod(path, mode & 0o7777)
}

/** Later than every backup there is, also when the clock was set back: the oldest are the first to go. */
async function writeBackup(file: string, bytes: Buffer, now: EpochMs): Promise<string> {
  const newest = (await backupsOf(file)).at(-1)
  const at = newest === undefined ? now : Math.max(now, timeOf(newest) + 1)
  const backup = `${file}.bak-${new Date(at).toISOString().replaceAll(':', '-')}`
  try {
    await writeLike(file, backup, bytes)
    return backup
  } catch (error) {
    await rm(backup, {force: true})
    throw error
  }
}

async function dropOldBackups(file: string): Promise<void> {
  for (const name of (await backupsOf(file)).slice(0, -BACKUPS_KEPT)) {
    await rm(join(dirname(file), name), {force: true})
  }
}

/** Those we made, oldest first: their names sort by time. */
async function backupsOf(file: string): Promise<string[]> {
  const prefix = `${basename(file)}.bak-`
  const names = await readdir(dirname(file))
  return names.filter((name) => name.startsWith(prefix) && !Number.isNaN(timeOf(name))).sort()
}

/** NaN = somebody else's backup. */
function timeOf(backup: string): EpochMs {
  const match = /\.bak-(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)$/.exec(backup)
  return match ? Date.parse(`${match[1]!}:${match[2]!}:${match[3]!}`) : Number.NaN
}

/** Not every file system lets folders be synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'EPERM') throw error
  } finally {
    await handle.close()
  }
}

export function changedMeanwhile(): CommodarrError {
  return new CommodarrError(
    'file_changed',
    'The configuration file was edited meanwhile. Nothing was written; look again, then decide again.',
  )
}

/** What an error of the file system means here; anything else comes back as it is. */
export function fileFault(error: unknown, path: string): unknown {
  const code = codeOf(error)
  if (error instanceof CommodarrError || code === null) return error
  if (code === 'ENOENT') return changedMeanwhile()
  const [ours, what] = meaningOf(code)
  return new CommodarrError(ours, `${path} cannot be written: ${what} (${code}).`, {}, error)
}

function meaningOf(code: string): ['storage_read_only' | 'storage_full' | 'storage_unavailable', string] {
  if (code === 'EACCES' || code === 'EROFS')
    return ['storage_read_only', 'it or its folder is read-only for us']
  if (code === 'EPERM') return ['storage_read_only', 'it belongs to another user, and that could not be kept']
  // A container that is given the file alone: nothing can be renamed over a mount.
  if (code === 'EBUSY') return ['storage_read_only', 'the file alone is mounted; mount its folder instead']
  if (code === 'ENOSPC' || code === 'EDQUOT') return ['storage_full', 'the disk is full']
  return ['storage_unavailable', 'the file system fails']
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
