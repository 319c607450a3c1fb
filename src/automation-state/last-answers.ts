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

interface LastAnswersDeps<T> {
  /** Of the setting that all of them are. */
  readonly name: string
  /** Of one answer; what has more fields loses them. */
  readonly shape: z.ZodType<T>
  readonly store: Pick<Store, 'read' | 'write'>
  readonly clock: Pick<Clock, 'now'>
  /** It is not configured any more, in no doubt. */
  readonly hasLeft: (id: ArrId) => boolean
  readonly log: Log
}

export class LastAnswers<T> {
  readonly #parts: LastAnswersDeps<T>
  /** All of them are one setting. */
  readonly #turns = new Semaphore(1)
  readonly #all = new Map<ArrId, T>()

  private constructor(parts: LastAnswersDeps<T>) {
    this.#parts = parts
  }

  /** @throws {StorageFault} */
  static async open<T>(parts: LastAnswersDeps<T>): Promise<LastAnswers<T>> {
    const {name, shape, store} = parts
    const answers = new LastAnswers(parts)
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
    const {name, shape, store, clock, hasLeft, log} = this.#parts
    const said = shape.parse(answer)
    if (JSON.stringify(this.of(id)) === JSON.stringify(said)) return
    this.#all.set(id, said)
    for (const other of this.#all.keys()) if (hasLeft(other)) this.#all.delete(other)
    await this.#turns.run(async () => {
      const value = Object.fromEntries(this.#all)
      await store
        .write((db) => putSetting(db, name, value, clock.now()))
        .catch((error: unknown) =>
          log.error({err: error, arr: id, setting: name}, 'what an Arr answered could not be written'),
        )
    })
  }
}
