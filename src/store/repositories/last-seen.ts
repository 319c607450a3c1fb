/**
 * When the program looked last: in the database, and after that beside it in the data folder. The next run goes on from
 * there (`lib/instance-clock.ts`); and a file that knows of a later time than the database tells that this is an older
 * copy of it: what was done since, it does not know.
 */
import {randomUUID} from 'node:crypto'
import {closeSync, constants, openSync, readFileSync, writeFileSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {z} from 'zod'
import type {InstanceClock, Seen} from '#lib/instance-clock.ts'
import type {EpochMs} from '#model/units.ts'
import {KnownRuns, type LostTime, type RunBefore} from './known-runs.ts'
import {giveToOwnerOfFolder} from '../owner.ts'
import {newestEntryAt} from './journal.ts'
import {putSetting, readSettings} from './settings.ts'
import type {Store} from '../store.ts'

const NAME = 'last_seen'
const EVERY_MS = 60_000
const SECTOR_BYTES = 512
/** Instead of the name of a database: whichever is there was put there by somebody. */
const RESTORED = 'restored'

const seenShape = z.object({
  /** Of the database, so that another one is not taken for an older one. */
  database: z.string(),
  /** Which run of the program wrote it; a release before kept none. */
  run: z.string().optional(),
  at: z.number(),
  /** The latest time of this run: its clock may have been set back since. */
  latest: z.number().optional(),
  uptime: z.object({boot: z.string(), ms: z.number()}).nullable(),
})
type Kept = z.infer<typeof seenShape>

export class LastSeen {
  /** By the run before; `null` = there was none. */
  readonly before: Seen | null
  /** `null` = the database knows of all that was done, as far as the data folder says. */
  readonly lost: LostTime | null
  /** Of the database: copies of it have the same. */
  readonly instance: string
  /** Of this run of the program. */
  readonly run: string = randomUUID()
  /** What the database knows of the run before; `null` = there was none. */
  readonly known: RunBefore | null
  /** What the database knows of all runs before. */
  readonly runs: KnownRuns
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #dataFolder: string
  readonly #log: {error(about: object, text: string): void}
  #cancel: () => void = () => {}
  #writing: Promise<void> = Promise.resolve()
  #hasFailed = false
  #latest: EpochMs = 0
  /** The database knows of this run, and its list has the run before. */
  #isListed = false

  /** @throws {StorageFault} */
  static async open(
    store: Pick<Store, 'read' | 'write'>,
    dataFolder: string,
    log: {error(about: object, text: string): void},
  ): Promise<LastSeen> {
    const kept = keptIn((await store.read(readSettings)).get(NAME))
    const beside = keptBeside(dataFolder)
    // An earlier release kept no such thing, but its journal.
    const newest = kept === null ? await store.read(newestEntryAt) : null
    const known: Kept | null = kept ?? (newest === null ? null : {database: '', at: newest, uptime: null})
    const isOfIt = beside !== null && known !== null && [known.database, RESTORED].includes(beside.database)
    const lost =
      isOfIt && beside.at > known.at ? {from: known.at, to: beside.at, run: beside.run ?? null} : null
    const before = lost && beside?.database !== RESTORED ? beside : known
    const instance = kept?.database ?? randomUUID()
    const runs = await KnownRuns.open(
      store,
      known && {run: known.run ?? null, at: Math.max(known.at, known.latest ?? 0)},
    )
    return new LastSeen(store, dataFolder, log, {
      before,
      lost,
      instance,
      known: known && {run: known.run ?? null, at: known.at},
      runs,
    })
  }

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    dataFolder: string,
    log: {error(about: object, text: string): void},
    {before, lost, instance, known, runs}: Pick<LastSeen, 'before' | 'lost' | 'instance' | 'known' | 'runs'>,
  ) {
    this.#store = store
    this.#dataFolder = dataFolder
    this.#log = log
    this.before = before && {at: before.at, uptime: before.uptime}
    this.lost = lost
    this.instance = instance
    this.known = known
    this.runs = runs
  }

  /** From now on it is written each minute. */
  start(clock: InstanceClock): void {
    this.#writing = this.#writing.then(() => this.#write(clock.seen))
    this.#cancel = clock.after(EVERY_MS, () => this.start(clock))
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#cancel()
    await this.#writing
  }

  /**
   * Now, before another one is told of this time: nobody may know of a later one than the database does.
   * @throws {StorageFault}
   */
  async write({seen: {at, uptime}}: Pick<InstanceClock, 'seen'>): Promise<Kept> {
    this.#latest = Math.max(this.#latest, at)
    const kept: Kept = {database: this.instance, run: this.run, at, latest: this.#latest, uptime}
    await this.#store.write(async (db) => {
      // What stands there of the run before is replaced: from then on its end is in the list alone.
      if (!this.#isListed) await this.runs.put(db, this.run, at)
      await putSetting(db, NAME, kept, at)
    })
    this.#isListed = true
    return kept
  }

  /** First into the database: beside it nothing may be later than in it. */
  async #write(seen: Seen): Promise<void> {
    try {
      writeBeside(this.#dataFolder, await this.write({seen}))
      this.#hasFailed = false
    } catch (error) {
      if (!this.#hasFailed) this.#log.error({err: error}, 'when we looked last could not be written')
      this.#hasFailed = true
    }
  }
}

/** A backup was put in the place of the database: what was done since it was made is not known to it. */
export function recordRestored(dataFolder: string, at: EpochMs): void {
  const kept: Kept = {database: RESTORED, at, uptime: null}
  const path = pathIn(dataFolder)
  writeFileSync(path, JSON.stringify(kept), {mode: 0o600})
  giveToOwnerOfFolder(path)
}

/**
 * In place, in one sector: whoever is killed leaves the one or the other. A file that takes the place of another one is
 * brought to the disk at once by ext4, and the main thread waits for that.
 */
function writeBeside(folder: string, kept: Kept): void {
  const file = openSync(pathIn(folder), constants.O_WRONLY | constants.O_CREAT, 0o600)
  try {
    writeSync(file, JSON.stringify(kept).padEnd(SECTOR_BYTES), 0)
  } finally {
    closeSync(file)
  }
}

function pathIn(folder: string): string {
  return join(folder, 'last-seen.json')
}

function keptBeside(folder: string): Kept | null {
  try {
    return keptIn(JSON.parse(readFileSync(pathIn(folder), 'utf8')))
  } catch {
    return null
  }
}

/** What cannot be read tells nothing. */
function keptIn(value: unknown): Kept | null {
  const read = seenShape.safeParse(value)
  return read.success ? read.data : null
}
