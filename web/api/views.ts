/** Saved views: what the list shows, and how. One's own, and those that others share. */
import {queryOptions} from '@tanstack/react-query'
import type {ViewAudience, ViewDefinition as KeptDefinition} from '#model/saved-view.ts'
import {ask, pathOf} from './ask.ts'
import type {Preferences} from './preferences.ts'
import {Problem} from './problem.ts'
import {queries} from './queries.ts'

export interface ViewDefinition extends Omit<KeptDefinition, 'columns'> {
  /** In their order; `null` = as without a view. */
  readonly columns: Preferences['columns']
}

/** Who else sees a view; `null` = no other user. */
type SharedWith = ViewAudience | null

interface ViewContent {
  readonly name: string
  /** Name of an icon; `null` = none. */
  readonly icon: string | null
  readonly definition: ViewDefinition
}

export interface SavedView extends ViewContent {
  readonly id: string
  readonly shared_with: SharedWith
  /** Rank among one's own, 0 first. */
  readonly position: number
}

/** Of another user, who alone changes it. */
export interface SharedView extends ViewContent {
  readonly id: string
  /** `null` = a user without an account. */
  readonly owner: {readonly name: string} | null
  readonly shared_with: ViewAudience
}

/** What the list may be opened with. */
export type AnyView = SavedView | SharedView

export function isOwn(view: AnyView): view is SavedView {
  return 'position' in view
}

export const sharedViewsQuery = queryOptions({
  queryKey: ['views', 'shared'],
  queryFn: async ({signal}) => (await ask<{views: readonly SharedView[]}>('/views/shared', {signal})).views,
  staleTime: 60_000,
})

/** One that another user shares, also by its address alone. */
export const sharedViewQuery = (id: string) =>
  queryOptions({
    queryKey: ['views', 'shared', id],
    queryFn: ({signal}) => ask<SharedView>(pathOf('views', id), {signal}),
    staleTime: 60_000,
    retry: false,
  })

/** In their order. */
export const viewsQuery = queryOptions({
  queryKey: ['views', 'own'],
  queryFn: ({signal}) =>
    ask<{views: readonly SavedView[]}>('/views', {signal}).then(({views}) =>
      views.toSorted((one, other) => one.position - other.position),
    ),
  staleTime: 60_000,
})

/** @returns `null` = there is none of this id, or it is not shared */
export async function findView(id: string): Promise<AnyView | null> {
  const own = (await queries.ensureQueryData(viewsQuery)).find((it) => it.id === id)
  if (own) return own
  try {
    return await queries.fetchQuery(sharedViewQuery(id))
  } catch (error) {
    if (error instanceof Problem && error.code === 'view_unknown') return null
    throw error
  }
}

/** @throws {Problem} when the name is taken, or there are too many */
export async function saveView(
  content: ViewContent & Partial<Pick<SavedView, 'shared_with'>>,
): Promise<SavedView> {
  const saved = await ask<SavedView>('/views', {method: 'POST', body: content})
  keep((views) => [...views, saved])
  return saved
}

export async function changeView(
  id: string,
  change: Partial<ViewContent & Pick<SavedView, 'shared_with'>>,
): Promise<SavedView> {
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
