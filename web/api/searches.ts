/** Searches of Arrs: those that were made, how they stand, and what people order of them. */
import {infiniteQueryOptions, queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {
  HoldAnswer,
  SearchesOfArrSchema,
  SearchNowAnswer,
  SearchNowBody,
  StoredSearchesSchema,
} from '#http/schemas/searches.ts'
import {ask, pathOf} from './ask.ts'
import {queries} from './queries.ts'

export type Searches = z.output<typeof StoredSearchesSchema>
export type StoredSearch = Searches['items'][number]
export type SearchesOfArr = z.output<typeof SearchesOfArrSchema>
export type SearchOrder = z.input<typeof SearchNowBody>
export type OrderedSearches = z.output<typeof SearchNowAnswer>
export type WantedUnit = NonNullable<SearchOrder['items']>[number]

/** Searches end without a message of the server; no Arr is asked for this. */
const REFRESH_MS = 10_000
const PAGE = 50

/** Newest first; each page begins behind the rows of the one before. */
export const searchesQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['searches', 'list', q],
    queryFn: ({pageParam, signal}) =>
      ask<Searches>('/searches', {query: {...(q !== '' && {q}), offset: pageParam, limit: PAGE}, signal}),
    initialPageParam: 0,
    getNextPageParam: ({offset, total}: Searches) => (offset + PAGE < total ? offset + PAGE : undefined),
    refetchInterval: REFRESH_MS,
  })

/** Counts of all that match, and how searches stand; no rows but one. */
export const searchCountsQuery = (q: string) =>
  queryOptions({
    queryKey: ['searches', 'counts', q],
    queryFn: ({signal}) =>
      ask<Searches>('/searches', {query: {...(q !== '' && {q}), offset: 0, limit: 1}, signal}),
    refetchInterval: REFRESH_MS,
  })

/** What they would cost; nothing is searched. */
export const searchCostQuery = (order: SearchOrder) =>
  queryOptions({
    queryKey: ['searches', 'cost', order],
    queryFn: ({signal}) =>
      ask<OrderedSearches>('/searches', {method: 'POST', body: {...order, dry_run: true}, signal}),
    staleTime: 0,
    gcTime: 0,
  })

export async function searchNow(order: SearchOrder): Promise<OrderedSearches> {
  return changed(await ask<OrderedSearches>('/searches', {method: 'POST', body: order}))
}

/** @param hold `false` = they may be searched again */
export async function holdSearches(items: readonly WantedUnit[], hold: boolean): Promise<void> {
  const body = {items, hold}
  changed(await ask<z.output<typeof HoldAnswer>>('/searches/hold', {method: 'POST', body}))
}

/** @param until `null` = until they are resumed */
export async function pauseSearches(arr: string, until: number | null): Promise<void> {
  changed(await ask<void>(pathOf('arrs', arr, 'search', 'pause'), {method: 'POST', body: {until}}))
}

export async function resumeSearches(arr: string): Promise<void> {
  changed(await ask<void>(pathOf('arrs', arr, 'search', 'resume'), {method: 'POST'}))
}

function changed<T>(answer: T): T {
  void queries.invalidateQueries({queryKey: ['searches']})
  void queries.invalidateQueries({queryKey: ['wanted']})
  return answer
}
