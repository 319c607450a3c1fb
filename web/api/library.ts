/** Libraries of Arrs: what is in them, and what they lack. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {LibraryItemAnswer, LibrarySchema} from '#http/schemas/library.ts'
import {ask, pathOf} from './ask.ts'

export type Library = z.output<typeof LibrarySchema>
export type LibraryItem = Library['items'][number]
type LibraryDetails = z.output<typeof LibraryItemAnswer>

/** Commodarr hears of changes within seconds; nothing is asked of an Arr. */
const REFRESH_MS = 10_000
/** Rows of one question. */
export const LIBRARY_PAGE = 100

export interface LibraryWish {
  readonly q: string
  readonly sort: string
}

export const libraryPageQuery = ({q, sort}: LibraryWish, page: number) =>
  queryOptions({
    queryKey: ['library', q, sort, page],
    queryFn: ({signal}) =>
      ask<Library>('/library', {query: {q, sort, offset: page * LIBRARY_PAGE, limit: LIBRARY_PAGE}, signal}),
    refetchInterval: REFRESH_MS,
  })

/** Counts alone. */
export const libraryCountsQuery = (q: string) =>
  queryOptions({
    queryKey: ['library', 'counts', q],
    queryFn: ({signal}) => ask<Library>('/library', {query: {q, limit: 1}, signal}),
    refetchInterval: REFRESH_MS,
  })

export const libraryItemQuery = ({arr, kind, id}: {arr: string; kind: string; id: string}) =>
  queryOptions({
    queryKey: ['library', 'item', arr, kind, id],
    queryFn: ({signal}) => ask<LibraryDetails>(pathOf('library', arr, kind, id), {signal}),
    refetchInterval: REFRESH_MS,
  })
