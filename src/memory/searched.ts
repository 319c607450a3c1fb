/**
 * What was searched, when, and for which failure. A search is claimed before the Arr is asked, so that none is asked
 * twice for one failure, whatever happens in between.
 */
import type {SearchRecord} from '#model/memory.ts'
import type {EpochMs} from '#model/units.ts'
import {deleteSearch, markSearchSent, pruneSearches, putSearches} from '#store/repositories/searches.ts'
import type {MemoryWriter} from './writer.ts'

/** A search that is to be made: one command for all these items. */
export interface PlannedSearch {
  readonly arrId: string
  readonly items: readonly string[]
  /** '' = no failure made it necessary: then it may be made again. */
  readonly failure: string
  readonly searchId: string
  readonly reason: string
  readonly at: EpochMs
}

export class Searched {
  readonly #writer: MemoryWriter
  readonly #records = new Map<string, SearchRecord>()
  readonly #lastAt = new Map<string, EpochMs>()
  readonly #failures = new Set<string>()
  /** Being written. */
  readonly #claiming = new Set<string>()

  constructor(writer: MemoryWriter, records: readonly SearchRecord[]) {
    this.#writer = writer
    for (const record of records) this.#remember(record)
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
  async claim({items, ...search}: PlannedSearch): Promise<boolean> {
    const {arrId, failure} = search
    if (failure !== '' && this.isSearchedFor(arrId, failure)) return false
    const records = items.map((item): SearchRecord => ({...search, item, phase: 'intended'}))
    if (failure !== '') this.#claiming.add(textOf(arrId, failure))
    try {
      await this.#writer.commit((db) => putSearches(db, records))
      for (const record of records) this.#remember(record)
      return true
    } finally {
      this.#claiming.delete(textOf(arrId, failure))
    }
  }

  /** The Arr has it. @throws {StorageFault} */
  async sent(searchId: string): Promise<void> {
    await this.#writer.commit((db) => markSearchSent(db, searchId))
    for (const record of this.#of(searchId)) this.#remember({...record, phase: 'sent'})
  }

  /** The Arr was not asked for certain: it may be claimed again. @throws {StorageFault} then it stays claimed */
  async notSent(searchId: string): Promise<void> {
    await this.#writer.commit((db) => deleteSearch(db, searchId))
    this.#forget(this.#of(searchId))
  }

  /** @throws {StorageFault} */
  async expire(at: EpochMs): Promise<void> {
    await this.#writer.commit((db) => pruneSearches(db, at))
    this.#forget([...this.#records.values()].filter((it) => it.at < at))
  }

  #of(searchId: string): readonly SearchRecord[] {
    return [...this.#records.values()].filter((it) => it.searchId === searchId)
  }

  #remember(record: SearchRecord): void {
    const {arrId, item, failure, at} = record
    this.#records.set(textOf(arrId, item, failure), record)
    this.#lastAt.set(textOf(arrId, item), Math.max(at, this.lastAt(arrId, item) ?? at))
    if (failure !== '') this.#failures.add(textOf(arrId, failure))
  }

  #forget(records: readonly SearchRecord[]): void {
    if (records.length === 0) return
    for (const {arrId, item, failure} of records) this.#records.delete(textOf(arrId, item, failure))
    const left = [...this.#records.values()]
    this.#lastAt.clear()
    this.#failures.clear()
    for (const record of left) this.#remember(record)
  }
}

function textOf(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}
