/**
 * The settings that people change here while the program runs. Whoever goes by them asks the program's own copy; a
 * change is written first, with its actions, then effective, then told.
 */
import {isDeepStrictEqual} from 'node:util'
import {z} from 'zod'
import {isPlainPath} from '#disk/path-mapping.ts'
import type {Clock} from '#lib/clock.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {asUserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {usualValues, type HistoryDays, type SettingValues} from '#model/setting-values.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Store} from '#store/store.ts'

/** What is to be different; what is left out stays. */
export type SettingChanges = {
  readonly [N in keyof SettingValues]?:
    | (SettingValues[N] extends HistoryDays ? Some<HistoryDays> : SettingValues[N])
    | undefined
}

type Some<T> = {readonly [N in keyof T]?: T[N] | undefined}

type Name = keyof SettingValues

/** What is accepted, and the name that people and the database use. */
const known: {readonly [N in Name]: Setting<SettingValues[N]>} = {
  auditDays: {name: 'audit_days', schema: days(3_650)},
  historyDays: {
    name: 'history_days',
    schema: z.strictObject({minutes: days(30), hours: days(730), days: days(3_650)}),
  },
  allowedFolders: {
    name: 'allowed_folders',
    schema: z
      .array(z.strictObject({serverId: z.string().min(1), folder: z.string().refine(isPlainPath)}))
      .max(1_000),
  },
  membersPublicOnly: {name: 'members_public_only', schema: z.boolean()},
  memberAddresses: {name: 'member_addresses', schema: memberAddresses()},
  sessionIdleDays: {name: 'session_idle_days', schema: days(365)},
  sessionAbsoluteDays: {name: 'session_absolute_days', schema: days(730)},
  passwordLogIn: {name: 'password_log_in', schema: z.boolean()},
}

interface Setting<T> {
  readonly name: string
  readonly schema: z.ZodType<T>
}

function memberAddresses() {
  const userId = z.string().transform((id) => asUserId(id))
  const address = z.string().refine(isHost, 'a host is a name or an address, without scheme and port')
  const one = z.strictObject({userId: userId.nullable(), address, port: z.int().min(1).max(65_535)})
  return z.array(one).max(1_000)
}

/** As a URL spells its host: what is written otherwise would never be met. */
function isHost(text: string): boolean {
  const url = URL.parse(`http://${text.includes(':') ? `[${text}]` : text}/`)
  return url !== null && url.port === '' && url.hostname.replace(/^\[|\]$/g, '') === text
}

function days(most: number) {
  return z.int().min(1).max(most)
}

const names = Object.keys(known) as Name[]

type SettingsListener = (now: SettingValues, before: SettingValues) => void

export class Settings {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Clock
  /** Can an administrator come in without a password (a provider, a proxy, the token of the configuration)? */
  readonly #otherWayIn: () => boolean
  readonly #listeners = new Set<SettingsListener>()
  #values: SettingValues
  #changing: Promise<unknown> = Promise.resolve()

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    clock: Clock,
    otherWayIn: () => boolean,
    values: SettingValues,
  ) {
    this.#store = store
    this.#clock = clock
    this.#otherWayIn = otherWayIn
    this.#values = values
  }

  /** @throws {StorageFault} */
  static async load(
    store: Pick<Store, 'read' | 'write'>,
    clock: Clock,
    /** Can an administrator come in without a password (a provider, a proxy, the token of the configuration)? */
    otherWayIn: () => boolean,
    log: {warn(about: object, text: string): void},
  ): Promise<Settings> {
    return new Settings(store, clock, otherWayIn, valuesOf(await store.read(readSettings), log))
  }

  get values(): SettingValues {
    return this.#values
  }

  /** Called after each change. The answer ends it. */
  onChange(listener: SettingsListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /**
   * @param changes or what they are of the settings as they are by then: who adds to a list keeps what others added
   * @returns all settings as they are then
   * @throws {CommodarrError} bad_argument; last_administrator, when nobody who administers could come in any more
   * @throws {StorageFault} then nothing is changed
   */
  change(
    by: Actor,
    changes: SettingChanges | ((now: SettingValues) => SettingChanges),
  ): Promise<SettingValues> {
    const done = this.#changing.then(() =>
      this.#change(by, typeof changes === 'function' ? changes(this.#values) : changes),
    )
    this.#changing = done.catch(() => {})
    return done
  }

  async #change(by: Actor, changes: SettingChanges): Promise<SettingValues> {
    const before = this.#values
    const now = changed(before, changes)
    const different = names.filter((it) => !isDeepStrictEqual(now[it], before[it]))
    if (different.length === 0) return before
    this.#check(now)
    await this.#write(by, different, now)
    this.#values = now
    for (const listener of this.#listeners) listener(now, before)
    return now
  }

  #check({sessionIdleDays, sessionAbsoluteDays, passwordLogIn}: SettingValues): void {
    if (sessionIdleDays > sessionAbsoluteDays) {
      throw new BadArgument('A session cannot be idle for longer than its maximum lifetime.', {
        field: 'session_idle_days',
        accepted: `at most ${sessionAbsoluteDays} (session_absolute_days)`,
      })
    }
    if (this.#values.passwordLogIn && !passwordLogIn && !this.#otherWayIn()) {
      throw new CommodarrError(
        'last_administrator',
        'Without passwords no user could administer Commodarr: no provider, proxy or token allows a login.',
      )
    }
  }

  async #write(by: Actor, different: readonly Name[], now: SettingValues): Promise<void> {
    const at = this.#clock.now()
    const before = this.#values
    await this.#store.write(async (db) => {
      for (const it of different) {
        await putSetting(db, known[it].name, now[it], at)
        await appendEvent(db, eventOf(by, it, before, now), at)
      }
    })
  }
}

function changed(before: SettingValues, changes: SettingChanges): SettingValues {
  const historyDays = merged(before.historyDays, changes.historyDays ?? {})
  const now: SettingValues = {...merged(before, changes), historyDays}
  for (const it of names) {
    const {success, error} = known[it].schema.safeParse(now[it])
    if (success) continue
    throw new BadArgument(`${known[it].name} is not accepted: ${error.issues[0]!.message}.`, {
      field: known[it].name,
    })
  }
  return now
}

function merged<T extends object>(before: T, changes: object): T {
  return {
    ...before,
    ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
  }
}

function eventOf(by: Actor, which: Name, before: SettingValues, now: SettingValues): AuditEvent {
  return {
    actor: by,
    subject: 'setting',
    verb: 'change',
    name: known[which].name,
    serverId: null,
    args: {from: before[which], to: now[which]},
  }
}

/** A value that is not accepted (any more) is as good as none. */
function valuesOf(
  kept: ReadonlyMap<string, unknown>,
  log: {warn(about: object, text: string): void},
): SettingValues {
  const values = names.map((it): [Name, unknown] => {
    const {name, schema} = known[it]
    const usual = usualValues[it]
    if (!kept.has(name)) return [it, usual]
    const read = schema.safeParse(kept.get(name))
    if (read.success) return [it, read.data]
    log.warn(
      {setting: name, found: kept.get(name)},
      'a setting is kept with a value that is not accepted; the usual one holds',
    )
    return [it, usual]
  })
  return Object.fromEntries(values) as unknown as SettingValues
}
