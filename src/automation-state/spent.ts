/**
 * What destructive actions have cost: how many and how many bytes in the last hour or day, by rule, server,
 * tracker and folder.
 * Windows slide, so no turn of the hour doubles a budget, and time is counted by the clock that does not jump.
 */
import type {Clock} from '#lib/clock.ts'
import type {SpentRecord} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {DAY, type Bytes, type Seconds} from '#model/units.ts'
import {deleteSpent, putSpent} from '#store/repositories/rule-memory.ts'
import type {MemoryWriter} from './writer.ts'

/** Absent = of all. */
interface Purse {
  readonly ruleId?: RuleId
  readonly serverId?: ServerId
  /** Those that count; `null` = of no server. */
  readonly on?: (serverId: ServerId | null) => boolean
  readonly tracker?: string
  /** What was written down without a folder may have been in this one, and counts. */
  readonly folder?: string
}

interface Item {
  readonly record: SpentRecord
  /** By the clock that does not jump. */
  readonly at: number
}

export class Spent {
  readonly #writer: MemoryWriter
  readonly #clock: Clock
  /** Oldest first. */
  #items: Item[]

  constructor(writer: MemoryWriter, clock: Clock, records: readonly SpentRecord[]) {
    this.#writer = writer
    this.#clock = clock
    const [now, steady] = [clock.now(), clock.monotonic()]
    // What a wrong clock wrote for the future counts as of now.
    this.#items = records
      .map((record) => ({record, at: steady - Math.max(0, now - record.at)}))
      .sort((a, b) => a.at - b.at)
  }

  /**
   * @param window at most a day: older is forgotten
   * @param after only what came later counts, ms by the clock that does not jump; `null` = all of the window
   */
  within(
    purse: Purse,
    window: Seconds,
    after: number | null = null,
  ): {readonly count: number; readonly bytes: Bytes} {
    const since = Math.max(this.#clock.monotonic() - window * 1_000, after ?? -Infinity)
    let [count, bytes] = [0, 0]
    for (let n = this.#items.length - 1; n >= 0 && this.#items[n]!.at > since; n--) {
      const {record} = this.#items[n]!
      if (!pays(record, purse)) continue
      count++
      bytes += record.bytes
    }
    return {count, bytes}
  }

  /**
   * Counts at once, so that nobody else spends the same, and may be acted upon when it resolves.
   * @throws {StorageFault} then it is not counted, unless nobody knows whether it was written
   */
  async spend(record: SpentRecord): Promise<void> {
    if (this.#items.some((item) => item.record.id === record.id)) return
    const item = {record, at: this.#clock.monotonic()}
    this.#items.push(item)
    try {
      await this.#writer.commit((db) => putSpent(db, record))
    } catch (error) {
      if (!(error instanceof CommodarrError && error.code === 'unconfirmed')) this.#drop([item])
      throw error
    }
  }

  /** Counts while it waits to be sent, in this run of the program alone. @returns how to end that */
  reserve(record: SpentRecord): () => void {
    const item = {record, at: this.#clock.monotonic()}
    this.#items.push(item)
    return () => this.#drop([item])
  }

  /** It was never sent. @throws {StorageFault} then it still counts */
  async giveBack(id: string): Promise<void> {
    await this.#remove(this.#items.filter(({record}) => record.id === id))
  }

  /** Forgets what no budget asks for any more. @throws {StorageFault} */
  async expire(): Promise<void> {
    const since = this.#clock.monotonic() - DAY * 1_000
    await this.#remove(this.#items.filter(({at}) => at <= since))
  }

  async #remove(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return
    const ids = items.map(({record}) => record.id)
    await this.#writer.commit((db) => deleteSpent(db, ids))
    this.#drop(items)
  }

  #drop(items: readonly Item[]): void {
    const gone = new Set(items)
    this.#items = this.#items.filter((item) => !gone.has(item))
  }
}

function pays(record: SpentRecord, {ruleId, serverId, on, tracker, folder}: Purse): boolean {
  return (
    (ruleId === undefined || record.ruleId === ruleId) &&
    (serverId === undefined || record.serverId === serverId) &&
    (on === undefined || on(record.serverId)) &&
    (tracker === undefined || record.trackers.includes(tracker)) &&
    (folder === undefined || record.folder === null || record.folder === folder)
  )
}
