/**
 * Do the rules of the configuration act, or only tell what they would do? `--observe` makes them begin so; it lasts over
 * restarts, also without it, until an administrator confirms, and from then on it is over permanently.
 */
import {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import type {Actor} from '#model/command.ts'
import type {Observing} from '#model/qbitrr-migration.ts'
import type {EpochMs} from '#model/units.ts'
import {appendDeed} from '#store/repositories/journal.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Db, Store} from '#store/store.ts'

/** Name of the setting. */
const OBSERVE = 'observe'

interface ObservationDeps {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly clock: Clock
  /** `--observe` of this start. */
  readonly isAsked: boolean
}

interface Kept {
  readonly since: EpochMs
  readonly confirmedAt: EpochMs | null
}

export class Observation {
  readonly #parts: ObservationDeps
  readonly #listeners: (() => void)[] = []
  #kept: Kept | null
  #confirming: Promise<void> = Promise.resolve()

  private constructor(parts: ObservationDeps, kept: Kept | null) {
    this.#parts = parts
    this.#kept = kept
  }

  /** @throws {StorageFault} */
  static async open(parts: ObservationDeps): Promise<Observation> {
    const {store, clock, isAsked} = parts
    const kept = keptOf((await store.read(readSettings)).get(OBSERVE))
    if (kept !== null || !isAsked) return new Observation(parts, kept)
    const begun: Kept = {since: clock.now(), confirmedAt: null}
    await store.write((db) => keep(db, begun, begun.since))
    return new Observation(parts, begun)
  }

  /** `null` = they act. */
  get observing(): Observing | null {
    return this.#kept === null || this.#kept.confirmedAt !== null ? null : {since: this.#kept.since}
  }

  /** It was confirmed once: `--observe` does nothing any more. */
  get isOver(): boolean {
    return this.#kept !== null && this.#kept.confirmedAt !== null
  }

  /** Told when they begin to act, after it was written. */
  onConfirm(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** From now on they act. Does nothing when they do. @throws {StorageFault} then they do not */
  confirm(by: Actor): Promise<void> {
    const done = this.#confirming.then(() => this.#confirm(by))
    this.#confirming = done.catch(() => {})
    return done
  }

  async #confirm(by: Actor): Promise<void> {
    const {store, clock} = this.#parts
    if (this.observing === null) return
    const now = clock.now()
    const confirmed: Kept = {...this.observing, confirmedAt: now}
    await store.write(async (db) => {
      await keep(db, confirmed, now)
      const about = {name: OBSERVE, serverId: null, args: {from: true, to: false}}
      await appendDeed(db, {actor: by, subject: 'setting', verb: 'change', ...about}, now)
    })
    this.#kept = confirmed
    for (const listener of this.#listeners) listener()
  }
}

function keep(db: Db, kept: Kept, now: EpochMs): Promise<void> {
  return putSetting(db, OBSERVE, kept, now)
}

/** What cannot be read was begun some time: in doubt nothing is done. */
function keptOf(value: unknown): Kept | null {
  if (value === undefined) return null
  const read = keptShape.safeParse(value)
  return read.success ? read.data : {since: 0, confirmedAt: null}
}

const keptShape = z.object({since: z.number(), confirmedAt: z.number().nullable()})
