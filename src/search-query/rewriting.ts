/** Terms taken out of a text and put into it, the others left as they are. */
import {closedTerm} from './printing.ts'
import {termsOf, type Term} from './terms.ts'

/**
 * Takes the chosen terms out and puts `instead` where the first one was, or at the end where there was none. Between
 * terms that are touched there is a space.
 */
export function rewritten(
  text: string,
  isTaken: (term: Term) => boolean,
  instead: readonly string[],
): string {
  const terms = termsOf(text)
  const first = terms.findIndex(isTaken)
  const at = first < 0 ? terms.length : first
  const before = joined(text, terms.slice(0, at), instead.length > 0)
  const after = joined(
    text,
    terms.slice(at).filter((term) => !isTaken(term)),
    false,
  )
  return [before, ...instead, after].filter((part) => part !== '').join(' ')
}

/** The text without its term of this number. */
export function withoutTerm(text: string, index: number): string {
  const gone = termsOf(text)[index]
  return gone ? rewritten(text, (term) => term.from === gone.from, []) : text
}

/** The terms, with the spaces between neighbours as they were. */
function joined(text: string, terms: readonly Term[], isFollowed: boolean): string {
  let result = ''
  for (const [index, term] of terms.entries()) {
    const previous = terms[index - 1]
    if (previous)
      result += text.slice(previous.to, term.from).match(/^\s*$/) ? text.slice(previous.to, term.from) : ' '
    const isLast = index === terms.length - 1
    result += isLast && isFollowed ? closedTerm(text, term) : text.slice(term.from, term.to)
  }
  return result
}
