/** What happened today, in a few lines, and which categories are on which servers. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {TodaySchema} from '#http/schemas/today.ts'
import {ask} from './ask.ts'

export type Today = z.output<typeof TodaySchema>
export type TodayLine = Today['lines'][number]

const TODAY_MS = 15_000
const SPREAD_MS = 60_000

/** @param from where the day of the browser began, epoch ms */
export const todayQuery = (from: number) =>
  queryOptions({
    queryKey: ['today', from],
    queryFn: ({signal}) => ask<Today>('/today', {query: {from}, signal}),
    refetchInterval: TODAY_MS,
  })

/** Torrents by category ('' = none), and by id of server. */
export type Distribution = Readonly<Record<string, Readonly<Record<string, number>>>>

export const distributionQuery = queryOptions({
  queryKey: ['torrents', 'distribution'],
  queryFn: async ({signal}) =>
    (await ask<{distribution: Distribution}>('/torrents/distribution', {signal})).distribution,
  refetchInterval: SPREAD_MS,
})
