/** Views that somebody saved: what the list shows, and how. Nobody else sees them. */
import {queryOptions} from '@tanstack/react-query'
import type {ViewDefinition as KeptDefinition} from '#model/saved-view.ts'
import {ask, pathOf} from './ask.ts'
import type {Preferences} from './preferences.ts'
import {queries} from './queries.ts'

export interface ViewDefinition extends Omit<KeptDefinition, 'columns'> {
  /** In their order; `null` = as without a view. */
  readonly columns: Preferences['columns']
}

interface ViewContent {
  readonly name: string
  /** Name of an icon; `null` = none. */
  readonly icon: string | null
  readonly definition: ViewDefinition
}

export interface SavedView extends ViewContent {
  readonly id: string
  /** Rank among one's own, 0 first. */
  readonly position: number
}

/** In their order. */
export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({signal}) =>
    ask<{views: readonly SavedView[]}>('/views', {signal}).then(({views}) =>
      views.toSorted((one, other) => one.position - other.position),
    ),
  staleTime: 60_000,
})

/** @throws {Problem} when the name is taken, or there are too many */
export async function saveView(content: ViewContent): Promise<SavedView> {
  const saved = await ask<SavedView>('/views', {method: 'POST', body: content})
  keep((views) => [...views, saved])
  return saved
}

export async function changeView(id: string, change: Partial<ViewContent>): Promise<SavedView> {
  const changed = await ask<SavedView>(pathOf('views', id), {method: 'PATCH', body: change})
  keep((views) => views.map((view) => (view.id === id ? changed : view)))
  return changed
}

export async function deleteView(id: string): Promise<void> {
  await ask(pathOf('views', id), {method: 'DELETE'})
  keep((views) => views.filter((view) => view.id !== id))
}

/** Shows the order at once; what the server says holds when it refuses. @param ids of all of them */
export async function orderViews(ids: readonly string[]): Promise<void> {
  const rank = new Map(ids.map((id, at) => [id, at]))
  keep((views) => views.toSorted((one, other) => (rank.get(one.id) ?? 0) - (rank.get(other.id) ?? 0)))
  try {
    await ask('/views/order', {method: 'PUT', body: {ids}})
  } catch (error) {
    await queries.invalidateQueries({queryKey: viewsQuery.queryKey})
    throw error
  }
}

function keep(change: (views: readonly SavedView[]) => readonly SavedView[]): void {
  queries.setQueryData(viewsQuery.queryKey, (views) => views && [...change(views)])
}
