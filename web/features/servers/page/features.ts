/** What a server can and cannot do, and how its torrents are spread. */
import {withChoice} from '#search-query/choices.ts'
import {stateWords, type StateWord} from '#search-query/states.ts'
import type {FacetShare, ServerDetail, ServerFacets, ServerFeature} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'

// What a server can and cannot do.

/** `null` = nobody knows yet. */
export function featureOf({features}: ServerDetail, name: string): ServerFeature | null {
  return features?.find((feature) => feature.name === name) ?? null
}

/** What it cannot do comes first, what it does in its own way next; what it simply does is not worth a line. */
export function featuresBySupport(
  features: readonly ServerFeature[],
): Readonly<Record<ServerFeature['support'], readonly ServerFeature[]>> {
  const having = (support: ServerFeature['support']) =>
    features.filter((feature) => feature.support === support)
  return {
    none: having('none'),
    limited: having('limited'),
    emulated: having('emulated'),
    native: having('native'),
  }
}

/** "setGlobalLimits" → "set global limits": the server's names are words run together. */
export function featureWords(name: string): string {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
}

// Values of facets as people read and ask for them.

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
