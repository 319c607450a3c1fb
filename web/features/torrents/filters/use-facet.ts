import {useEffect, useState} from 'react'
import {choiceIn, type ChoiceMode} from '#search-query/choices.ts'
import {usePreference} from '../../../api/preferences.ts'
import type {LiveView} from '../../../live/view.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {clicked, shownMode, turned, type FacetClick} from './facet-choice.ts'
import type {FacetKind} from './facet-kinds.ts'
import {facetValues, foldedCounts, inKeptOrder, type FacetValue} from './facet-values.ts'
import {useKnownServers} from './use-known-servers.ts'

export interface Facet {
  /** `null` = not counted yet. */
  readonly values: readonly FacetValue[] | null
  readonly mode: ChoiceMode
  readonly turn: () => void
  readonly click: (click: FacetClick) => void
}

/** A section of the side bar: what it lists, and what clicks do to the address. @param isStill the order must stay */
export function useFacet(view: LiveView, kind: FacetKind, isStill: boolean): Facet {
  const [{q = '', servers: scope}, change] = useTorrentsSearch()
  const [hideEmpty] = usePreference('facets.hide_empty')
  const [wished, setWished] = useState<ChoiceMode>('any')
  const servers = useKnownServers()
  const mode = shownMode(q, kind, wished)
  const ids = readScope(scope) ?? servers.map(({id}) => id)
  const counts = view.facets[kind.name]
  const choice = choiceIn(q, kind.name, servers)
  const fresh =
    counts &&
    facetValues(foldedCounts(kind.name, counts, ids), choice, {isByCount: kind.isByCount, hideEmpty})
  const go = (next: string) => change({q: next === '' ? undefined : next})
  return {
    values: useCalmOrder(fresh ?? null, isStill),
    mode,
    turn: () => {
      const other = mode === 'any' ? 'all' : 'any'
      setWished(other)
      const next = turned(q, kind, other, servers)
      if (next !== q) go(next)
    },
    click: (click) => go(clicked(q, kind, click, {servers, mode})),
  }
}

/** While somebody points at them, values stand where they stood. */
function useCalmOrder(values: readonly FacetValue[] | null, isStill: boolean): readonly FacetValue[] | null {
  const [kept, setKept] = useState<readonly string[] | null>(null)
  const isThere = values !== null
  useEffect(() => {
    setKept(isStill && isThere ? values.map(({value}) => value) : null)
    // What comes later keeps the order that was there.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isStill, isThere])
  return values && kept ? inKeptOrder(values, kept) : values
}
