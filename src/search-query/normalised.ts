/** One spelling for texts that ask the same in other words: for comparing what is typed with what was saved. */
import {excludes} from './choice-terms.ts'
import {fieldCalled, noneWord, type Field} from './fields.ts'
import {closedTerm, printedField, printedValue, quoted} from './printing.ts'
import {termsOf, type FieldTerm, type Operator, type Term} from './terms.ts'

/** Terms in order, fields by their own names, no quotes that change nothing, no term twice. */
export function normalised(text: string): string {
  const terms = termsOf(text).map((term) => normalTerm(text, term))
  return [...new Set(terms.filter((term) => term !== ''))].sort().join(' ')
}

function normalTerm(text: string, term: Term): string {
  if (term.kind === 'pattern') return closedTerm(text, term)
  if (term.kind === 'field') return normalField(text, term)
  if (term.text.trim() === '') return ''
  const isPlain = !/\s|"/.test(term.text) && !term.quoted
  return `${term.negated ? '-' : ''}${isPlain ? term.text : quoted(term.text)}`
}

function normalField(text: string, term: FieldTerm): string {
  const field = fieldCalled(term.field)
  if (!field || term.values.length === 0) return closedTerm(text, term)
  const values = term.values.map((value) => normalValue(field, value))
  const operator = normalOperator(term.operator)
  return printedField({
    negated: excludes(term),
    field: field.name,
    operator,
    values: [...new Set(values)].sort(),
  })
}

/** `=` is another way to write `:`, and `!=` a minus. */
function normalOperator(operator: Operator): Operator {
  return operator === '=' || operator === '!=' ? ':' : operator
}

function normalValue(field: Field, {text, quoted: isQuoted}: {text: string; quoted: boolean}): string {
  if (field.takes !== 'names' && field.takes !== 'arr') return printedValue(text)
  return isQuoted ? printedValue(text, [noneWord]) : printedValue(text)
}
