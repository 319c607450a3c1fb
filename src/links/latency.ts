/** Answer times of the last 100 requests, ms; to a hundredth, more is noise that people would read. */
export class Latency {
  readonly #last: number[] = []
  /** Made for who asks; lists of servers are asked for more often than servers. */
  #sorted: readonly number[] | null = null

  add(ms: number): void {
    this.#last.push(Math.round(ms * 100) / 100)
    if (this.#last.length > 100) this.#last.shift()
    this.#sorted = null
  }

  /** `share` 0.5 = median. `null` before the first answer. */
  percentile(share: number): number | null {
    if (this.#last.length === 0) return null
    this.#sorted ??= this.#last.toSorted((a, b) => a - b)
    return this.#sorted[Math.min(this.#sorted.length - 1, Math.floor(this.#sorted.length * share))]!
  }
}
