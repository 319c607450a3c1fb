/** Which database, and how it is opened: one program to a data folder, and patience with a server that starts later. */
import {statSync} from 'node:fs'
import {basename, join} from 'node:path'
import type {Logger} from 'pino'
import {keyPath} from '#accounts/key-file.ts'
import {backoffMs} from '#lib/backoff.ts'
import {sleep, systemClock, type Clock} from '#lib/clock.ts'
import {backupFolder, newestBackups} from '#store/backups.ts'
import {StorageFault} from '#store/faults.ts'
import {FolderLock} from '#store/folder-lock.ts'
import type {StoreState} from '#store/health.ts'
import {postgresPlace, requireUrl} from '#store/postgres.ts'
import {restoreHelp} from '#store/sqlite-file.ts'
import {Store, type StoreOptions} from '#store/store.ts'
import type {Place} from '#store/transfer/places.ts'

/** For a predecessor that is about to end. */
const LOCK_MS = 5_000
/** For PostgreSQL, which may be started after us. */
const SERVER_MS = 60_000

type Environment = Readonly<Record<string, string | undefined>>

interface DatabaseDeps {
  readonly dataFolder: string
  /** Of PostgreSQL; `null` = the embedded database. */
  readonly url: string | null
  /** An empty database is all right, whatever the data folder says of an earlier life. */
  readonly fresh?: boolean | undefined
  /** To a person, at the start. */
  readonly say: (lines: readonly string[]) => void
  readonly log?: Pick<Logger, 'info' | 'error'> | undefined
  /** Nobody waits any more. */
  readonly stopped?: Promise<unknown> | undefined
  readonly clock?: Clock | undefined
  readonly waitMs?: number | undefined
  readonly lockMs?: number | undefined
}

/** `DATABASE_URL`; `null` = the embedded database. */
export function databaseUrl(env: Environment): string | null {
  const url = env['DATABASE_URL'] ?? ''
  return url === '' ? null : url
}

export function databasePlace({dataFolder, url}: Pick<DatabaseDeps, 'dataFolder' | 'url'>): Place {
  return url === null ? {path: join(dataFolder, 'commodarr.db')} : {url}
}

/** @returns `null` when it cannot be opened, which was said */
export async function openDatabase(parts: DatabaseDeps): Promise<Store | null> {
  try {
    return await takeDatabase(parts)
  } catch (error) {
    if (!(error instanceof StorageFault)) throw error
    process.stderr.write(`${error.message}\n`)
    return null
  }
}

/** @throws {StorageFault} with a message for a person */
export async function takeDatabase(parts: DatabaseDeps): Promise<Store> {
  if (parts.url !== null) requireUrl(parts.url)
  const lock = await FolderLock.take(parts.dataFolder, parts.lockMs ?? LOCK_MS)
  const clock = parts.clock ?? systemClock
  const place = databasePlace(parts)
  const options = {
    lock,
    clock,
    onState: parts.log && stateLog(parts.log, clock),
    onEmpty: () => refuseEmpty(parts, place),
  }
  try {
    return await ('path' in place
      ? Store.sqlite(place.path, options)
      : patiently(parts, clock, place.url, options))
  } catch (error) {
    lock.release()
    throw error
  }
}

/** As long as waiting may help, and not for ever: whoever watches over us should hear of it. */
async function patiently(
  {say, stopped, waitMs = SERVER_MS}: DatabaseDeps,
  clock: Clock,
  url: string,
  options: StoreOptions,
): Promise<Store> {
  const giveUpAt = clock.monotonic() + waitMs
  const enough = new AbortController()
  void stopped?.then(() => enough.abort(new StorageFault('shutting_down', 'Stopped while waiting.', true)))
  // The clock keeps no process alive.
  const awake = setInterval(() => {}, 60_000)
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await Store.postgres(url, options)
      } catch (error) {
        if (!(error instanceof StorageFault)) throw error
        const left = giveUpAt - clock.monotonic()
        if (!error.passing || left <= 0) throw startFault(url, error, attempt === 1 ? 0 : waitMs)
        if (attempt === 1) say([`Waiting for ${postgresPlace(url)}. ${error.message}`])
        const pace = backoffMs(attempt, Math.random(), {firstMs: 1_000, mostMs: 5_000})
        await sleep(clock, Math.min(pace, left), enough.signal)
      }
    }
  } finally {
    clearInterval(awake)
  }
}

function startFault(url: string, fault: StorageFault, waitedMs: number): StorageFault {
  const waited = waitedMs === 0 ? '' : ` Waited ${Math.round(waitedMs / 1000)} s in vain.`
  return new StorageFault(
    fault.code,
    `${postgresPlace(url)}: ${fault.message}${waited}`,
    fault.passing,
    fault,
  )
}

/**
 * A database that was deleted, or another one than before, must not pass for a first start: everything that people set
 * up would be gone, and the first one who comes could make himself its administrator.
 * @throws {StorageFault}
 */
function refuseEmpty({dataFolder, fresh}: DatabaseDeps, place: Place): void {
  const embedded = join(dataFolder, 'commodarr.db')
  const isElsewhere = 'url' in place && holdsSomething(embedded)
  const traces = fresh ? [] : [...(isElsewhere ? ['commodarr.db'] : []), ...tracesOf(dataFolder)]
  if (traces.length === 0) return
  const ways = isElsewhere
    ? `Take along what is in ${embedded}: npm start -- migrate --to, without DATABASE_URL.`
    : restoreHelp(embedded)
  const what = 'url' in place ? `${postgresPlace(place.url)} is empty` : 'There is no database'
  throw new StorageFault(
    'storage_unavailable',
    `${what}, but Commodarr ran here before: ${dataFolder} has ${traces.join(', ')}. ${ways} Or start with an empty database: npm start -- --fresh.`,
    false,
  )
}

/** What an earlier life leaves in its folder besides the database. */
function tracesOf(dataFolder: string): readonly string[] {
  const files = [keyPath(dataFolder), join(dataFolder, 'fleet.snapshot')].filter(holdsSomething)
  const backups = backupFolder(join(dataFolder, 'commodarr.db'))
  return [...files, ...(newestBackups(backups).length > 0 ? [backups] : [])].map((path) => basename(path))
}

function holdsSomething(path: string): boolean {
  return (statSync(path, {throwIfNoEntry: false})?.size ?? 0) > 0
}

/** A line for each change, none for each try. */
function stateLog(log: Pick<Logger, 'info' | 'error'>, clock: Clock): (state: StoreState) => void {
  let illSince = 0
  return ({ok, since, code, message}) => {
    if (ok) return log.info({seconds: Math.round((clock.now() - illSince) / 1000)}, 'the database is back')
    illSince = since
    log.error({code}, `the database cannot be used, nothing is stored: ${message}`)
  }
}
