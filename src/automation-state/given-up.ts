/**
 * Releases that were given up of each item, whoever did it: each grab once, however often it is heard of. What was given up
 * before a person had the item searched on is kept, and does not count.
 */
import type {Clock} from '#lib/clock.ts'
import type {GivenUpRecord} from '#model/automation-state.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import {deleteGivenUpOf, pruneGivenUp, putGivenUp} from '#store/repositories/given-up.ts'
import type {MemoryWriter} from './writer.ts'

/** So long they count. */
export const GIVEN_UP_MS = 7 * DAY * 1_000

export class GivenUp {
  readonly #writer: MemoryWriter
  readonly #clock: Pick<Clock, 'now'>
  readonly #items = new Map<string, Map<string, GivenUpRecord>>()

  constructor(writer: MemoryWriter, clock: Pick<Clock, 'now'>, records: readonly GivenUpRecord[]) {
    this.#writer = writer
    this.#clock = clock
    for (const record of records) this.#remember(record)
  }

  /** Those of the last week that count, oldest first. */
  of(arrId: string, item: string): readonly GivenUpRecord[] {
    const since = this.#clock.now() - GIVEN_UP_MS
    return [...(this.#items.get(nameOf(arrId, item))?.values() ?? [])]
      .filter(({at, resumedAt}) => resumedAt === null && at > since)
      .toSorted((a, b) => a.at - b.at)
  }

  /** Items of which something counts. */
  items(): readonly Pick<GivenUpRecord, 'arrId' | 'item'>[] {
    const firsts = [...this.#items.values()].flatMap((some) => [...some.values()].slice(0, 1))
    return firsts.filter(({arrId, item}) => this.of(arrId, item).length > 0)
  }

  /**
   * What is known already stays as it is; a reason is added to it.
   * @returns those that are new
   * @throws {StorageFault} then what was known stays
   */
  async add(heard: readonly Omit<GivenUpRecord, 'resumedAt'>[]): Promise<readonly GivenUpRecord[]> {
    const now = this.#clock.now()
    const all = heard.map((one) => {
      const before = this.#items.get(nameOf(one.arrId, one.item))?.get(grabOf(one))
      // The clock of an Arr may be wrong: what is of the future would count for ever.
      const fresh = {...one, at: Math.min(one.at, now), resumedAt: null}
      return {before, record: before ? {...before, reason: before.reason ?? one.reason} : fresh}
    })
    const changed = all.filter(({before, record}) => before?.reason !== record.reason)
    const each = new Map(
      changed.map((it) => [`${nameOf(it.record.arrId, it.record.item)} ${grabOf(it.record)}`, it]),
    )
    if (each.size === 0) return []
    const records = Array.from(each.values(), ({record}) => record)
    await this.#writer.commit((db) => putGivenUp(db, records))
    for (const record of records) this.#remember(record)
    return [...each.values()].flatMap(({before, record}) => (before ? [] : [record]))
  }

  /**
   * What was given up of it so far does not count any more.
   * @returns how many there were
   * @throws {StorageFault} then they count
   */
  async resume(arrId: string, item: string): Promise<number> {
    const resumedAt = this.#clock.now()
    const records = this.of(arrId, item).map((record) => ({...record, resumedAt}))
    if (records.length > 0) await this.#writer.commit((db) => putGivenUp(db, records))
    for (const record of records) this.#remember(record)
    return records.length
  }

  /** Forgets what is of before `at`. @throws {StorageFault} */
  async expire(at: EpochMs): Promise<void> {
    await this.#writer.commit((db) => pruneGivenUp(db, at))
    for (const [name, records] of this.#items) {
      for (const [grab, record] of records) if (record.at < at) records.delete(grab)
      if (records.size === 0) this.#items.delete(name)
    }
  }

  /** Its numbers mean other items now. @throws {StorageFault} */
  async forgetArr(arrId: string): Promise<void> {
    await this.#writer.commit((db) => deleteGivenUpOf(db, arrId))
    for (const [name, records] of this.#items)
      if ([...records.values()].some((record) => record.arrId === arrId)) this.#items.delete(name)
  }

  #remember(record: GivenUpRecord): void {
    const name = nameOf(record.arrId, record.item)
    const records = this.#items.get(name) ?? new Map<string, GivenUpRecord>()
    this.#items.set(name, records.set(grabOf(record), record))
  }
}

function nameOf(arrId: string, item: string): string {
  return `${item} ${arrId}`
}

function grabOf({downloadId, grabbedAt}: Pick<GivenUpRecord, 'downloadId' | 'grabbedAt'>): string {
  return `${downloadId} ${grabbedAt}`
}
