/** Terms back to text, quoted where it would be read differently otherwise. */
import type {Operator, Term} from './terms.ts'

/** In quotes, whatever it is. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/**
 * A value as it is written after an operator.
 *
 * @param reserved words that mean something else when they stand without quotes (`none`)
 */
export function printedValue(text: string, reserved: readonly string[] = []): string {
  const isPlain = /^[^\s,()"<>=!][^\s,()]*$/.test(text) && !reserved.includes(text.toLowerCase())
  return isPlain ? text : quoted(text)
}

export function printedField(
  field: string,
  operator: Operator,
  values: readonly string[],
  negated: boolean,
): string {
  return `${negated ? '-' : ''}${field}${operator}${values.join(',')}`
}

/** The term as it stands in its text, with an end put to what is open. */
export function closedTerm(text: string, term: Term): string {
  const written = text.slice(term.from, term.to)
  if (!term.open) return written
  const last = term.kind === 'pattern' ? '/' : '"'
  // A backslash at the end would take the quote or slash for itself.
  const backslashes = /\\*$/.exec(written)![0].length
  return `${written}${backslashes % 2 === 1 ? '\\' : ''}${last}`
}
