/**
 * Text to a question to the libraries of Arrs: the same language as that of torrents, with other fields. What is
 * understood is in the condition, what is not is a mistake; never throws.
 *
 *   text ─ groupsOf ─┬─ words ─▶ pieces of the title
 *                    ├─ fields ─▶ leaves
 *                    └─ groups, sides of OR ─▶ all, any
 */
import {didYouMean} from '#lib/did-you-mean.ts'
import {fold} from '#lib/fold-text.ts'
import {libraryKinds, libraryStates, type LibraryCondition, type LibraryNumber} from '#model/library.ts'
import type {QueryMistake} from '#model/live.ts'
import type {Range} from '#model/query.ts'
import {excludes} from './choice-terms.ts'
import {noneWord, yesOrNo} from './fields.ts'
import {asWord, type KnownArr} from './filter-of.ts'
import {alternativesIn, groupsOf, isNothing, type Item} from './groups.ts'
import {Mistakes} from './mistakes.ts'
import {families, quantityExamples, quantityOf, type UnitFamily} from './quantities.ts'
import {rangeOf, type Comparison, type Scale} from './ranges.ts'
import {arrsCalled} from './servers.ts'
import type {AskingTerm, FieldTerm, Value} from './terms.ts'
import {momentOf, timeWords, type Calendar} from './times.ts'

export interface LibraryReader extends Calendar {
  /** Those in sight of who asks; others are unknown. */
  readonly arrs: readonly KnownArr[]
}

export interface LibraryText {
  /** `null` = it asks nothing. */
  readonly condition: LibraryCondition | null
  /** It says which kinds of things are meant. */
  readonly namesKind: boolean
  /** In the order of the text. */
  readonly mistakes: readonly QueryMistake[]
}

export function libraryConditionIn(text: string, reader: LibraryReader): LibraryText {
  const mistakes = new Mistakes(text)
  const {items, faults} = groupsOf(text)
  for (const fault of faults) mistakes.add(fault)
  const reading = new Reading(text, reader, mistakes)
  const condition = reading.ofItems(items)
  return {condition, namesKind: reading.namesKind, mistakes: mistakes.all}
}

/** What a field compares. */
type Compared =
  | {readonly of: LibraryNumber; readonly family: UnitFamily}
  | {readonly of: LibraryNumber; readonly family: 'time'}

const compared: Readonly<Record<string, Compared>> = {
  year: {of: 'year', family: 'count'},
  season: {of: 'season', family: 'count'},
  missing: {of: 'missing', family: 'count'},
  size: {of: 'size', family: 'size'},
  score: {of: 'score', family: 'count'},
  tmdb: {of: 'tmdb', family: 'count'},
  tvdb: {of: 'tvdb', family: 'count'},
  added: {of: 'added', family: 'time'},
  released: {of: 'released', family: 'time'},
  searched: {of: 'searched', family: 'time'},
}

const chosen = [
  'title',
  'arr',
  'kind',
  'state',
  'monitored',
  'tag',
  'profile',
  'quality',
  'cutoff',
  'minimum',
  'imdb',
] as const
type Chosen = (typeof chosen)[number]

/** In the order in which they are offered. */
export const libraryFields: readonly string[] = [...chosen, ...Object.keys(compared)]

/** What is compared with: a date has a first and a last millisecond. Ages are ms. */
interface End {
  readonly low: number
  readonly high: number
  readonly isAge: boolean
}

/** What stands behind it: an age or a date, a figure, or one of several words. */
export function libraryFieldIs(name: string): 'time' | 'figure' | 'word' {
  const figure = compared[name]
  return figure === undefined ? 'word' : figure.family === 'time' ? 'time' : 'figure'
}

class Reading {
  namesKind = false
  readonly #text: string
  readonly #reader: LibraryReader
  readonly #mistakes: Mistakes

  constructor(text: string, reader: LibraryReader, mistakes: Mistakes) {
    this.#text = text
    this.#reader = reader
    this.#mistakes = mistakes
  }

  /** What of it is understood; `null` = nothing. */
  ofItems(items: readonly Item[]): LibraryCondition | null {
    const all = items.flatMap((item) => {
      const sides = alternativesIn(item).flatMap(
        (part) => (part.kind === 'term' ? this.#ofTerm(part.term) : this.ofItems(part.items)) ?? [],
      )
      return sides.length > 1 ? [{any: sides}] : sides
    })
    return all.length > 1 ? {all} : (all[0] ?? null)
  }

  #ofTerm(term: AskingTerm): LibraryCondition | null {
    if (isNothing(term)) return null
    if (term.kind === 'word') return turned(term.negated, {asks: 'title', piece: fold(term.text)})
    if (term.kind === 'pattern') {
      this.#mistakes.add({code: 'not_in_search', term, at: term, says: 'the library takes no patterns'})
      return null
    }
    const name = term.field.toLowerCase()
    const field = chosen.find((it) => it === name)
    const figure = compared[name]
    if (field === undefined && figure === undefined) return this.#ofNoField(term)
    if (term.values.length === 0) {
      this.#mistakes.add({code: 'value_missing', term, at: term.valuePart, says: 'a value is missing'})
      return null
    }
    if (figure !== undefined) return this.#ofFigure(figure, term)
    return this.#ofChoice(field!, term)
  }

  /** `Title:` is a word that ends so; with a value it is a field that there is not. */
  #ofNoField(term: FieldTerm): LibraryCondition | null {
    if (term.values.length === 0) {
      return turned(term.negated, {asks: 'title', piece: fold(asWord(term, this.#text).text)})
    }
    const {from} = term.fieldPart
    this.#mistakes.add({
      code: 'unknown_field',
      term,
      at: {from, to: from + term.field.length},
      says: 'unknown field',
      accepted: libraryFields,
      suggestion: didYouMean(term.field, libraryFields),
    })
    return null
  }

  /** One of the values is enough. */
  #ofChoice(field: Chosen, term: FieldTerm): LibraryCondition | null {
    if (!this.#mistakes.demandOperator(term, [':', '=', '!='])) return null
    const any = term.values.flatMap((value) => this.#ofValue(field, value, term) ?? [])
    if (any.length < term.values.length) return null
    return turned(excludes(term), any.length > 1 ? {any} : any[0]!)
  }

  #ofValue(field: Chosen, value: Value, term: FieldTerm): LibraryCondition | null {
    const {text} = value
    const lower = text.toLowerCase()
    const isNone = !value.quoted && lower === noneWord
    switch (field) {
      case 'title':
      case 'profile':
      case 'quality':
        return {asks: field, piece: fold(text)}
      case 'tag':
        return {asks: 'tag', label: isNone ? null : fold(text)}
      case 'imdb':
        return {asks: 'imdb', id: lower}
      case 'arr': {
        const ids = arrsCalled(text, this.#reader.arrs)
        if (ids.length > 0) return {asks: 'arr', ids}
        const accepted = this.#reader.arrs.map(({name}) => name)
        return this.#unknown('unknown_arr', 'unknown Arr', accepted, value, term)
      }
      case 'kind': {
        this.namesKind = true
        const kind = libraryKinds.find((it) => it === lower || `${it}s` === lower)
        if (kind !== undefined) return {asks: 'kind', kinds: [kind]}
        return this.#unknown('unknown_value', 'unknown kind', libraryKinds, value, term)
      }
      case 'state': {
        const state = libraryStates.find((it) => it === lower)
        if (state !== undefined) return {asks: 'state', states: [state]}
        return this.#unknown('unknown_value', 'unknown state', libraryStates, value, term)
      }
      case 'monitored': {
        const is = yesOrNo(text)
        if (is !== null) return {asks: 'monitored', is}
        return this.#unknown('unknown_value', 'neither yes nor no', ['yes', 'no'], value, term)
      }
      case 'cutoff':
      case 'minimum': {
        const words = ['met', 'unmet']
        if (words.includes(lower)) return {asks: field, is: lower === 'met'}
        return this.#unknown('unknown_value', 'unknown word', words, value, term)
      }
    }
  }

  #unknown(
    code: 'unknown_arr' | 'unknown_value',
    says: string,
    accepted: readonly string[],
    value: Value,
    term: FieldTerm,
  ): null {
    const suggestion = didYouMean(value.text, accepted)
    this.#mistakes.add({code, term, at: value, says, accepted, suggestion})
    return null
  }

  #ofFigure(figure: Compared, term: FieldTerm): LibraryCondition | null {
    const [value, ...others] = term.values
    if (others.length > 0) {
      const says = `${term.field} takes one value; a range is written 1..2`
      this.#mistakes.add({code: 'one_value_only', term, at: term.valuePart, says})
      return null
    }
    const range = this.#rangeOf(figure, value!, term)
    return range && turned(excludes(term), {asks: 'number', of: figure.of, range})
  }

  #rangeOf(figure: Compared, value: Value, term: FieldTerm): Range | null {
    const scale = scaleOf(figure)
    const dots = value.text.indexOf('..')
    if (dots < 0) {
      const end = this.#endOf(figure, value, term)
      return end && this.#atTime(comparedTo(end, term, scale), end)
    }
    const sides = [value.text.slice(0, dots), value.text.slice(dots + 2)]
    const ends = sides.map((side) =>
      side === '' ? undefined : this.#endOf(figure, {...value, text: side}, term),
    )
    const [first, last] = ends
    if (first === null || last === null) return null
    const known = [first, last].filter((end) => end !== undefined)
    if (known.length === 0 || new Set(known.map(({isAge}) => isAge)).size > 1) {
      const says = known.length === 0 ? 'a range has an end' : 'a range is of two dates or of two ages'
      this.#mistakes.add({code: 'not_one_range', term, at: value, says})
      return null
    }
    const [low, high] = [Math.min(...known.map((end) => end.low)), Math.max(...known.map((end) => end.high))]
    // What is older has the greater age.
    const isUpwards = (first !== undefined) !== known[0]!.isAge
    const range = known.length === 2 ? {min: low, max: high} : isUpwards ? {min: low} : {max: high}
    return this.#atTime(range, known[0]!)
  }

  /** Ages are counted from now. */
  #atTime({min, max}: Range, {isAge}: End): Range {
    if (!isAge) return {min, max}
    const {now} = this.#reader
    return {min: max === undefined ? undefined : now - max, max: min === undefined ? undefined : now - min}
  }

  #endOf(figure: Compared, value: Value, term: FieldTerm): End | null {
    if (figure.family === 'time') return this.#momentOf(value, term)
    const quantity = quantityOf(value.text, figure.family)
    if ('amount' in quantity) return {low: quantity.amount, high: quantity.amount, isAge: false}
    const accepted = quantityExamples[figure.family]
    this.#mistakes.add({code: 'not_a_number', term, at: value, says: 'not a number', accepted})
    return null
  }

  #momentOf(value: Value, term: FieldTerm): End | null {
    const moment = momentOf(value.text, this.#reader)
    if ('span' in moment) return {low: moment.span[0], high: moment.span[1], isAge: false}
    if ('age' in moment) return {low: moment.age * 1_000, high: moment.age * 1_000, isAge: true}
    const accepted = ['7d', '3h', '2026-01-31', '2026-01', '2026', ...timeWords]
    const suggestion = didYouMean(value.text, timeWords)
    this.#mistakes.add({
      code: 'not_a_time',
      term,
      at: value,
      says: 'not an age or a date',
      accepted,
      suggestion,
    })
    return null
  }
}

/** Scores may be below 0. */
function scaleOf({family}: Compared): Scale {
  const whole = family === 'time' || families[family].whole
  return {whole, least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY}
}

/** `added:7d` is within the last seven days. */
function comparedTo({low, high, isAge}: End, {operator}: FieldTerm, scale: Scale): Range {
  const comparison: Comparison = operator === '!=' || operator === ':' ? '=' : operator
  return rangeOf(isAge && comparison === '=' ? '<=' : comparison, [low, high], scale)
}

function turned(isTurned: boolean, condition: LibraryCondition): LibraryCondition {
  return isTurned ? {not: condition} : condition
}
