/** A query as a sentence: what belongs together where `OR` and `NOT` stand in it. */
import {excludes} from '#search-query/choice-terms.ts'
import {fieldCalled, type TimeAsked} from '#search-query/fields.ts'
import {alternativesIn, groupsOf, type Item} from '#search-query/groups.ts'
import type {AskingTerm, FieldTerm, Operator} from '#search-query/terms.ts'
import {text, type TextKey} from '../../../i18n/text.ts'

/** '' = it is not understood. */
export function readsAs(q: string): string {
  const {items, faults} = groupsOf(q)
  if (faults.length > 0 || items.length === 0) return ''
  const [first, ...others] = items
  const sides = others.length === 0 ? alternativesIn(first!) : []
  const what =
    sides.length > 0
      ? sides
          .map((side) =>
            side.kind === 'term' ? termWords(side.term) : listed(side.items.map(itemWords), 'and'),
          )
          .join(text('reads.or-with'))
      : listed(items.map(itemWords), 'and')
  return text('reads.as', {what})
}

function itemWords(item: Item): string {
  const parts = alternativesIn(item).map((part) =>
    part.kind === 'term'
      ? termWords(part.term)
      : text('reads.both', {list: listed(part.items.map(itemWords), 'and')}),
  )
  return parts.length === 1 ? parts[0]! : text('reads.either', {list: listed(parts, 'or')})
}

/** "a, b and c" */
function listed(parts: readonly string[], last: 'and' | 'or'): string {
  if (parts.length < 2) return parts.join('')
  const before = parts.slice(0, -1).join(text('reads.comma'))
  return `${before}${text(`reads.${last}`)}${parts.at(-1)!}`
}

function termWords(term: AskingTerm): string {
  if (term.kind === 'word') return either('reads.word', term.negated, {value: term.text})
  if (term.kind === 'pattern') return either('reads.pattern', term.negated, {value: term.pattern})
  const field = fieldCalled(term.field)
  if (field?.takes === 'time') return timeWords(field, term)
  if (field?.takes === 'quantity') return numberWords(term, field.name.replaceAll('_', ' '))
  // What the list has no column of is a fact: a figure where it is compared.
  if (field === null && (isComparison(term.operator) || term.values[0]?.text.includes('..')))
    return numberWords(term, term.field.replaceAll('_', ' '))
  const value = listed(
    term.values.map((it) => it.text),
    'or',
  )
  if (field?.takes === 'is') return either('reads.flag', excludes(term), {value})
  if (field?.takes === 'only') return either('reads.only-tracker', excludes(term), {value})
  const name = (field?.name ?? term.field).replaceAll('_', ' ')
  return either('reads.is', excludes(term), {field: name, value})
}

type Turnable =
  | 'reads.word'
  | 'reads.pattern'
  | 'reads.is'
  | 'reads.flag'
  | 'reads.between'
  | 'reads.only-tracker'

function either(key: Turnable, isNegated: boolean, values: Readonly<Record<string, string>>): string {
  return text(isNegated ? (`${key}.not` satisfies TextKey) : key, values)
}

type Comparison = '>' | '<' | '>=' | '<='

const opposites: Readonly<Record<Comparison, Comparison>> = {'>': '<=', '<': '>=', '>=': '<', '<=': '>'}
const isComparison = (operator: Operator): operator is Comparison => operator in opposites

/** What is compared, with a minus turned into the opposite comparison; `null` = it is compared by no end. */
function comparisonOf(term: FieldTerm): {by: Comparison; value: string} | null {
  const value = term.values[0]?.text ?? ''
  const turned = (by: Comparison) => (excludes(term) ? opposites[by] : by)
  if (isComparison(term.operator)) return {by: turned(term.operator), value}
  if (value.startsWith('..')) return {by: turned('<='), value: value.slice(2)}
  if (value.endsWith('..')) return {by: turned('>='), value: value.slice(0, -2)}
  return null
}

const numberKeys = {'>': 'reads.over', '<': 'reads.under', '>=': 'reads.least', '<=': 'reads.most'} as const

function numberWords(term: FieldTerm, field: string): string {
  const compared = comparisonOf(term)
  return compared ? text(numberKeys[compared.by], {field, value: compared.value}) : rangeWords(term, field)
}

function rangeWords(term: FieldTerm, field: string): string {
  const value = term.values[0]?.text ?? ''
  const [low, high] = value.split('..')
  if (high === undefined) return either('reads.is', excludes(term), {field, value})
  return either('reads.between', excludes(term), {field, low: low!, high})
}

const dateKeys = {'>': 'reads.after', '<': 'reads.before', '>=': 'reads.since', '<=': 'reads.until'} as const

/** An age is greater the longer ago it is; what is to come is further away. */
function timeWords({name, isAhead}: TimeAsked, term: FieldTerm): string {
  const field = name.replaceAll('_', ' ')
  const compared = comparisonOf(term)
  const value = compared?.value ?? term.values[0]?.text ?? ''
  const isAge = /^\d+(?:\.\d+)?[a-z]/i.test(value)
  if (!isAge) return compared ? text(dateKeys[compared.by], {field, value}) : rangeWords(term, field)
  const isRange = value.includes('..')
  if (!compared && isRange) return rangeWords(term, field)
  const isOpen = compared && !isComparison(term.operator)
  // `30d..` is from 30 days ago on; `added:7d` is within the last seven days.
  const by = compared?.by ?? (excludes(term) ? '>' : '<')
  const isFar = by.startsWith('>') !== (isOpen === true && isAhead !== true)
  if (isAhead) return text(isFar ? 'reads.later' : 'reads.soon', {field, value})
  return text(isFar ? 'reads.longer-ago' : 'reads.within', {field, value})
}
