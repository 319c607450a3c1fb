/**
 * Addresses that a server still fetches after it took them: which torrent they bring is known once its list shows it.
 *
 *   taken ──▶ looked for, ever more rarely ─┬─ its list shows it ──▶ its files are compared with what exists, confirmed
 *                                           └─ half an hour is over ──▶ unconfirmed: it says why no torrent came in its
 *                                              own log alone
 *
 * A restart of the program ends the watch: its line in the journal says that the outcome is not known.
 */
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {FetchedAddress} from '#model/command.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import {MINUTE} from '#model/units.ts'

interface FetchedAdditionsDeps {
  /** `null` = its list does not show it. @throws {CommodarrError} it could not be asked */
  readonly find: (serverId: ServerId, address: FetchedAddress) => Promise<InfoHash | null>
  /** Never throws. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
}

interface FetchWatch {
  readonly serverId: ServerId
  readonly address: FetchedAddress
  /** Its line in the journal, as it was written last. */
  readonly entry: JournalEntry
  /** Resolves when its files are watched. */
  readonly found: (hash: InfoHash) => Promise<void>
}

const FIRST_MS = 5_000
const MOST_MS = 30_000
const LONGEST_MS = 30 * MINUTE * 1_000

/** While it is watched. */
export const stillFetched =
  'Its server still fetches the address. For half an hour Commodarr watches whether a torrent comes of it.'
const nothingCame =
  'Its server listed no torrent of this address within half an hour: it could not fetch it, or what came is no torrent. ' +
  'Its own log says which.'
const notAsked = ' At the last look it could not be asked.'

export class FetchedAdditions {
  readonly #deps: FetchedAdditionsDeps
  readonly #cancels = new Map<string, () => void>()
  #isStopped = false

  constructor(deps: FetchedAdditionsDeps) {
    this.#deps = deps
  }

  watch(watch: FetchWatch): void {
    this.#lookIn(FIRST_MS, watch, this.#deps.clock.monotonic() + LONGEST_MS)
  }

  stop(): void {
    this.#isStopped = true
    for (const cancel of this.#cancels.values()) cancel()
    this.#cancels.clear()
  }

  #lookIn(ms: number, watch: FetchWatch, until: number): void {
    if (this.#isStopped) return
    const {id} = watch.entry
    const again = () => {
      this.#cancels.delete(id)
      void this.#look(watch, until, ms)
    }
    this.#cancels.set(id, this.#deps.clock.after(ms, again))
  }

  /** Never throws. */
  async #look(watch: FetchWatch, until: number, lastMs: number): Promise<void> {
    const {find, write, clock, log} = this.#deps
    const {serverId, address, entry, found} = watch
    let hash: InfoHash | null = null
    let isAsked = true
    try {
      hash = await find(serverId, address)
      if (hash !== null) await found(hash)
    } catch (error) {
      isAsked = false
      log.error(
        {err: error, serverId},
        'what came of an address that a server fetches could not be looked up',
      )
    }
    if (hash !== null && isAsked)
      return write([{...stepAfter(entry, {at: clock.now(), phase: 'confirmed'}), hash}])
    if (clock.monotonic() < until) return this.#lookIn(Math.min(MOST_MS, 2 * lastMs), watch, until)
    const message = isAsked ? nothingCame : nothingCame + notAsked
    return write([stepAfter(entry, {at: clock.now(), phase: 'unconfirmed', message})])
  }
}
