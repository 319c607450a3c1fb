/**
 * Where torrents come from that a person moves into a category for failures or checks: they still belong there, and go
 * back there. A row is a small number that stands for one torrent as long as it is there.
 * Source: qbitrr-config.md B.6.
 */
export class CategoryTrail {
  /** The last one of each that is no passage; its own text is shared by all that have it. */
  readonly #before: (string | undefined)[] = []
  #passages: ReadonlySet<string> = new Set()

  /** @param names of the categories for failures and checks */
  takePassages(names: Iterable<string>): void {
    this.#passages = new Set(names)
  }

  /** @returns the category that it has just left for a passage; `null` = it did not, or nobody saw it */
  see(row: number, category: string): string | null {
    if (!this.#passages.has(category)) {
      this.#before[row] = category
      return null
    }
    const before = this.#before[row] ?? null
    this.#before[row] = undefined
    return before
  }

  /** Another torrent may stand there next. */
  forget(row: number): void {
    this.#before[row] = undefined
  }
}
