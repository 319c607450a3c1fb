/** What the search box of titles knows: its fields, their values, and what is a mistake. */
import {libraryKinds, libraryStates} from '#model/library.ts'
import {libraryConditionIn, libraryFieldIs, libraryFields} from '#search-query/library-filter.ts'
import type {ListReader} from '#search-query/list-conditions.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {serverNow} from '../../../live/clock.ts'
import {listCompletions, type ListFields} from '../list-completions.ts'
import type {SearchOfList} from '../ListSearchBox.tsx'

const fields: ListFields<string> = {
  names: libraryFields,
  called: (word) => libraryFields.find((it) => it === word.toLowerCase()) ?? null,
  comparison: (name) => ({time: '<', figure: '>', word: null} as const)[libraryFieldIs(name)],
  hint: (name) => text(`titles.field.${name}` as TextKey),
  valueHint: () => '',
}

const values: Readonly<Record<string, readonly string[]>> = {
  kind: libraryKinds,
  state: libraryStates,
  monitored: ['yes', 'no'],
  cutoff: ['met', 'unmet'],
  minimum: ['met', 'unmet'],
  size: ['1GB', '10GB', '50GB'],
  added: ['1d', '7d', '30d'],
  released: ['7d', '30d', '365d'],
  searched: ['1d', '7d', '30d'],
}

/** @param tags of what is shown; others can be typed */
export function titlesSearch(
  arrs: ListReader['arrs'],
  tags: readonly string[],
  qualities: readonly string[],
  timeZone: string,
): SearchOfList {
  const known = {...values, arr: arrs.map(({name}) => name), tag: [...tags, 'none'], quality: qualities}
  return {
    mistakesOf: (written) => libraryConditionIn(written, {arrs, now: serverNow(), timeZone}).mistakes,
    completions: (written, cursor, isAsked) => listCompletions(written, cursor, fields, known, isAsked),
    countOf: () => null,
  }
}
