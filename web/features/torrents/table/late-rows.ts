/** Rows that have not come are empty for a moment, and only then shown as rows that have not come. */
import type {RowBase} from './row-base.ts'

const LATE_MS = 150

export class LateRows {
  #timer: ReturnType<typeof setTimeout> | undefined
  #isLate = false

  /** @param rows that are in the page now */
  watch(rows: () => readonly RowBase[]): void {
    const missing = rows().filter((it) => it.row === null)
    if (missing.length === 0) this.stop()
    else if (this.#isLate) for (const row of missing) row.admitLate()
    else
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#isLate = true
        this.watch(rows)
      }, LATE_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isLate = false
  }
}
