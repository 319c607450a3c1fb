/**
 * What rules said of each subject last, as far as it stands in the journal: the same verdict is one line there, and
 * counted here. Counts are written within a minute; a crash costs one line more.
 */
import type {VerdictRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import {pruneVerdicts, putVerdicts} from '#store/repositories/rule-memory.ts'
import type {Unwritten} from './unwritten.ts'
import type {MemoryWriter} from './writer.ts'

const WRITE_EVERY_MS = 60_000
/** Subjects that are remembered; of the oldest ones beyond it another line is written. */
export const VERDICTS_KEPT = 50_000

export class Verdicts {
  readonly #writer: MemoryWriter
  readonly #unwritten: Unwritten<VerdictRecord>
  /** The last one of each rule about each subject, the longest unheard of first. */
  readonly #last = new Map<string, VerdictRecord>()

  constructor(writer: MemoryWriter, records: readonly VerdictRecord[]) {
    this.#writer = writer
    this.#unwritten = writer.backlog(WRITE_EVERY_MS, (db, {put}) => putVerdicts(db, put))
    for (const record of records) this.#remember(record)
  }

  /** `true` = it is the one that was said last, and is counted; `false` = it belongs into the journal. */
  isAgain(ruleId: RuleId, subject: string, said: string, at: EpochMs): boolean {
    const last = this.#last.get(nameOf(ruleId, subject))
    if (last?.said !== said) return false
    this.#put({...last, count: last.count + 1, lastAt: at})
    return true
  }

  /** It stands in the journal now. */
  written(verdict: Pick<VerdictRecord, 'journalId' | 'ruleId' | 'subject' | 'said'>, at: EpochMs): void {
    this.#put({...verdict, count: 1, firstAt: at, lastAt: at})
  }

  /** What a rule said last, of those subjects that it said something of since then. */
  *of(ruleId: RuleId, since: EpochMs): Iterable<VerdictRecord> {
    for (const record of this.#last.values())
      if (record.ruleId === ruleId && record.lastAt >= since) yield record
  }

  /** Forgets those that were not said since before `at`. @throws {StorageFault} */
  async expire(at: EpochMs): Promise<void> {
    await this.#writer.commit((db) => pruneVerdicts(db, at))
    for (const [name, {lastAt}] of this.#last) if (lastAt < at) this.#last.delete(name)
  }

  #put(record: VerdictRecord): void {
    this.#remember(record)
    this.#unwritten.put(record.journalId, record)
  }

  #remember(record: VerdictRecord): void {
    const name = nameOf(record.ruleId, record.subject)
    this.#last.delete(name)
    this.#last.set(name, record)
    if (this.#last.size > VERDICTS_KEPT) this.#last.delete(this.#last.keys().next().value!)
  }
}

function nameOf(ruleId: RuleId, subject: string): string {
  return `${ruleId} ${subject}`
}
