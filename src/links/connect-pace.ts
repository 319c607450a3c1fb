/** ms of the monotonic clock. */
type Ms = number

/** A fleet of so many connects at once. */
const AT_ONCE = 32
/** The others one after the other: 500 a second, a tenth of a core. */
const APART_MS = 2

/**
 * When each of thousands of servers is called, so that neither our loop nor somebody's network has to bear them all in
 * one moment: at our start, and when they all come back after an outage. Nobody waits for an answer of another, only
 * for his moment: servers that are silent hold up nobody.
 */
export class ConnectPace {
  readonly #atOnce: number
  readonly #apartMs: number
  /** The moment after the last one that was given out, were they all apart. */
  #nextAt: Ms = -Infinity

  constructor({atOnce = AT_ONCE, apartMs = APART_MS}: {atOnce?: number; apartMs?: number} = {}) {
    this.#atOnce = atOnce
    this.#apartMs = apartMs
  }

  /** A moment for one call, now or later; it is nobody else's. */
  take(now: Ms): Ms {
    const at = Math.max(this.#nextAt, now)
    this.#nextAt = at + this.#apartMs
    return Math.max(now, at - (this.#atOnce - 1) * this.#apartMs)
  }
}
