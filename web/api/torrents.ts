/** Torrents as they are asked for by HTTP: what is found by words. Lists that live come over the socket. */
import {keepPreviousData, queryOptions} from '@tanstack/react-query'
import {ask} from './ask.ts'

export interface FoundTorrent {
  readonly server_id: string
  readonly server_name: string
  readonly info_hash: string
  readonly name: string
  readonly state: string
}

export interface ValueCount {
  readonly value: string
  readonly count: number
  readonly size: number
}

interface Found {
  readonly torrents: readonly FoundTorrent[]
  readonly total: number
}

/** The first few that match a query, those added last first. */
export function foundTorrents(q: string, limit: number) {
  return queryOptions({
    queryKey: ['torrents', 'found', q, limit],
    queryFn: ({signal}) =>
      ask<Found>('/torrents', {signal, query: {q, limit, sort: '-added_at', fields: 'name,state'}}),
    placeholderData: keepPreviousData,
  })
}

/** How many match a query. */
export function foundTotal(q: string) {
  return queryOptions({
    queryKey: ['torrents', 'total', q],
    queryFn: async ({signal}) =>
      (await ask<Found>('/torrents', {signal, query: {q, limit: 1, fields: 'name'}})).total,
    refetchInterval: 15_000,
  })
}

/** How many match a query, and how large they are together. */
export function foundSums(q: string) {
  return queryOptions({
    queryKey: ['torrents', 'sums', q],
    queryFn: async ({signal}) =>
      (
        await ask<{totals: {count: number; size: number}}>('/torrents', {
          signal,
          query: {q, limit: 1, fields: 'name'},
        })
      ).totals,
    staleTime: 60_000,
  })
}

/** Every category and tag in sight, most used first. */
export const labelCounts = queryOptions({
  queryKey: ['torrents', 'labels'],
  queryFn: ({signal}) =>
    ask<{
      facets: {category: readonly ValueCount[]; tag: readonly ValueCount[]; tracker: readonly ValueCount[]}
    }>('/torrents', {signal, query: {limit: 1, fields: 'name', facets: 'category,tag,tracker'}}).then(
      ({facets}) => facets,
    ),
  staleTime: 30_000,
})
