/** Questions to a manager that were not answered yet. A manager that ends answers none of them. */
import type {FaultTold, Question, QuestionName, Questions} from '../manager/messages.ts'
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'
import {NotReady} from '#model/decision.ts'

interface Pending {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: CommodarrError) => void
  readonly cancel: () => void
}

/** Longer than any answer of an Arr may take. */
const PATIENCE_MS = 90_000

export class OpenQuestions {
  readonly #clock: Clock
  /** @returns whether there is somebody who hears it */
  readonly #tell: (id: number, question: Question) => boolean
  readonly #pending = new Map<number, Pending>()
  #last = 0

  constructor(clock: Clock, tell: (id: number, question: Question) => boolean) {
    this.#clock = clock
    this.#tell = tell
  }

  /** @throws {CommodarrError} what ailed whoever was asked; `not_ready` when nobody is there or answers */
  ask<N extends QuestionName>(name: N, asked: Questions[N]['asked']): Promise<Questions[N]['answer']> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(PATIENCE_MS, () => this.#fail(id, new NotReady()))
      this.#pending.set(id, {resolve: (answer) => resolve(answer as Questions[N]['answer']), reject, cancel})
      if (!this.#tell(id, {ask: name, ...asked} as Question)) this.#fail(id, new NotReady())
    })
  }

  answer(id: number, answer: unknown): void {
    this.#take(id)?.resolve(answer)
  }

  fault(id: number, {code, message, about}: FaultTold): void {
    this.#fail(id, new CommodarrError(code, message, about))
  }

  /** Whoever was asked is gone. */
  abandon(): void {
    for (const id of [...this.#pending.keys()]) this.#fail(id, new NotReady())
  }

  #fail(id: number, error: CommodarrError): void {
    this.#take(id)?.reject(error)
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.cancel()
    return pending
  }
}
