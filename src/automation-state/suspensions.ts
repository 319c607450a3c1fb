/** Rules that do nothing until somebody looked, because a limit was hit. */
import type {RuleSuspension} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {deleteRuleSuspension, putRuleSuspension} from '#store/repositories/rule-memory.ts'
import type {MemoryWriter} from './writer.ts'

export class Suspensions {
  readonly #writer: MemoryWriter
  readonly #rules = new Map<RuleId, RuleSuspension>()
  #changed: () => void = () => undefined

  constructor(writer: MemoryWriter, records: readonly RuleSuspension[]) {
    this.#writer = writer
    for (const record of records) this.#rules.set(record.ruleId, record)
  }

  of(ruleId: RuleId): RuleSuspension | null {
    return this.#rules.get(ruleId) ?? null
  }

  all(): readonly RuleSuspension[] {
    return [...this.#rules.values()]
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

  /** Somebody looked. @throws {StorageFault} then it stays suspended */
  async lift(ruleId: RuleId): Promise<void> {
    await this.#writer.commit((db) => deleteRuleSuspension(db, ruleId))
    this.#rules.delete(ruleId)
    this.#changed()
  }
}
