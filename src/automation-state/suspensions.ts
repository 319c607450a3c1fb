/** Rules that do nothing until somebody looked, because a limit was hit. */
import type {Clock} from '#lib/clock.ts'
import type {RuleSuspension} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {deleteRuleSuspension, putRuleSuspension} from '#store/repositories/rule-memory.ts'
import type {MemoryWriter} from './writer.ts'

export class Suspensions {
  readonly #writer: MemoryWriter
  readonly #clock: Clock
  readonly #rules = new Map<RuleId, RuleSuspension>()
  readonly #resumed = new Map<RuleId, number>()
  #changed: () => void = () => undefined

  constructor(writer: MemoryWriter, clock: Clock, records: readonly RuleSuspension[]) {
    this.#writer = writer
    this.#clock = clock
    for (const record of records) this.#rules.set(record.ruleId, record)
  }

  of(ruleId: RuleId): RuleSuspension | null {
    return this.#rules.get(ruleId) ?? null
  }

  all(): readonly RuleSuspension[] {
    return [...this.#rules.values()]
  }

  /**
   * When somebody last let it go on, ms by the clock that does not jump; what it did before is looked at. `null` = not in
   * this run of the program, and all that it did counts.
   */
  resumedAt(ruleId: RuleId): number | null {
    return this.#resumed.get(ruleId) ?? null
  }

  /** @param listener told after each change of what is suspended */
  onChange(listener: () => void): void {
    this.#changed = listener
  }

  /** In force at once, and stays so in this life also when it cannot be written. @throws {StorageFault} */
  async suspend(suspension: RuleSuspension): Promise<void> {
    this.#rules.set(suspension.ruleId, suspension)
    this.#changed()
    await this.#writer.commit((db) => putRuleSuspension(db, suspension))
  }

  /**
   * Somebody looked.
   * @param seen what they looked at: a rule that is suspended for something else since stays so
   * @throws {StorageFault} then it stays suspended
   */
  async lift(ruleId: RuleId, seen: RuleSuspension | null = this.of(ruleId)): Promise<void> {
    if (seen === null || this.of(ruleId) !== seen) return
    await this.#writer.commit((db) => deleteRuleSuspension(db, ruleId))
    // Suspended again meanwhile, it was written down behind this.
    if (this.of(ruleId) !== seen) return
    this.#rules.delete(ruleId)
    this.#resumed.set(ruleId, this.#clock.monotonic())
    this.#changed()
  }
}
