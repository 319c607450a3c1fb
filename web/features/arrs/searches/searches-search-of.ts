/** What the search box of searches knows: its fields, their values, and what is a mistake. */
import {searchersOf} from '#model/searches.ts'
import {searchReasons} from '#model/searching.ts'
import type {ListReader} from '#search-query/list-conditions.ts'
import {outcomeWords, searchesConditionIn, searchesFields} from '#search-query/searches-filter.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {serverNow} from '../../../live/clock.ts'
import {listCompletions, type ListFields} from '../list-completions.ts'
import type {SearchOfList} from '../ListSearchBox.tsx'

const comparisons: Readonly<Record<string, '<' | '>'>> = {at: '<', found: '>'}

const fields: ListFields<string> = {
  names: searchesFields,
  called: (word) => searchesFields.find((it) => it === word.toLowerCase()) ?? null,
  comparison: (name) => comparisons[name] ?? null,
  hint: (name) => text(`searches.field.${name}` as TextKey),
  valueHint: () => '',
}

const values: Readonly<Record<string, readonly string[]>> = {
  outcome: outcomeWords,
  why: searchReasons,
  by: searchersOf,
  at: ['1d', '7d', '30d'],
}

export function searchOfSearches(arrs: ListReader['arrs'], timeZone: string): SearchOfList {
  const known = {...values, arr: arrs.map(({name}) => name)}
  return {
    mistakesOf: (written) => searchesConditionIn(written, {arrs, now: serverNow(), timeZone}).mistakes,
    completions: (written, cursor, isAsked) => listCompletions(written, cursor, fields, known, isAsked),
    countOf: () => null,
  }
}
