/** What Arrs are to be asked to search, and why not yet. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {WantedSchema} from '#http/schemas/wanted.ts'
import type {WantedGroup} from '#model/searching.ts'
import {ask} from './ask.ts'

export type Wanted = z.output<typeof WantedSchema>
export type WantedItem = Wanted['items'][number]

/** Turns pass without a message of the server; no Arr is asked for this. */
const REFRESH_MS = 10_000
/** Rows of one question. */
export const WANTED_PAGE = 100

export interface WantedWish {
  /** `null` = all. */
  readonly arr: string | null
  readonly group: WantedGroup | null
}

/** What has the next turns in one Arr. */
export const nextOfArrQuery = (arr: string, limit: number) =>
  queryOptions({
    queryKey: ['wanted', arr, 'next', limit],
    queryFn: ({signal}) => ask<Wanted>('/wanted', {query: {arr, group: 'ready', offset: 0, limit}, signal}),
    refetchInterval: REFRESH_MS,
  })

export const wantedPageQuery = ({arr, group}: WantedWish, page: number) =>
  queryOptions({
    queryKey: ['wanted', arr, group, page],
    queryFn: ({signal}) =>
      ask<Wanted>('/wanted', {
        query: {
          ...(arr !== null && {arr}),
          ...(group !== null && {group}),
          offset: page * WANTED_PAGE,
          limit: WANTED_PAGE,
        },
        signal,
      }),
    refetchInterval: REFRESH_MS,
  })
