/**
 * Keeps what is ours to know of each torrent: when we first saw it, that it was complete, how long we saw it seed, under
 * which trackers it was, that it is gone; also under the other hash of a hybrid. It begins
 * when the first rule stands; before that nobody asks. Who went while nobody looked is gone when its server, believed
 * again, gave two whole lists without it.
 */
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {marksIn} from '#model/automation-state.ts'
import type {ServerView} from '#model/services.ts'
import {spellingsOf} from '#model/torrent.ts'
import {asInfoHash, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {UnknownTime} from '#rules/presets/inherited.ts'
import {isFoundAfter} from '../manager/owed.ts'

/** How often seeding is counted. */
const LOOK_MS = 60_000
/** Torrents that are handed over at once. */
const PORTION = 1_000
/** Whole lists of an epoch after which nobody comes in late. */
const AGREEING = 2
/** A longer pause between two looks was not watched. */
const LONGEST_MS = 3 * LOOK_MS

/** How complete it is nobody knows now. */
const unsettled: ReadonlySet<string> = new Set(['checking', 'moving', 'metadata', 'unknown'])
const seeds: ReadonlySet<string> = new Set(['seeding', 'stalledUp'])

interface TorrentWatchDeps {
  readonly fleet: Pick<
    Fleet,
    'serverIds' | 'serverAt' | 'rowsOf' | 'keyAt' | 'valueAt' | 'onChange' | 'rows' | 'rowOf' | 'holdersOfV1'
  >
  readonly torrents: Pick<
    TorrentFacts,
    | 'of'
    | 'seen'
    | 'gone'
    | 'seeded'
    | 'completed'
    | 'tracked'
    | 'change'
    | 'servers'
    | 'present'
    | 'otherNames'
    | 'carryOver'
  >
  /** Categories for failures and checks. */
  readonly passages: () => Iterable<string>
  /** Times that the database does not know of. */
  readonly lostTimes: () => readonly UnknownTime[]
  /** `null` = nobody knows it. */
  readonly server: (id: ServerId) => Pick<ServerView, 'health' | 'wholeLists'> | null
  readonly clock: Clock
  readonly turns: TimeSlice
}

export class TorrentWatch {
  readonly #parts: TorrentWatchDeps
  readonly #trail = new CategoryTrail()
  #cancel: () => void = () => undefined
  /** Servers whose torrents of old were looked for. */
  readonly #compared = new Set<ServerId>()
  /** Rows that seeded at the last look, and were not seen to do anything else since. */
  readonly #seeding = new Set<number>()
  /** Rows that were seen complete. */
  readonly #complete = new Set<number>()
  /** Hosts of the trackers of each row, as they were noted last; rows with the same ones share them. */
  readonly #trackers: (readonly string[] | undefined)[] = []
  /** Rows that came while we looked, and are under no other trackers than we see. */
  readonly #came = new Set<number>()
  #lookedAt: number | null = null
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: TorrentWatchDeps) {
    this.#parts = parts
  }

  /** @returns how to stop */
  start(): () => Promise<void> {
    const {fleet, torrents, clock} = this.#parts
    const end = fleet.onChange(({added, removed, changed}) => {
      const now = clock.now()
      for (const {row} of removed) {
        this.#trail.forget(row)
        this.#seeding.delete(row)
        this.#complete.delete(row)
        this.#trackers[row] = undefined
        this.#came.delete(row)
      }
      this.#trail.takePassages(this.#parts.passages())
      for (const row of [...added, ...changed]) {
        if (fleet.serverAt(row) === null) continue
        this.#follow(row, now)
        if (!seeds.has(fleet.valueAt(row, 'state'))) this.#seeding.delete(row)
      }
      for (const {key} of removed) this.#passOn(key)
      for (const row of added) this.#takeOver(row)
      // Its v1 hash may be told late.
      for (const row of changed) if (this.#otherV1(row) !== null) this.#takeOver(row)
      if (removed.length > 0)
        torrents.gone(
          removed.map(({key}) => key),
          now,
        )
      for (const row of added) {
        const id = fleet.serverAt(row)
        if (id === null || !this.#isWatched(id)) continue
        if (torrents.of(fleet.keyAt(row)) === null) this.#came.add(row)
      }
      if (added.length > 0)
        this.#meet(
          added.map((row) => fleet.keyAt(row)),
          now,
          true,
        )
      for (const row of [...added, ...changed]) {
        this.#noteHybrid(row, now)
        this.#seeComplete(row, fleet.serverAt(row), now)
        this.#seeTrackers(row, fleet.serverAt(row), now)
      }
    })
    this.#looking = this.#seeAll()
    this.#plan()
    return async () => {
      this.#isStopped = true
      end()
      this.#cancel()
      await this.#looking
    }
  }

  /** Where it comes from, when somebody moved it into a category for failures or checks. */
  #follow(row: number, now: EpochMs): void {
    const {fleet, torrents} = this.#parts
    const before = this.#trail.see(row, fleet.valueAt(row, 'category'))
    if (before !== null) torrents.change(fleet.keyAt(row), {categoryBefore: before}, now)
  }

  #plan(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      this.#looking = this.#looking.then(() => this.#count()).then(() => this.#missAll())
      this.#plan()
    })
  }

  async #seeAll(): Promise<void> {
    const {clock, fleet} = this.#parts
    this.#trail.takePassages(this.#parts.passages())
    await this.#each(
      (row) => {
        this.#follow(row, clock.now())
        this.#takeOver(row)
        return true
      },
      (keys) => {
        this.#meet(keys, clock.now(), false)
        for (const key of keys) this.#noteHybrid(fleet.rowOf(key), clock.now())
      },
    )
  }

  /**
   * What is listed under a hash of which nothing is remembered, or nothing newer, may be remembered under its other one:
   * its server was upgraded, or went back. As long as both are listed they are two torrents.
   */
  #takeOver(row: number): void {
    const {fleet, torrents} = this.#parts
    if (fleet.serverAt(row) === null) return
    const key = fleet.keyAt(row)
    const v1 = this.#otherV1(row)
    // It is known under both.
    if (v1 !== null && torrents.of(key)?.goneAt === null && torrents.of(key)?.infoHashV1 === v1) return
    const names = v1 === null ? torrents.otherNames(key) : [{serverId: key.serverId, hash: v1}]
    for (const from of names)
      if (!this.#isListed(from)) torrents.carryOver(from, key, this.#doubts(key.serverId))
  }

  /** It is not listed under this hash any more, and was under its other one before it went. */
  #passOn(from: TorrentKey): void {
    const {fleet, torrents} = this.#parts
    const hybrids = fleet.holdersOfV1(from.hash).filter(({serverId}) => serverId === from.serverId)
    for (const to of [...hybrids, ...torrents.otherNames(from)])
      if (to.hash !== from.hash && fleet.rowOf(to) !== null)
        torrents.carryOver(from, to, this.#doubts(to.serverId))
  }

  /** After it was met: until then it is not known that nothing is remembered of it. */
  #noteHybrid(row: number | null, now: EpochMs): void {
    const {fleet, torrents} = this.#parts
    if (row === null || fleet.serverAt(row) === null) return
    const [key, infoHashV1] = [fleet.keyAt(row), this.#otherV1(row)]
    if (infoHashV1 !== null && torrents.of(key)?.infoHashV1 !== infoHashV1)
      torrents.change(key, {infoHashV1}, now)
  }

  /** Of a hybrid that is listed under its v2 hash. */
  #otherV1(row: number): InfoHash | null {
    const {fleet} = this.#parts
    const v1 = asInfoHash(fleet.valueAt(row, 'infoHashV1') ?? '')
    return v1 === fleet.keyAt(row).hash ? null : v1
  }

  /** Of what its list lacked, it is not known that it is there. */
  #isListed(key: TorrentKey): boolean {
    const {fleet} = this.#parts
    const row = fleet.rowOf(key)
    return row !== null && fleet.rows.isSeen(row)
  }

  /** Of who was never seen before, labels of ours tell what an older program knew; later the database alone does. */
  #meet(keys: readonly TorrentKey[], now: EpochMs, isNew: boolean): void {
    const {torrents, fleet} = this.#parts
    const labelled = keys.flatMap((key) => {
      const row = torrents.of(key) === null ? fleet.rowOf(key) : null
      const marks = row === null ? [] : marksIn(fleet.valueAt(row, 'tags'))
      return marks.length === 0 ? [] : [{key, marks}]
    })
    for (const [id, some] of Map.groupBy(keys, ({serverId}) => serverId)) {
      torrents.seen(some, now, isNew && this.#isWatched(id))
    }
    for (const {key, marks} of labelled) torrents.change(key, {marks}, now)
  }

  /** From look to look, never more than it was; only what a server says while it is believed. */
  async #count(): Promise<void> {
    const {torrents, clock} = this.#parts
    const now = clock.monotonic()
    const passed = this.#lookedAt === null ? Number.POSITIVE_INFINITY : now - this.#lookedAt
    this.#lookedAt = now
    await this.#each(
      (row, id) => {
        this.#seeComplete(row, id, clock.now())
        this.#seeTrackers(row, id, clock.now())
        return this.#seededSince(row, id) && passed <= LONGEST_MS
      },
      (keys) => torrents.seeded(keys, passed / 1_000),
    )
  }

  /** Where nothing of it is wanted it is complete, too, and has nothing. */
  #seeComplete(row: number, id: ServerId | null, now: EpochMs): void {
    const {fleet, torrents} = this.#parts
    if (id === null || this.#complete.has(row) || !fleet.valueAt(row, 'complete')) return
    if (unsettled.has(fleet.valueAt(row, 'state')) || (fleet.valueAt(row, 'completed') ?? 0) === 0) return
    if (!this.#isUp(id) || !fleet.rows.isSeen(row)) return
    this.#complete.add(row)
    torrents.completed(fleet.keyAt(row), now)
  }

  /** A list that lacks some proves nothing, one that has others neither: what was there stays known. */
  #seeTrackers(row: number, id: ServerId | null, now: EpochMs): void {
    const {fleet, torrents} = this.#parts
    if (id === null) return
    const hosts = fleet.valueAt(row, 'trackerHosts')
    if (hosts === undefined || hosts.length === 0 || this.#trackers[row] === hosts) return
    const isFound = this.#trackers[row] === undefined && !this.#came.has(row)
    this.#trackers[row] = hosts
    torrents.tracked(fleet.keyAt(row), hosts, now, isFound, this.#doubts(id))
  }

  /** Whether trackers that were found then may hide others, of a time that the database lacks. */
  #doubts(id: ServerId): (foundAt: EpochMs) => boolean {
    return (foundAt) => this.#parts.lostTimes().some((lost) => isFoundAfter(lost, id, foundAt))
  }

  /** Since the last look; from this one on it is watched again. */
  #seededSince(row: number, id: ServerId): boolean {
    const {fleet} = this.#parts
    const wasSeeding = this.#seeding.has(row)
    const isSeeding = this.#isUp(id) && fleet.rows.isSeen(row) && seeds.has(fleet.valueAt(row, 'state'))
    if (isSeeding) this.#seeding.add(row)
    else this.#seeding.delete(row)
    return wasSeeding && isSeeding
  }

  /** Whoever its list lacked until now comes before our eyes. */
  #isWatched(id: ServerId): boolean {
    return this.#isUp(id) && (this.#parts.server(id)?.wholeLists ?? 0) >= AGREEING
  }

  #isUp(id: ServerId): boolean {
    return ['online', 'degraded'].includes(this.#parts.server(id)?.health.status ?? '')
  }

  /** From then on the fleet tells by itself who goes. */
  async #missAll(): Promise<void> {
    const {torrents, server} = this.#parts
    for (const id of torrents.servers) {
      const known = server(id)
      const isSettled = known === null || (this.#isUp(id) && known.wholeLists >= AGREEING)
      if (!isSettled || this.#compared.has(id)) continue
      this.#compared.add(id)
      await this.#miss(id)
    }
  }

  async #miss(id: ServerId): Promise<void> {
    const {torrents, fleet, clock, turns} = this.#parts
    const keys = torrents.present(id)
    for (let at = 0; at < keys.length && !this.#isStopped; at += PORTION) {
      const some = keys.slice(at, at + PORTION).filter((key) => fleet.rowOf(key) === null)
      torrents.gone(some, clock.now())
      if (turns.due()) await turns.next()
    }
  }

  async #each(
    test: (row: number, id: ServerId) => boolean,
    take: (keys: readonly TorrentKey[]) => void,
  ): Promise<void> {
    const {fleet, turns} = this.#parts
    for (const id of fleet.serverIds) {
      const rows = [...fleet.rowsOf(id)]
      for (let at = 0; at < rows.length && !this.#isStopped; at += PORTION) {
        // A row may be another's by now: what is taken here is looked at in the same turn.
        const some = rows.slice(at, at + PORTION).filter((row) => fleet.serverAt(row) === id && test(row, id))
        take(some.map((row) => fleet.keyAt(row)))
        if (turns.due()) await turns.next()
      }
    }
  }
}

/**
 * Where torrents come from that a person moves into a category for failures or checks: they still belong there, and go
 * back there. A row is a small number that stands for one torrent as long as it is there.
 * Source: qBitrr.
 */
export class CategoryTrail {
  /** The last one of each that is no passage; its own text is shared by all that have it. */
  readonly #before: (string | undefined)[] = []
  #passages: ReadonlySet<string> = new Set()

  /** @param names of the categories for failures and checks */
  takePassages(names: Iterable<string>): void {
    this.#passages = new Set([...names].flatMap((name) => spellingsOf(name)))
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
