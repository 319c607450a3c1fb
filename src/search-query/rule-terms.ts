/**
 * `rule:` in a search: what a rule matches now. It stands with the facts of rules, as its condition is made of them. A rule
 * itself cannot ask it: rules that ask each other would go in circles.
 */
import {didYouMean} from '#lib/did-you-mean.ts'
import type {KnownRule} from '#model/query.ts'
import {excludes} from './choice-terms.ts'
import {anyOf, turnedBy, type Read} from './fact-terms.ts'
import type {Mistakes} from './mistakes.ts'
import {printedValue} from './printing.ts'
import {idsCalled} from './servers.ts'
import type {FieldTerm} from './terms.ts'

export const ruleField = 'rule'

export function isRuleTerm({field}: FieldTerm): boolean {
  return field.toLowerCase() === ruleField
}

/** There may be hundreds. */
const MOST_NAMED = 50

/** @param rules absent = which there are is not known here, and nothing is wrong with any name */
export function ruleCondition(
  term: FieldTerm,
  rules: readonly KnownRule[] | undefined,
  mistakes: Mistakes,
): Read {
  if (term.values.length === 0) {
    mistakes.add({code: 'value_missing', term, at: term.valuePart, says: 'a value is missing'})
    return null
  }
  if (!mistakes.demandOperator(term, [':', '=', '!=']) || rules === undefined) return null
  const reads = term.values.flatMap((value): readonly Read[] => {
    const called = rulesCalled(value.text, rules)
    if (called.length > 0) {
      const conditions = called.map(({condition}) => condition?.())
      const known = conditions.filter((it) => it !== null)
      if (known.length > 0) return known.map((it) => it ?? null)
      const says = 'this rule is about no torrents, or does nothing anywhere now'
      mistakes.add({code: 'rule_not_evaluated', term, at: value, says})
      return [null]
    }
    const names = [...new Set(rules.map(({name}) => name))]
    const meant = didYouMean(value.text, names)
    mistakes.add({
      code: 'unknown_rule',
      term,
      at: value,
      says: 'unknown rule',
      accepted: names.slice(0, MOST_NAMED),
      suggestion: meant && printedValue(meant),
    })
    return [null]
  })
  return turnedBy(excludes(term), anyOf(reads))
}

/** How a rule is written: by its name, unless that is the name of another one, too. */
export function ruleSpelling(id: string, rules: readonly Pick<KnownRule, 'id' | 'name'>[]): string {
  const name = rules.find((rule) => rule.id === id)?.name ?? id
  const called = rulesCalled(name, rules)
  return printedValue(called.length === 1 && called[0]!.id === id ? name : id)
}

/** The rules that are meant, as servers are. */
function rulesCalled<T extends Pick<KnownRule, 'id' | 'name'>>(
  called: string,
  rules: readonly T[],
): readonly T[] {
  const ids = new Set(idsCalled(called, rules, ({name, id}) => [name, id]))
  return rules.filter(({id}) => ids.has(id))
}
