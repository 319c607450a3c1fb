/** Who is to be looked at again, and when: one heap for all subjects and rules, by a clock that only grows. */

interface Entry {
  readonly key: string
  readonly at: number
}

export class Agenda {
  readonly #heap: Entry[] = []
  /** The time that counts for a key; other entries of it are left over. */
  readonly #times = new Map<string, number>()

  /** In place of any earlier or later time. @param at ms of the monotonic clock */
  put(key: string, at: number): void {
    if (this.#times.get(key) === at) return
    this.#times.set(key, at)
    this.#heap.push({key, at})
    this.#rise(this.#heap.length - 1)
  }

  delete(key: string): void {
    this.#times.delete(key)
  }

  /** `null` = nobody. */
  get nextAt(): number | null {
    this.#dropLeftOver()
    return this.#heap[0]?.at ?? null
  }

  /** Those whose time has come, earliest first; they are off the agenda then. */
  takeDue(now: number): readonly string[] {
    const due: string[] = []
    for (;;) {
      this.#dropLeftOver()
      const first = this.#heap[0]
      if (!first || first.at > now) return due
      due.push(first.key)
      this.#times.delete(first.key)
    }
  }

  #dropLeftOver(): void {
    for (let first = this.#heap[0]; first && this.#times.get(first.key) !== first.at; first = this.#heap[0]) {
      const last = this.#heap.pop()!
      if (this.#heap.length > 0) {
        this.#heap[0] = last
        this.#sink()
      }
    }
  }

  #rise(index: number): void {
    for (let child = index; child > 0;) {
      const parent = (child - 1) >> 1
      if (this.#heap[parent]!.at <= this.#heap[child]!.at) return
      this.#swap(parent, child)
      child = parent
    }
  }

  #sink(): void {
    for (let parent = 0; ;) {
      let least = parent
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.#heap.length && this.#heap[child]!.at < this.#heap[least]!.at) least = child
      }
      if (least === parent) return
      this.#swap(parent, least)
      parent = least
    }
  }

  #swap(one: number, other: number): void {
    const entry = this.#heap[one]!
    this.#heap[one] = this.#heap[other]!
    this.#heap[other] = entry
  }
}
