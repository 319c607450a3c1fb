/**
 * The text in the search box while somebody writes in it: how it is painted, what a key does to it, and which mistakes
 * are told. The text is the truth; tokens are only how it looks.
 */
import type {QueryMistake} from '#model/live.ts'
import type {Completion} from '#search-query/complete.ts'
import {fieldCalled} from '#search-query/fields.ts'
import {plainTerms} from '#search-query/groups.ts'
import {quoted} from '#search-query/printing.ts'
import {rewritten} from '#search-query/rewriting.ts'
import {termsOf, type AskingTerm, type Span, type Term} from '#search-query/terms.ts'

/** A piece of the text as it is painted; all of them together are the text. */
export interface Piece {
  readonly from: number
  readonly text: string
  readonly kind: 'space' | 'word' | 'token' | 'joint'
  readonly isNegated: boolean
  /** So many letters at its beginning are the field's name and operator. */
  readonly quiet: number
}

export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let at = 0
  const space = (to: number) => {
    if (to > at) pieces.push({from: at, text: text.slice(at, to), kind: 'space', isNegated: false, quiet: 0})
  }
  for (const term of termsOf(text)) {
    space(term.from)
    pieces.push(pieceOf(term, text))
    at = term.to
  }
  space(text.length)
  return pieces
}

function pieceOf(term: Term, text: string): Piece {
  const quiet = term.kind === 'field' ? term.fieldPart.to - term.from : 0
  const isPlain = term.kind === 'word' && !term.negated
  const {from, to, negated} = term
  const kind = term.kind === 'joint' ? 'joint' : isPlain ? 'word' : 'token'
  return {from, text: text.slice(from, to), kind, isNegated: negated, quiet}
}

/**
 * What Backspace takes as a whole: the token before the space that the cursor stands behind. Within a token it takes
 * letters, as everywhere.
 */
export function tokenBehind(text: string, cursor: number): Span | null {
  if (text[cursor - 1] !== ' ') return null
  const term = termsOf(text).findLast(({to}) => to < cursor)
  if (!term || term.kind === 'word' || term.kind === 'joint' || text.slice(term.to, cursor).trim() !== '')
    return null
  return {from: term.from, to: cursor}
}

/** Whether one could take the text for something else: it has an `OR`, a `NOT`, or a group that is excluded. */
export function hasJoints(text: string): boolean {
  return termsOf(text).some(
    (term) => term.kind === 'joint' && (term.joint === 'OR' || term.joint === 'NOT' || term.negated),
  )
}

export interface Edited {
  readonly text: string
  readonly cursor: number
}

/** The text with a completion in it. Behind a value one goes on with the next term. */
export function withCompletion(text: string, {from, to, text: written, kind}: Completion): Edited {
  const rest = text.slice(to)
  const isEnd = kind === 'value' && !rest.startsWith(',')
  const gap = isEnd && !rest.startsWith(' ') ? ' ' : ''
  const cursor = from + written.length + (isEnd ? 1 : 0)
  return {text: `${text.slice(0, from)}${written}${gap}${rest}`, cursor}
}

/** The same with the term excluded that the completion belongs to: `-category:films`. One that is excluded stays so. */
export function withoutCompletion(text: string, completion: Completion): Edited {
  const edited = withCompletion(text, completion)
  const terms = termsOf(edited.text)
  const at = terms.findIndex(({from, to}) => from <= completion.from && completion.from < to)
  const term = terms[at]
  if (!term || isExcluded(term, terms[at - 1])) return edited
  return {
    text: `${edited.text.slice(0, term.from)}-${edited.text.slice(term.from)}`,
    cursor: edited.cursor + 1,
  }
}

/** By a minus, by its operator, or by the `NOT` before it. */
function isExcluded(term: Term, before: Term | undefined): boolean {
  const isByOperator = term.kind === 'field' && term.operator === '!='
  return term.negated || isByOperator || (before?.kind === 'joint' && before.joint === 'NOT')
}

/** What Tab would write behind the cursor, at the end of what is written; '' = nothing that goes on from there. */
export function ghostOf(text: string, cursor: number | null, completion: Completion | undefined): string {
  if (!completion || cursor !== text.length || completion.to !== cursor) return ''
  const typed = text.slice(completion.from)
  return completion.text.toLowerCase().startsWith(typed.toLowerCase())
    ? completion.text.slice(typed.length)
    : ''
}

/** A way out of a mistake. */
export interface Fix {
  /** What was meant; the same as a word of a name; the parenthesis closed at the end. */
  readonly kind: 'meant' | 'word' | 'closed'
  /** What stands there then. */
  readonly written: string
  readonly edited: Edited
}

/** Two at most, the likelier one first. */
export function fixesOf(text: string, mistake: QueryMistake): readonly Fix[] {
  const {code, suggestion} = mistake
  const fixes: Fix[] = []
  if (suggestion !== '') {
    const kind = code === 'unmatched_parenthesis' ? 'closed' : 'meant'
    fixes.push({kind, written: suggestion, edited: replaced(text, mistake, suggestion)})
  }
  const term = termsOf(text).find(({from, to}) => from <= mistake.from && mistake.from <= to)
  if (!term || unquotable.has(code)) return fixes
  const from = term.negated ? term.from + 1 : term.from
  const word = quoted(text.slice(from, term.to))
  const isParenthesis = term.kind === 'joint' && /[()]/.test(term.joint)
  if (isParenthesis || word === suggestion) return fixes
  return [...fixes, {kind: 'word', written: word, edited: replaced(text, {from, to: term.to}, word)}]
}

/** It is not about what one term says. */
const unquotable: ReadonlySet<string> = new Set(['too_deep', 'too_many_terms', 'empty_group'])

function replaced(text: string, {from, to}: Span, written: string): Edited {
  return {text: `${text.slice(0, from)}${written}${text.slice(to)}`, cursor: from + written.length}
}

/** Where a mistake is underlined: the very characters, or the term in which some are missing. */
export function markOf(text: string, mistake: QueryMistake): Span {
  return mistake.to > mistake.from ? {from: mistake.from, to: mistake.to} : termOf(text, mistake)
}

/** Mistakes of terms that are still being written wait. @param cursor `null` = nobody writes */
export function shownMistakes(
  text: string,
  mistakes: readonly QueryMistake[],
  cursor: number | null,
): readonly QueryMistake[] {
  return mistakes.filter((mistake) => {
    const {from, to} = termOf(text, mistake)
    return cursor === null || cursor < from || cursor > to
  })
}

/** The term that a mistake is in, as it is written. */
export function wrongTerm(text: string, mistake: QueryMistake): string {
  const {from, to} = termOf(text, mistake)
  const written = text.slice(from, to)
  return written.length > 60 ? `${written.slice(0, 60)}…` : written
}

function termOf(text: string, {from, to}: QueryMistake): Span {
  return termsOf(text).find((term) => term.from <= from && to <= term.to) ?? {from, to}
}

/** The text with room for another term at its end. */
export function withRoom(text: string): string {
  return text === '' || /\s$/.test(text) ? text : `${text} `
}

/** As it stands in the address. */
export function trimmed(text: string): string {
  return text.trim()
}

/**
 * How fast the list follows what is written: at once while no answer is outstanding, else with the newest text when the
 * answer is there. Nothing waits for a clock.
 */
export class QueryPace {
  readonly #isAnswered: () => boolean
  readonly #send: (text: string) => void
  #next: string | null = null

  /** @param isAnswered what was sent last is what the list shows, or it was refused */
  constructor(isAnswered: () => boolean, send: (text: string) => void) {
    this.#isAnswered = isAnswered
    this.#send = send
  }

  write(text: string): void {
    this.#next = text
    this.answered()
  }

  /** An answer may have come. */
  answered(): void {
    if (this.#next !== null && this.#isAnswered()) this.now(this.#next)
  }

  /** Whatever is outstanding: somebody is done. */
  now(text: string): void {
    this.#next = null
    this.#send(text)
  }
}

interface QuerySuggestions {
  /** Without its servers; `null` = it names none. */
  readonly onAnyServer: string | null
  /** Without words; `null` = it has none. */
  readonly withoutWords: string | null
  /** Without fields, which the side bar writes; `null` = it has none. */
  readonly withoutFilters: string | null
}

/** What may help when nothing matches: the same query without some of its terms. */
export function querySuggestions(q: string): QuerySuggestions {
  const without = (isTaken: (term: AskingTerm) => boolean) =>
    plainTerms(q).some(isTaken) ? rewritten(q, isTaken, []) : null
  return {
    onAnyServer: without(isServer),
    withoutWords: without((term) => term.kind !== 'field'),
    withoutFilters: without((term) => term.kind === 'field'),
  }
}

function isServer(term: AskingTerm): boolean {
  return term.kind === 'field' && fieldCalled(term.field)?.name === 'server'
}
