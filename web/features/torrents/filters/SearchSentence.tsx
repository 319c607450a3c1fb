import {readsAs} from './reads-as.ts'

/** How the search is read, where `OR` and `NOT` could be taken for something else. */
export function SearchSentence({q}: {q: string}) {
  const sentence = readsAs(q)
  if (sentence === '') return null
  return <p className="border-b border-line px-3 py-1 text-12 text-pretty text-text-2">{sentence}</p>
}
