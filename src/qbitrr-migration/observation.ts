/**
 * Do the rules of the configuration act, or only tell what they would do? `--observe` makes them begin so, and so does a
 * first start, until somebody has set the program up; it lasts over restarts, also without it, until an administrator
 * confirms. From then on `--observe` does nothing, but an administrator may have it only watch again at any time.
 *
 *   first start ─▶ open ─┬─ set up by the API alone ─▶ over
 *                        └─ last step on the pages ─┬─ ask first, act ─▶ over, and which of both is kept
 *                                                   └─ watch only ─▶ for a day, then until somebody confirms
 */
import {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import type {Actor} from '#model/command.ts'
import {asUserId} from '#model/access.ts'
import {cautions, type Caution, type ConfirmedCaution, type Observing} from '#model/qbitrr-migration.ts'
import type {EpochMs} from '#model/units.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Db, Store} from '#store/store.ts'

/** Name of the setting. */
const OBSERVE = 'observe'

interface Kept {
  readonly since: EpochMs
  readonly confirmedAt: EpochMs | null
  /** Somebody sets the program up, or is about to: what the rules may do was not said yet. */
  readonly isOpen: boolean
  /** Somebody chose to watch until then, and is asked again; `null` = nobody said for how long. */
  readonly until: EpochMs | null
  /** `null` = they began to act, or will, without anybody choosing how careful they are. */
  readonly confirmed: ConfirmedCaution | null
}

/** So long somebody watches who begins so. */
const WATCH_MS = 86_400_000

export class Observation {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Clock
  readonly #listeners: (() => void)[] = []
  #kept: Kept | null
  #confirming: Promise<void> = Promise.resolve()

  private constructor(store: Pick<Store, 'read' | 'write'>, clock: Clock, kept: Kept | null) {
    this.#store = store
    this.#clock = clock
    this.#kept = kept
  }

  /**
   * @param isAsked `--observe` of this start
   * @param isFirstStart there is no administrator yet, and no one could come in
   * @throws {StorageFault}
   */
  static async open(
    store: Pick<Store, 'read' | 'write'>,
    clock: Clock,
    isAsked: boolean,
    isFirstStart: boolean,
  ): Promise<Observation> {
    const kept = keptOf((await store.read(readSettings)).get(OBSERVE))
    if (kept !== null || !(isAsked || isFirstStart)) return new Observation(store, clock, kept)
    const first: Kept = {...begun(clock.now()), isOpen: !isAsked}
    await store.write((db) => keep(db, first, first.since))
    return new Observation(store, clock, first)
  }

  /** `null` = they act. */
  get observing(): Observing | null {
    if (this.#kept === null || this.#kept.confirmedAt !== null) return null
    const {since, until, isOpen} = this.#kept
    return {since, until, isOpen}
  }

  /** It was confirmed once: `--observe` does nothing any more. */
  get isOver(): boolean {
    return this.#kept !== null && this.#kept.confirmedAt !== null
  }

  /** How careful they are since they act; `null` = nobody chose. */
  get confirmed(): ConfirmedCaution | null {
    return this.#kept?.confirmed ?? null
  }

  /** Called when they begin to act, or only watch again, after it was written. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** From now on they act, as careful as is confirmed. Does nothing when they do. @throws {StorageFault} then they do not */
  confirm(by: Actor, caution: Caution | null = null): Promise<void> {
    return this.#inTurn(() => this.#confirm(by, caution))
  }

  /** Who set the program up did not ask to be asked: they act, as ever. Else nothing. @throws {StorageFault} then they do not */
  endSetUp(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#kept?.isOpen !== true || this.#kept.confirmedAt !== null) return
      const now = this.#clock.now()
      await this.#keep({...this.#kept, confirmedAt: now, isOpen: false}, now)
      for (const listener of this.#listeners) listener()
    })
  }

  /** They only tell from now on, also when they act. @param isForADay then somebody is asked. @throws {StorageFault} */
  watch(by: Actor, isForADay: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const now = this.#clock.now()
      const before = this.observing
      const kept = before === null ? {...begun(now), confirmed: this.confirmed} : this.#kept!
      const until = isForADay ? now + WATCH_MS : null
      if (before !== null && !before.isOpen && until === null && before.until === null) return
      const args = before === null ? {from: false, to: true, until} : {from: before.until, to: until}
      await this.#keep({...kept, isOpen: false, until}, now, {by, args})
      if (before === null) for (const listener of this.#listeners) listener()
    })
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#confirming.then(work)
    this.#confirming = done.catch(() => {})
    return done
  }

  /** @param event absent = nobody did it */
  async #keep(kept: Kept, now: EpochMs, event?: {readonly by: Actor; readonly args: object}): Promise<void> {
    await this.#store.write(async (db) => {
      await keep(db, kept, now)
      if (event === undefined) return
      const about = {name: OBSERVE, serverId: null, args: event.args}
      await appendEvent(db, {actor: event.by, subject: 'setting', verb: 'change', ...about}, now)
    })
    this.#kept = kept
  }

  async #confirm(by: Actor, caution: Caution | null): Promise<void> {
    if (this.#kept === null || this.observing === null) return
    const now = this.#clock.now()
    const confirmed = caution ? {caution, by: by.userId} : this.#kept.confirmed
    await this.#keep({...this.#kept, confirmedAt: now, isOpen: false, confirmed}, now, {
      by,
      args: {from: true, to: false, ...(caution && {caution})},
    })
    for (const listener of this.#listeners) listener()
  }
}

function begun(since: EpochMs): Kept {
  return {since, confirmedAt: null, isOpen: false, until: null, confirmed: null}
}

function keep(db: Db, kept: Kept, now: EpochMs): Promise<void> {
  return putSetting(db, OBSERVE, kept, now)
}

/** What cannot be read was begun some time: in doubt nothing is done. */
function keptOf(value: unknown): Kept | null {
  if (value === undefined) return null
  const read = keptShape.safeParse(value)
  return read.success ? read.data : begun(0)
}

const keptShape = z.object({
  since: z.number(),
  confirmedAt: z.number().nullable(),
  // An older program kept neither.
  isOpen: z.boolean().default(false),
  until: z.number().nullable().default(null),
  confirmed: z
    .object({caution: z.enum(cautions), by: z.string().transform(asUserId).nullable()})
    .nullable()
    .default(null),
})
