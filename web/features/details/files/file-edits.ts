/**
 * Priorities that somebody wished and the server has not shown yet, and wishes that failed, of each file by its place in
 * the list. A wish is shown at once, at most ten seconds; then it is as the server says.
 */
import type {FilePriority} from '#model/command.ts'

/** Of some files together. */
export interface FileWish {
  readonly priority: FilePriority
  /** Epoch ms; `null` = the server has not answered yet. */
  answeredAt: number | null
}

const BELIEVED_MS = 10_000

/** 100,000 files can be wished with one click: wishes stand in a plain array. */
export class FileEdits {
  readonly #wishes: (FileWish | undefined)[] = []
  /** In words. */
  readonly #failures = new Map<number, string>()
  #waiting = 0

  /** Some are not shown yet. */
  get isWaiting(): boolean {
    return this.#waiting > 0
  }

  /** Of several wishes for a file the last one holds. */
  wish(places: readonly number[], priority: FilePriority): FileWish {
    const wish: FileWish = {priority, answeredAt: null}
    for (const place of places) {
      // Filled from the first on: an array with holes is a slow one.
      while (this.#wishes.length <= place) this.#wishes.push(undefined)
      if (this.#wishes[place] === undefined) this.#waiting++
      this.#wishes[place] = wish
      this.#failures.delete(place)
    }
    return wish
  }

  /** The server did not take it. */
  fail(wish: FileWish, places: readonly number[], reason: string): void {
    for (const place of places) {
      if (this.#wishes[place] !== wish) continue
      this.#end(place)
      this.#failures.set(place, reason)
    }
  }

  /** After a reading: what it shows, or should have shown by now, is no wish any more. @param readAt epoch ms */
  settle(place: number, shown: FilePriority, readAt: number): void {
    const wish = this.#wishes[place]
    if (!wish || wish.answeredAt === null) return
    if (wish.priority === shown || readAt >= wish.answeredAt + BELIEVED_MS) this.#end(place)
  }

  /** `undefined` = nothing is wished: it is as the server says. */
  wished(place: number): FilePriority | undefined {
    return this.#wishes[place]?.priority
  }

  failureOf(place: number): string | null {
    return this.#failures.get(place) ?? null
  }

  #end(place: number): void {
    this.#wishes[place] = undefined
    this.#waiting--
  }
}
