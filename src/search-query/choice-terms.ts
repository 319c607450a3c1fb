/** What the terms of one field choose together. The filter and the side bar both read it here, so that they agree. */
import type {Field} from './fields.ts'
import type {FieldTerm, Value} from './terms.ts'

export interface SelectedValues {
  /** One of these is enough. */
  readonly any: readonly string[]
  /** Every one is wanted; only of fields that have several values at once. */
  readonly all: readonly string[]
  readonly none: readonly string[]
  /** Further lists of which one each is enough: a choice has room for one list. */
  readonly further: readonly {readonly term: FieldTerm; readonly any: readonly string[]}[]
}

/** Whether a torrent may have several values of it at once. */
export function takesSeveral(field: Field): boolean {
  return field.takes === 'names' ? field.several : ['piece', 'item', 'is', 'only'].includes(field.takes)
}

/** `-tag:a` and `tag!=a` exclude, `-tag!=a` does not. */
export function excludes(term: FieldTerm): boolean {
  return term.negated !== (term.operator === '!=')
}

/**
 * @param terms all of one field
 * @param read a value as it is looked for; several, or none when it is not understood
 */
export function selectedBy(
  terms: readonly FieldTerm[],
  several: boolean,
  read: (value: Value, term: FieldTerm) => readonly string[],
): SelectedValues {
  const singles: string[] = []
  const lists: {term: FieldTerm; any: readonly string[]}[] = []
  const none: string[] = []
  for (const term of terms) {
    const values = unique(term.values.flatMap((value) => read(value, term)))
    if (excludes(term)) none.push(...values)
    else if (several && values.length > 1) lists.push({term, any: values})
    else singles.push(...values)
  }
  const [first, ...further] = lists
  const joined = several ? joinedChoice(first?.any ?? [], unique(singles)) : {any: unique(singles), all: []}
  return {...joined, none: unique(none), further}
}

/** One wanted value is the same either way: `any`, unless others are wanted with it. */
function joinedChoice(
  any: readonly string[],
  all: readonly string[],
): {any: readonly string[]; all: readonly string[]} {
  if (any.length === 0 && all.length === 1) return {any: all, all: []}
  return {any, all}
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
