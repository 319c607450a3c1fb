/** Values of facets as people read and ask for them. */
import {withChoice} from '#search-query/choices.ts'
import {stateWords, type StateWord} from '#search-query/states.ts'
import type {FacetShare, ServerFacets} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'

/** The states that have one word on screen count as one; a complete torrent that nobody asks of is seeding. */
export function sharesByWord(shares: readonly FacetShare[]): readonly FacetShare[] {
  const merged = new Map<string, FacetShare>()
  for (const {value, count, size} of shares) {
    const word = wordOf(value)
    const known = merged.get(word)
    merged.set(word, {value: word, count: count + (known?.count ?? 0), size: size + (known?.size ?? 0)})
  }
  return [...merged.values()]
}

function wordOf(state: string): StateWord {
  const found = Object.entries(stateWords).find(([, states]) => (states as readonly string[]).includes(state))
  return (found?.[0] ?? 'unknown') as StateWord
}

/** What stands beside the bar. */
export function facetWords(facet: keyof ServerFacets, value: string): string {
  if (facet === 'state') return text(`state.${value as StateWord}`)
  return value === '' ? text(`server.by.${facet}.none`) : value
}

/** The query that finds them. */
export function queryFor(facet: keyof ServerFacets, value: string): string {
  return withChoice('', facet, value, 'include')
}
