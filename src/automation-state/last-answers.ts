/**
 * What each Arr answered last to one question, by its id: of one that does not answer now that still counts, also after a
 * restart. Answers of Arrs that are not configured any more are forgotten with the next one that is written.
 */
import type * as z from 'zod'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Store} from '#store/store.ts'

interface Log {
  error(about: object, text: string): void
}

/** All answers to it are one setting. */
interface Question<T> {
  /** Of the setting. */
  readonly name: string
  /** Of one answer; what has more fields loses them. */
  readonly shape: z.ZodType<T>
}

export class LastAnswers<T> {
  readonly #question: Question<T>
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #log: Log
  /** It is not configured any more, in no doubt. */
  readonly #hasLeft: (id: ArrId) => boolean
  /** All of them are one setting. */
  readonly #turns = new Semaphore(1)
  readonly #all = new Map<ArrId, T>()

  private constructor(
    question: Question<T>,
    store: Pick<Store, 'read' | 'write'>,
    clock: Pick<Clock, 'now'>,
    log: Log,
    hasLeft: (id: ArrId) => boolean,
  ) {
    this.#question = question
    this.#store = store
    this.#clock = clock
    this.#log = log
    this.#hasLeft = hasLeft
  }

  /** @throws {StorageFault} */
  static async open<T>(
    question: Question<T>,
    store: Pick<Store, 'read' | 'write'>,
    clock: Pick<Clock, 'now'>,
    log: Log,
    hasLeft: (id: ArrId) => boolean,
  ): Promise<LastAnswers<T>> {
    const {name, shape} = question
    const answers = new LastAnswers(question, store, clock, log, hasLeft)
    const kept = (await store.read(readSettings)).get(name)
    for (const [id, value] of Object.entries(kept ?? {})) {
      const {success, data} = shape.safeParse(value)
      if (success) answers.#all.set(asArrId(id), data)
    }
    return answers
  }

  /** `null` = it never answered. */
  of(id: ArrId): T | null {
    return this.#all.get(id) ?? null
  }

  /** What it answers now. Resolves when that is written; never rejects: what could not be written is known until we end. */
  async take(id: ArrId, answer: T): Promise<void> {
    const {name, shape} = this.#question
    const said = shape.parse(answer)
    if (JSON.stringify(this.of(id)) === JSON.stringify(said)) return
    this.#all.set(id, said)
    for (const other of this.#all.keys()) if (this.#hasLeft(other)) this.#all.delete(other)
    await this.#turns.run(async () => {
      const value = Object.fromEntries(this.#all)
      await this.#store
        .write((db) => putSetting(db, name, value, this.#clock.now()))
        .catch((error: unknown) =>
          this.#log.error({err: error, arr: id, setting: name}, 'what an Arr answered could not be written'),
        )
    })
  }
}
