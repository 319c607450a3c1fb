/**
 * Text to terms. Any text has terms, half-typed text too; nothing here knows which fields there are.
 *
 *   -tag:a,"b c"        minus? name operator value (, value)*
 *   "two words"  -word  minus? quoted or bare
 *   /s\d\d/             minus? pattern, up to a slash at the end of a word
 *
 * Between terms there is white space or nothing (`a"b"` is two). What is left open runs to the end.
 */

/** Characters of the text, from the first to before the last. */
export interface Span {
  readonly from: number
  readonly to: number
}

export const operators = [':', '=', '!=', '>', '>=', '<', '<='] as const
export type Operator = (typeof operators)[number]

export interface Value extends Span {
  /** Without quotes. */
  readonly text: string
  readonly quoted: boolean
}

interface TermSpan extends Span {
  /** It begins with a minus. */
  readonly negated: boolean
  /** A quote or a pattern has no end yet. */
  readonly open: boolean
}

export interface WordTerm extends TermSpan {
  readonly kind: 'word'
  readonly text: string
  readonly quoted: boolean
}

export interface PatternTerm extends TermSpan {
  readonly kind: 'pattern'
  /** Between the slashes. */
  readonly pattern: string
}

export interface FieldTerm extends TermSpan {
  readonly kind: 'field'
  /** As it is written. */
  readonly field: string
  readonly operator: Operator
  /** The name and the operator. */
  readonly fieldPart: Span
  /** All values and their commas. */
  readonly valuePart: Span
  /** Those that are there: of `a,,b` there are two. */
  readonly values: readonly Value[]
}

export type Term = WordTerm | PatternTerm | FieldTerm

/** The terms of a text, in order. */
export function termsOf(text: string): readonly Term[] {
  const terms: Term[] = []
  let at = skipSpace(text, 0)
  while (at < text.length) {
    const term = termAt(text, at)
    terms.push(term)
    at = skipSpace(text, term.to)
  }
  return terms
}

function skipSpace(text: string, at: number): number {
  return matchAt(/\s*/y, text, at)!.at
}

function termAt(text: string, from: number): Term {
  const negated = text[from] === '-'
  const start = negated ? from + 1 : from
  const begin = {from, start, negated}
  if (text[start] === '/') return patternAt(text, begin)
  return fieldAt(text, begin) ?? wordAt(text, begin)
}

interface Begin {
  readonly from: number
  /** After the minus. */
  readonly start: number
  readonly negated: boolean
}

function patternAt(text: string, {from, start, negated}: Begin): PatternTerm {
  const closed = matchAt(/\/((?:\\.|[^\\])*?)\/(?=\s|$)/sy, text, start)
  const pattern = closed ? closed.groups[1]! : text.slice(start + 1)
  return {kind: 'pattern', negated, pattern, open: !closed, from, to: closed?.at ?? text.length}
}

function wordAt(text: string, {from, start, negated}: Begin): WordTerm {
  if (text[start] === '"') {
    const {to, text: word, open} = quotedAt(text, start)
    return {kind: 'word', negated, text: word, quoted: true, open, from, to}
  }
  const word = matchAt(/[^\s"]*/y, text, start)!
  return {kind: 'word', negated, text: word.groups[0]!, quoted: false, open: false, from, to: word.at}
}

function fieldAt(text: string, {from, start, negated}: Begin): FieldTerm | null {
  const head = matchAt(/([a-z][a-z_]*)(?::?(!=|>=|<=|>|<|=)|:)/iy, text, start)
  if (!head) return null
  const {values, to, open} = valuesAt(text, head.at)
  return {
    kind: 'field',
    negated,
    open,
    field: head.groups[1]!,
    operator: (head.groups[2] ?? ':') as Operator,
    fieldPart: {from: start, to: head.at},
    valuePart: {from: head.at, to},
    values,
    from,
    to,
  }
}

function valuesAt(text: string, from: number): {values: Value[]; to: number; open: boolean} {
  const values: Value[] = []
  let at = from
  let open = false
  for (;;) {
    const value = valueAt(text, at)
    if (value.to > at) values.push({from: at, to: value.to, text: value.text, quoted: value.quoted})
    at = value.to
    open = value.open
    if (text[at] !== ',') return {values, to: at, open}
    at++
  }
}

interface Read {
  readonly to: number
  readonly text: string
  readonly quoted: boolean
  readonly open: boolean
}

function valueAt(text: string, at: number): Read {
  if (text[at] === '"') return quotedAt(text, at)
  const bare = matchAt(/[^\s,]*/y, text, at)!
  return {to: bare.at, text: bare.groups[0]!, quoted: false, open: false}
}

/** `\"` is a quote and `\\` a backslash; before anything else a backslash is itself. */
function quotedAt(text: string, at: number): Read {
  const {groups, at: to} = matchAt(/"((?:\\["\\]|[^"])*)("?)/y, text, at)!
  const inside = groups[1]!.replaceAll(/\\(["\\])/g, '$1')
  return {to, text: inside, quoted: true, open: groups[2] === ''}
}

function matchAt(
  sticky: RegExp,
  text: string,
  at: number,
): {at: number; groups: readonly (string | undefined)[]} | null {
  sticky.lastIndex = at
  const match = sticky.exec(text)
  return match && {at: sticky.lastIndex, groups: match}
}
