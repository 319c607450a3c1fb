/** Text to a question to the searches of Arrs: which fields they have (`list-conditions.ts`). */
import {searchOutcomes} from '#model/automation-state.ts'
import {searchersOf, type SearchLeaf} from '#model/searches.ts'
import {searchReasons} from '#model/searching.ts'
import {
  arrNamed,
  conditionIn,
  fieldsOf,
  type ListLanguage,
  type ListReader,
  type ListText,
} from './list-conditions.ts'

export function searchesConditionIn(text: string, reader: ListReader): ListText<SearchLeaf> {
  return conditionIn(text, language, reader)
}

export const outcomeWords = [...searchOutcomes, 'running'] as const

const language: ListLanguage<SearchLeaf, 'at' | 'found'> = {
  name: 'the list of searches',
  word: (text) => ({asks: 'title', text}),
  chosen: {
    title: ({text}) => ({leaf: {asks: 'title', text}}),
    release: ({text}) => ({leaf: {asks: 'release', text}}),
    arr: ({text}, reader) => {
      const named = arrNamed(text, reader)
      return 'ids' in named ? {leaf: {asks: 'arr', ...named}} : named
    },
    outcome: ({text}) => {
      const outcome = oneOf(outcomeWords, text)
      return outcome ? {leaf: {asks: 'outcome', outcome}} : unknown('unknown outcome', outcomeWords)
    },
    why: ({text}) => {
      const reason = oneOf(searchReasons, text)
      return reason ? {leaf: {asks: 'why', reason}} : unknown('unknown reason', searchReasons)
    },
    by: ({text}) => {
      const by = oneOf(searchersOf, text)
      return by ? {leaf: {asks: 'by', by}} : unknown('unknown word', searchersOf)
    },
  },
  compared: {at: {of: 'at', family: 'time'}, found: {of: 'found', family: 'count'}},
  figure: (of, range) => ({asks: 'number', of, range}),
}

/** In the order in which they are offered. */
export const searchesFields: readonly string[] = fieldsOf(language)

function oneOf<T extends string>(words: readonly T[], text: string): T | undefined {
  return words.find((it) => it === text.toLowerCase())
}

function unknown(says: string, accepted: readonly string[]) {
  return {code: 'unknown_value', says, accepted} as const
}
