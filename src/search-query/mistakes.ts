/** What could not be understood, and what would have been. */
import type {QueryMistake} from '#model/live.ts'
import type {FieldTerm, Span, Term} from './terms.ts'

export const mistakeCodes = [
  'unknown_field',
  'unknown_server',
  'unknown_arr',
  'unknown_value',
  'unknown_unit',
  'not_a_number',
  'not_a_time',
  'not_a_hash',
  'out_of_range',
  'value_missing',
  'wrong_operator',
  'one_value_only',
  'one_list_only',
  'not_one_range',
  'not_excludable',
  'open_pattern',
  'unmatched_parenthesis',
  'empty_group',
  'side_missing',
  'unknown_operator',
  'field_missing',
  'too_deep',
  'too_many_terms',
] as const
/** Their message says more than their code: why it is so of this field, or of this rule. */
export const saidInFull = ['not_in_search', 'unknown_rule', 'rule_not_evaluated'] as const
/** Of texts of rules alone; said in full, too. */
const ruleMistakeCodes = ['not_in_rules'] as const
export type MistakeCode =
  | (typeof mistakeCodes)[number]
  | (typeof saidInFull)[number]
  | (typeof ruleMistakeCodes)[number]

interface Complaint {
  readonly code: MistakeCode
  readonly term: Term
  /** What the suggestion would stand in place of. */
  readonly at: Span
  /** What is wrong, in a few words. */
  readonly says: string
  readonly accepted?: readonly string[]
  readonly suggestion?: string
}

/** Collects mistakes of one text. */
export class Mistakes {
  readonly #text: string
  readonly #all: QueryMistake[] = []

  constructor(text: string) {
    this.#text = text
  }

  get count(): number {
    return this.#all.length
  }

  /** In the order of the text. */
  get all(): readonly QueryMistake[] {
    return this.#all.toSorted((one, other) => one.from - other.from || one.to - other.to)
  }

  add({code, term, at: {from, to}, says, accepted = [], suggestion = ''}: Complaint): void {
    const written = shortened(this.#text.slice(term.from, term.to))
    this.#all.push({
      from,
      to,
      code,
      found: this.#text.slice(from, to),
      accepted,
      suggestion,
      message: `\`${written}\`: ${says}.${suggestion && ` Did you mean ${suggestion}?`}`,
    })
  }

  /** @returns whether the term has one of them */
  demandOperator(term: FieldTerm, accepted: readonly string[]): boolean {
    if (accepted.includes(term.operator)) return true
    const says = `${term.field} is not compared by ${term.operator}`
    const value = this.#text.slice(term.valuePart.from, term.valuePart.to)
    const suggestion = `${term.negated ? '-' : ''}${term.field}:${value}`
    this.add({code: 'wrong_operator', term, at: term, says, accepted, suggestion})
    return false
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
