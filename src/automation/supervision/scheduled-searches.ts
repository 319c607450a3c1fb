/**
 * Which Arrs are searched on a schedule, with what is known of each: follows Arrs and their sections, their libraries and
 * their queues.
 *
 *   Arrs, sections ─▶ follow ─▶ SearchService.put, remove
 *   library, queue ─▶ what changed ─▶ SearchService.changed
 *   the scheduler ─▶ surroundings: what pauses an Arr now
 */
import type {LibraryService} from '#library/library-service.ts'
import type {Clock} from '#lib/clock.ts'
import {mediaKey, type ArrId, type LibraryRoom, type QueueRow} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {LibraryKey} from '#model/library.ts'
import {managerOf, type InternetState} from '#model/manager.ts'
import type {ItemUnit, SearchUnit} from '#model/searching.ts'
import {MINUTE, type EpochMs, type Seconds} from '#model/units.ts'
import type {ActiveArr, ArrDirectory} from '#registry/arrs/directory.ts'
import {LibraryItems} from '#searching/library-items.ts'
import {quietUntil} from '#searching/quiet-hours.ts'
import {searchChoice, type ArrSearchChoice} from '#searching/search-choice.ts'
import {ImportWaits, isLibraryFull, type Surroundings} from '#searching/search-pauses.ts'
import type {SearchedArr, SearchService} from '#searching/search-service.ts'
import type {Managers} from './managers.ts'

export interface ScheduledSearchesDeps {
  readonly service: Pick<SearchService, 'put' | 'remove' | 'changed'>
  readonly arrs: Pick<ArrDirectory, 'active'>
  readonly library: Pick<LibraryService, 'rows' | 'stateOf' | 'onChange'>
  readonly managers: Pick<Managers, 'of' | 'ask'>
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'isSure'>
  readonly log: {error(about: object, text: string): void}
  /** `Settings.SearchLoopDelay`. */
  readonly loopDelay: () => Seconds
  /** In which hours of the day are meant that name none. */
  readonly timeZone: string
  /** Rules only report there: while Commodarr observes, or as it is only watched. */
  readonly isObserved: (arr: ActiveArr) => boolean
  /** Downloads alone are looked after, everywhere. */
  readonly isProcessingOnly: boolean
  readonly isStorageWell: () => boolean
  readonly internet: () => InternetState
  /** Until when a person paused it, `null` = until it is resumed; `false` = nobody did. */
  readonly pausedUntil: (id: ArrId) => EpochMs | null | false
  /** One of the servers that it may use is online, or none is contacted. */
  readonly hasServer: (arr: ActiveArr) => boolean
  /** All servers that it may use have less free than they shall keep. */
  readonly areServersFull: (arr: ActiveArr) => boolean
}

interface Followed {
  readonly items: LibraryItems
  readonly imports: ImportWaits
  /** As text, so that it is known whether its section changed. */
  readonly choice: string
  queued: ReadonlySet<string>
  onlineSince: EpochMs | null
  /** What the disks of its library had left; `null` = it was not read. */
  room: LibraryRoom | null
  /** When they are read again, by the duration clock. */
  roomAt: number
}

/** An Arr looks at its disks for it, and at the folders in them. */
const ROOM_MS = 30 * MINUTE * 1_000
/** Where there is no room, searches wait for it. */
const FULL_ROOM_MS = 10 * MINUTE * 1_000

export class ScheduledSearches {
  readonly #deps: ScheduledSearchesDeps
  readonly #followed = new Map<ArrId, Followed>()
  /** 0 = it was never seen down. */
  #internetSince: EpochMs | null = 0
  #isStarted = false

  constructor(deps: ScheduledSearchesDeps) {
    this.#deps = deps
    deps.library.onChange((arrId, keys) => this.#libraryChanged(arrId, keys))
  }

  /** What libraries have is loaded, and the service goes on. */
  start(): void {
    this.#isStarted = true
    this.follow()
  }

  /** Arrs or their sections may have changed. */
  follow(): void {
    if (!this.#isStarted) return
    const active = this.#deps.arrs.active()
    const there = new Set(active.map(({id}) => id))
    for (const id of this.#followed.keys()) {
      if (there.has(id)) continue
      this.#followed.delete(id)
      this.#deps.service.remove(id)
    }
    for (const arr of active) this.#followOne(arr)
  }

  /** What this Arr has in its queue was read; `null` = it could not be. */
  queueRead(id: ArrId, queue: readonly QueueRow[] | null): void {
    const followed = this.#followed.get(id)
    if (!followed || queue === null) return
    const before = followed.queued
    const now = new Set(queue.flatMap(({media}) => media.filter((one) => one.id > 0).map(mediaKey)))
    followed.queued = now
    const changed = now.symmetricDifference(before)
    if (changed.size > 0) this.#changed(id, [...changed] as ItemUnit[])
  }

  #followOne(arr: ActiveArr): void {
    const {service, library, loopDelay, timeZone} = this.#deps
    const {id} = arr
    const choice = searchChoice(arr.config, loopDelay())
    const before = this.#followed.get(id)
    if (before?.choice === JSON.stringify(choice)) return
    const followed: Followed = {
      items: new LibraryItems(
        id,
        library.rows,
        {
          settings: () => library.stateOf(id).settings,
          queued: () => followed.queued,
          hasTemporaryProfile: () => false,
        },
        choice.skipTags,
      ),
      imports: before?.imports ?? new ImportWaits(),
      choice: JSON.stringify(choice),
      queued: before?.queued ?? new Set(),
      onlineSince: before?.onlineSince ?? null,
      room: before?.room ?? null,
      roomAt: before?.roomAt ?? 0,
    }
    this.#followed.set(id, followed)
    const its: SearchedArr = {
      id,
      choice: choice.plan,
      budget: choice.budget,
      pauseChoice: {
        activeDownloads: choice.activeDownloads,
        mostCommands: choice.mostCommands,
        quietUntil: choice.quietHours ? quietUntil(choice.quietHours, timeZone) : () => null,
      },
      library: followed.items,
      surroundings: (now) => this.#surroundingsOf(arr, followed, choice, now),
      indexer: (number) => this.#indexerOf(id, number),
    }
    this.#inTime(service.put(its))
  }

  #libraryChanged(id: ArrId, keys: readonly LibraryKey[] | null): void {
    const followed = this.#followed.get(id)
    if (!followed) return
    if (keys === null) return this.#changed(id, null)
    this.#changed(id, [...new Set(keys.flatMap((key) => followed.items.changed(key.kind, key.id)))])
  }

  #changed(id: ArrId, units: readonly SearchUnit[] | null): void {
    this.#inTime(this.#deps.service.changed(id, units))
  }

  #inTime(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#deps.log.error({err: error}, 'what is to be searched could not be evaluated')
    })
  }

  /** Arrs that call an indexer by one name mean the same: Prowlarr names them. */
  #indexerOf(id: ArrId, number: number) {
    const indexers = this.#deps.library.stateOf(id).settings?.indexers ?? []
    const name = indexers.find((one) => one.id === number)?.name
    if (name === undefined) return undefined
    const key = name.replace(/\s*\(Prowlarr\)$/i, '').toLowerCase()
    return {key, limit: null, counted: null}
  }

  #surroundingsOf(
    arr: ActiveArr,
    followed: Followed,
    {isOn}: ArrSearchChoice,
    now: EpochMs,
  ): Omit<Surroundings, 'isCommandStuck'> {
    const {managers, library, clock, isObserved, isProcessingOnly, isStorageWell, internet} = this.#deps
    const running = managers.of(arr.id)
    const queue = running?.fault === null ? running.queue : null
    followed.onlineSince = queue === null ? null : (followed.onlineSince ?? now)
    const isUp = internet() === 'well' || internet() === 'unknown'
    this.#internetSince = isUp ? (this.#internetSince ?? now) : null
    const {readAt, doubtful} = library.stateOf(arr.id)
    const mayBeSearched = isOn && !isObserved(arr) && !isProcessingOnly
    if (mayBeSearched && queue !== null) this.#inTime(this.#readRoom(arr.id, followed))
    return {
      isOn,
      isObserved: isObserved(arr),
      isProcessingOnly,
      isStorageWell: isStorageWell(),
      onlineSince: followed.onlineSince,
      isLibrarySure: readAt !== null && doubtful === null,
      isClockSure: clock.isSure?.() ?? true,
      pausedUntil: this.#deps.pausedUntil(arr.id),
      internetSince: this.#internetSince,
      searchCommands: running?.searching ?? 0,
      queue,
      stuckRows: followed.imports.stuckIn(queue ?? [], clock.monotonic()),
      checks: running?.checks ?? [],
      room: followed.room,
      hasServer: this.#deps.hasServer(arr),
      areServersFull: this.#deps.areServersFull(arr),
      blockedShare: 0,
      blockedUntil: null,
    }
  }

  /** Now and then, while searches are wanted. What was read before holds until then. @throws what is no fault of its Arr */
  async #readRoom(id: ArrId, followed: Followed): Promise<void> {
    const {managers, clock} = this.#deps
    const now = clock.monotonic()
    if (now < followed.roomAt) return
    followed.roomAt = now + ROOM_MS
    try {
      followed.room = await managers.ask(managerOf(id), 'libraryRoom', {})
      if (isLibraryFull(followed.room)) followed.roomAt = now + FULL_ROOM_MS
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      followed.roomAt = now + FULL_ROOM_MS
    }
  }
}
