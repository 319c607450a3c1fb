/** What servers did over time. `null` in a series = not known, never 0. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {
  HealthHistorySchema,
  HistorySchema,
  TorrentHistorySchema,
  TrackerHistorySchema,
} from '#http/schemas/history.ts'
import type {WireKey} from './actions.ts'
import {ask, pathOf} from './ask.ts'

export type History = z.output<typeof HistorySchema>
export type TrackerHistory = z.output<typeof TrackerHistorySchema>
export type TorrentHistory = z.output<typeof TorrentHistorySchema>
export type HealthChange = z.output<typeof HealthHistorySchema>['changes'][number]

const historySpans = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
  quarter: 7_776_000_000,
  year: 31_536_000_000,
} as const
export type HistorySpan = keyof typeof historySpans

const MINUTE_MS = 60_000

/** @param metrics by commas, as the API names them */
export const historyQuery = (id: string, span: HistorySpan, metrics: string) =>
  queryOptions({
    queryKey: ['history', id, span, metrics],
    queryFn: ({signal}) => {
      const from = Math.floor((Date.now() - historySpans[span]) / MINUTE_MS) * MINUTE_MS
      return ask<History>('/history', {query: {server_id: [id], from, metrics}, signal})
    },
    refetchInterval: span === 'hour' ? 10_000 : MINUTE_MS,
  })

interface FleetHistoryWish {
  /** `null` = all in sight. */
  readonly servers: readonly string[] | null
  /** Where it begins: so long before now, ms, in whole minutes. */
  readonly lastMs: number
  /** Seconds that a point stands for; absent = as fine as is kept and can be seen. */
  readonly span?: 60 | 3600 | 86_400
  /** By commas, as the API names them. */
  readonly metrics: string
}

/** Of several servers, each and together. */
export const fleetHistoryQuery = ({servers, lastMs, span, metrics}: FleetHistoryWish) =>
  queryOptions({
    queryKey: ['history', 'fleet', servers, lastMs, span, metrics],
    queryFn: ({signal}) => {
      const from = Math.floor((Date.now() - lastMs) / MINUTE_MS) * MINUTE_MS
      const query = {from, metrics, ...(servers && {server_id: servers}), ...(span && {span})}
      return ask<History>('/history', {query, signal})
    },
    refetchInterval: lastMs <= historySpans.hour ? 10_000 : MINUTE_MS,
  })

export function spanMsOf(span: HistorySpan): number {
  return historySpans[span]
}

/** What was moved since the beginning of a day. */
export const movedSinceQuery = (servers: readonly string[] | null, from: number) =>
  queryOptions({
    queryKey: ['history', 'moved', servers, from],
    queryFn: ({signal}) => {
      // Where days begin at half past, hours would begin before them.
      const span = from % historySpans.hour === 0 ? 3600 : 60
      const query = {from, span, metrics: 'downloaded,uploaded', ...(servers && {server_id: servers})}
      return ask<History>('/history', {query, signal})
    },
    refetchInterval: MINUTE_MS,
  })

/** What the torrents of each tracker moved. @param servers `null` = all in sight */
export const trackerHistoryQuery = (servers: readonly string[] | null, span: HistorySpan) =>
  queryOptions({
    queryKey: ['history', 'trackers', servers, span],
    queryFn: ({signal}) => {
      const from = Math.floor((Date.now() - historySpans[span]) / MINUTE_MS) * MINUTE_MS
      return ask<TrackerHistory>('/history/trackers', {
        query: {from, ...(servers && {server_id: servers})},
        signal,
      })
    },
    refetchInterval: span === 'day' ? MINUTE_MS : 10 * MINUTE_MS,
  })

/** So long minutes are kept. */
const MINUTES_KEPT_MS = 2 * 24 * 60 * MINUTE_MS

/**
 * The minutes of a point in which something was known first. @param from its beginning, epoch ms; `null` = there is none
 * @param span seconds that it stands for
 */
export const firstMinutesQuery = (servers: readonly string[] | null, from: number | null, span: number) =>
  queryOptions({
    queryKey: ['history', 'first-minutes', servers, from, span],
    queryFn: ({signal}) => {
      const to = from! + span * 1_000
      const query = {from: from!, to, span: 60, metrics: 'uploaded', ...(servers && {server_id: servers})}
      return ask<History>('/history', {query, signal})
    },
    enabled: from !== null && from > Date.now() - MINUTES_KEPT_MS,
    staleTime: Infinity,
  })

interface TorrentHistoryWish {
  /** Tells this wish from others about the same torrent. */
  readonly name: string
  /** Where it begins, epoch ms by the server's clock; asked again each time. */
  readonly from: () => number
  /** Seconds that a point stands for; absent = hours where that is not too much, else days. */
  readonly span?: 10 | 3600 | undefined
}

/** What one torrent moved, and what happened to it meanwhile. */
export const torrentHistoryQuery = (
  {server_id, info_hash}: WireKey,
  {name, from, span}: TorrentHistoryWish,
) =>
  queryOptions({
    queryKey: ['history', 'torrent', server_id, info_hash, name],
    queryFn: ({signal}) =>
      ask<TorrentHistory>(pathOf('torrents', info_hash, 'history'), {
        query: {server_id, from: Math.max(0, Math.floor(from())), ...(span && {span})},
        signal,
      }),
    refetchInterval: MINUTE_MS,
  })

/** How long each server took to answer, minute by minute, over half an hour: what the bars show. */
export const latenciesQuery = queryOptions({
  queryKey: ['history', 'latencies'],
  queryFn: ({signal}) => {
    const from = Date.now() - 26 * MINUTE_MS
    return ask<History>('/history', {query: {from, span: 60, metrics: 'latency_ms,online'}, signal})
  },
  refetchInterval: MINUTE_MS / 2,
})

/** When servers began to do otherwise, newest first. @param id absent = all in sight */
export const healthQuery = (id: string | null, sinceMs: number, limit: number) =>
  queryOptions({
    queryKey: ['history', 'health', id, sinceMs, limit],
    queryFn: async ({signal}) => {
      const query = {limit, from: Date.now() - sinceMs, ...(id !== null && {server_id: [id]})}
      return (await ask<{changes: HealthChange[]}>('/history/health', {query, signal})).changes
    },
    refetchInterval: MINUTE_MS / 2,
  })
