import {useEffect, useMemo, useState} from 'react'
import {liveLimits, type LiveTotals, type ViewWish} from '#model/live.ts'
import {useLiveView} from '../../../live/use-view.ts'
import type {LiveView} from '../../../live/view.ts'
import {partsOf, type Chosen, type TorrentName} from '../selection.ts'

/** While somebody goes on choosing, nothing is asked. */
const QUIET_MS = 150
const noRows = [] as const
type Matching = Extract<Chosen, {kind: 'matching'}>
const noNames: ReadonlySet<TorrentName> = new Set()

/** The names of a selection that is small enough to be looked at live; empty = it is not. */
export function liveNames(chosen: Chosen): ReadonlySet<TorrentName> {
  return chosen.kind === 'some' ? few(chosen.names) : noNames
}

/** Those that are left out of all that match, as far as they can be looked at live. */
export function liveExceptions(chosen: Chosen): ReadonlySet<TorrentName> {
  return chosen.kind === 'matching' ? few(chosen.except) : noNames
}

function few(names: ReadonlySet<TorrentName>): ReadonlySet<TorrentName> {
  return names.size <= liveLimits.keysInWish ? names : noNames
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

type ListWish = Pick<ViewWish, 'q' | 'servers' | 'time_zone'>

/** Totals of just these torrents, as far as the rest of the wish lets them through. @param names `null` = of all */
export function useKeysView(
  names: ReadonlySet<TorrentName> | null,
  {q, servers, time_zone}: ListWish,
): LiveView {
  const keys = useMemo(() => names && [...names].map(partsOf), [names])
  return useLiveView(
    {
      ...{q, sort: [], group: null, columns: ['name'], facets: []},
      ...(keys && {keys}),
      ...(servers !== undefined && {servers}),
      ...(time_zone !== undefined && {time_zone}),
    },
    noRows,
  )
}

const everything: ListWish = {q: ''}

/** The list in which all were chosen; some are chosen wherever they are. */
export function listOf(chosen: Chosen): ListWish {
  if (chosen.kind === 'some') return everything
  return {q: chosen.q, ...(chosen.servers && {servers: chosen.servers})}
}

/** Totals of just these torrents, wherever they are. */
export function useWholeView(names: ReadonlySet<TorrentName>): LiveView {
  return useKeysView(names, everything)
}

/** Totals of all that match the list in which they were chosen; `null` = some are chosen, or no answer yet. */
export function useMatchingTotals(chosen: Chosen): LiveTotals | null {
  const isMatching = chosen.kind === 'matching'
  const {shown, totals} = useKeysView(isMatching ? null : noNames, listOf(chosen))
  return isMatching && isOf(shown, chosen) && shown.keys === undefined ? totals : null
}

/** Of those that are left out, the ones that match; `null` = none are, too many, or no answer yet. */
export function useExceptionTotals(chosen: Chosen): LiveTotals | null {
  const names = useSettled(liveExceptions(chosen))
  const {shown, totals} = useKeysView(names, listOf(chosen))
  return names.size > 0 && chosen.kind === 'matching' && isOf(shown, chosen) ? totals : null
}

function isOf(shown: ViewWish | null, {q, servers}: Matching): shown is ViewWish {
  return shown?.q === q && String(shown.servers ?? null) === String(servers)
}
