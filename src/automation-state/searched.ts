/**
 * What was searched, when, and for which failure. A search is claimed before the Arr is asked, so that none is asked
 * twice for one failure, whatever happens in between. How many were searched lately is counted by the clock that does
 * not jump.
 */
import type {Clock} from '#lib/clock.ts'
import type {IndexerQuestions, SearchCause, SearchRecord} from '#model/automation-state.ts'
import type {SearchUnit} from '#model/searching.ts'
import {DAY, HOUR, type EpochMs} from '#model/units.ts'
import {
  deleteSearch,
  deleteSearchesOf,
  markSearchSent,
  pruneSearches,
  putSearches,
} from '#store/repositories/searches.ts'
import {addSearchRun, deleteSearchRun, putSearchCommand} from '#store/repositories/search-runs.ts'
import type {MemoryWriter} from './writer.ts'

/** A search that is to be made: one command for all these items. */
export interface PlannedSearch {
  readonly arrId: string
  readonly items: readonly string[]
  /** '' = no failure made it necessary: then it may be made again. */
  readonly failure: string
  readonly searchId: string
  readonly reason: string
  readonly cause: SearchCause
  /** What of the library it is planned for; absent = no schedule planned it. */
  readonly unit?: SearchUnit
  /** Questions to each of the indexers that Arrs share, by their common names; absent = not known. */
  readonly asked?: Readonly<Record<string, number>>
  readonly at: EpochMs
}

/**
 * So many items an Arr is asked to search in any hour: each costs every indexer of it at least one question, and
 * indexers lock out who asks too often.
 */
export const SEARCHES_PER_HOUR = 60
const windows = {hour: HOUR * 1_000, day: DAY * 1_000}

/** A command that an Arr was asked, or is about to be. */
interface Asked {
  readonly searchId: string
  readonly count: number
  /** By the clock that does not jump. */
  readonly at: number
}

/** What one search asks an indexer. */
interface Questions {
  readonly searchId: string
  readonly questions: number
  /** By the clock that does not jump. */
  readonly at: number
}

export class Searched {
  readonly #writer: MemoryWriter
  readonly #clock: Clock
  /** By Arr: those of the last day, oldest first. */
  readonly #asked = new Map<string, Asked[]>()
  /** By the common name of an indexer: those of the last day, oldest first. */
  readonly #questions = new Map<string, Questions[]>()
  readonly #records = new Map<string, SearchRecord>()
  /** By the id of the search. */
  readonly #bySearch = new Map<string, Set<SearchRecord>>()
  readonly #lastAt = new Map<string, EpochMs>()
  readonly #failures = new Set<string>()
  /** Being written. */
  readonly #claiming = new Set<string>()

  constructor(
    writer: MemoryWriter,
    clock: Clock,
    records: readonly SearchRecord[],
    questions: readonly IndexerQuestions[],
  ) {
    this.#writer = writer
    this.#clock = clock
    for (const record of records) this.#remember(record)
    const [now, steady] = [clock.now(), clock.monotonic()]
    const bySearch = Map.groupBy(records, ({searchId}) => searchId)
    const asked = [...bySearch.values()].map((some) => {
      const {arrId, searchId, at} = some[0]!
      // What a wrong clock wrote for the future counts as of now.
      return {arrId, searchId, count: some.length, at: steady - Math.max(0, now - at)}
    })
    for (const one of asked.sort((a, b) => a.at - b.at)) this.#keep(one)
    for (const {searchId, askedAt, asked: counts} of questions)
      this.#ask(searchId, counts, steady - Math.max(0, now - askedAt))
  }

  /** What our searches asked an indexer in the last day, in all Arrs, oldest first; by the clock that does not jump. */
  questionsTo(indexer: string): readonly Questions[] {
    const from = this.#clock.monotonic() - windows.day
    return (this.#questions.get(indexer) ?? []).filter(({at}) => at > from)
  }

  #ask(searchId: string, asked: Readonly<Record<string, number>>, at: number): void {
    for (const [indexer, questions] of Object.entries(asked))
      this.#questions.set(indexer, [...this.questionsTo(indexer), {searchId, questions, at}])
  }

  #unask(searchId: string): void {
    for (const [indexer, all] of this.#questions) {
      const left = all.filter((one) => one.searchId !== searchId)
      if (left.length === 0) this.#questions.delete(indexer)
      else if (left.length < all.length) this.#questions.set(indexer, left)
    }
  }

  /**
   * How long it takes until so many items of an Arr may be searched, ms; 0 = they may now. More than are allowed in that
   * time may when nothing else was: a whole season is one search, and would wait for ever.
   */
  waitFor(
    arrId: string,
    count: number,
    most = SEARCHES_PER_HOUR,
    window: keyof typeof windows = 'hour',
  ): number {
    const now = this.#clock.monotonic()
    const windowMs = windows[window]
    let left = this.made(arrId, window)
    let wait = 0
    for (const {at, count: freed} of this.#lately(arrId, windowMs)) {
      if (left + count <= most) break
      left -= freed
      wait = at + windowMs - now
    }
    return wait
  }

  /** So many items of an Arr were searched in the last hour, or day. */
  made(arrId: string, window: keyof typeof windows): number {
    return this.#lately(arrId, windows[window]).reduce((sum, {count}) => sum + count, 0)
  }

  #lately(arrId: string, windowMs: number): readonly Asked[] {
    const from = this.#clock.monotonic() - windowMs
    return (this.#asked.get(arrId) ?? []).filter(({at}) => at > from)
  }

  /** When this item was last searched, for whatever reason; `null` = never. */
  lastAt(arrId: string, item: string): EpochMs | null {
    return this.#lastAt.get(textOf(arrId, item)) ?? null
  }

  isSearchedFor(arrId: string, failure: string): boolean {
    const text = textOf(arrId, failure)
    return this.#failures.has(text) || this.#claiming.has(text)
  }

  /** Claimed, and nobody knows whether the Arr heard of them: ask it, then `sent` or `notSent`. */
  intended(arrId: string): readonly SearchRecord[] {
    return [...this.#records.values()].filter((it) => it.arrId === arrId && it.phase === 'intended')
  }

  /** @returns may the Arr be asked now: `false` = it was, or is about to be. @throws {StorageFault} then it may not */
  async claim({items, cause, unit, asked = {}, ...search}: PlannedSearch): Promise<boolean> {
    const {arrId, failure, searchId, reason, at} = search
    if (failure !== '' && this.isSearchedFor(arrId, failure)) return false
    const records = items.map((item): SearchRecord => ({...search, item, phase: 'intended'}))
    if (failure !== '') this.#claiming.add(textOf(arrId, failure))
    // At once, so that nobody else takes the same room meanwhile.
    this.#count({arrId, searchId, count: items.length})
    this.#ask(searchId, asked, this.#clock.monotonic())
    try {
      await this.#writer.commit(async (db) => {
        await putSearches(db, records)
        const run = {searchId, arrId, items, unit: unit ?? null, cause, reason, askedAt: at}
        await addSearchRun(db, run, asked)
      })
      for (const record of records) this.#remember(record)
      return true
    } catch (error) {
      this.#uncount(arrId, searchId)
      this.#unask(searchId)
      throw error
    } finally {
      this.#claiming.delete(textOf(arrId, failure))
    }
  }

  /** The Arr has it. @param commandId of the Arr; `null` = it did not say. @throws {StorageFault} */
  async sent(searchId: string, commandId: number | null): Promise<void> {
    await this.#writer.commit(async (db) => {
      await markSearchSent(db, searchId)
      await putSearchCommand(db, searchId, commandId)
    })
    for (const record of this.#of(searchId)) this.#remember({...record, phase: 'sent'})
  }

  /** The Arr was not asked for certain: it may be claimed again. @throws {StorageFault} then it stays claimed */
  async notSent(searchId: string): Promise<void> {
    await this.#writer.commit(async (db) => {
      await deleteSearch(db, searchId)
      await deleteSearchRun(db, searchId)
    })
    const records = this.#of(searchId)
    for (const {arrId} of records.slice(0, 1)) this.#uncount(arrId, searchId)
    this.#unask(searchId)
    this.#forget(records)
  }

  /** @throws {StorageFault} */
  async expire(at: EpochMs): Promise<void> {
    await this.#writer.commit((db) => pruneSearches(db, at))
    this.#forget([...this.#records.values()].filter((it) => it.at < at))
  }

  /** Its numbers mean other items now. @throws {StorageFault} */
  async forgetArr(arrId: string): Promise<void> {
    await this.#writer.commit((db) => deleteSearchesOf(db, arrId))
    this.#forget([...this.#records.values()].filter((it) => it.arrId === arrId))
  }

  #count(asked: Omit<Asked, 'at'> & {readonly arrId: string}): void {
    this.#keep({...asked, at: this.#clock.monotonic()})
  }

  /** It is the newest of its Arr. */
  #keep({arrId, ...asked}: Asked & {readonly arrId: string}): void {
    const all = this.#asked.get(arrId) ?? []
    this.#asked.set(arrId, all)
    all.push(asked)
    const from = this.#clock.monotonic() - windows.day
    while (all[0] && all[0].at <= from) all.shift()
  }

  #uncount(arrId: string, searchId: string): void {
    const all = this.#asked.get(arrId) ?? []
    const at = all.findLastIndex((it) => it.searchId === searchId)
    if (at >= 0) all.splice(at, 1)
  }

  #of(searchId: string): readonly SearchRecord[] {
    return [...(this.#bySearch.get(searchId) ?? [])]
  }

  #remember(record: SearchRecord): void {
    const {arrId, item, failure, searchId, at} = record
    const key = textOf(arrId, item, failure)
    const before = this.#records.get(key)
    if (before) this.#drop(before)
    this.#records.set(key, record)
    this.#bySearch.set(searchId, (this.#bySearch.get(searchId) ?? new Set()).add(record))
    this.#lastAt.set(textOf(arrId, item), Math.max(at, this.lastAt(arrId, item) ?? at))
    if (failure !== '') this.#failures.add(textOf(arrId, failure))
  }

  #drop(record: SearchRecord): void {
    const {arrId, item, failure, searchId} = record
    this.#records.delete(textOf(arrId, item, failure))
    const some = this.#bySearch.get(searchId)
    some?.delete(record)
    if (some?.size === 0) this.#bySearch.delete(searchId)
  }

  #forget(records: readonly SearchRecord[]): void {
    if (records.length === 0) return
    for (const record of records) this.#drop(record)
    const left = [...this.#records.values()]
    this.#lastAt.clear()
    this.#failures.clear()
    for (const record of left) this.#remember(record)
  }
}

function textOf(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}
