/** A server that has just started and loads its torrents bit by bit: its list is short, then grows. */
export interface ShortList {
  /** Torrents known right after the start. */
  readonly from: number
  /** How many it grows to; default: all. Those beyond stay hidden. */
  readonly growTo?: number | undefined
  /** Seconds from the start until `growTo` is reached. */
  readonly shortListFor: number
}

export class GrowingList<T> {
  readonly #list: ShortList
  readonly #startedAtMs: number
  readonly #goal: number
  readonly #waiting: T[]
  #shown: number

  /** @param waiting what is not shown yet, in its order */
  constructor(list: ShortList, waiting: readonly T[], startedAtMs: number) {
    this.#list = list
    this.#startedAtMs = startedAtMs
    this.#waiting = waiting.toReversed()
    this.#shown = list.from
    this.#goal = Math.min(list.growTo ?? Infinity, list.from + waiting.length)
  }

  get hidden(): number {
    return this.#waiting.length
  }

  /** What has been loaded since the last call, in its order. */
  due(nowMs: number): T[] {
    const {from, shortListFor} = this.#list
    const share = Math.min(1, (nowMs - this.#startedAtMs) / (shortListFor * 1000 || 1))
    const wanted = Math.floor(from + (this.#goal - from) * share)
    const loaded: T[] = []
    for (; this.#shown < wanted; this.#shown++) loaded.push(this.#waiting.pop()!)
    return loaded
  }
}
