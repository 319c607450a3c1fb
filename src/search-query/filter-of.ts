/**
 * Text to filter. What is understood is in the filter, what is not is a mistake; never throws.
 *
 *   text ─ termsOf ─▶ terms ─┬─ words, patterns ─────────────▶ text, patterns
 *                            └─ by field ─┬─ choice-filters ─▶ servers, states, tags … contains, hashes, flags
 *                                         └─ range-filters ──▶ ranges, ages
 */
import type {ServerKind} from '#clients/kinds.ts'
import {didYouMean} from '#lib/did-you-mean.ts'
import type {ArrKind} from '#model/arr.ts'
import type {QueryMistake} from '#model/live.ts'
import type {NamePattern, TorrentFilter} from '#model/query.ts'
import {choose} from './choice-filters.ts'
import {fieldCalled, fields, type Field} from './fields.ts'
import {FilterDraft} from './filter-draft.ts'
import {Mistakes} from './mistakes.ts'
import {quoted} from './printing.ts'
import {compare} from './range-filters.ts'
import {termsOf, type FieldTerm, type PatternTerm, type WordTerm} from './terms.ts'
import type {Calendar} from './times.ts'

export interface KnownServer {
  readonly id: string
  readonly name: string
  readonly kind: ServerKind
}

export interface KnownArr {
  readonly id: string
  readonly name: string
  readonly kind: ArrKind
}

/** What a query is read by. Those in sight of who asks; others are unknown. */
export interface Reader extends Calendar {
  readonly servers: readonly KnownServer[]
  readonly arrs: readonly KnownArr[]
}

interface ReadQuery {
  readonly filter: TorrentFilter
  /** In the order of the text. */
  readonly mistakes: readonly QueryMistake[]
}

/** The filter that a text asks for. */
export function filterOf(text: string, reader: Reader): ReadQuery {
  const mistakes = new Mistakes(text)
  const draft = new FilterDraft()
  const {words, patterns, byField} = sorted(text, mistakes)
  for (const [field, terms] of byField) {
    const understood = terms.filter((term) => hasValue(term, mistakes))
    if (understood.length === 0) continue
    if (field.takes === 'quantity' || field.takes === 'time')
      compare(field, understood, reader, draft, mistakes)
    else choose(field, understood, reader, draft, mistakes)
  }
  draft.search(words.map(printedWord), patterns)
  return {filter: draft.filter(reader.arrs), mistakes: mistakes.all}
}

interface SortedTerms {
  readonly words: readonly WordTerm[]
  readonly patterns: readonly NamePattern[]
  readonly byField: ReadonlyMap<Field, readonly FieldTerm[]>
}

function sorted(text: string, mistakes: Mistakes): SortedTerms {
  const words: WordTerm[] = []
  const patterns: NamePattern[] = []
  const byField = new Map<Field, FieldTerm[]>()
  const ask = (field: Field, term: FieldTerm) => byField.set(field, [...(byField.get(field) ?? []), term])
  for (const term of termsOf(text)) {
    if (term.kind === 'pattern') {
      if (isWhole(term, text, mistakes)) patterns.push({pattern: term.pattern, negated: term.negated})
      continue
    }
    const field = term.kind === 'field' ? fieldCalled(term.field) : nameField
    if (term.kind === 'word') {
      // The words of a filter have no way to write a quote.
      if (term.text.includes('"')) ask(nameField, asNameTerm(term))
      else if (term.text.trim() !== '') words.push(term)
    } else if (field) ask(field, term)
    else if (term.values.length === 0) words.push(asWord(term, text))
    else complainOfField(term, text, mistakes)
  }
  return {words, patterns, byField}
}

const nameField = fieldCalled('name')!

function asNameTerm(term: WordTerm): FieldTerm {
  const {from, to, negated, open, text, quoted: isQuoted} = term
  const part = {from, to}
  const values = [{from, to, text, quoted: isQuoted}]
  return {
    kind: 'field',
    field: 'name',
    operator: ':',
    negated,
    open,
    fieldPart: part,
    valuePart: part,
    values,
    from,
    to,
  }
}

/** `Title:` is no field, only a word that ends so. */
function asWord(term: FieldTerm, text: string): WordTerm {
  const {from, to, negated} = term
  const word = text.slice(term.fieldPart.from, to)
  return {kind: 'word', text: word, quoted: false, negated, open: false, from, to}
}

function printedWord({negated, quoted: isQuoted, text}: WordTerm): string {
  return `${negated ? '-' : ''}${isQuoted ? `"${text}"` : text}`
}

function isWhole(term: PatternTerm, text: string, mistakes: Mistakes): boolean {
  if (term.pattern.trim() === '') return false
  if (!term.open) return true
  const suggestion = `${text.slice(term.from, term.to)}/`
  mistakes.add({code: 'open_pattern', term, at: term, says: 'a pattern ends with a slash', suggestion})
  return false
}

function complainOfField(term: FieldTerm, text: string, mistakes: Mistakes): void {
  const {from} = term.fieldPart
  const accepted = fields.map((field) => field.name)
  const meant = didYouMean(term.field, accepted)
  const name = {from, to: from + term.field.length}
  mistakes.add({
    code: 'unknown_field',
    term,
    says: 'unknown field',
    accepted,
    ...(meant === ''
      ? {at: {from, to: term.to}, suggestion: quoted(text.slice(from, term.to))}
      : {at: name, suggestion: meant}),
  })
}

function hasValue(term: FieldTerm, mistakes: Mistakes): boolean {
  if (term.values.length > 0) return true
  mistakes.add({code: 'value_missing', term, at: term.valuePart, says: 'a value is missing'})
  return false
}
