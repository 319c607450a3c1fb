/**
 * Servers and Arrs that returned: a server with a new list, or that answers again, and an Arr whose answers can be trusted
 * again. What was put off because of them is decided again at once, however often it was put off before. As each return
 * may cost a look for each of thousands of torrents, few of them count:
 *
 *   the first within an hour ──▶ counts at once
 *   another one ───────────────▶ counts once it has been there for ten minutes without a break, the third within an hour
 *                                at the latest; one more counts when the first of these is an hour old
 */

/** A source that breaks more often counts once an hour; one that has healed counts after this time. */
const STEADY_MS = 600_000
const LATELY_MS = 3_600_000
const MOST_LATELY = 3

interface Source {
  /** What differs after each return; `null` = it is away. */
  state: string | null
  /** When it began to be so, by the duration clock. */
  since: number
  /** It returned, and that does not count yet. */
  isOpen: boolean
  /** Returns that count. */
  count: number
  /** When those of the last hour began to count, the oldest first. */
  lately: readonly number[]
}

export class Returns {
  readonly #sources = new Map<string, Source>()

  /**
   * To be said at least once a minute, and after each change.
   * @param source a server or an Arr
   * @param state another one after each return; `null` = it is away
   * @param now ms of the duration clock
   */
  see(source: string, state: string | null, now: number): void {
    const known = this.#sources.get(source)
    if (!known) {
      this.#sources.set(source, {state, since: now, isOpen: false, count: 0, lately: []})
      return
    }
    if (state !== known.state) {
      known.state = state
      known.since = now
      known.isOpen ||= state !== null
    }
    if (known.isOpen && state !== null) this.#count(known, now)
  }

  /** How many of its returns count by now. */
  of(source: string): number {
    return this.#sources.get(source)?.count ?? 0
  }

  #count(known: Source, now: number): void {
    const lately = known.lately.filter((at) => now - at < LATELY_MS)
    const isSteady = now - known.since >= STEADY_MS
    if (lately.length > 0 && (!isSteady || lately.length >= MOST_LATELY)) return
    known.lately = [...lately, now]
    known.count++
    known.isOpen = false
  }
}
