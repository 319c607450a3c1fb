/** Terms taken out of a text and put into it, the others left as they are. */
import {groupsOf, plainTerms} from './groups.ts'
import {closedTerm} from './printing.ts'
import {termsOf, type AskingTerm, type Term} from './terms.ts'

/**
 * Takes the chosen terms out and puts `instead` where the first one was, or at the end where there was none. Between
 * terms that are touched there is a space. Only terms that must be met by themselves can be chosen: without one of its
 * sides an `OR` would ask for something else. A text with an `OR` is put into parentheses before something stands beside
 * it.
 */
export function rewritten(
  text: string,
  isTaken: (term: AskingTerm) => boolean,
  instead: readonly string[],
): string {
  const {isOpen, isDivided} = groupsOf(text)
  if (isDivided) return instead.length === 0 ? text : besides(text, isOpen, instead)
  const taken = new Set(
    plainTerms(text)
      .filter(isTaken)
      .map(({from}) => from),
  )
  const terms = termsOf(text)
  const first = terms.findIndex(({from}) => taken.has(from))
  // What is put behind an open group would be part of it.
  const at = first >= 0 ? first : isOpen ? 0 : terms.length
  const before = joined(text, terms.slice(0, at), instead.length > 0)
  const after = joined(
    text,
    terms.slice(at).filter(({from}) => !taken.has(from)),
    false,
  )
  // An `OR` that has nothing on its left must not find it there.
  const [next] = terms
  const apart = at === 0 && next?.kind === 'joint' && next.joint === 'OR' ? ['AND'] : []
  return [before, ...instead, ...(instead.length > 0 ? apart : []), after]
    .filter((part) => part !== '')
    .reduce(joinedTexts, '')
}

/** A text with an `OR`, and terms that must be met with it. */
function besides(text: string, isOpen: boolean, terms: readonly string[]): string {
  const written = termsOf(text)
  const whole = joined(text, written, !isOpen)
  // Parentheses that close nothing would close the one that is put before them.
  const opening = '('.repeat(1 + unopened(written))
  // Who still writes in it goes on writing in it.
  if (isOpen) return [...terms, `${opening}${whole}`].reduce(joinedTexts, '')
  return [closed(`${opening}${whole}`), ...terms].reduce(joinedTexts, '')
}

/** How many parentheses close what is not open. */
function unopened(terms: readonly Term[]): number {
  let [depth, count] = [0, 0]
  for (const term of terms) {
    if (term.kind !== 'joint') continue
    if (term.joint === '(') depth++
    else if (term.joint === ')' && depth > 0) depth--
    else if (term.joint === ')') count++
  }
  return count
}

/** In parentheses, as one part of a longer text. */
export function parenthesised(text: string, opening = '('): string {
  return closed(`${opening}${text}`)
}

/** With a parenthesis at its end; a word that opened one must not take it for its own. */
function closed(text: string): string {
  const last = termsOf(`${text})`).at(-1)!
  return last.kind === 'joint' && last.to - last.from === 1 ? `${text})` : `${text} )`
}

/** The terms, with the spaces between neighbours as they were. */
function joined(text: string, terms: readonly Term[], isFollowed: boolean): string {
  let result = ''
  for (const [index, term] of terms.entries()) {
    const isLast = index === terms.length - 1
    const written = isLast && isFollowed ? closedTerm(text, term) : text.slice(term.from, term.to)
    const previous = terms[index - 1]
    const between = previous && text.slice(previous.to, term.from)
    result =
      between === undefined || /^\s*$/.test(between)
        ? `${result}${between ?? ''}${written}`
        : joinedTexts(result, written)
  }
  return result
}

/** With a space, and `AND` where the two would be read as one term: a field without a value takes the next word. */
export function joinedTexts(before: string, after: string): string {
  if (before === '') return after
  const together = `${before} ${after}`
  const isApart = termsOf(together).some(({to}) => to === before.length)
  return isApart ? together : `${before} AND ${after}`
}
