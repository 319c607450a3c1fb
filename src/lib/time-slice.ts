/**
 * Shares the main thread among everybody who has much to do in small pieces (parsing lists, applying frames, sorting).
 * Together they get `sliceMs` of each turn of the event loop; who comes later waits for a turn of his own. A budget for
 * each alone would not do: ten servers answering at once would block for ten slices in a row.
 *
 *   for (const piece of work) {
 *     handle(piece)
 *     if (turns.due()) await turns.next()
 *   }
 */
export class TimeSlice {
  readonly #sliceMs: number
  readonly #waiting: (() => void)[] = []
  #sliceStartedAt = 0
  #watching = false

  constructor(sliceMs = 8) {
    this.#sliceMs = sliceMs
  }

  /** Is this turn's slice used up? Cheap enough to ask after every row (one clock read). */
  due(): boolean {
    const now = performance.now()
    if (!this.#watching) this.#open(now)
    return now - this.#sliceStartedAt >= this.#sliceMs
  }

  /** Resolves in a later turn, one waiter a turn, in the order of asking. */
  next(): Promise<void> {
    if (!this.#watching) this.#open(performance.now())
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  #open(now: number): void {
    this.#watching = true
    this.#sliceStartedAt = now
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    const resume = this.#waiting.shift()
    this.#watching = false
    if (!resume) return
    this.#open(performance.now())
    resume()
  }
}

/** `map` over a list that may be long: others have their turn after each item for which the slice is used up. */
export async function mapInTurns<T, R>(
  items: Iterable<T>,
  turns: Pick<TimeSlice, 'due' | 'next'>,
  to: (item: T) => R,
): Promise<R[]> {
  const mapped: R[] = []
  for (const item of items) {
    mapped.push(to(item))
    if (turns.due()) await turns.next()
  }
  return mapped
}

/** The same for `filter`. */
export async function filterInTurns<T>(
  items: Iterable<T>,
  turns: Pick<TimeSlice, 'due' | 'next'>,
  isIn: (item: T) => boolean,
): Promise<T[]> {
  const left: T[] = []
  for (const item of items) {
    if (isIn(item)) left.push(item)
    if (turns.due()) await turns.next()
  }
  return left
}
