/** Text to a question to the libraries of Arrs: which fields they have (`list-conditions.ts`). */
import {fold} from '#lib/fold-text.ts'
import {
  libraryKinds,
  libraryStates,
  type LibraryCondition,
  type LibraryLeaf,
  type LibraryNumber,
} from '#model/library.ts'
import {noneWord, yesOrNo} from './fields.ts'
import {
  arrNamed,
  conditionIn,
  fieldsOf,
  type ListLanguage,
  type ListReader,
  type ListText,
} from './list-conditions.ts'
import type {Value} from './terms.ts'

export interface LibraryText extends ListText<LibraryLeaf> {
  readonly condition: LibraryCondition | null
  /** It says which kinds of things are meant. */
  readonly namesKind: boolean
}

export function libraryConditionIn(text: string, reader: ListReader): LibraryText {
  const read = conditionIn(text, language, reader)
  return {...read, namesKind: read.condition !== null && namesKind(read.condition)}
}

const language: ListLanguage<LibraryLeaf, LibraryNumber> = {
  name: 'the library',
  word: (text) => ({asks: 'title', piece: fold(text)}),
  chosen: {
    title: piece('title'),
    arr: ({text}, reader) => {
      const named = arrNamed(text, reader)
      return 'ids' in named ? {leaf: {asks: 'arr', ...named}} : named
    },
    kind: ({text}) => {
      const lower = text.toLowerCase()
      const kind = libraryKinds.find((it) => it === lower || `${it}s` === lower)
      return kind ? {leaf: {asks: 'kind', kinds: [kind]}} : unknown('unknown kind', libraryKinds)
    },
    state: ({text}) => {
      const state = libraryStates.find((it) => it === text.toLowerCase())
      return state ? {leaf: {asks: 'state', states: [state]}} : unknown('unknown state', libraryStates)
    },
    monitored: ({text}) => {
      const is = yesOrNo(text)
      return is === null ? unknown('neither yes nor no', ['yes', 'no']) : {leaf: {asks: 'monitored', is}}
    },
    tag: ({text, quoted}) => {
      const isNone = !quoted && text.toLowerCase() === noneWord
      return {leaf: {asks: 'tag', label: isNone ? null : fold(text)}}
    },
    profile: piece('profile'),
    quality: piece('quality'),
    cutoff: met('cutoff'),
    minimum: met('minimum'),
    imdb: ({text}) => ({leaf: {asks: 'imdb', id: text.toLowerCase()}}),
  },
  compared: {
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
  },
  figure: (of, range) => ({asks: 'number', of, range}),
}

/** In the order in which they are offered. */
export const libraryFields: readonly string[] = fieldsOf(language)

/** What stands behind it: an age or a date, a figure, or one of several words. */
export function libraryFieldIs(name: string): 'time' | 'figure' | 'word' {
  const figure = language.compared[name]
  return figure === undefined ? 'word' : figure.family === 'time' ? 'time' : 'figure'
}

function piece(asks: 'title' | 'profile' | 'quality') {
  return ({text}: Value) => ({leaf: {asks, piece: fold(text)}}) as const
}

function met(asks: 'cutoff' | 'minimum') {
  const words = ['met', 'unmet']
  return ({text}: Value) => {
    const lower = text.toLowerCase()
    return words.includes(lower)
      ? ({leaf: {asks, is: lower === 'met'}} as const)
      : unknown('unknown word', words)
  }
}

function unknown(says: string, accepted: readonly string[]) {
  return {code: 'unknown_value', says, accepted} as const
}

function namesKind(condition: LibraryCondition): boolean {
  if ('not' in condition) return namesKind(condition.not)
  if ('all' in condition) return condition.all.some(namesKind)
  if ('any' in condition) return condition.any.some(namesKind)
  return condition.asks === 'kind'
}
