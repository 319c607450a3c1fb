/**
 * Learns what came of each search, by asking its Arr a few times after it began: soon, as an Arr forgets a command
 * minutes after its end, and ever more seldom. What is open after a restart is asked for again.
 */
import type {SearchRuns} from '#automation-state/search-runs.ts'
import type {Clock} from '#lib/clock.ts'
import {asArrId} from '#model/arr.ts'
import type {SearchEnd, SearchRun} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import {managerOf} from '#model/manager.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import type {SearchAsked} from '../manager/messages.ts'
import type {Managers} from '../supervision/managers.ts'

const LOOK_MS = 30_000
/** So long after a search began its Arr is asked. The last time ends it, whatever the Arr says. */
const ASKED_AFTER_MS = [
  30,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  // Its Arr waits for the end of one that takes so long.
  ...Array.from({length: DAY / HOUR}, (_, at) => (at + 1) * HOUR),
].map((s) => s * 1_000)

/** A search that is not known to be over. */
interface Followed {
  /** When it began, by the duration clock. */
  readonly since: number
  /** How often its Arr was asked. */
  asked: number
}

/** Who plans searches on a schedule. */
export interface ScheduledSearches {
  /** What need not be asked of its Arr. */
  known(run: SearchRun): Pick<SearchAsked, 'title' | 'indexers'>
  /** Called in the moment in which the end is written, so that what follows is written with it. @throws {StorageFault} */
  ended(run: SearchRun, end: SearchEnd): Promise<void>
}

const nothingScheduled: ScheduledSearches = {known: () => ({}), ended: async () => undefined}

export class SearchEnds {
  readonly #runs: Pick<SearchRuns, 'open' | 'end'>
  readonly #managers: Pick<Managers, 'ask'>
  readonly #clock: Clock
  readonly #scheduled: ScheduledSearches
  readonly #log: {error(about: object, text: string): void}
  /** Those that are open, by their id. */
  readonly #followed = new Map<string, Followed>()
  #cancel: () => void = () => {}
  #isStopped = true

  constructor(
    runs: Pick<SearchRuns, 'open' | 'end'>,
    managers: Pick<Managers, 'ask'>,
    clock: Clock,
    log: {error(about: object, text: string): void},
    scheduled: ScheduledSearches = nothingScheduled,
  ) {
    this.#runs = runs
    this.#managers = managers
    this.#clock = clock
    this.#log = log
    this.#scheduled = scheduled
  }

  start(): void {
    this.#isStopped = false
    this.#wait()
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }

  #wait(): void {
    if (!this.#isStopped) this.#cancel = this.#clock.after(LOOK_MS, () => void this.#look())
  }

  async #look(): Promise<void> {
    try {
      const open = await this.#runs.open()
      const ids = new Set(open.map(({searchId}) => searchId))
      for (const id of this.#followed.keys()) if (!ids.has(id)) this.#followed.delete(id)
      // One after the other: nobody waits for it, and an Arr is not asked for all at once.
      for (const run of open) {
        const followed = this.#follow(run)
        if (!this.#isStopped && this.#isDue(followed)) await this.#ask(run, followed)
      }
    } catch (error) {
      this.#log.error({err: error}, 'what came of searches could not be written; it is tried again')
    }
    this.#wait()
  }

  /** A search that a wrong clock dated for the future began when it was first seen. */
  #follow({searchId, askedAt}: SearchRun): Followed {
    const known = this.#followed.get(searchId) ?? {
      since: this.#clock.monotonic() - Math.max(0, this.#clock.now() - askedAt),
      asked: 0,
    }
    this.#followed.set(searchId, known)
    return known
  }

  /** After the last time, too: its end could not be written then. */
  #isDue({since, asked}: Followed): boolean {
    return this.#clock.monotonic() - since >= (ASKED_AFTER_MS[asked] ?? 0)
  }

  /** @throws {StorageFault} */
  async #ask(run: SearchRun, followed: Followed): Promise<void> {
    const {arrId, items: media, commandId, askedAt: since} = run
    const age = this.#clock.monotonic() - followed.since
    // After a restart it counts as asked whenever that was due.
    followed.asked = ASKED_AFTER_MS.filter((ms) => ms <= age).length
    const end = await this.#managers
      .ask(managerOf(asArrId(arrId)), 'searchEnd', {media, commandId, since, ...this.#scheduled.known(run)})
      .catch((error: unknown) => awayOrThrow(error))
    if (end !== null && end !== 'away') return this.#end(run, end)
    if (age < ASKED_AFTER_MS.at(-1)!) return
    const outcome = end === 'away' || commandId === null ? 'unknown' : 'stuck'
    await this.#end(run, {
      outcome,
      endedAt: this.#clock.now(),
      title: null,
      said: null,
      found: null,
      indexers: null,
      grabs: [],
      refused: [],
      rejects: {},
    })
  }

  async #end(run: SearchRun, end: SearchEnd): Promise<void> {
    await Promise.all([this.#runs.end(run.searchId, end), this.#scheduled.ended(run, end)])
  }
}

/** The Arr cannot be asked, or is not here any more: later, and in the end not at all. */
function awayOrThrow(error: unknown): 'away' {
  if (error instanceof CommodarrError) return 'away'
  throw error
}
