/** Why something is done or not, and what happened. */
import {infiniteQueryOptions, queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {ExplanationSchema} from '#http/schemas/explanation.ts'
import type {EntryUndoneSchema, TimelineSchema} from '#http/schemas/journal.ts'
import type {RecentAction, WireKey} from './actions.ts'
import {ask, pathOf} from './ask.ts'

export type Explanation = z.output<typeof ExplanationSchema>
export type RuleExplanation = Explanation['rules'][number]
export type Verdict = Explanation['verdict']
export type WirePhrase = Verdict['says']
export type Trace = RuleExplanation['evidence']
export type Branch = Extract<Trace, {branch: string}>
export type Leaf = Exclude<Trace, Branch>
export type TimelineAction = z.output<typeof TimelineSchema>['entries'][number]

export type Milestone = z.output<typeof TimelineSchema>['milestones'][number]

const LOOK_AGAIN_MS = 5_000
const PAGE = 50

export const explanationQuery = ({server_id, info_hash}: WireKey) =>
  queryOptions({
    queryKey: ['explanation', server_id, info_hash],
    queryFn: ({signal}) =>
      ask<Explanation>(pathOf('torrents', info_hash, 'explain'), {query: {server_id}, signal}),
    refetchInterval: LOOK_AGAIN_MS,
  })

/** Newest first, page by page. */
export const timelineQuery = ({server_id, info_hash}: WireKey) =>
  infiniteQueryOptions({
    queryKey: ['timeline', server_id, info_hash],
    queryFn: ({pageParam, signal}) => {
      const query = {server_id, limit: PAGE, after: pageParam ?? undefined}
      return ask<z.output<typeof TimelineSchema>>(pathOf('torrents', info_hash, 'timeline'), {query, signal})
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({next_after: next}) => next,
    refetchInterval: LOOK_AGAIN_MS,
  })

/** How many of the first entries are looked at for who brought a torrent. */
const FIRST_ENTRIES = 20
const ORIGIN_FRESH_MS = 60_000

/** Who brought a torrent, by its first entries and by what its Arr tells; `null` = nothing tells it. */
export const originQuery = ({server_id, info_hash}: WireKey) =>
  queryOptions({
    queryKey: ['timeline', 'origin', server_id, info_hash],
    queryFn: async ({signal}) => {
      const query = {server_id, limit: FIRST_ENTRIES, order: 'oldest'}
      const {entries, milestones} = await ask<z.output<typeof TimelineSchema>>(
        pathOf('torrents', info_hash, 'timeline'),
        {query, signal},
      )
      return {
        entry: entries.find(({verb, outcome}) => verb === 'addTorrent' && outcome === 'done') ?? null,
        arrId: milestones.find(({what}) => what === 'grabbed')?.arr_id ?? null,
      }
    },
    staleTime: ORIGIN_FRESH_MS,
  })

/** Puts back what a rule changed: a torrent by an action of one's own, what its Arr blocklisted by that Arr. */
export function undoEntry(id: string): Promise<RecentAction | z.output<typeof EntryUndoneSchema>> {
  return ask(pathOf('journal', id, 'undo'), {method: 'POST'})
}
