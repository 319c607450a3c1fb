/** How far each rule has come with each subject, with its strikes: what must stay true, and since when it is. */
import type {HoldRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {keyIn, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {deleteRuleMemory, putRuleMemory, type HoldKey} from '#store/repositories/rule-memory.ts'
import type {Unwritten} from './unwritten.ts'
import type {MemoryWriter} from './writer.ts'

const WRITE_EVERY_MS = 1_000
/** Of more only their number is known. */
export const STRIKES_KEPT = 20

export class Holds {
  /** By rule and revision, then by subject. */
  readonly #rules = new Map<string, Map<string, HoldRecord>>()
  readonly #unwritten: Unwritten<HoldRecord>

  constructor(writer: MemoryWriter, records: readonly HoldRecord[]) {
    this.#unwritten = writer.backlog(WRITE_EVERY_MS, async (db, {put, gone}) => {
      await putRuleMemory(db, put)
      await deleteRuleMemory(db, gone)
    })
    for (const record of records) this.#remember(record)
  }

  of({ruleId, revision, subject}: HoldKey): HoldRecord | null {
    return this.#rules.get(ruleText(ruleId, revision))?.get(subject) ?? null
  }

  /** Of all rules together. */
  get count(): number {
    let count = 0
    for (const held of this.#rules.values()) count += held.size
    return count
  }

  /** Of all subjects that this revision has begun with. */
  ofRule(ruleId: RuleId, revision: number): readonly HoldRecord[] {
    return [...(this.#rules.get(ruleText(ruleId, revision))?.values() ?? [])]
  }

  /** In place of what was known of them. Written within a second. */
  put(records: readonly HoldRecord[]): void {
    for (const record of records) {
      const kept = {...record, strikes: record.strikes.slice(-STRIKES_KEPT)}
      this.#remember(kept)
      this.#unwritten.put(textOf(kept), kept)
    }
  }

  /** They begin again. */
  clear(keys: readonly HoldKey[]): void {
    for (const key of keys) {
      const record = this.of(key)
      if (record !== null) this.#forget(record)
    }
  }

  /** The rule is gone, its condition changed, or it goes from simulation to acting. @param except its revision that stays */
  forgetRule(ruleId: RuleId, except: number | null = null): void {
    this.#forgetWhere((it) => it.ruleId === ruleId && it.revision !== except)
  }

  /** Of torrents that nobody will see again. */
  forgetTorrents(isGone: (key: TorrentKey) => boolean): void {
    this.#forgetWhere(({subject}) => {
      const key = keyIn(subject)
      return key !== null && isGone(key)
    })
  }

  /** Those that nothing new was seen of in time. @returns how many */
  expire(now: EpochMs): number {
    return this.#forgetWhere(({expiresAt}) => expiresAt !== null && expiresAt <= now)
  }

  #forgetWhere(test: (record: HoldRecord) => boolean): number {
    let count = 0
    for (const subjects of this.#rules.values()) {
      for (const record of subjects.values()) {
        if (!test(record)) continue
        this.#forget(record)
        count++
      }
    }
    return count
  }

  #remember(record: HoldRecord): void {
    const rule = ruleText(record.ruleId, record.revision)
    const subjects = this.#rules.get(rule) ?? new Map<string, HoldRecord>()
    this.#rules.set(rule, subjects.set(record.subject, record))
  }

  #forget(record: HoldRecord): void {
    const rule = ruleText(record.ruleId, record.revision)
    const subjects = this.#rules.get(rule)
    subjects?.delete(record.subject)
    if (subjects?.size === 0) this.#rules.delete(rule)
    this.#unwritten.remove(textOf(record), record)
  }
}

function ruleText(ruleId: RuleId, revision: number): string {
  return `${revision} ${ruleId}`
}

function textOf({ruleId, revision, subject}: HoldKey): string {
  return JSON.stringify([ruleId, revision, subject])
}
