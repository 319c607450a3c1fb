/**
 * Reads a database of the older program. It is copied first, with what still stands in its log, and only the copy is
 * opened: SQLite writes beside what it reads, and nothing in the old folder is ever touched.
 */
import {createHash} from 'node:crypto'
import {constants, createReadStream} from 'node:fs'
import {copyFile, mkdtemp, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {StorageFault, storageFault, wordsOf} from '#store/faults.ts'
import {oldRecord, type OldRecord, type OldRow} from './old-rows.ts'
import {oldTable, type OldTable} from './old-tables.ts'

/** Rows between two looks at the time, and turns for others: some 2 ms. */
const PORTION = 500

interface OldReading {
  /** Of what was copied. */
  readonly fingerprint: string
  /** In portions; each ends a turn of the event loop. */
  readonly records: AsyncIterable<readonly OldRecord[]>
}

interface ReadingLimits {
  /** It takes too long. */
  readonly isOver: () => boolean
}

/**
 * @param work reads what it is handed to its end; the copy is gone afterwards
 * @throws {StorageFault} it cannot be read, somebody writes it right now, or it takes too long
 */
export async function readOldDatabase<T>(
  path: string,
  limits: ReadingLimits,
  work: (reading: OldReading) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'commodarr-move-in-'))
  try {
    const copy = await copied(path, folder)
    return await work({fingerprint: await fingerprintOf(copy), records: recordsOf(copy, path, limits)})
  } catch (error) {
    throw faultOf(path, error)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

async function copied(path: string, folder: string): Promise<string> {
  const before = await stampsOf(path)
  const copy = join(folder, 'copy.db')
  await copyFile(path, copy, constants.COPYFILE_FICLONE)
  if (before.log !== null) await copyFile(`${path}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE)
  const after = await stampsOf(path)
  if (after.database !== before.database || after.log !== before.log)
    throw new StorageFault('storage_busy', 'It is being written: is the older program still running?', true)
  return copy
}

async function stampsOf(path: string): Promise<{database: string | null; log: string | null}> {
  return {database: await stampOf(path), log: await stampOf(`${path}-wal`)}
}

async function stampOf(path: string): Promise<string | null> {
  try {
    const {size, mtimeMs} = await stat(path)
    return `${size} ${mtimeMs}`
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function fingerprintOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}

async function* recordsOf(
  copy: string,
  path: string,
  {isOver}: ReadingLimits,
): AsyncGenerator<readonly OldRecord[]> {
  const database = new DatabaseSync(copy)
  try {
    for (const table of tablesOf(database, path)) {
      let portion: OldRecord[] = []
      let rows = 0
      for (const row of rowsOf(database, table)) {
        const record = oldRecord(table, row)
        if (record !== null) portion.push(record)
        if (++rows % PORTION > 0) continue
        if (isOver()) throw new StorageFault('storage_busy', 'It takes too long to read.', true)
        yield portion
        portion = []
        await nextTurn()
      }
      yield portion
    }
  } finally {
    database.close()
  }
}

function tablesOf(database: DatabaseSync, path: string): readonly OldTable[] {
  const names = database.prepare(`select name from sqlite_master where type = 'table' order by name`).all()
  return names.flatMap(({name}) => {
    const columns = database.prepare('select name from pragma_table_info(?)').all(String(name))
    return (
      oldTable(
        String(name),
        columns.map((column) => String(column['name'])),
        path,
      ) ?? []
    )
  })
}

function rowsOf(database: DatabaseSync, {name, columns}: OldTable): Iterable<OldRow> {
  const list = [...columns.values()].map(quoted).join(', ')
  const statement = database.prepare(`select ${list} from ${quoted(name)}`)
  // A whole number beyond 2^53 would be an error otherwise.
  statement.setReadBigInts(true)
  return statement.iterate() as Iterable<OldRow>
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function faultOf(path: string, error: unknown): unknown {
  const fault = storageFault(error)
  const isOfFiles = error instanceof Error && 'syscall' in error
  if (!(fault instanceof StorageFault) && !isOfFiles) return error
  const [code, passing] =
    fault instanceof StorageFault ? [fault.code, fault.passing] : (['storage_unavailable', true] as const)
  return new StorageFault(
    code,
    `What the older program kept in ${path} cannot be read: ${wordsOf(error)}`,
    passing,
    error,
  )
}
