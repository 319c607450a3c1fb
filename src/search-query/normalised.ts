/** One spelling for texts that ask the same in other words: for comparing what is typed with what was saved. */
import {excludes} from './choice-terms.ts'
import {fieldCalled, noneWord, type Field} from './fields.ts'
import {alternativesIn, groupsOf, type Item} from './groups.ts'
import {closedTerm, printedField, printedValue, quoted} from './printing.ts'
import {joinedTexts} from './rewriting.ts'
import {termsOf, type AskingTerm, type FieldTerm, type Operator} from './terms.ts'

/**
 * Terms in order, fields by their own names, no quotes that change nothing, no term twice. What is joined in a way that
 * is not understood stays as it is written.
 */
export function normalised(text: string): string {
  const {items, faults} = groupsOf(text)
  if (faults.length === 0) return normalItems(text, items)
  return termsOf(text)
    .map(({from, to}) => text.slice(from, to))
    .reduce(joinedTexts, '')
}

function normalItems(text: string, items: readonly Item[]): string {
  return unique(items.map((item) => normalItem(text, item, items.length > 1))).reduce(joinedTexts, '')
}

/** @param isBeside others stand beside it */
function normalItem(text: string, item: Item, isBeside: boolean): string {
  const [only, ...others] = item
  if (others.length === 0 && only!.kind === 'term') return normalTerm(text, only!.term)
  const parts = unique(
    alternativesIn(item).map((part) =>
      part.kind === 'term' ? normalTerm(text, part.term) : normalItems(text, part.items),
    ),
  )
  // A group of one stays one: the side bar leaves it alone.
  const isGroup = isBeside || parts.length === 1
  return isGroup ? `(${parts.join(' OR ')})` : parts.join(' OR ')
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort()
}

function normalTerm(text: string, term: AskingTerm): string {
  const minus = term.negated ? '-' : ''
  if (term.kind === 'pattern') return asWritten(text, term)
  if (term.kind === 'field') return normalField(text, term)
  const isPlain = !/\s|"/.test(term.text) && !term.quoted
  return `${minus}${isPlain ? term.text : quoted(term.text)}`
}

/** Only its sign may be another one than in the text. */
function asWritten(text: string, term: AskingTerm): string {
  return `${term.negated ? '-' : ''}${closedTerm(text, term).replace(/^-/, '')}`
}

function normalField(text: string, term: FieldTerm): string {
  const field = fieldCalled(term.field)
  if (!field || term.values.length === 0) return asWritten(text, term)
  const values = term.values.map((value) => normalValue(field, value))
  const operator = normalOperator(term.operator)
  return printedField(field.name, operator, [...new Set(values)].sort(), excludes(term))
}

/** `=` is another way to write `:`, and `!=` a minus. */
function normalOperator(operator: Operator): Operator {
  return operator === '=' || operator === '!=' ? ':' : operator
}

function normalValue(field: Field, {text, quoted: isQuoted}: {text: string; quoted: boolean}): string {
  if (!['names', 'arr', 'only'].includes(field.takes)) return printedValue(text)
  return isQuoted ? printedValue(text, [noneWord]) : printedValue(text)
}
