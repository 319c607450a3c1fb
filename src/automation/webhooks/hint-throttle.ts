/**
 * Calls of Arrs. Whoever shows the token of one says that something happened there, and nothing else is believed of
 * him: its manager looks. Many calls are one word to it.
 */
import {createHash, timingSafeEqual} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {ArrId} from '#model/arr.ts'
import type {Secret} from '#model/secret.ts'

const SPAN_MS = 100

interface HintThrottleDeps {
  readonly clock: Clock
  /** Of the Arrs that are on. */
  readonly tokens: () => Iterable<readonly [ArrId, Secret]>
  readonly hint: (id: ArrId) => void
}

export class HintThrottle {
  readonly #parts: HintThrottleDeps
  /** Their managers are told in a moment. */
  readonly #waiting = new Map<ArrId, () => void>()

  constructor(parts: HintThrottleDeps) {
    this.#parts = parts
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
    return this.#parts.clock.after(SPAN_MS, () => {
      this.#waiting.delete(id)
      this.#parts.hint(id)
    })
  }

  /** Takes as long whichever it is, and whether or not it is one. */
  #arrOf(token: string): ArrId | null {
    const offered = digest(token)
    let found: ArrId | null = null
    for (const [id, secret] of this.#parts.tokens()) {
      if (timingSafeEqual(offered, digest(secret.reveal()))) found = id
    }
    return found
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
