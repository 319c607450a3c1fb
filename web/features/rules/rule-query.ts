/** Searches for what saved rules match now, however many that are. Pure. */
import {ruleSpelling} from '#search-query/rule-terms.ts'

interface NamedRule {
  readonly id: string
  readonly name: string
}

/**
 * One of these matches it.
 * @param all rules in sight: a name that several have is no name of one
 */
export function queryForRules(rules: readonly NamedRule[], all: readonly NamedRule[]): string {
  return `rule:${rules.map(({id}) => ruleSpelling(id, all)).join(',')}`
}
