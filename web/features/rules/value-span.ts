/** Where a value of a rule stands in the text of its condition. Pure. */
import {textOfCondition} from '#search-query/condition-text.ts'
import {conditionIn} from '#search-query/rule-condition.ts'
import type {Known} from './form/known-names.ts'
import type {Place} from './form/rule-document.ts'

/**
 * @param shown the text as it stands in the box
 * @param place of the value within the rule: `when`, `all`, 1, `value`
 * @returns its first character, and the one behind its last; `null` = it does not stand there
 */
export function valueSpan(
  shown: string,
  when: unknown,
  place: Place,
  known: Known,
): readonly [from: number, to: number] | null {
  const condition = typeof when === 'string' ? conditionIn(when, known).condition : when
  const [text, other] = [condition, changedAt(condition, place.slice(1))].map((it) =>
    textOfCondition(it, known),
  )
  if (text === null || other === null || text === undefined || other === undefined || text === other)
    return null
  const [from, to] = wordAround(text, differenceOf(text, other))
  const word = text.slice(from, to)
  // A person may have written it another way: the same word, as often before it.
  const places = placesOf(word, shown)
  const at = places[placesOf(word, text).indexOf(from)]
  return at === undefined ? null : [at, at + word.length]
}

/** The same with another number there. */
function changedAt(value: unknown, [key, ...rest]: Place): unknown {
  if (key === undefined) {
    if (Array.isArray(value)) return value.map((it) => changedAt(it, []))
    if (typeof value === 'number') return value + 1
    return typeof value === 'string' ? value.replace(/\d/, (digit) => String((Number(digit) % 8) + 1)) : value
  }
  if (Array.isArray(value)) return value.map((it, at) => (at === key ? changedAt(it, rest) : it))
  if (typeof value !== 'object' || value === null) return value
  const part = value as Readonly<Record<string, unknown>>
  return {...part, [key]: changedAt(part[key], rest)}
}

function differenceOf(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return at
}

/** With its unit, up to what cannot be part of a value. */
function wordAround(text: string, at: number): readonly [from: number, to: number] {
  const isPart = (place: number) => /[\w.%/]/.test(text[place] ?? '') && !isRange(text, place)
  let [from, to] = [at, at]
  while (from > 0 && isPart(from - 1)) from--
  while (to < text.length && isPart(to)) to++
  return [from, to]
}

/** One of the two dots between the ends of a range. */
function isRange(text: string, at: number): boolean {
  return text[at] === '.' && (text[at - 1] === '.' || text[at + 1] === '.')
}

function placesOf(word: string, text: string): readonly number[] {
  const places: number[] = []
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    // Part of a longer word is another one.
    if (!/\w/.test(text[at - 1] ?? '') && !/\w/.test(text[at + word.length] ?? '')) places.push(at)
  }
  return places
}
