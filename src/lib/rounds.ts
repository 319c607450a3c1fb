import type {Clock} from './clock.ts'

/** Work that is repeated: its next round begins so long after the last one has ended. */
export class Rounds {
  readonly #clock: Pick<Clock, 'after'>
  readonly #everyMs: number
  readonly #round: () => Promise<void>
  #cancel: () => void = () => undefined
  #underWay: Promise<void> = Promise.resolve()
  #isStopped = false

  /** @param round what is done each time; it never rejects */
  constructor(clock: Pick<Clock, 'after'>, everyMs: number, round: () => Promise<void>) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#round = round
  }

  /** For a round that takes long: it should end early. */
  get isStopped(): boolean {
    return this.#isStopped
  }

  start(): void {
    this.#cancel = this.#clock.after(this.#everyMs, () => {
      this.#underWay = this.#round().finally(() => {
        if (!this.#isStopped) this.start()
      })
    })
  }

  /** Resolves when no round is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await this.#underWay
  }
}
