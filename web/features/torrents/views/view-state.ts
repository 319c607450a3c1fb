/**
 * Columns, density and form of the list: those of the open view, else the person's own. What is changed while a view is
 * open belongs to it and is kept in this page until it is saved or taken back.
 */
import {useQuery} from '@tanstack/react-query'
import {useState, useSyncExternalStore} from 'react'
import type {ViewWish} from '#model/live.ts'
import {setPreference, usePreference, type Preferences} from '../../../api/preferences.ts'
import {sharedViewQuery, sharedViewsQuery, viewsQuery, type AnyView} from '../../../api/views.ts'
import {Signal} from '../../../lib/signal.ts'
import {useLiveView} from '../../../live/use-view.ts'
import {useTorrentsSearch} from '../torrents-search.ts'

export interface ListLayout {
  /** In their order; `null` = nobody chose any. */
  readonly columns: Preferences['columns']
  readonly density: Preferences['density']
  readonly layout: Preferences['layout']
}

export type LayoutChange = Partial<ListLayout>

/** Changes to open views that are not saved yet. */
class LayoutDrafts {
  readonly changes = new Signal()
  readonly #byView = new Map<string, LayoutChange>()

  get(id: string): LayoutChange | undefined {
    return this.#byView.get(id)
  }

  add(id: string, change: LayoutChange): void {
    this.#byView.set(id, {...this.#byView.get(id), ...change})
    this.changes.emit()
  }

  drop(id: string): void {
    if (this.#byView.delete(id)) this.changes.emit()
  }
}

export const layoutDrafts = new LayoutDrafts()

/** How the list looks now, and how to change it. */
export function useListLayout(): readonly [layout: ListLayout, change: (change: LayoutChange) => void] {
  const own = useOwnLayout()
  const view = useOpenView()
  const draft = useSyncExternalStore(layoutDrafts.changes.listen, () =>
    view === null ? undefined : layoutDrafts.get(view.id),
  )
  if (view === null) return [own, setOwnLayout]
  return [{...layoutOf(view, own), ...draft}, (change) => layoutDrafts.add(view.id, change)]
}

/** The saved view that the address names; `null` = none, or one that is not shared: then the address alone says it all. */
export function useOpenView(): AnyView | null {
  const [{view: id}] = useTorrentsSearch()
  const {data: own} = useQuery(viewsQuery)
  const {data: shared} = useQuery(sharedViewsQuery)
  const isOpen = (view: AnyView) => view.id === id
  const listed = own?.find(isOpen) ?? shared?.find(isOpen)
  const isElsewhere = id !== undefined && own !== undefined && shared !== undefined && !listed
  const {data: byAddress} = useQuery({...sharedViewQuery(id ?? ''), enabled: isElsewhere})
  return listed ?? (isElsewhere ? (byAddress ?? null) : null)
}

/** As a view keeps it; what it does not say is the person's own. */
function layoutOf({definition}: AnyView, own: ListLayout): ListLayout {
  const {columns, density, layout} = definition
  return {columns: columns ?? own.columns, density: density ?? own.density, layout}
}

/** Where no view says otherwise. */
export function useOwnLayout(): ListLayout {
  const [columns] = usePreference('columns')
  const [density] = usePreference('density')
  const [layout] = usePreference('layout')
  return {columns, density, layout}
}

function setOwnLayout({columns, density, layout}: LayoutChange): void {
  if (columns !== undefined) setPreference('columns', columns)
  if (density !== undefined) setPreference('density', density)
  if (layout !== undefined) setPreference('layout', layout)
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const noRows = [] as const

/** How many torrents match, live: a view without rows. `null` = not known yet. */
export function useViewCount(q: string, servers: readonly string[] | null): number | null {
  return useLiveView(countWish(q, servers), noRows).totals?.count ?? null
}

/**
 * How many torrents match each query, as of when it was asked: one after the other, by one view. `null` = the server does
 * not answer it; absent = not known yet.
 */
export function useViewCounts(
  queries: readonly string[],
  servers: readonly string[] | null,
): ReadonlyMap<string, number | null> {
  const [counts, setCounts] = useState<ReadonlyMap<string, number | null>>(() => new Map())
  const next = queries.find((q) => !counts.has(q))
  const view = useLiveView(countWish(next ?? queries.at(-1) ?? '', servers), noRows)
  const isRefused = view.refusal !== null && view.wish.q === next
  const isAnswered = view.isCurrent && view.shown?.q === next
  const found = isRefused ? null : isAnswered ? view.totals?.count : undefined
  if (next !== undefined && found !== undefined) setCounts(new Map(counts).set(next, found))
  return counts
}

/** Torrents of which the query does not know whether they match; 0 until that is known. */
export function useUnknownCount(q: string, servers: readonly string[] | null): number {
  const view = useLiveView(countWish(q, servers), noRows)
  const {isCurrent, shown, totals, scopeTotals} = view
  return isCurrent && shown?.q === q && totals && scopeTotals ? scopeTotals.count - totals.count : 0
}

function countWish(q: string, servers: readonly string[] | null): ViewWish {
  return {
    q,
    sort: [],
    group: null,
    columns: ['name'],
    facets: [],
    time_zone: timeZone,
    ...(servers !== null && {servers}),
  }
}
