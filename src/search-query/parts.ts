/** What a query is made of, each part as it is written: for who wonders what one of them does. */
import {groupsOf, isNothing} from './groups.ts'
import {closedTerm} from './printing.ts'
import {joinedTexts, parenthesised} from './rewriting.ts'
import {termsOf, type Term} from './terms.ts'

/** What stands side by side, or, in a text with an `OR`, what stands on its sides. */
export interface QueryParts {
  readonly by: 'AND' | 'OR'
  readonly parts: readonly string[]
}

/** Of a text that is not understood there are none. */
export function partsOf(text: string): QueryParts {
  const {faults, isDivided} = groupsOf(text)
  const by = isDivided ? 'OR' : 'AND'
  if (faults.length > 0) return {by, parts: []}
  const parts: Term[][] = [[]]
  let depth = 0
  for (const term of termsOf(text)) {
    const joint = term.kind === 'joint' ? term.joint : null
    if (joint === '(') depth++
    if (joint === ')') depth--
    const isBetween = depth === 0 && (joint === 'OR' || joint === 'AND')
    const isEmpty = term.kind !== 'joint' && isNothing(term)
    if (isBetween ? joint === 'OR' : !isEmpty) parts.at(-1)!.push(...(isBetween ? [] : [term]))
    const isEnd = isDivided ? isBetween && joint === 'OR' : depth === 0 && joint !== 'NOT'
    if (isEnd) parts.push([])
  }
  return {by, parts: parts.filter((terms) => terms.length > 0).map((terms) => written(text, terms))}
}

function written(text: string, terms: readonly Term[]): string {
  const last = terms.at(-1)!
  return `${text.slice(terms[0]!.from, last.from)}${closedTerm(text, last)}`
}

/** The text that has these parts. */
export function joinedParts({by, parts}: QueryParts): string {
  return by === 'OR' ? parts.join(' OR ') : parts.reduce(joinedTexts, '')
}

/** What finds all that the query finds and all that it does not: only what is unknown to it is left. */
export function decidedBy(query: QueryParts): string {
  const whole = parenthesised(joinedParts(query))
  return `${whole} OR NOT ${whole}`
}

/** The text with each "or" between two of its words as an operator; `null` = there is none. */
export function withOperators(text: string): string | null {
  const terms = termsOf(text)
  const meant = terms.filter((term, at) => {
    const isWord = term.kind === 'word' && !term.quoted && !term.negated && term.text === 'or'
    return isWord && at > 0 && at < terms.length - 1
  })
  if (meant.length === 0) return null
  const changed = meant.reduceRight((it, {from, to}) => `${it.slice(0, from)}OR${it.slice(to)}`, text)
  return groupsOf(changed).faults.length === 0 ? changed : null
}
