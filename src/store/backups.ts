/**
 * Backups are SQLite files in `backups/` beside the database, whole and checked: each is written under a name ending in
 * `.part` and gets its own when it is good.
 *
 *   commodarr-<time>.db             asked for; never removed by us
 *   before-<migration>-<time>.db    made before each change of the tables; the newest five are kept
 *   before-restore-<time>.db        what `restore` and `migrate --force` replaced; never removed by us
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {backup, DatabaseSync} from 'node:sqlite'
import {makeFolderSync} from '#lib/make-folder.ts'
import type {EpochMs} from '#model/units.ts'
import {fileFault, StorageFault, storageFault} from './faults.ts'
import {giveToOwnerOfFolder} from './owner.ts'

const KEPT = 5
/** All pages at once: a backup in steps begins again with every write of another process. */
const ALL_PAGES = 2 ** 31 - 1

/** @param database path of the SQLite file, or of where it would be */
export function backupFolder(database: string): string {
  return join(dirname(database), 'backups')
}

/** A name that is free, in a folder that is there. */
export function backupPath(folder: string, prefix: string, now: EpochMs): string {
  if (makeFolderSync(folder, 0o700) !== null) giveToOwnerOfFolder(folder)
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  for (let count = 1; ; count++) {
    const path = join(folder, `${prefix}-${time}${count === 1 ? '' : `-${count}`}.db`)
    if (!existsSync(path)) return path
  }
}

/** Paths, newest first. */
export function newestBackups(folder: string): string[] {
  if (!existsSync(folder)) return []
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .map((name) => join(folder, name))
  return paths
    .map((path) => ({path, at: statSync(path).mtimeMs}))
    .sort((a, b) => b.at - a.at || (a.path < b.path ? 1 : -1))
    .map(({path}) => path)
}

/** Removes the oldest of those made before a migration. */
export function pruneBackups(folder: string): void {
  const ours = newestBackups(folder).filter((path) => /[/\\]before-\d/.test(path))
  for (const path of ours.slice(KEPT)) rmSync(path)
}

/**
 * A whole, checked copy of an open database, as of one moment, readable by nobody but us.
 * @throws {StorageFault} there is no new file then
 */
export async function copyDatabase(source: DatabaseSync, path: string): Promise<void> {
  await finished(path, async (part) => {
    await backup(source, part, {rate: ALL_PAGES})
  })
}

/**
 * Has a file written under another name; it gets its own when it is whole.
 * @param write makes a SQLite database at the path it is given
 * @throws {StorageFault} there is no new file then
 */
export async function finished(path: string, write: (part: string) => Promise<void>): Promise<void> {
  const part = `${path}.part`
  rmSync(part, {force: true})
  try {
    closeSync(openSync(part, 'wx', 0o600))
    await write(part)
    settle(part)
    renameSync(part, path)
    giveToOwnerOfFolder(path)
    syncFolder(dirname(path))
  } catch (error) {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(part + suffix, {force: true})
    throw notWritten(path, error)
  }
}

/** One file that needs no other beside it, checked whole and on the disk. */
function settle(path: string): void {
  const copy = new DatabaseSync(path)
  try {
    copy.exec('pragma journal_mode = delete')
    const finding = firstFinding(copy, 'integrity_check')
    if (finding !== null)
      throw new StorageFault('storage_damaged', `The database is damaged: ${finding}.`, false)
  } finally {
    copy.close()
  }
  chmodSync(path, 0o600)
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}

/** @returns `null` when all is well. @throws node:sqlite's error when not even that can be told */
export function firstFinding(database: DatabaseSync, check: string): string | null {
  const rows = database.prepare(`pragma ${check}`).all() as Record<string, string>[]
  const words = rows.map((row) => Object.values(row)[0] ?? '')
  return words.length === 1 && words[0] === 'ok' ? null : (words[0] ?? 'no answer').split('\n')[0]!
}

export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  fsyncSync(folder)
  closeSync(folder)
}

function notWritten(path: string, error: unknown): unknown {
  const fault = fileFault(error) ?? storageFault(error)
  if (!(fault instanceof StorageFault)) return fault
  return new StorageFault(fault.code, `${path} could not be written. ${fault.message}`, fault.passing, error)
}
