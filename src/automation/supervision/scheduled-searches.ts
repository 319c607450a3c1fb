/**
 * Which Arrs are searched on a schedule, and have temporary quality profiles, with what is known of each: follows Arrs and
 * their sections, their libraries and their queues.
 *
 *   Arrs, sections ─▶ follow ─▶ SearchService.put, remove; ProfileService.put, remove
 *   library, queue, profiles ─▶ what changed ─▶ SearchService.changed
 *   the scheduler ─▶ surroundings: what pauses an Arr now
 */
import type {LibraryService} from '#library/library-service.ts'
import type {Clock} from '#lib/clock.ts'
import {mediaKey, type ArrHealthItem, type ArrId, type LibraryRoom, type QueueRow} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {LibraryKey, LibrarySettings} from '#model/library.ts'
import {managerOf, type InternetState} from '#model/manager.ts'
import {containerKinds, type ContainerKind, type ProfileSwitch} from '#model/profile-switches.ts'
import type {ItemUnit, SearchUnit} from '#model/searching.ts'
import {DAY, HOUR, MINUTE, type EpochMs, type Seconds} from '#model/units.ts'
import type {ActiveArr, ArrDirectory} from '#registry/arrs/directory.ts'
import {LibraryItems} from '#searching/library-items.ts'
import {profileChoice, type ProfileChoice} from '#searching/profile-decisions.ts'
import type {ProfileService, SwitchedArr} from '#searching/profile-service.ts'
import {quietUntil} from '#searching/quiet-hours.ts'
import {searchChoice, type ArrSearchChoice} from '#searching/search-choice.ts'
import {ImportWaits, isLibraryFull, type Surroundings} from '#searching/search-pauses.ts'
import type {IndexerLimit} from '#searching/search-budgets.ts'
import type {SharedIndexer} from '#searching/search-scheduler.ts'
import type {SearchedArr, SearchService} from '#searching/search-service.ts'
import type {IndexerLimits} from './indexer-limits.ts'
import type {Managers} from './managers.ts'

export interface ScheduledSearchesDeps {
  readonly service: Pick<SearchService, 'put' | 'remove' | 'changed' | 'missingIn'>
  readonly profiles: Pick<ProfileService, 'put' | 'remove' | 'before' | 'isTemporary' | 'profileOf'>
  readonly arrs: Pick<ArrDirectory, 'active'>
  readonly library: Pick<LibraryService, 'rows' | 'stateOf' | 'onChange'>
  readonly managers: Pick<Managers, 'of' | 'ask'>
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'isSure'>
  readonly log: {error(about: object, text: string): void}
  readonly limits: Pick<IndexerLimits, 'of' | 'follow'>
  /** `Settings.SearchLoopDelay`. */
  readonly loopDelay: () => Seconds
  /** In which hours of the day are meant that name none. */
  readonly timeZone: string
  /** Rules only report there: while Commodarr observes, or as it is only watched. */
  readonly isObserved: (arr: ActiveArr) => boolean
  /** Downloads alone are looked after, everywhere. */
  readonly isProcessingOnly: boolean
  /** What may be done there about temporary profiles. */
  readonly mayProfiles: (arr: ActiveArr) => ReturnType<SwitchedArr['may']>
  /** As people call it. */
  readonly nameOf: (id: ArrId) => string
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
  /** Of how many grabs of the last months each indexer was the source, by its name; `null` = it was not read. */
  grabs: ReadonlyMap<string, number> | null
  /** When that is read again, by the duration clock. */
  grabsAt: number
  /** Limits of indexers that are typed in, by their common names. */
  readonly limits: ReadonlyMap<string, IndexerLimit>
}

/** Grabs of so long say which indexer matters. */
const GRABS_OF_MS = 90 * DAY * 1_000
const GRABS_MS = DAY * 1_000
/** What could not be read is tried again. */
const AGAIN_MS = 10 * MINUTE * 1_000
const windowsMs = {day: DAY * 1_000, hour: HOUR * 1_000}
/** They name indexers that the Arr leaves alone for a while, in whatever language. */
const blockedChecks: ReadonlySet<string> = new Set(['IndexerStatusCheck', 'IndexerLongTermStatusCheck'])

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
    this.#deps.limits.follow()
    const active = this.#deps.arrs.active()
    const there = new Set(active.map(({id}) => id))
    for (const id of this.#followed.keys()) {
      if (there.has(id)) continue
      this.#followed.delete(id)
      this.#deps.service.remove(id)
      this.#deps.profiles.remove(id)
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

  /** These have another quality profile now, or their own again. */
  profilesChanged(rows: readonly ProfileSwitch[]): void {
    for (const [arrId, some] of Map.groupBy(rows, (row) => row.arrId as ArrId)) {
      const items = this.#followed.get(arrId)?.items
      if (items) this.#changed(arrId, [...new Set(some.flatMap((row) => items.unitsIn(row.containerId)))])
    }
  }

  #followOne(arr: ActiveArr): void {
    const {service, library, loopDelay, timeZone, profiles} = this.#deps
    const {id} = arr
    const choice = searchChoice(arr.config, loopDelay())
    const itsProfiles = profileChoice(arr.config)
    const text = JSON.stringify([choice, itsProfiles])
    const before = this.#followed.get(id)
    if (before?.choice === text) return
    const followed: Followed = {
      items: new LibraryItems(
        id,
        library.rows,
        {
          settings: () => library.stateOf(id).settings,
          queued: () => followed.queued,
          hasTemporaryProfile: (one) =>
            isContainer(one.kind) && profiles.isTemporary(id, one.kind, one.id, one.readAt),
          profileOf: (one) => (isContainer(one.kind) ? profiles.profileOf(id, one.kind, one.id) : null),
        },
        choice.skipTags,
      ),
      imports: before?.imports ?? new ImportWaits(),
      choice: text,
      queued: before?.queued ?? new Set(),
      onlineSince: before?.onlineSince ?? null,
      room: before?.room ?? null,
      roomAt: before?.roomAt ?? 0,
      grabs: before?.grabs ?? null,
      grabsAt: before?.grabsAt ?? 0,
      limits: new Map(
        Object.entries(choice.indexerLimits).map(([name, {most, per}]) => [
          commonName(name),
          {most, windowMs: windowsMs[per]},
        ]),
      ),
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
      before: (unit) => {
        const container = followed.items.containerOf(unit)
        return container === null ? null : profiles.before(id, container)
      },
    }
    profiles.put(this.#switchedArr(arr, followed, itsProfiles))
    this.#inTime(service.put(its))
  }

  #switchedArr(arr: ActiveArr, {items}: Followed, choice: ProfileChoice): SwitchedArr {
    const {library, managers, service, mayProfiles, nameOf} = this.#deps
    const {id} = arr
    return {
      id,
      name: nameOf(id),
      get kind() {
        return items.containerKind ?? 'movie'
      },
      choice,
      may: () => mayProfiles(arr),
      isReachable() {
        const running = managers.of(id)
        return running?.fault === null && running.queue !== null
      },
      profiles() {
        const {readAt, doubtful, settings} = library.stateOf(id)
        return readAt === null || doubtful !== null ? null : (settings?.profiles ?? null)
      },
      container: (number) => items.container(number),
      idOf(foreignId) {
        for (const one of items.containers()) if (one.foreignId === foreignId) return one.id
        return null
      },
      containers: () => items.containers(),
      missingOf: (number) => service.missingIn(id, items.unitsIn(number)),
    }
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

  /** What is typed in for one Arr holds for all that ask the same indexer. */
  #indexerOf(id: ArrId, number: number): SharedIndexer | undefined {
    const indexer = this.#indexersOf(id).find((one) => one.id === number)
    if (indexer === undefined) return undefined
    const key = commonName(indexer.name)
    const typed = [...this.#followed.values()].flatMap(({limits}) => limits.get(key) ?? [])
    const counted = this.#deps.limits.of(indexer)?.limits ?? []
    return {key, limits: [...typed.map((limit) => ({limit, counted: null})), ...counted]}
  }

  #indexersOf(id: ArrId): LibrarySettings['indexers'] {
    return this.#deps.library.stateOf(id).settings?.indexers ?? []
  }

  /** Indexers that its Arr, or their Prowlarr, leaves alone for a while. Until it is known how much they matter, they do. */
  #blockedOf(
    id: ArrId,
    followed: Followed,
    checks: readonly ArrHealthItem[],
    now: EpochMs,
  ): Pick<Surroundings, 'blockedShare' | 'blockedUntil'> {
    const named = namesIn(
      checks.filter(({source}) => blockedChecks.has(source)).map(({message}) => message),
      this.#indexersOf(id).map(({name}) => name),
    )
    const blocked = this.#indexersOf(id).flatMap((indexer) => {
      const until = this.#deps.limits.of(indexer)?.blockedUntil ?? 0
      const isBlocked = named.has(indexer.name) || until > now
      return indexer.automaticSearch && isBlocked
        ? [{name: indexer.name, until: until > now ? until : null}]
        : []
    })
    if (blocked.length === 0) return {blockedShare: 0, blockedUntil: null}
    this.#inTime(this.#readGrabs(id, followed))
    const {grabs} = followed
    const ends = blocked.map(({until}) => until)
    return {
      blockedShare: grabs === null ? 1 : shareOf(new Set(blocked.map(({name}) => commonName(name))), grabs),
      blockedUntil: ends.includes(null) ? null : Math.max(...ends.map((until) => until ?? 0)),
    }
  }

  /** Once a day, while one of its indexers is blocked. @throws what is no fault of its Arr */
  async #readGrabs(id: ArrId, followed: Followed): Promise<void> {
    const {managers, clock} = this.#deps
    const now = clock.monotonic()
    if (now < followed.grabsAt) return
    followed.grabsAt = now + GRABS_MS
    try {
      const since = clock.now() - GRABS_OF_MS
      followed.grabs = await managers.ask(managerOf(id), 'grabsByIndexer', {since})
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      followed.grabsAt = now + AGAIN_MS
    }
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
      ...this.#blockedOf(arr.id, followed, running?.checks ?? [], now),
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

/** Arrs that call an indexer by one name mean the same: Prowlarr names them. */
function commonName(name: string): string {
  return name.replace(/\s*\(Prowlarr\)$/i, '').toLowerCase()
}

/** Which of these stand in the messages, behind each other. A name that is a part of another one is looked for after that. */
function namesIn(messages: readonly string[], names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const message of messages) {
    let left = message
    for (const name of names.toSorted((a, b) => b.length - a.length)) {
      const whole = new RegExp(`(?<=^|[\\s,:：、])${RegExp.escape(name)}(?=$|[\\s,.、。])`, 'g')
      if (name === '' || !whole.test(left)) continue
      found.add(name)
      left = left.replace(whole, ' ')
    }
  }
  return found
}

/** @param names common ones @param grabs by the names that their indexers had then */
function shareOf(names: ReadonlySet<string>, grabs: ReadonlyMap<string, number>): number {
  let [all, theirs] = [0, 0]
  for (const [name, count] of grabs) {
    all += count
    if (names.has(commonName(name))) theirs += count
  }
  return all === 0 ? 0 : theirs / all
}

function isContainer(kind: LibraryKey['kind']): kind is ContainerKind {
  return containerKinds.some((it) => it === kind)
}
