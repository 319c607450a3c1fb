/** The file of the embedded database: its rights, whether it is whole, whether it is still the one that was opened. */
import {chmodSync, closeSync, openSync, statSync} from 'node:fs'
import {DatabaseSync} from 'node:sqlite'
import {backupFolder, firstFinding, newestBackups} from './backups.ts'
import {fileFault, StorageFault, storageFault} from './faults.ts'
import {giveToOwnerOfFolder} from './owner.ts'

export const MEMORY = ':memory:'
/** SQLite's own, blocking wait for a lock; longer ones are ours and block nobody. */
const BLOCKED_MS = 10
/** Reading more than this to check it would hold up the start: then only the tables of people are. */
const CHECKED_BYTES = 256 * 2 ** 20
/** The large ones: what is wrong with them costs history, not access. */
const unchecked = new Set(['journal', 'samples', 'traffic', 'health_changes'])

export interface Connected {
  readonly database: DatabaseSync
  /** Its disk is full, so it keeps to itself what it would share with other programs: these cannot read it. */
  readonly isAlone: boolean
}

/** @throws node:sqlite's error when the file cannot be opened */
export function connect(path: string): Connected {
  try {
    return {database: opened(path, ['pragma journal_mode = wal']), isAlone: false}
  } catch (error) {
    if (!lacksRoom(error)) throw error
    // Who has it alone needs no file beside it to read. Source: sqlite.org/wal.html §8.
    const pragmas = ['pragma locking_mode = exclusive', 'pragma journal_mode = wal']
    return {database: opened(path, pragmas), isAlone: true}
  }
}

function opened(path: string, pragmas: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(path, {timeout: BLOCKED_MS})
  try {
    for (const pragma of [...pragmas, 'pragma synchronous = normal', 'pragma foreign_keys = on'])
      database.exec(pragma)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Lets other programs read again. @throws node:sqlite's error while its disk is full, or something is being read */
export function shareAgain(database: DatabaseSync): void {
  database.exec('pragma journal_mode = delete')
  database.exec('pragma locking_mode = normal')
  database.exec('pragma journal_mode = wal')
}

/** Full, or no room for the file that programs share (SQLITE_FULL, SQLITE_IOERR_SHMOPEN, SHMSIZE, SHMMAP). */
function lacksRoom(error: unknown): boolean {
  return (
    error instanceof Error && 'errcode' in error && [13, 4618, 4874, 5386].includes(Number(error.errcode))
  )
}

/** Nobody else's business: SQLite makes its two other files with the rights of this one. */
export function prepareFile(path: string): void {
  const found = statSync(path, {throwIfNoEntry: false})
  if (found === undefined) {
    closeSync(openSync(path, 'a', 0o600))
    return giveToOwnerOfFolder(path)
  }
  if (found.size === 0 && newestBackups(backupFolder(path)).length > 0)
    throw new StorageFault('storage_damaged', 'The file is empty.', false)
  // A file that was made read-only on purpose stays so; the other two inherited it, and would stay so for ever.
  makeOurs(path, found.mode & 0o700)
  for (const suffix of ['-wal', '-shm']) makeOurs(path + suffix, 0o600)
}

function makeOurs(file: string, mode: number): void {
  const found = statSync(file, {throwIfNoEntry: false})
  if (found === undefined || (found.mode & 0o777) === mode || process.platform === 'win32') return
  try {
    chmodSync(file, mode)
  } catch {
    // Of another user: SQLite says whether it can be used anyway.
  }
}

/** @throws {StorageFault} storage_damaged */
export function checkFile(database: DatabaseSync, path: string): void {
  const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all()
  for (const one of checksOf(
    statSync(path).size,
    tables.map((row) => String(row['name'])),
  )) {
    const finding = firstFinding(database, one)
    if (finding !== null) throw new StorageFault('storage_damaged', `${finding}.`, false)
  }
}

/** What is checked at the start, as pragmas: 250 MB take half a second. */
export function checksOf(bytes: number, tables: readonly string[]): string[] {
  if (bytes <= CHECKED_BYTES) return ['quick_check']
  return tables.filter((name) => !unchecked.has(name)).map((name) => `quick_check("${name}")`)
}

export interface FileIdentity {
  readonly device: bigint
  readonly inode: bigint
}

/** `null` = there is none, or none that we may see. */
export function identityOf(path: string): FileIdentity | null {
  try {
    const {dev, ino} = statSync(path, {bigint: true})
    return {device: dev, inode: ino}
  } catch {
    return null
  }
}

export function sameFile(a: FileIdentity, b: FileIdentity | null): boolean {
  return b !== null && a.device === b.device && a.inode === b.inode
}

/** What a person reads when Commodarr does not start. */
export function atStart(path: string, error: unknown): unknown {
  const fault = fileFault(error) ?? storageFault(error)
  if (!(fault instanceof StorageFault) || fault.code === 'storage_newer' || path === MEMORY) return fault
  const help = fault.code === 'storage_damaged' ? ` ${restoreHelp(path)}` : ''
  return new StorageFault(fault.code, `${path}: ${fault.message}${help}`, fault.passing, error)
}

/** The way back to a backup, for a person. @param path of the database file, or of where it would be */
export function restoreHelp(path: string): string {
  const folder = backupFolder(path)
  const [newest, ...older] = newestBackups(folder).slice(0, 3)
  if (newest === undefined) return `There is no backup in ${folder}; with one: npm start -- restore FILE.`
  const others = older.length === 0 ? '' : ` Older ones: ${older.join(', ')}.`
  return `Go back to the newest backup: npm start -- restore ${newest}.${others}`
}
