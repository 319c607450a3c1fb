/**
 * Refusals in the journal: the first of a kind is written down at once, with whom, what and from where; those behind it
 * are counted and written as one line when its hour is over. Somebody who tries a thousand times fills no journal, and
 * nobody misses that it happened.
 */
import type {Clock} from '#lib/clock.ts'
import type {RefusalKind, RefusalNotes, RepeatedRefusal} from '#model/audit-event.ts'
import type {EpochMs} from '#model/units.ts'

/** One kind of somebody, in its hour. */
interface Counted {
  readonly since: EpochMs
  repeated: number
  /** Writes the last of them. */
  write: (repeated: RepeatedRefusal) => Promise<void>
  readonly cancel: () => void
}

const HOUR_MS = 3_600_000
/** Kinds are few, but strangers have many addresses: beyond that, who it was makes no kind any more. */
const MOST_KINDS = 1_000

export class RefusalCounter implements RefusalNotes {
  readonly #clock: Clock
  readonly #log: {error(about: object, text: string): void}
  readonly #counted = new Map<string, Counted>()

  constructor(clock: Clock, log: {error(about: object, text: string): void}) {
    this.#clock = clock
    this.#log = log
  }

  async note(kind: RefusalKind, write: (repeated: RepeatedRefusal | null) => Promise<void>): Promise<void> {
    const own = keyOf(kind)
    const isFull = this.#counted.size >= MOST_KINDS && !this.#counted.has(own)
    const key = isFull ? anonymousKey(kind) : own
    const known = this.#counted.get(key)
    if (known) {
      known.repeated++
      known.write = write
      return
    }
    this.#begin(key, write)
    try {
      await write(null)
    } catch (error) {
      // The next one is the first that anybody can read of.
      this.#counted.get(key)?.cancel()
      this.#counted.delete(key)
      throw error
    }
  }

  /** Writes what was counted so far; before the database is closed. */
  async close(): Promise<void> {
    await Promise.all([...this.#counted.keys()].map((key) => this.#end(key)))
  }

  #begin(key: string, write: Counted['write']): void {
    const cancel = this.#clock.after(HOUR_MS, () => void this.#end(key))
    this.#counted.set(key, {since: this.#clock.now(), repeated: 0, write, cancel})
  }

  async #end(key: string): Promise<void> {
    const counted = this.#counted.get(key)
    if (!counted) return
    this.#counted.delete(key)
    counted.cancel()
    const {repeated, since, write} = counted
    if (repeated === 0) return
    try {
      await write({repeated, since})
    } catch (error) {
      this.#log.error({err: error, repeated}, 'repeated refusals could not be written down')
    }
  }
}

function keyOf({actor: {userId, name, address}, subject, verb, code, about}: RefusalKind): string {
  return JSON.stringify([userId ?? [name, address], subject, verb, code, about])
}

function anonymousKey({subject, verb, code}: RefusalKind): string {
  return JSON.stringify([subject, verb, code])
}
