/**
 * Bans and refused log-ins over a restart of ours: servers count failures for days and lock everyone out, so a program
 * that forgets them at each start would lock out its owner. The links work on this book, the database follows it.
 *
 *   remember ─▶ book ─worth a write─▶ waiting ─┬─ held (banned, refused): at once ─┬─▶ database ─┐
 *                                        ▲     └─ all else: together in a moment ──┘             │
 *                                        └────────── later, when the database is away ───────────┘
 *
 * Of credentials there is only what the holder of the sealing key can make of them, and only of refused ones.
 */
import {createHash, randomBytes, timingSafeEqual} from 'node:crypto'
import {readFileSync, rmSync} from 'node:fs'
import {z} from 'zod'
import type {Sealer} from '#accounts/secrets.ts'
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import {healthReasons, healthStatuses, type ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {
  deleteServerHealth,
  putServerHealth,
  readServerHealth,
  type ServerHealthRow,
} from '#store/repositories/server-health.ts'
import {portions} from '#store/rows.ts'
import type {Store} from '#store/store.ts'
import type {HealthState} from '../health.ts'
import type {HealthMemory} from '../links.ts'

/** What of a server's health outlives a restart, and when it is worth a write. */

interface HealthEntry {
  readonly state: HealthState
  /** By what credentials that were refused, or led to a ban, are known again; `null` = there are none. */
  readonly refused: ServerHealthRow['refused']
}

const healthStateSchema = z.object({
  status: z.enum(healthStatuses),
  reason: z.enum(healthReasons),
  detail: z.string(),
  since: z.number(),
  lastOkAt: z.number().nullable(),
  nextTryAt: z.number().nullable(),
  failures: z.number(),
  refusedLogins: z.number(),
  version: z.string().nullable(),
  limitation: z.string().nullable(),
  traits: z
    .object({
      version: z.string().nullable(),
      defaultSavePath: z.string().nullable(),
      allTime: z.number().nullable(),
    })
    .nullable()
    .default(null),
})

/** Would a restart believe something else? Latencies and good polls are not worth a disk. */
function isWorthWriting(entry: HealthEntry | undefined, written: HealthEntry | undefined): boolean {
  if (entry === undefined || written === undefined) return entry !== written
  const [{state: now}, {state: then}] = [entry, written]
  return (
    now.status !== then.status ||
    now.refusedLogins !== then.refusedLogins ||
    now.traits?.version !== then.traits?.version ||
    now.traits?.defaultSavePath !== then.traits?.defaultSavePath ||
    entry.refused?.digest !== written.refused?.digest ||
    (now.status === 'banned' && now.nextTryAt !== then.nextTryAt)
  )
}

/** Who forgets this in a crash logs in where nobody may. */
function isHeld(state: HealthState | undefined): boolean {
  return state?.status === 'banned' || state?.status === 'auth_failed'
}

const GATHER_MS = 300
const retryPace = {firstMs: 1_000, mostMs: 15_000}
/** In one transaction: nothing of one server hangs together with another's, and nobody else waits for thousands. */
const PORTION = 250

export class HealthRepository implements HealthMemory {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #sealer: Pick<Sealer, 'fingerprint'>
  readonly #clock: Clock
  readonly #log: {warn(about: object, text: string): void}
  /** 0 to 1. */
  readonly #random: () => number
  readonly #repository = new Map<ServerId, HealthEntry>()
  /** As the database has it. */
  readonly #written = new Map<ServerId, HealthEntry>()
  readonly #waiting = new Set<ServerId>()
  #writing: Promise<void> | null = null
  #cancel: (() => void) | null = null
  #isUrgent = false
  #failures = 0
  #isClosed = false

  /** @throws {StorageFault} */
  static async load(
    store: Pick<Store, 'read' | 'write'>,
    sealer: Pick<Sealer, 'fingerprint'>,
    clock: Clock,
    log: {warn(about: object, text: string): void},
    random: () => number,
  ): Promise<HealthRepository> {
    const repository = new HealthRepository(store, sealer, clock, log, random)
    for (const row of await store.read(readServerHealth)) repository.#admit(row)
    return repository
  }

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    sealer: Pick<Sealer, 'fingerprint'>,
    clock: Clock,
    log: {warn(about: object, text: string): void},
    random: () => number,
  ) {
    this.#store = store
    this.#sealer = sealer
    this.#clock = clock
    this.#log = log
    this.#random = random
  }

  /**
   * Takes over what an earlier version kept in a file, and removes that. A file that cannot be read costs this memory
   * and nothing else.
   * @throws {StorageFault} then the file stays
   */
  async adoptFile(path: string, definitions: readonly ServerDefinition[]): Promise<void> {
    try {
      const found = readHealthFile(path, definitions)
      if (found === null) return
      for (const {definition, state, sameCredentials} of found) {
        const refused = isHeld(state) && sameCredentials ? this.#refused(definition) : null
        this.#repository.set(definition.id, {state, refused})
        this.#waiting.add(definition.id)
      }
    } catch (error) {
      return this.#log.warn(
        {err: error},
        `${path} cannot be read: earlier bans and refused logins are unknown`,
      )
    }
    await this.#write([...this.#waiting])
    try {
      rmSync(path)
    } catch (error) {
      this.#log.warn({err: error}, `${path} is in the database now, and could not be removed`)
    }
  }

  /** `sameCredentials`: these are the ones that were refused. */
  recall(definition: ServerDefinition): {state: HealthState; sameCredentials: boolean} | null {
    const entry = this.#repository.get(definition.id)
    if (!entry) return null
    return {state: entry.state, sameCredentials: this.#isRefused(definition, entry)}
  }

  remember(definition: ServerDefinition, state: HealthState): void {
    const {id} = definition
    const salt = this.#repository.get(id)?.refused?.salt
    const entry = {state, refused: isHeld(state) ? this.#refused(definition, salt) : null}
    this.#repository.set(id, entry)
    this.#note(id, isHeld(state))
  }

  forget(id: ServerId): void {
    this.#repository.delete(id)
    this.#note(id, false)
  }

  /** Writes what waits, and when each server was last seen. Never throws. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancel?.()
    await this.#writing
    for (const [id, {state}] of this.#repository) {
      if (this.#written.get(id)?.state !== state) this.#waiting.add(id)
    }
    await this.#flush()
  }

  #admit({serverId, state, refused}: ServerHealthRow): void {
    const read = healthStateSchema.safeParse(state)
    if (!read.success) return this.#log.warn({server: serverId}, 'the stored health cannot be read')
    const entry = {state: read.data, refused}
    this.#repository.set(serverId, entry)
    this.#written.set(serverId, entry)
  }

  #note(id: ServerId, isUrgent: boolean): void {
    if (!isWorthWriting(this.#repository.get(id), this.#written.get(id))) return void this.#waiting.delete(id)
    this.#waiting.add(id)
    this.#isUrgent ||= isUrgent
    this.#plan()
  }

  /** A write that is under way plans the next one at its end. */
  #plan(): void {
    if (this.#isClosed || this.#writing !== null || this.#waiting.size === 0) return
    if (this.#isUrgent && this.#failures === 0) return void this.#flush()
    const wait = this.#failures === 0 ? GATHER_MS : backoffMs(this.#failures, this.#random(), retryPace)
    this.#cancel ??= this.#clock.after(wait, () => void this.#flush())
  }

  async #flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = null
    this.#isUrgent = false
    const held = (id: ServerId) => isHeld(this.#repository.get(id)?.state)
    const ids = [...this.#waiting].toSorted((one, other) => Number(held(other)) - Number(held(one)))
    this.#writing = this.#tryToWrite(ids)
    await this.#writing
    this.#writing = null
    this.#plan()
  }

  async #tryToWrite(ids: readonly ServerId[]): Promise<void> {
    try {
      await this.#write(ids)
      this.#failures = 0
    } catch (error) {
      if (++this.#failures === 1)
        this.#log.warn({err: error}, 'bans and refused logins could not be recorded; it is tried again')
    }
  }

  /** @throws {StorageFault} what was not written still waits */
  async #write(ids: readonly ServerId[]): Promise<void> {
    for (const portion of portions(ids, PORTION)) {
      const entries = portion.map((id) => [id, this.#repository.get(id)] as const)
      const rows = entries.flatMap(([serverId, entry]) => (entry ? [{serverId, ...entry}] : []))
      const gone = entries.flatMap(([id, entry]) => (entry ? [] : [id]))
      try {
        await this.#store.write(async (db) => {
          await putServerHealth(db, rows, this.#clock.now())
          await deleteServerHealth(db, gone)
        })
      } catch (error) {
        for (const id of portion) this.#failed(id)
        throw error
      }
      for (const [id, entry] of entries) this.#done(id, entry)
      // Many commits in a row would be one long block.
      await new Promise((done) => setImmediate(done))
    }
  }

  #done(id: ServerId, entry: HealthEntry | undefined): void {
    if (entry) this.#written.set(id, entry)
    else this.#written.delete(id)
    // Something may have happened to it meanwhile.
    if (isWorthWriting(this.#repository.get(id), entry)) this.#waiting.add(id)
    else this.#waiting.delete(id)
  }

  /** What a lost answer leaves in the database nobody knows: whatever is true then is written. */
  #failed(id: ServerId): void {
    this.#written.delete(id)
    this.#waiting.add(id)
  }

  #isRefused(definition: ServerDefinition, {refused}: HealthEntry): boolean {
    if (refused === null) return false
    const now = Buffer.from(this.#refused(definition, refused.salt).digest, 'hex')
    const then = Buffer.from(refused.digest, 'hex')
    return then.length === now.length && timingSafeEqual(now, then)
  }

  #refused(definition: ServerDefinition, salt = randomBytes(16).toString('hex')) {
    const {id, url, username, password, apiKey} = definition
    const text = JSON.stringify([url, username, password?.reveal() ?? null, apiKey?.reveal() ?? null])
    const digest = this.#sealer.fingerprint(text, `server/${id}/refused/${salt}`)
    return {salt, digest: digest.toString('hex')}
  }
}

/** `health.json`, in which earlier versions kept bans and refused log-ins: read once, then in the database. */

const fileSchema = z.record(
  z.string(),
  z.object({state: healthStateSchema, salt: z.string(), digest: z.string()}),
)

interface FiledHealth {
  readonly definition: ServerDefinition
  readonly state: HealthState
  readonly sameCredentials: boolean
}

/**
 * @param definitions of the servers there are; what the file says of others is left out
 * @returns `null` = there is no file
 * @throws when it cannot be read
 */
function readHealthFile(
  path: string,
  definitions: readonly ServerDefinition[],
): readonly FiledHealth[] | null {
  const text = textOf(path)
  if (text === null) return null
  const entries = new Map(Object.entries(fileSchema.parse(JSON.parse(text))))
  return definitions.flatMap((definition) => {
    const entry = entries.get(definition.id)
    if (!entry) return []
    return [{definition, state: entry.state, sameCredentials: isOf(definition, entry)}]
  })
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function isOf(
  {url, username, password, apiKey}: ServerDefinition,
  {salt, digest}: {readonly salt: string; readonly digest: string},
): boolean {
  const parts = JSON.stringify([url, username, password?.reveal() ?? null, apiKey?.reveal() ?? null])
  const now = createHash('sha256').update(salt).update(parts).digest()
  const then = Buffer.from(digest, 'hex')
  return then.length === now.length && timingSafeEqual(now, then)
}
