/**
 * Removals that nobody knows the end of, of an earlier life or of this one: the list of their server tells it. Nothing
 * is sent again. Source: rules.md §7.
 */
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {DAY, MINUTE} from '#model/units.ts'

interface UnconfirmedDeps {
  /** By a whole list that was read since this program began, of a server that is believed; else unknown. */
  readonly presence: (key: TorrentKey) => 'there' | 'gone' | 'unknown'
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
}

interface Open {
  readonly entry: JournalEntry
  readonly key: TorrentKey
  /** Since when its server says that it has it, by the clock that does not jump. */
  thereSince: number | null
}

const LOOK_MS = 1_000
/** That long a server may take to forget a torrent. */
const GONE_MS = 5 * MINUTE * 1_000
/** Older ones are not asked about any more: what its server has by then tells nothing of them. */
export const ASKED_MS = DAY * 1_000

export class UnconfirmedRemovals {
  readonly #parts: UnconfirmedDeps
  #open: readonly Open[]
  #cancel: () => void = () => {}
  #isLooking = false
  /** A look is to come, or under way. */
  #isWaiting = false

  /** @param entries last lines of deeds; what is no removal of a torrent is left as it is */
  constructor(parts: UnconfirmedDeps, entries: readonly JournalEntry[]) {
    this.#parts = parts
    this.#open = removalsAmong(entries)
  }

  start(): void {
    this.#isLooking = true
    this.#wait()
  }

  /** Written while the program runs. @param entries of any kind: what nobody knows the end of is looked at from now on */
  take(entries: readonly JournalEntry[]): void {
    const unknown = removalsAmong(entries.filter(({phase}) => phase === 'unconfirmed'))
    if (unknown.length === 0) return
    this.#open = [...this.#open, ...unknown]
    this.#wait()
  }

  stop(): void {
    this.#isLooking = false
    this.#open = []
    this.#cancel()
  }

  /** Until the next look, if there is anything to look for. */
  #wait(): void {
    if (!this.#isLooking || this.#isWaiting || this.#open.length === 0) return
    this.#isWaiting = true
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => void this.#look())
  }

  async #look(): Promise<void> {
    const {write, clock, log} = this.#parts
    const ends = this.#open.flatMap((open) => this.#endOf(open) ?? [])
    try {
      if (ends.length > 0) await write(ends)
      const ended = new Set(ends.map(({id}) => id))
      this.#open = this.#open.filter(({entry}) => !ended.has(entry.id) && clock.now() - entry.at < ASKED_MS)
    } catch (error) {
      log.error(
        {err: error},
        'what became of removals could not be written to the journal; it is tried again',
      )
    }
    this.#isWaiting = false
    this.#wait()
  }

  #endOf(open: Open): JournalEntry | null {
    const {presence, clock} = this.#parts
    const now = presence(open.key)
    if (now === 'gone') return stepAfter(open.entry, {at: clock.now(), phase: 'confirmed'})
    if (now === 'unknown') open.thereSince = null
    else open.thereSince ??= clock.monotonic()
    if (open.thereSince === null || clock.monotonic() - open.thereSince < GONE_MS) return null
    return stepAfter(open.entry, {at: clock.now(), phase: 'failed', code: 'not_removed', message: stillThere})
  }
}

function removalsAmong(entries: readonly JournalEntry[]): readonly Open[] {
  return entries.flatMap((entry) => {
    const {verb, serverId, hash} = entry
    if ((verb !== 'remove' && verb !== 'removeWithData') || serverId === null || hash === null) return []
    return [{entry, key: {serverId, hash}, thereSince: null}]
  })
}

const stillThere = 'Its server has it still.'
