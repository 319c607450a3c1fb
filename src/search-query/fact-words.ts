/**
 * Facts of rules as fields of a search. They stand apart from the fields that need no more than the columns of the list:
 * pages load them when they are needed.
 */
import type {FactName} from '#model/fact.ts'
import type {KnownRule} from '#model/query.ts'
import type {Condition} from '#model/rule.ts'
import {factCondition} from './fact-terms.ts'
import type {Mistakes} from './mistakes.ts'
import {factCalled, ruleFields} from './rule-fields.ts'
import {isRuleTerm, ruleCondition, ruleField} from './rule-terms.ts'
import type {FieldTerm} from './terms.ts'

/** What a search knows of facts of rules. */
export interface FactWords {
  readonly names: readonly string[]
  /** What a term asks of a fact, or of what rules match; `null` = a mistake says why it cannot, or only names of rules are known here. `undefined` = its field is neither. */
  readonly conditionOf: (
    term: FieldTerm,
    mistakes: Mistakes,
    rules: readonly KnownRule[] | undefined,
  ) => Condition | null | undefined
}

/** Why a search cannot ask these, though rules can. */
const withheld: Readonly<Partial<Record<FactName, string>>> = {
  'tracker.messages': 'the words of trackers may name what is secret; write message: instead',
  'content.owners': 'it names torrents that not everybody may see; write is:duplicate instead',
  'content.ownersOther': 'it counts torrents that not everybody may see; write is:duplicate instead',
  'content.ownersOtherComplete': 'it counts torrents that not everybody may see; write is:duplicate instead',
  'content.onOtherServer': 'it knows of servers that not everybody may see; write is:duplicate instead',
  'content.groupId': 'it is a number of ours; write is:duplicate instead',
  'content.device': 'it is a number of ours; write server: or path: instead',
  'obligation.profile':
    'not everybody may see what profiles are called; write obligation_met: or tracker: instead',
  'server.owner': 'write server: instead',
  'server.epoch': 'it is a number of ours',
}

/** `null` = a search can ask it. */
export function whyWithheld(fact: FactName): string | null {
  return withheld[fact] ?? null
}

/** Facts that a search can ask, by the names of their fields. */
export const searchedFacts: readonly (readonly [field: string, fact: FactName])[] = ruleFields.filter(
  ([, fact]) => whyWithheld(fact) === null,
)

export const factWords: FactWords = {
  names: [ruleField, ...searchedFacts.map(([field]) => field)],
  conditionOf(term, mistakes, rules) {
    if (isRuleTerm(term)) return ruleCondition(term, rules, mistakes)
    const fact = factCalled(term.field)
    if (fact === null) return undefined
    const why = whyWithheld(fact)
    if (why === null) return factCondition(fact, term, mistakes)
    const {from} = term.fieldPart
    const at = {from, to: from + term.field.length}
    mistakes.add({code: 'not_in_search', term, at, says: `only rules can ask this: ${why}`})
    return null
  },
}
