/** What could stand where the cursor is: fields, operators, values. The best first. */
import {fieldCalled, fields, type Field} from './fields.ts'
import {operators, termsOf, type FieldTerm, type Operator, type Span, type Term} from './terms.ts'
import {followedIn} from './times.ts'
import {factFieldCalled, factFields, type LanguageField} from './language.ts'
import {valuesFor, valuesOfFact, type Candidate, type Vocabulary} from './value-candidates.ts'

/** Stands in place of the characters of its span. */
export interface Completion extends Span {
  readonly kind: 'field' | 'operator' | 'value'
  readonly text: string
  /** One line in English, or ''. */
  readonly hint: string
}

/** So many are offered. */
export const mostCompletions = 20

/** @param cursor number of characters before it */
export function complete(text: string, cursor: number, vocabulary: Vocabulary): readonly Completion[] {
  const term = termAround(text, cursor)
  if (term?.kind === 'field') return inField(term, text, cursor, vocabulary).slice(0, mostCompletions)
  if (term && (term.kind === 'pattern' || (term.kind === 'word' && term.quoted))) return []
  if (term?.kind === 'joint' && term.joint !== '(') return []
  const word =
    term?.kind === 'word'
      ? {from: term.from + (term.negated ? 1 : 0), to: term.to}
      : {from: cursor, to: cursor}
  const second = secondWords(word, text, cursor, vocabulary)
  if (second.length > 0) return second
  const typed = text.slice(word.from, cursor)
  const offers = inWord(word, typed, vocabulary).slice(0, mostCompletions)
  return [...offers, ...joiningLike(typed, text.slice(0, word.from)).map((it) => ({...it, ...word}))]
}

/** The term that the cursor is in or at the end of, or that waits for its value there. */
function termAround(text: string, cursor: number): Term | undefined {
  const terms = termsOf(text)
  const around = terms.find((term) => term.from < cursor && cursor <= term.to)
  if (around) return around
  const before = terms.findLast(({to}) => to < cursor)
  const isWaiting =
    before?.kind === 'field' &&
    before.values.length === 0 &&
    (fieldCalled(before.field) !== null || factFieldCalled(before.field) !== null) &&
    text.slice(before.to, cursor).trim() === ''
  return isWaiting ? before : undefined
}

/** What `last m` of a time may become: its second word is a word alone until it is whole. */
function secondWords(
  word: Span,
  text: string,
  cursor: number,
  vocabulary: Vocabulary,
): readonly Completion[] {
  const before = termsOf(text.slice(0, word.from)).at(-1)
  if (before?.kind !== 'field' || text[word.from - 1]?.trim() !== '') return []
  const field = fieldCalled(before.field)
  const first = before.values.at(-1)
  if (field?.takes !== 'time' || !first || first.quoted || followedIn(first.text) !== 'length') return []
  const span = {from: first.from, to: word.to}
  const typed = text.slice(first.from, cursor).replaceAll(/\s+/g, ' ')
  return ranked(valuesFor(field, typed, vocabulary), typed).map(({written, hint}) => ({
    kind: 'value',
    text: written,
    hint,
    ...span,
  }))
}

/** Small letters are a word of a name, so that capitals are only offered. */
function joiningLike(typed: string, before: string): Offer[] {
  if (typed === '' || before.trim() === '') return []
  const offers: readonly Offer[] = [
    {kind: 'operator', text: 'OR', hint: 'What is before it or what is after it'},
    {kind: 'operator', text: 'NOT', hint: 'Without what is after it'},
  ]
  return offers.filter(({text}) => text.startsWith(typed.toUpperCase()))
}

function inWord(span: Span, typed: string, vocabulary: Vocabulary): Completion[] {
  const named = fieldCalled(typed)
  return [
    ...(named ? operatorsOf(named).map((it) => ({...it, ...span, text: `${typed}${it.text}`})) : []),
    ...fieldsLike(typed).map((field) => ({...span, ...fieldCompletion(field, usualOperator(field))})),
    ...factsLike(typed).map((fact) => ({...span, ...factCompletion(fact, usualOperatorOf(fact))})),
    ...(typed.length < 2 ? [] : valuesLike(typed, vocabulary).map((it) => ({...span, ...it}))),
  ]
}

function inField(term: FieldTerm, text: string, cursor: number, vocabulary: Vocabulary): Completion[] {
  const name = {from: term.fieldPart.from, to: term.fieldPart.from + term.field.length}
  const field = fieldCalled(term.field)
  if (cursor <= name.to) {
    const typed = text.slice(name.from, cursor)
    return [
      ...fieldsLike(typed).map((it) => ({...name, ...fieldCompletion(it, '')})),
      ...factsLike(typed).map((it) => ({...name, ...factCompletion(it, '')})),
    ]
  }
  const fact = field === null ? factFieldCalled(term.field) : null
  if (fact !== null) return inFact(fact, name.to, term, text, cursor, vocabulary)
  if (!field) return []
  if (cursor < term.fieldPart.to) {
    return operatorsOf(field).map((it) => ({...it, from: name.to, to: term.fieldPart.to}))
  }
  return inValues(field, term, text, cursor, vocabulary)
}

function inValues(
  field: Field,
  term: FieldTerm,
  text: string,
  cursor: number,
  vocabulary: Vocabulary,
): Completion[] {
  return among(term, text, cursor, (typed) => valuesFor(field, typed, vocabulary))
}

/** Those of them that do not stand there yet. */
function among(
  term: FieldTerm,
  text: string,
  cursor: number,
  candidates: (typed: string) => readonly Candidate[],
): Completion[] {
  const value = term.values.find(({from, to}) => from <= cursor && cursor <= to)
  const span = {from: value?.from ?? cursor, to: value?.to ?? cursor}
  const typed = text.slice(span.from, cursor).replace(/^"/, '')
  const others = new Set(term.values.filter((it) => it !== value).map((it) => it.text.toLowerCase()))
  const free = candidates(typed).filter((it) => !others.has(it.plain.toLowerCase()))
  return ranked(free, typed).map(({written, hint}) => ({kind: 'value', text: written, hint, ...span}))
}

/* ── facts of rules ── */

/** Letters of a fact before it is offered: they are many, and most searches ask none. */
const LEAST_TYPED = 2

function factsLike(typed: string): readonly LanguageField[] {
  if (typed.length < LEAST_TYPED) return []
  const candidates = factFields.map((fact) => ({
    plain: fact.name,
    also: [fact.says],
    fact,
    written: '',
    hint: '',
  }))
  return ranked(candidates, typed).map(({fact}) => fact)
}

function factCompletion(fact: LanguageField, operator: Operator | ''): Offer {
  return {kind: 'field', text: `${fact.name}${operator}`, hint: fact.says}
}

function usualOperatorOf({operators: taken}: LanguageField): Operator {
  return taken.includes('>') ? '>' : ':'
}

function inFact(
  fact: LanguageField,
  from: number,
  term: FieldTerm,
  text: string,
  cursor: number,
  vocabulary: Vocabulary,
): Completion[] {
  if (cursor < term.fieldPart.to) {
    const hints = fact.operators.includes('>') ? numberHints : choiceHints
    return operators
      .filter((it) => hints[it])
      .map((it) => ({kind: 'operator', text: it, hint: hints[it]!, from, to: term.fieldPart.to}))
  }
  return among(term, text, cursor, (typed) => valuesOfFact(fact, typed, vocabulary))
}

type Offer = Omit<Completion, 'from' | 'to'>

function fieldCompletion(field: Field, operator: Operator | ''): Offer {
  return {kind: 'field', text: `${field.name}${operator}`, hint: field.hint}
}

/** The one that is wanted most often. */
function usualOperator(field: Field): Operator {
  if (field.takes === 'quantity') return '>'
  return field.takes === 'time' ? '<' : ':'
}

const numberHints: Readonly<Record<Operator, string>> = {
  '>': 'More than',
  '<': 'Less than',
  '>=': 'At least',
  '<=': 'At most',
  ':': 'Exactly; 1..2 is a range',
  '=': '',
  '!=': '',
}
const timeHints: Readonly<Record<Operator, string>> = {
  ...numberHints,
  '<': 'Less than so long ago, or before a date',
  '>': 'Longer ago, or after a date',
  '>=': 'So long ago or longer, or from a date on',
  '<=': 'At most so long ago, or up to a date',
  ':': 'Within: 7d, today, 2026-01',
}
const choiceHints: Readonly<Partial<Record<Operator, string>>> = {
  ':': 'One of these, by commas',
  '!=': 'None of these',
}

function operatorsOf(field: Field): Offer[] {
  const hints = field.takes === 'quantity' ? numberHints : field.takes === 'time' ? timeHints : choiceHints
  const usual = usualOperator(field)
  return [usual, ...operators.filter((it) => it !== usual)]
    .filter((operator) => hints[operator])
    .map((operator) => ({kind: 'operator', text: operator, hint: hints[operator]!}))
}

function fieldsLike(typed: string): readonly Field[] {
  const candidates = fields.flatMap((field) =>
    [field.name, ...field.also].map((plain) => ({plain, field, written: '', hint: ''})),
  )
  return [...new Set(ranked(candidates, typed).map(({field}) => field))]
}

/** A word that is a value of something: `films` may be meant as `category:films`. */
function valuesLike(typed: string, vocabulary: Vocabulary): Offer[] {
  return fields
    .filter((field) => field.takes !== 'quantity' && field.takes !== 'time')
    .flatMap((field) => ranked(valuesFor(field, typed, vocabulary), typed).map((it) => ({field, ...it})))
    .map(({field, written, hint}) => ({kind: 'value', text: `${field.name}:${written}`, hint}))
}

const NOT_AT_ALL = 3

/** Those that begin so, then those with a word that does, then those that have it within. */
function ranked<T extends Candidate>(candidates: readonly T[], typed: string): readonly T[] {
  const lower = typed.toLowerCase()
  const rank = (name: string) => {
    const at = name.toLowerCase().indexOf(lower)
    if (at <= 0) return at === 0 ? 0 : NOT_AT_ALL
    return /[\s._/-]/.test(name[at - 1]!) ? 1 : 2
  }
  return candidates
    .map((candidate) => ({
      candidate,
      rank: Math.min(...[candidate.plain, ...(candidate.also ?? [])].map(rank)),
    }))
    .filter((it) => it.rank < NOT_AT_ALL)
    .toSorted((one, other) => one.rank - other.rank)
    .map((it) => it.candidate)
}
