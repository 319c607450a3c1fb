/**
 * Calls of Arrs. Whoever shows the token of one says that something happened there, and nothing else is believed of
 * him: its manager looks. Many calls are one word to it.
 */
import {createHash, timingSafeEqual} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {ArrId} from '#model/arr.ts'
import type {Secret} from '#model/secret.ts'

const SPAN_MS = 100

export class HintThrottle {
  readonly #clock: Clock
  /** Of the Arrs that are on. */
  readonly #tokens: () => Iterable<readonly [ArrId, Secret]>
  readonly #hint: (id: ArrId) => void
  /** Their managers are told in a moment. */
  readonly #waiting = new Map<ArrId, () => void>()

  constructor(clock: Clock, tokens: () => Iterable<readonly [ArrId, Secret]>, hint: (id: ArrId) => void) {
    this.#clock = clock
    this.#tokens = tokens
    this.#hint = hint
  }

  /** @returns false = the token is that of no Arr */
  take(token: string): boolean {
    const id = this.#arrOf(token)
    if (id === null) return false
    if (!this.#waiting.has(id)) this.#waiting.set(id, this.#soon(id))
    return true
  }

  stop(): void {
    for (const cancel of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }

  #soon(id: ArrId): () => void {
    return this.#clock.after(SPAN_MS, () => {
      this.#waiting.delete(id)
      this.#hint(id)
    })
  }

  /** Takes as long whichever it is, and whether or not it is one. */
  #arrOf(token: string): ArrId | null {
    const offered = digest(token)
    let found: ArrId | null = null
    for (const [id, secret] of this.#tokens()) {
      if (timingSafeEqual(offered, digest(secret.reveal()))) found = id
    }
    return found
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
