/**
 * What people are told once and read in the bell: what a rule notifies of, and a server that a member added at a private
 * address. The last one of each cause, for 30 days and over restarts. Who has read which is a preference of each of them.
 */
import {randomUUIDv7} from 'node:crypto'
import * as z from 'zod'
import type {Clock} from '#lib/clock.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Store} from '#store/store.ts'

interface PersonNotice {
  readonly id: string
  readonly at: EpochMs
  readonly code: 'rule_notifies' | 'private_server'
  /** For people. */
  readonly message: string
  /** That it is about; `null` = none that has it. */
  readonly serverId: ServerId | null
  /** That notifies; `null` = no rule does. */
  readonly ruleId: RuleId | null
  /** Of the rule or of the server. */
  readonly name: string
}

const NAME = 'notices'
const KEPT_MS = 30 * DAY * 1_000
/** Of each code: what members add displaces nothing that rules say. */
const MOST = 50

const shape = z.array(
  z.object({
    id: z.string(),
    at: z.number(),
    code: z.enum(['rule_notifies', 'private_server']),
    message: z.string(),
    serverId: z.string().transform(asServerId).nullable(),
    ruleId: z
      .string()
      .transform((id) => id as RuleId)
      .nullable(),
    name: z.string(),
  }),
)

export class PersonNotices {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #log: {error(about: object, text: string): void}
  /** By their causes, the oldest first. */
  readonly #all = new Map<string, PersonNotice>()
  #writing: Promise<void> | null = null
  #isStale = false

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    clock: Pick<Clock, 'now'>,
    log: {error(about: object, text: string): void},
  ) {
    this.#store = store
    this.#clock = clock
    this.#log = log
  }

  /** What cannot be read is over. @throws {StorageFault} */
  static async open(
    store: Pick<Store, 'read' | 'write'>,
    clock: Pick<Clock, 'now'>,
    log: {error(about: object, text: string): void},
  ): Promise<PersonNotices> {
    const notices = new PersonNotices(store, clock, log)
    const {data = []} = shape.safeParse((await store.read(readSettings)).get(NAME) ?? [])
    for (const notice of data) notices.#all.set(causeOf(notice), notice)
    return notices
  }

  /** Oldest first. */
  list(): readonly PersonNotice[] {
    const after = this.#clock.now() - KEPT_MS
    return [...this.#all.values()].filter(({at}) => at > after)
  }

  /** In the place of the one before of the same rule or server. */
  add(notice: Omit<PersonNotice, 'id' | 'at'>): void {
    const cause = causeOf(notice)
    this.#all.delete(cause)
    this.#all.set(cause, {...notice, id: randomUUIDv7(), at: this.#clock.now()})
    const same = [...this.#all].filter(([, {code}]) => code === notice.code)
    if (same.length > MOST) this.#all.delete(same[0]![0])
    this.#isStale = true
    this.#writing ??= this.#write().finally(() => (this.#writing = null))
  }

  /** Resolves when all of it is written, or could not be. */
  async settled(): Promise<void> {
    await this.#writing
  }

  /** A rule may notify of thousands at once: they are written together. */
  async #write(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false
      await this.#store
        .write((db) => putSetting(db, NAME, this.list(), this.#clock.now()))
        .catch((error: unknown) => this.#log.error({err: error}, 'notices could not be written'))
    }
  }
}

function causeOf({code, ruleId, serverId}: Omit<PersonNotice, 'id' | 'at'>): string {
  return `${code} ${ruleId ?? serverId ?? ''}`
}
