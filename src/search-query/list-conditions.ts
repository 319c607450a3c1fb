/**
 * Text to a question to a list that is no list of torrents, such as the libraries of Arrs: the same language as that of
 * torrents, with the fields of that list. What is understood is in the condition, what is not is a mistake; never throws.
 *
 *   text ─ groupsOf ─┬─ words ─▶ pieces of a text
 *                    ├─ fields ─▶ leaves
 *                    └─ groups, sides of OR ─▶ all, any
 */
import {didYouMean} from '#lib/did-you-mean.ts'
import type {QueryMistake} from '#model/live.ts'
import type {ConditionOf, Range} from '#model/query.ts'
import {excludes} from './choice-terms.ts'
import {asWord, type KnownArr} from './filter-of.ts'
import {alternativesIn, groupsOf, isNothing, type Item} from './groups.ts'
import {Mistakes} from './mistakes.ts'
import {families, quantityExamples, quantityOf, type UnitFamily} from './quantities.ts'
import {rangeOf, type Comparison, type Scale} from './ranges.ts'
import {arrsCalled} from './servers.ts'
import type {AskingTerm, FieldTerm, Value} from './terms.ts'
import {momentOf, timeWords, type Calendar} from './times.ts'

export interface ListReader extends Calendar {
  /** Those in sight of who asks; others are unknown. */
  readonly arrs: readonly KnownArr[]
}

/** What a field does not take. */
interface NotTaken {
  readonly code: 'unknown_arr' | 'unknown_value'
  readonly says: string
  readonly accepted: readonly string[]
}

/** What a field compares, and with what. */
interface Compared<Of> {
  readonly of: Of
  readonly family: UnitFamily | 'time'
}

/** What a value of a field asks for. */
type ChoiceOf<Leaf> = (value: Value, reader: ListReader) => {readonly leaf: Leaf} | NotTaken

/** The fields of one list, and what they ask for. */
export interface ListLanguage<Leaf, Of> {
  /** Whose words take no patterns: `the library`. */
  readonly name: string
  /** Of a word without a field, as it is written. */
  readonly word: (text: string) => Leaf
  /** By the name of the field, in the order in which they are offered. */
  readonly chosen: Readonly<Record<string, ChoiceOf<Leaf>>>
  readonly compared: Readonly<Record<string, Compared<Of>>>
  readonly figure: (of: Of, range: Range) => Leaf
}

export interface ListText<Leaf> {
  /** `null` = it asks nothing. */
  readonly condition: ConditionOf<Leaf> | null
  /** In the order of the text. */
  readonly mistakes: readonly QueryMistake[]
}

export function conditionIn<Leaf extends object, Of>(
  text: string,
  language: ListLanguage<Leaf, Of>,
  reader: ListReader,
): ListText<Leaf> {
  const mistakes = new Mistakes(text)
  const {items, faults} = groupsOf(text)
  for (const fault of faults) mistakes.add(fault)
  const condition = new Reading(text, language, reader, mistakes).ofItems(items)
  return {condition, mistakes: mistakes.all}
}

/** In the order in which they are offered. */
export function fieldsOf({
  chosen,
  compared,
}: {
  readonly chosen: Readonly<Record<string, unknown>>
  readonly compared: Readonly<Record<string, unknown>>
}): readonly string[] {
  return [...Object.keys(chosen), ...Object.keys(compared)]
}

/** Of the field `arr`. @returns ids, or that none is called so */
export function arrNamed(text: string, {arrs}: ListReader): {readonly ids: readonly string[]} | NotTaken {
  const ids = arrsCalled(text, arrs)
  if (ids.length > 0) return {ids}
  return {code: 'unknown_arr', says: 'unknown Arr', accepted: arrs.map(({name}) => name)}
}

/** What is compared with: a date has a first and a last millisecond. Ages are ms. */
interface End {
  readonly low: number
  readonly high: number
  readonly isAge: boolean
}

class Reading<Leaf extends object, Of> {
  readonly #text: string
  readonly #language: ListLanguage<Leaf, Of>
  readonly #reader: ListReader
  readonly #mistakes: Mistakes

  constructor(text: string, language: ListLanguage<Leaf, Of>, reader: ListReader, mistakes: Mistakes) {
    this.#text = text
    this.#language = language
    this.#reader = reader
    this.#mistakes = mistakes
  }

  /** What of it is understood; `null` = nothing. */
  ofItems(items: readonly Item[]): ConditionOf<Leaf> | null {
    const all = items.flatMap((item) => {
      const sides = alternativesIn(item).flatMap(
        (part) => (part.kind === 'term' ? this.#ofTerm(part.term) : this.ofItems(part.items)) ?? [],
      )
      return sides.length > 1 ? [{any: sides}] : sides
    })
    return all.length > 1 ? {all} : (all[0] ?? null)
  }

  #ofTerm(term: AskingTerm): ConditionOf<Leaf> | null {
    if (isNothing(term)) return null
    if (term.kind === 'word') return turned(term.negated, this.#language.word(term.text))
    if (term.kind === 'pattern') {
      this.#mistakes.add({
        code: 'not_in_search',
        term,
        at: term,
        says: `${this.#language.name} takes no patterns`,
      })
      return null
    }
    const name = term.field.toLowerCase()
    const {chosen, compared} = this.#language
    const choice = Object.hasOwn(chosen, name) ? chosen[name] : undefined
    const figure = Object.hasOwn(compared, name) ? compared[name] : undefined
    if (choice === undefined && figure === undefined) return this.#ofNoField(term)
    if (term.values.length === 0) {
      this.#mistakes.add({code: 'value_missing', term, at: term.valuePart, says: 'a value is missing'})
      return null
    }
    if (figure !== undefined) return this.#ofFigure(figure, term)
    return this.#ofChoice(choice!, term)
  }

  /** `Title:` is a word that ends so; with a value it is a field that there is not. */
  #ofNoField(term: FieldTerm): ConditionOf<Leaf> | null {
    if (term.values.length === 0) {
      return turned(term.negated, this.#language.word(asWord(term, this.#text).text))
    }
    const fields = fieldsOf(this.#language)
    const {from} = term.fieldPart
    this.#mistakes.add({
      code: 'unknown_field',
      term,
      at: {from, to: from + term.field.length},
      says: 'unknown field',
      accepted: fields,
      suggestion: didYouMean(term.field, fields),
    })
    return null
  }

  /** One of the values is enough. */
  #ofChoice(choice: ChoiceOf<Leaf>, term: FieldTerm): ConditionOf<Leaf> | null {
    if (!this.#mistakes.demandOperator(term, [':', '=', '!='])) return null
    const any = term.values.flatMap((value) => {
      const is = choice(value, this.#reader)
      if ('leaf' in is) return is.leaf
      const suggestion = didYouMean(value.text, is.accepted)
      this.#mistakes.add({...is, term, at: value, suggestion})
      return []
    })
    if (any.length < term.values.length) return null
    return turned(excludes(term), any.length > 1 ? {any} : any[0]!)
  }

  #ofFigure(figure: Compared<Of>, term: FieldTerm): ConditionOf<Leaf> | null {
    const [value, ...others] = term.values
    if (others.length > 0) {
      const says = `${term.field} takes one value; a range is written 1..2`
      this.#mistakes.add({code: 'one_value_only', term, at: term.valuePart, says})
      return null
    }
    const range = this.#rangeOf(figure, value!, term)
    return range && turned(excludes(term), this.#language.figure(figure.of, range))
  }

  #rangeOf(figure: Compared<Of>, value: Value, term: FieldTerm): Range | null {
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

  #endOf(figure: Compared<Of>, value: Value, term: FieldTerm): End | null {
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
function scaleOf({family}: Compared<unknown>): Scale {
  const whole = family === 'time' || families[family].whole
  return {whole, least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY}
}

/** `added:7d` is within the last seven days. */
function comparedTo({low, high, isAge}: End, {operator}: FieldTerm, scale: Scale): Range {
  const comparison: Comparison = operator === '!=' || operator === ':' ? '=' : operator
  return rangeOf(isAge && comparison === '=' ? '<=' : comparison, [low, high], scale)
}

function turned<Leaf>(isTurned: boolean, condition: ConditionOf<Leaf>): ConditionOf<Leaf> {
  return isTurned ? {not: condition} : condition
}
