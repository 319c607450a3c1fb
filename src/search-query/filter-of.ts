/**
 * Text to filter. What is understood is in the filter, what is not is a mistake; never throws.
 *
 *   text ─ groupsOf ─┬─ plain terms ─┬─ words, patterns ─────────────▶ text, patterns
 *                    │               └─ by field ─┬─ choice-filters ─▶ servers, states, tags … hashes, flags
 *                    │                            └─ range-filters ──▶ ranges, ages
 *                    └─ groups, sides of OR: each a filter of its own ─▶ groups
 */
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {didYouMean} from '#lib/did-you-mean.ts'
import type {ArrKind} from '#model/arr.ts'
import type {QueryMistake} from '#model/live.ts'
import type {KnownRule, NamedTracker, NamePattern, TorrentFilter} from '#model/query.ts'
import type {Condition} from '#model/rule.ts'
import {select} from './choice-filters.ts'
import type {FactWords} from './fact-words.ts'
import {fieldCalled, fields, type Field} from './fields.ts'
import {FilterDraft} from './filter-draft.ts'
import {alternativesIn, groupsOf, type Item} from './groups.ts'
import {Mistakes} from './mistakes.ts'
import {quoted} from './printing.ts'
import {compare} from './range-filters.ts'
import type {AskingTerm, FieldTerm, PatternTerm, WordTerm} from './terms.ts'
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
  /** Absent = trackers are known by their hosts alone. */
  readonly trackers?: readonly NamedTracker[]
  /** Absent = facts of rules are not known (yet). */
  readonly facts?: FactWords
  /** Absent = which rules there are is not known (yet). */
  readonly rules?: readonly KnownRule[]
  /** Servers of which it is known, also for who asks, what lies on their disks. */
  readonly disksOf?: readonly string[]
}

interface ReadQuery {
  readonly filter: TorrentFilter
  /** In the order of the text. */
  readonly mistakes: readonly QueryMistake[]
}

/** The filter that a text asks for. */
export function filterOf(text: string, reader: Reader): ReadQuery {
  const mistakes = new Mistakes(text)
  const {items, faults} = groupsOf(text)
  for (const fault of faults) mistakes.add(fault)
  return {filter: filterOfItems(items, {text, reader, mistakes}), mistakes: mistakes.all}
}

interface Reading {
  readonly text: string
  readonly reader: Reader
  readonly mistakes: Mistakes
}

function filterOfItems(items: readonly Item[], reading: Reading): TorrentFilter {
  const {reader, mistakes} = reading
  const draft = new FilterDraft()
  const plain: AskingTerm[] = []
  for (const item of items) {
    const [part, ...others] = item
    if (others.length === 0 && part!.kind === 'term') plain.push(part!.term)
    else draft.group(alternativesOf(alternativesIn(item), reading))
  }
  const {words, patterns, byField, facts} = sorted(plain, reading)
  for (const [field, terms] of byField) {
    const understood = terms.filter((term) => hasValue(term, mistakes))
    if (understood.length === 0) continue
    if (field.takes === 'quantity' || field.takes === 'time')
      compare(field, understood, reader, draft, mistakes)
    else select(field, understood, reader, draft, mistakes)
  }
  draft.search(words.map(printedWord), patterns)
  draft.facts(facts)
  return draft.filter(reader)
}

/** Without those of which nothing was understood: they would let everything in. */
function alternativesOf(item: Item, reading: Reading): readonly TorrentFilter[] {
  return item.flatMap((part) => {
    const before = reading.mistakes.count
    const filter = filterOfItems(part.kind === 'term' ? [[part]] : part.items, reading)
    const isLost = reading.mistakes.count > before && Object.keys(filter).length === 0
    return isLost ? [] : [filter]
  })
}

interface SortedTerms {
  readonly words: readonly WordTerm[]
  readonly patterns: readonly NamePattern[]
  readonly byField: ReadonlyMap<Field, readonly FieldTerm[]>
  readonly facts: readonly Condition[]
}

function sorted(terms: readonly AskingTerm[], {text, reader, mistakes}: Reading): SortedTerms {
  const facts: Condition[] = []
  const words: WordTerm[] = []
  const patterns: NamePattern[] = []
  const byField = new Map<Field, FieldTerm[]>()
  const ask = (field: Field, term: FieldTerm) => byField.set(field, [...(byField.get(field) ?? []), term])
  for (const term of terms) {
    if (term.kind === 'pattern') {
      if (isWhole(term, text, mistakes)) patterns.push({pattern: term.pattern, negated: term.negated})
      continue
    }
    const field = term.kind === 'field' ? fieldCalled(term.field) : nameField
    if (term.kind === 'word') {
      // The words of a filter have no way to write a quote.
      if (term.text.includes('"')) ask(nameField, asNameTerm(term))
      else words.push(term)
      continue
    }
    if (field) {
      ask(field, term)
      continue
    }
    const condition = reader.facts?.conditionOf(term, mistakes, reader.rules)
    if (condition) facts.push(condition)
    else if (condition === undefined && term.values.length === 0) words.push(asWord(term, text))
    else if (condition === undefined) complainOfField(term, text, reader, mistakes)
  }
  return {words, patterns, byField, facts}
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
export function asWord(term: FieldTerm, text: string): WordTerm {
  const {from, to, negated} = term
  const word = text.slice(term.fieldPart.from, to)
  // `Title :` is looked for together, so that a minus excludes all of it.
  return {kind: 'word', text: word, quoted: /\s/.test(word), negated, open: false, from, to}
}

function printedWord({negated, quoted: isQuoted, text}: WordTerm): string {
  return `${negated ? '-' : ''}${isQuoted ? `"${text}"` : text}`
}

function isWhole(term: PatternTerm, text: string, mistakes: Mistakes): boolean {
  if (!term.open) return true
  const suggestion = `${text.slice(term.from, term.to)}/`
  mistakes.add({code: 'open_pattern', term, at: term, says: 'a pattern ends with a slash', suggestion})
  return false
}

function complainOfField(term: FieldTerm, text: string, {facts}: Reader, mistakes: Mistakes): void {
  const {from} = term.fieldPart
  const accepted = [...fields.map((field) => field.name), ...(facts?.names ?? [])]
  // Two letters begin a title ("Re:Zero") as often as a field.
  const meant = term.field.length < 3 ? '' : didYouMean(term.field, accepted)
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
