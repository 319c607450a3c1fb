/** All rules of one kind of subject, compiled, in the order in which they decide. */
import {isDeepStrictEqual} from 'node:util'
import type {FactName} from '#model/fact.ts'
import type {Rule} from '#model/rule.ts'
import {compileRule, type CompiledRule} from './compiled-rule.ts'
import type {FactReaders} from './fact-readers.ts'
import {byTurn} from './rule-order.ts'

export class RuleSet<S> {
  readonly readers: FactReaders<S>
  /** Also those that are off: they are explained, too. */
  readonly rules: readonly CompiledRule<S>[]
  readonly #readersOf = new Map<FactName, CompiledRule<S>[]>()

  /**
   * @param rules those that only keep decide first, then by `order`; of equal ones the one that stands first
   * @param readersOf of rules that may not know everything
   * @param before rules that stand there are not compiled again: each may take 10 ms
   */
  constructor(
    rules: readonly Rule[],
    readers: FactReaders<S>,
    readersOf: (rule: Rule) => FactReaders<S> = () => readers,
    before: Pick<RuleSet<S>, 'rules'> = {rules: []},
  ) {
    this.readers = readers
    const known = new Map(before.rules.map((compiled) => [compiled.rule.id, compiled]))
    this.rules = rules.toSorted(byTurn).map((rule) => {
      const compiled = known.get(rule.id)
      const own = readersOf(rule)
      const isSame = compiled?.readers === own && isDeepStrictEqual(compiled.rule, rule)
      return isSame ? compiled : compileRule(rule, own)
    })
    for (const compiled of this.rules) if (compiled.rule.mode !== 'off') this.#index(compiled)
  }

  /** The rules that look at any of these facts: nobody else needs to be asked when they change. */
  affectedBy(facts: Iterable<FactName>): ReadonlySet<CompiledRule<S>> {
    const affected = new Set<CompiledRule<S>>()
    for (const fact of facts) for (const rule of this.#readersOf.get(fact) ?? []) affected.add(rule)
    return affected
  }

  #index(compiled: CompiledRule<S>): void {
    for (const fact of new Set(compiled.uses.map((use) => use.fact))) {
      const readers = this.#readersOf.get(fact)
      if (readers) readers.push(compiled)
      else this.#readersOf.set(fact, [compiled])
    }
  }
}
