/** Words of a search that are the name of something: words are looked for in names of torrents alone. */
import {fold} from '#lib/fold-text.ts'
import {plainTerms} from '#search-query/groups.ts'
import {printedValue} from '#search-query/printing.ts'
import {rewritten} from '#search-query/rewriting.ts'
import {arrsCalled, serversCalled} from '#search-query/servers.ts'
import type {AskingTerm, WordTerm} from '#search-query/terms.ts'
import type {Vocabulary} from '#search-query/value-candidates.ts'

export type NamingField = 'server' | 'category' | 'tag' | 'tracker' | 'arr'

export interface NamedSearch {
  readonly field: NamingField
  /** As it was written. */
  readonly words: string
  /** The search that asks for it by its field. */
  readonly q: string
}

type Names = Pick<Vocabulary, 'servers' | 'arrs' | 'categories' | 'tags' | 'trackers'>

const MOST = 3
/** A shorter part of a name is in too many of them. */
const LEAST_LETTERS = 2

/** What may have been meant instead, whole names before parts of them. */
export function namedSearches(q: string, names: Names): readonly NamedSearch[] {
  const words = plainTerms(q).filter(isPlainWord)
  const whole = all(names).flatMap(({field, name}): readonly NamedSearch[] => {
    const wanted = wordsOf(name)
    const taken = words.filter((word) => wordsOf(word.text).every((one) => wanted.includes(one)))
    const written = new Set(taken.flatMap(({text}) => wordsOf(text)))
    if (wanted.length === 0 || !wanted.every((one) => written.has(one))) return []
    return [{field, words: taken.map(({text}) => text).join(' '), q: withField(q, taken, field, name)}]
  })
  const parts = words
    .filter(({text}) => text.length >= LEAST_LETTERS)
    .flatMap((word): readonly NamedSearch[] => {
      const fields = [
        ...(serversCalled(word.text, names.servers).length > 0 ? (['server'] as const) : []),
        ...(arrsCalled(word.text, names.arrs).length > 0 ? (['arr'] as const) : []),
      ]
      return fields.map((field) => ({field, words: word.text, q: withField(q, [word], field, word.text)}))
    })
  const found = [...whole, ...parts]
  return found.filter((it, at) => found.findIndex((other) => other.q === it.q) === at).slice(0, MOST)
}

function isPlainWord(term: AskingTerm): term is WordTerm {
  return term.kind === 'word' && !term.negated
}

function all({servers, arrs, categories, tags, trackers}: Names) {
  const of = (field: NamingField, them: readonly string[]) => them.map((name) => ({field, name}))
  return [
    ...of(
      'server',
      servers.map(({name}) => name),
    ),
    ...of('category', categories),
    ...of('tag', tags),
    ...of('tracker', trackers),
    ...of(
      'arr',
      arrs.map(({name}) => name),
    ),
  ]
}

function wordsOf(text: string): readonly string[] {
  return fold(text).split(/\s+/).filter(Boolean)
}

function withField(q: string, taken: readonly WordTerm[], field: NamingField, name: string): string {
  const places = new Set(taken.map(({from}) => from))
  return rewritten(q, ({from}) => places.has(from), [`${field}:${printedValue(name, ['none'])}`])
}
