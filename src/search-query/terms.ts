/**
 * Text to terms. Any text has terms, half-typed text too. Which terms belong together is judged in `groups.ts`.
 *
 *   -tag:a,"b c"        minus? name operator value (, value)*
 *   "two words"  -word  minus? quoted or bare
 *   /s\d\d/             minus? pattern, up to a slash at the end of a word
 *   OR | AND NOT ( -( ) what joins terms
 *
 * Between terms there is white space or nothing (`a"b"` is two). What is left open runs to the end. Around an operator,
 * a comma, a unit and the dots of a range there may be white space where it cannot mean anything else: `ratio < 1`.
 */
import {fieldCalled, type Field, type QuantityField, type TimeAsked} from './fields.ts'
import {isUnitOf} from './quantities.ts'
import {followedIn, lengthWord, timeWordBegins} from './times.ts'

/** Characters of the text, from the first to before the last. */
export interface Span {
  readonly from: number
  readonly to: number
}

export const operators = [':', '=', '!=', '>', '>=', '<', '<='] as const
export type Operator = (typeof operators)[number]

export interface Value extends Span {
  /** Without quotes, and without white space around units and dots. */
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

/** Joins the terms beside it, or begins or ends a group; a group may be negated. */
export interface JointTerm extends TermSpan {
  readonly kind: 'joint'
  readonly joint: Joint
}

type Joint = 'OR' | 'AND' | 'NOT' | '(' | ')'

/** What a torrent is judged by. */
export type AskingTerm = WordTerm | PatternTerm | FieldTerm
export type Term = AskingTerm | JointTerm

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
  return jointAt(text, begin) ?? fieldAt(text, begin) ?? wordAt(text, begin)
}

interface Begin {
  readonly from: number
  /** After the minus. */
  readonly start: number
  readonly negated: boolean
}

/**
 * Joining words are written in capitals: whoever looks for "or" in a name writes it small, or in quotes. A bar is `OR`
 * where a term could begin; within a word it is a letter.
 */
function jointAt(text: string, {from, start, negated}: Begin): JointTerm | null {
  const joint = matchAt(negated ? /\(/y : /[()]|(?:OR|AND|NOT)(?=[\s()"]|$)|\|(?!\|)/y, text, start)
  if (!joint) return null
  return {
    kind: 'joint',
    joint: joint.groups[0] === '|' ? 'OR' : (joint.groups[0] as Joint),
    negated,
    open: false,
    from,
    to: joint.at,
  }
}

function patternAt(text: string, {from, start, negated}: Begin): PatternTerm {
  const closed = matchAt(/\/((?:\\.|[^\\])*?)\/(?=[\s)]|$)/sy, text, start)
  const pattern = closed ? closed.groups[1]! : text.slice(start + 1)
  return {kind: 'pattern', negated, pattern, open: !closed, from, to: closed?.at ?? text.length}
}

function wordAt(text: string, {from, start, negated}: Begin): WordTerm {
  if (text[start] === '"') {
    const {to, text: word, open} = quotedAt(text, start)
    return {kind: 'word', negated, text: word, quoted: true, open, from, to}
  }
  const to = bareEnd(text, start, '"')
  return {kind: 'word', negated, text: text.slice(start, to), quoted: false, open: false, from, to}
}

/** Where a bare word ends: before white space, the mark, or a parenthesis that closes what the word did not open. */
function bareEnd(text: string, from: number, mark: '"' | ','): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const letter = text[at]!
    if (letter === mark || /\s/.test(letter)) return at
    if (letter === '(') depth++
    if (letter === ')' && depth-- === 0) return at
  }
  return text.length
}

const fieldHead = /([a-z][a-z_]*)(\s*)(:?(?:!=|>=|<=|==|>|<|=)|:)/iy

function fieldAt(text: string, {from, start, negated}: Begin): FieldTerm | null {
  const head = matchAt(fieldHead, text, start)
  if (!head) return null
  const [, name, gap, written] = head.groups
  const field = fieldCalled(name!)
  // `Title: x` is two words of a name, `tag: x` is a field.
  const isSpaced = written !== ':' || gap !== '' || field !== null
  const valuesFrom = isSpaced && isValueBehind(text, head.at, field) ? skipSpace(text, head.at) : head.at
  const {values, to, open} = valuesAt(text, valuesFrom, field)
  return {
    kind: 'field',
    negated,
    open,
    field: name!,
    operator: operatorOf(written!),
    fieldPart: {from: start, to: head.at},
    valuePart: {from: head.at, to},
    values,
    from,
    to,
  }
}

function operatorOf(written: string): Operator {
  if (written === ':') return ':'
  const bare = written.replace(/^:/, '')
  return bare === '==' ? '=' : (bare as Operator)
}

/** Whether what stands behind white space can only be a value: no other field, nothing excluded, nothing that joins. */
function isValueBehind(text: string, at: number, field: Field | null): boolean {
  const next = skipSpace(text, at)
  if (next === text.length || matchAt(/[(),:<>=]|!=/y, text, next)) return false
  // A number may be below 0; anywhere else a minus excludes.
  if (matchAt(takesNumbers(field) ? /-(?![\d.])/y : /-/y, text, next)) return false
  if (jointAt(text, {from: next, start: next, negated: false})) return false
  const head = matchAt(fieldHead, text, next)
  return !head || fieldCalled(head.groups[1]!) === null
}

function valuesAt(
  text: string,
  from: number,
  field: Field | null,
): {values: Value[]; to: number; open: boolean} {
  const values: Value[] = []
  let at = from
  for (;;) {
    const value = valueAt(text, at, field)
    if (value.to > at) values.push({from: at, to: value.to, text: value.text, quoted: value.quoted})
    const comma = matchAt(/\s*,/y, text, value.to)
    if (!comma) return {values, to: value.to, open: value.open}
    at = comma.at
    const next = skipSpace(text, at)
    if (next > at && !isValueBehind(text, at, field)) return {values, to: at, open: false}
    at = next
  }
}

interface Read {
  readonly to: number
  readonly text: string
  readonly quoted: boolean
  readonly open: boolean
}

function valueAt(text: string, at: number, field: Field | null): Read {
  if (text[at] === '"') return quotedAt(text, at)
  const to = takesNumbers(field) ? numberEnd(text, at, field) : bareEnd(text, at, ',')
  return {to, text: text.slice(at, to).replaceAll(/\s/g, ''), quoted: false, open: false}
}

function takesNumbers(field: Field | null): field is QuantityField | TimeAsked {
  return field?.takes === 'quantity' || field?.takes === 'time'
}

/** Where a number or range ends whose units and dots may have white space before them: `1 GB .. 5 GB`. */
function numberEnd(text: string, from: number, field: QuantityField | TimeAsked): number {
  const family = field.takes === 'quantity' ? field.family : 'duration'
  let start = from
  for (;;) {
    let to = bareEnd(text, start, ',')
    const end = text.slice(start, to).replace(/^.*\.\./s, '')
    const unit =
      /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(end) && matchAt(/\s+([a-z%/]+)(?=[\s,)]|\.\.|$)/iy, text, to)
    if (unit && isUnitOf(family, unit.groups[1]!)) to = unit.at
    if (field.takes === 'time') to = timeWordEnd(text, to, end)
    const dots = matchAt(dotsOf[field.takes], text, text.endsWith('..', to) ? to - 2 : to)
    // Without white space it was read already.
    if (!dots || dots.at <= to) return matchAt(openEnd, text, to)?.at ?? to
    start = dots.at
  }
}

/** Dots, and behind them what may be the other end of a range. */
const dotsOf = {
  quantity: /\s*\.\.\s*(?=[\d.])/iy,
  time: new RegExp(`\\s*\\.\\.\\s*(?=[\\d.]|(?:${timeWordBegins}))`, 'iy'),
} as const

/** Dots behind the last word of a value, and no other end: `added:last month..`. */
const openEnd = /\.\.(?=[\s,)]|$)/y

/** `last month` and `march 2026` are one value. */
function timeWordEnd(text: string, to: number, word: string): number {
  const follows = followedIn(word)
  if (follows === null) return to
  const second = follows === 'year' ? '\\d{4}' : lengthWord
  return matchAt(new RegExp(`\\s+(?:${second})(?=[\\s,)]|\\.\\.|$)`, 'iy'), text, to)?.at ?? to
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
