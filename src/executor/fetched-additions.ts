/**
 * Addresses that a server still fetches after it took them: which torrent they bring is known once its list shows it.
 *
 *   taken ──▶ looked for, ever more rarely ─┬─ its list shows it ──▶ its mark goes, and its files are compared with what
 *                                           │            exists; no answer: the mark is told to go again ──▶ confirmed
 *                                           └─ half an hour is over ──▶ unconfirmed: it says why no torrent came in its
 *                                              own log alone
 *
 * What was found stays known: without its mark nobody would find it again. Of one server so many are watched at most,
 * and no further address is sent to it, as what came of it would not be compared with anything.
 *
 * A restart of the program ends the watch: its line in the journal says that the outcome is not known.
 */
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {FetchedAddress} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {CommandGate} from '#model/services.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import {MINUTE, type EpochMs} from '#model/units.ts'
import type {AwaitedEntry} from './awaited.ts'

interface FetchWatch {
  readonly serverId: ServerId
  readonly address: FetchedAddress
  /** Its line in the journal, as it was written last. */
  readonly entry: JournalEntry
  /** Resolves when its files are watched. */
  readonly found: (hash: InfoHash) => Promise<void>
}

/** Of one server at the same time. */
export const MOST_FETCHED = 200
const FIRST_MS = 5_000
const MOST_MS = 30_000
const LONGEST_MS = 30 * MINUTE * 1_000

/** While it is watched. */
export const stillFetched =
  'Its server still fetches the address. For half an hour Commodarr watches whether a torrent comes of it.'
const nothingCame =
  'Its server listed no torrent of this address within half an hour: it could not fetch it, or what came is no torrent. ' +
  'Its own log says which.'
const notFinished =
  'It is listed and was looked at. A passing tag of Commodarr may still be on it: its server did not answer when that was removed.'
const notAsked = ' At the last look it could not be asked.'

/** How far it is. */
interface Progress {
  readonly until: number
  /** `null` = its list did not show it yet. */
  hash: InfoHash | null
  isFound: boolean
}

export class FetchedAdditions {
  readonly #gate: Pick<CommandGate, 'findFetched' | 'finishFetched'>
  /** Never throws. */
  readonly #write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly #clock: Clock
  readonly #log: {error(about: object, text: string): void}
  readonly #cancels = new Map<string, () => void>()
  /** By the id of the journal entry, with the time at which the watch ends. */
  readonly #open = new Map<string, {readonly watch: FetchWatch; readonly until: EpochMs}>()
  #isStopped = false

  constructor(
    gate: Pick<CommandGate, 'findFetched' | 'finishFetched'>,
    write: (entries: readonly JournalEntry[]) => Promise<void>,
    clock: Clock,
    log: {error(about: object, text: string): void},
  ) {
    this.#gate = gate
    this.#write = write
    this.#clock = clock
    this.#log = log
  }

  /** Why no further address may be sent to a server now; `null` = it may. */
  objection(serverId: ServerId): CommodarrError | null {
    const watched = [...this.#open.values()].filter(({watch}) => watch.serverId === serverId)
    if (watched.length < MOST_FETCHED) return null
    const message = `Its server still fetches ${MOST_FETCHED} addresses; wait until their torrents are listed, or half an hour.`
    return new CommodarrError('too_many_actions', message, {serverId})
  }

  watch(watch: FetchWatch): void {
    this.#open.set(watch.entry.id, {watch, until: this.#clock.now() + LONGEST_MS})
    const until = this.#clock.monotonic() + LONGEST_MS
    this.#lookIn(FIRST_MS, watch, {until, hash: null, isFound: false})
  }

  awaited(): readonly AwaitedEntry[] {
    return [...this.#open.values()].map(({watch: {entry}, until}) => ({entry, until}))
  }

  stop(): void {
    this.#isStopped = true
    for (const cancel of this.#cancels.values()) cancel()
    this.#cancels.clear()
  }

  #lookIn(ms: number, watch: FetchWatch, progress: Progress): void {
    if (this.#isStopped) return
    const {id} = watch.entry
    const again = () => {
      this.#cancels.delete(id)
      void this.#look(watch, progress, ms)
    }
    this.#cancels.set(id, this.#clock.after(ms, again))
  }

  /** Never throws. */
  async #look(watch: FetchWatch, progress: Progress, lastMs: number): Promise<void> {
    const {serverId} = watch
    let isAsked = true
    try {
      if (await this.#goOn(watch, progress)) return await this.#end(watch, {phase: 'confirmed'}, progress)
    } catch (error) {
      isAsked = false
      this.#log.error(
        {err: error, serverId},
        'what came of an address that a server fetches could not be looked up',
      )
    }
    if (this.#clock.monotonic() < progress.until)
      return this.#lookIn(Math.min(MOST_MS, 2 * lastMs), watch, progress)
    if (progress.isFound) return this.#end(watch, {phase: 'confirmed', message: notFinished}, progress)
    const message = isAsked ? nothingCame : nothingCame + notAsked
    await this.#end(watch, {phase: 'unconfirmed', message}, progress)
  }

  /** @returns whether all of it is done */
  async #goOn({serverId, address, found}: FetchWatch, progress: Progress): Promise<boolean> {
    progress.hash ??= await this.#gate.findFetched(serverId, address)
    const {hash} = progress
    if (hash === null) return false
    if (progress.isFound) {
      // It may be stopped for the sake of others by now: nothing but its mark is removed.
      await this.#gate.finishFetched(serverId, hash, {...address, forceStart: false})
      return true
    }
    try {
      await this.#gate.finishFetched(serverId, hash, address)
    } finally {
      // Whatever became of its mark, which nothing is found by any more where only the answer is lost.
      await found(hash)
      progress.isFound = true
    }
    return true
  }

  #end({entry}: FetchWatch, step: Pick<JournalEntry, 'phase' | 'message'>, {hash}: Progress): Promise<void> {
    this.#open.delete(entry.id)
    const last = stepAfter(entry, {at: this.#clock.now(), ...step})
    return this.#write([hash === null ? last : {...last, hash}])
  }
}
