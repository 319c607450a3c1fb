/**
 * What is ours to know of each torrent: when we first saw it, how long we saw it seed, what was done to it. There is a
 * record for every torrent of the fleet: 100,000 are 23 MB, and 0.5 to 0.9 s at the start. What only grows (`seedingObserved`) is
 * written hourly. Lists of keys cost 1.5 to 2 µs each: whoever has very many hands them over in slices.
 */
import {countedTogether, type CountedLife, type TorrentFactsRecord} from '#model/automation-state.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import {putTorrentFacts} from '#store/repositories/torrent-facts.ts'
import type {Unwritten} from './unwritten.ts'
import type {MemoryWriter} from './writer.ts'

const WRITE_EVERY_MS = 1_000
/** 100,000 seeding torrents are 28 rows a second so; a crash forgets an hour, which errs on the side of the tracker. */
const WRITE_SEEDING_EVERY_MS = 3_600_000

/** @param before what was counted of it on servers that it was moved from; `null` = nothing */
type CountedListener = (key: TorrentKey, before: ReturnType<typeof countedTogether> | null) => void

type TorrentFactsChanges = Partial<Omit<TorrentFactsRecord, keyof TorrentKey | 'seedingObserved'>>

export class TorrentFacts {
  readonly #servers = new Map<ServerId, Map<InfoHash, TorrentFactsRecord>>()
  /** By server and v1 hash: the hashes of the hybrids that were listed under another one. */
  readonly #hybrids = new Map<ServerId, Map<InfoHash, Set<InfoHash>>>()
  readonly #changed: Unwritten<TorrentFactsRecord>
  readonly #seeding: Unwritten<TorrentFactsRecord>
  #onCounted: CountedListener = () => undefined

  constructor(writer: MemoryWriter) {
    const backlog = (everyMs: number) =>
      writer.backlog<TorrentFactsRecord>(everyMs, (db, {put}) => putTorrentFacts(db, put))
    this.#changed = backlog(WRITE_EVERY_MS)
    this.#seeding = backlog(WRITE_SEEDING_EVERY_MS)
  }

  /** What the database has, at the start. */
  load(records: readonly TorrentFactsRecord[]): void {
    for (const record of records) this.#remember(record)
  }

  /** Hears all that is known, and each change from now on. One listener, for good. */
  tellCounted(listener: CountedListener): void {
    this.#onCounted = listener
    for (const records of this.#servers.values())
      for (const record of records.values())
        if (record.countedBefore.length > 0) listener(record, countedTogether(record.countedBefore))
  }

  of({serverId, hash}: TorrentKey): TorrentFactsRecord | null {
    return this.#servers.get(serverId)?.get(hash) ?? null
  }

  /**
   * The other hashes under which its server lists, or listed, this torrent: a hybrid goes by its v1 hash in qBittorrent
   * with libtorrent 1, and by its v2 hash cut short with libtorrent 2.
   */
  otherNames({serverId, hash}: TorrentKey): readonly TorrentKey[] {
    const v1 = this.of({serverId, hash})?.infoHashV1 ?? null
    const hybrids = this.#hybrids.get(serverId)?.get(hash) ?? []
    return [...(v1 === null ? [] : [v1]), ...hybrids].map((other) => ({serverId, hash: other}))
  }

  /**
   * Its server lists under one hash what it listed under another one before: what is remembered of it goes along. What
   * is newer is not replaced by what is older.
   * @param isInDoubt trackers that were found then are in doubt still
   */
  carryOver(from: TorrentKey, to: TorrentKey, isInDoubt: (foundAt: EpochMs) => boolean = () => false): void {
    const [before, own] = [this.of(from), this.of(to)]
    if (before === null || (own !== null && endOf(own) > endOf(before))) return
    this.#put(joined(before, own, to, isInDoubt))
  }

  /**
   * It leaves its server for another one, whose copy of it pays what is owed from then on: how long it was seen seeding,
   * and to which trackers. What people said of it goes along, too.
   * @param counted what its server has counted of it; `null` = of another user of its tracker, perhaps
   */
  passOn(from: TorrentKey, to: TorrentKey, at: EpochMs, counted: CountedLife | null): void {
    // Where no rules or Arrs are nobody watched it; what its server counted is known all the same.
    const known = this.of(from)
    if (known === null && counted === null) return
    const [before, own] = [known ?? newRecord(from, at), this.of(to) ?? newRecord(to, at)]
    const lives = counted === null ? [] : [...before.countedBefore, counted]
    this.#put({
      ...own,
      firstSeenAt: Math.min(before.firstSeenAt, own.firstSeenAt),
      // Not their sum: it may be handed on again after a crash.
      seedingObserved: Math.max(before.seedingObserved, own.seedingObserved),
      countedBefore: eachLife(own.countedBefore, lives),
      completeSeenAt: own.completeSeenAt ?? before.completeSeenAt,
      trackersSeen: [...new Set([...before.trackersSeen, ...own.trackersSeen])].sort(),
      trackersFoundAt: later(before.trackersFoundAt, own.trackersFoundAt),
      lastManualChangeAt: later(before.lastManualChangeAt, own.lastManualChangeAt),
      pinnedAt: own.pinnedAt ?? before.pinnedAt,
      // Whether it is stopped there is known there.
      marks: [...new Set([...before.marks.filter((mark) => mark !== 'freeSpacePaused'), ...own.marks])],
    })
  }

  /**
   * Its server lists it; a torrent that was gone is back.
   * @param isComing its server was looked at before, and did not have it
   */
  seen(keys: readonly TorrentKey[], at: EpochMs, isComing = false): void {
    const cameAt = isComing ? at : null
    for (const key of keys) {
      const record = this.of(key)
      if (record === null) this.#put({...newRecord(key, at), cameAt})
      else if (record.goneAt !== null) {
        const back = {...record, cameAt: cameAt ?? record.goneAt, goneAt: null}
        // Whoever added it again stopped it himself.
        this.#put(isComing ? notStoppedByUs(back) : back)
      }
    }
  }

  /** Its server is healthy and does not list it any more. */
  gone(keys: readonly TorrentKey[], at: EpochMs): void {
    for (const key of keys) {
      const record = this.of(key)
      if (record?.goneAt === null) this.#put({...record, goneAt: at})
    }
  }

  /** Servers of which something is known. */
  get servers(): readonly ServerId[] {
    return [...this.#servers.keys()]
  }

  /** Those of a server that are not known to be gone. */
  present(serverId: ServerId): readonly TorrentKey[] {
    return [...(this.#servers.get(serverId)?.values() ?? [])].filter(({goneAt}) => goneAt === null)
  }

  /** Written within a second, a torrent that was not seen yet included. */
  change(key: TorrentKey, changes: TorrentFactsChanges, now: EpochMs): void {
    this.#put({...(this.of(key) ?? newRecord(key, now)), ...changes})
  }

  /** We had it removed: it is counted should it come back. */
  removed(key: TorrentKey, at: EpochMs): void {
    this.change(key, {timesRemoved: (this.of(key)?.timesRemoved ?? 0) + 1}, at)
  }

  /** It was seen seeding for so much longer. */
  seeded(keys: readonly TorrentKey[], seconds: Seconds): void {
    for (const key of keys) {
      const record = this.of(key)
      if (record === null) continue
      const more = {...record, seedingObserved: record.seedingObserved + seconds}
      this.#remember(more)
      this.#seeding.put(keyText(more), more)
    }
  }

  /** It was seen complete; once for each time that it came. */
  completed(key: TorrentKey, at: EpochMs): void {
    const record = this.of(key)
    const known = record?.completeSeenAt ?? null
    if (known !== null && known >= (record?.cameAt ?? 0)) return
    this.change(key, {completeSeenAt: at}, at)
  }

  /**
   * Its server lists it under these trackers, by their hosts; those of before are known still.
   * @param isFound nobody looked while it got them
   * @param isInDoubt what was found then is in doubt still, which a later time would end
   */
  tracked(
    key: TorrentKey,
    hosts: readonly string[],
    at: EpochMs,
    isFound = false,
    isInDoubt: (foundAt: EpochMs) => boolean = () => false,
  ): void {
    const {trackersSeen: seen = none, trackersFoundAt: before = null} = this.of(key) ?? {}
    if (hosts.every((host) => seen.includes(host))) return
    const all = [...new Set([...seen, ...hosts])].sort()
    const isKept = before !== null && isInDoubt(before)
    const found = isFound && !isKept ? {trackersFoundAt: at} : {}
    this.change(key, {trackersSeen: seen.length === 0 ? hosts : all, ...found}, at)
  }

  /** Forgets those that are gone since before `at`; the database does so by itself. */
  expire(at: EpochMs): void {
    for (const [serverId, records] of this.#servers) {
      for (const record of records.values())
        if (record.goneAt !== null && record.goneAt < at) this.#forget(record)
      if (records.size === 0) this.#servers.delete(serverId)
    }
  }

  #put(record: TorrentFactsRecord): void {
    this.#remember(record)
    const key = keyText(record)
    // It has all of it.
    this.#seeding.drop(key)
    this.#changed.put(key, record)
  }

  #remember(record: TorrentFactsRecord): void {
    const records = this.#servers.get(record.serverId) ?? new Map<InfoHash, TorrentFactsRecord>()
    const {countedBefore: lives} = record
    const before = records.get(record.hash)?.countedBefore ?? noLives
    this.#servers.set(record.serverId, records.set(record.hash, record))
    const {serverId, hash, infoHashV1} = record
    if (lives !== before && lives.length + before.length > 0)
      this.#onCounted({serverId, hash}, lives.length === 0 ? null : countedTogether(lives))
    if (infoHashV1 === null) return
    const hybrids = this.#hybrids.get(serverId) ?? new Map<InfoHash, Set<InfoHash>>()
    const names = hybrids.get(infoHashV1) ?? new Set<InfoHash>()
    this.#hybrids.set(serverId, hybrids.set(infoHashV1, names.add(hash)))
  }

  #forget({serverId, hash, infoHashV1, countedBefore}: TorrentFactsRecord): void {
    this.#servers.get(serverId)?.delete(hash)
    if (countedBefore.length > 0) this.#onCounted({serverId, hash}, null)
    if (infoHashV1 === null) return
    const hybrids = this.#hybrids.get(serverId)
    const names = hybrids?.get(infoHashV1)
    names?.delete(hash)
    if (names?.size === 0) hybrids?.delete(infoHashV1)
  }
}

const none: readonly string[] = []
const noLives: readonly CountedLife[] = []

function notStoppedByUs(record: TorrentFactsRecord): TorrentFactsRecord {
  const marks = record.marks.filter((mark) => mark !== 'freeSpacePaused')
  return {...record, stoppedByUs: null, marks}
}

/** What was known under the hash of before, under the one of now. */
function joined(
  before: TorrentFactsRecord,
  own: TorrentFactsRecord | null,
  {serverId, hash}: TorrentKey,
  isInDoubt: (foundAt: EpochMs) => boolean,
): TorrentFactsRecord {
  const goes = {serverId, hash, infoHashV1: own?.infoHashV1 ?? null}
  if (own === null) return {...before, ...goes}
  const ever = {
    ...goes,
    firstSeenAt: Math.min(before.firstSeenAt, own.firstSeenAt),
    cameAt: later(before.cameAt, own.cameAt),
    // Not their sum: one of them may have begun with the other.
    seedingObserved: Math.max(before.seedingObserved, own.seedingObserved),
    countedBefore: eachLife(before.countedBefore, own.countedBefore),
    completeSeenAt: later(before.completeSeenAt, own.completeSeenAt),
    trackersSeen: [...new Set([...before.trackersSeen, ...own.trackersSeen])].sort(),
    trackersFoundAt:
      [before.trackersFoundAt, own.trackersFoundAt].find((at) => at !== null && isInDoubt(at)) ??
      later(before.trackersFoundAt, own.trackersFoundAt),
    timesRemoved: Math.max(before.timesRemoved, own.timesRemoved),
    lastManualChangeAt: later(before.lastManualChangeAt, own.lastManualChangeAt),
  }
  // Of what went earlier the rest is out of date.
  if (own.goneAt !== null) return {...before, ...ever}
  return {
    ...ever,
    marks: [...new Set([...before.marks, ...own.marks])],
    pinnedAt: before.pinnedAt ?? own.pinnedAt,
    filteredAt: before.filteredAt ?? own.filteredAt,
    probed: before.probed ?? own.probed,
    categoryBefore: own.categoryBefore ?? before.categoryBefore,
    stoppedByUs: before.stoppedByUs ?? own.stoppedByUs,
    goneAt: null,
  }
}

/** Each once, with the most that was said of it: it may be handed on again after a crash. */
function eachLife(one: readonly CountedLife[], other: readonly CountedLife[]): readonly CountedLife[] {
  if (other.length === 0) return one
  const lives = new Map<string, CountedLife>()
  for (const it of [...one, ...other]) {
    const {uploaded = 0, downloaded = 0} = lives.get(it.life) ?? {}
    lives.set(it.life, {
      life: it.life,
      uploaded: Math.max(uploaded, it.uploaded),
      downloaded: Math.max(downloaded, it.downloaded),
    })
  }
  return [...lives.values()]
}

function endOf({goneAt}: TorrentFactsRecord): number {
  return goneAt ?? Number.POSITIVE_INFINITY
}

function later(one: EpochMs | null, other: EpochMs | null): EpochMs | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}

function newRecord({serverId, hash}: TorrentKey, at: EpochMs): TorrentFactsRecord {
  return {
    serverId,
    hash,
    firstSeenAt: at,
    cameAt: null,
    seedingObserved: 0,
    countedBefore: [],
    completeSeenAt: null,
    trackersSeen: none,
    trackersFoundAt: null,
    timesRemoved: 0,
    marks: [],
    lastManualChangeAt: null,
    pinnedAt: null,
    filteredAt: null,
    probed: null,
    categoryBefore: null,
    stoppedByUs: null,
    infoHashV1: null,
    goneAt: null,
  }
}
