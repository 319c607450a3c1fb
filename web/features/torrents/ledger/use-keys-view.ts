import {useEffect, useMemo, useState} from 'react'
import {liveLimits, type ViewWish} from '#model/live.ts'
import {useLiveView} from '../../../live/use-view.ts'
import type {LiveView} from '../../../live/view.ts'
import {partsOf, type Chosen, type TorrentName} from '../selection.ts'

/** While somebody goes on choosing, nothing is asked. */
const QUIET_MS = 150
const noRows = [] as const
const noNames: ReadonlySet<TorrentName> = new Set()

/** The names of a selection that is small enough to be looked at live; empty = it is not. */
export function liveNames(chosen: Chosen): ReadonlySet<TorrentName> {
  return chosen.kind === 'some' && chosen.names.size <= liveLimits.keysInWish ? chosen.names : noNames
}

/** The same a moment after the last change. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), QUIET_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** Totals of just these torrents, as far as the rest of the wish lets them through. */
export function useKeysView(
  names: ReadonlySet<TorrentName>,
  {q, servers, time_zone}: Pick<ViewWish, 'q' | 'servers' | 'time_zone'>,
): LiveView {
  const keys = useMemo(() => [...names].map(partsOf), [names])
  return useLiveView(
    {
      ...{q, keys, sort: [], group: null, columns: ['name'], facets: []},
      ...(servers !== undefined && {servers}),
      ...(time_zone !== undefined && {time_zone}),
    },
    noRows,
  )
}

const everything = {q: ''}

/** Totals of just these torrents, wherever they are. */
export function useWholeView(names: ReadonlySet<TorrentName>): LiveView {
  return useKeysView(names, everything)
}
