/** What happened, as stories, and what waits. */
import {infiniteQueryOptions, keepPreviousData, queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {
  ActivityCountsSchema,
  ActivityNextSchema,
  ActivityPageSchema,
  RuleDoneSchema,
  RuleWaitSchema,
  WholeStorySchema,
} from '#http/schemas/activity.ts'
import type {WireKey} from './actions.ts'
import {ask, askForFile, pathOf} from './ask.ts'

type ActivityPage = z.output<typeof ActivityPageSchema>
export type Story = ActivityPage['stories'][number]
type WholeStory = z.output<typeof WholeStorySchema>
export type StoryItem = WholeStory['items'][number]
export type StoryStep = WholeStory['steps'][number]
export type ActivityCounts = z.output<typeof ActivityCountsSchema>
export type Waiting = z.output<typeof ActivityNextSchema>['waiting'][number]

/** As the API takes it; `undefined` = any. */
export type ActivityWish = Readonly<Record<string, string | number | readonly string[] | undefined>>

const LOOK_AGAIN_MS = 5_000
const COUNT_AGAIN_MS = 30_000
const COUNT_OF_WEEK_MS = 60_000
const PAGE = 50

/** How the keys of all questions about the activity begin. */
export const activityKey = ['activity'] as const

/** The newest, looked at again and again. */
export const newestQuery = (wish: ActivityWish) =>
  queryOptions({
    queryKey: [...activityKey, 'newest', wish],
    queryFn: ({signal}) => ask<ActivityPage>('/activity', {query: {...wish, limit: PAGE}, signal}),
    refetchInterval: LOOK_AGAIN_MS,
  })

/** What is older than a page, page by page. @param before of that page; `null` = there is nothing older */
export const olderQuery = (wish: ActivityWish, before: string | null) =>
  infiniteQueryOptions({
    queryKey: [...activityKey, 'older', wish, before],
    queryFn: ({pageParam, signal}) =>
      ask<ActivityPage>('/activity', {query: {...wish, limit: PAGE, before: pageParam ?? undefined}, signal}),
    initialPageParam: before,
    getNextPageParam: ({next_before: next}) => next,
    // It is read when somebody goes on, and what is past stays as it was.
    enabled: false,
    staleTime: Infinity,
  })

export function wholeStory(wish: ActivityWish, place: string, signal?: AbortSignal): Promise<WholeStory> {
  return ask('/activity/story', {query: {...wish, place}, ...(signal && {signal})})
}

export const storyQuery = (wish: ActivityWish, {id, place}: Pick<Story, 'id' | 'place'>) =>
  queryOptions({
    queryKey: [...activityKey, 'story', wish, id],
    queryFn: ({signal}) => wholeStory(wish, place, signal),
    refetchInterval: LOOK_AGAIN_MS,
  })

export const countsQuery = (wish: ActivityWish) =>
  queryOptions({
    queryKey: [...activityKey, 'counts', wish],
    queryFn: ({signal}) => ask<ActivityCounts>('/activity/counts', {query: wish, signal}),
    refetchInterval: COUNT_AGAIN_MS,
    // While the next are counted the figures stay.
    placeholderData: keepPreviousData,
  })

/** Of a week of an Arr more are not read. */
const MOST_OF_WEEK = 5
/** As many as an answer may have. */
const MOST_OF_PAGE = 200

/** What happened for one Arr since a moment. @returns stories, and whether there were more than were read */
export const arrStoriesQuery = (arr: string, from: number) =>
  queryOptions({
    queryKey: [...activityKey, 'arr', arr, from],
    queryFn: async ({signal}) => {
      const stories: Story[] = []
      let before: string | null | undefined
      for (let pages = 0; pages < MOST_OF_WEEK && before !== null; pages++) {
        const query = {arr_id: arr, from, limit: MOST_OF_PAGE, before: before ?? undefined}
        const page: ActivityPage = await ask('/activity', {query, signal})
        stories.push(...page.stories)
        before = page.next_before
      }
      return {stories, isMore: before !== null}
    },
    refetchInterval: COUNT_OF_WEEK_MS,
    refetchOnWindowFocus: 'always',
    placeholderData: keepPreviousData,
  })

export const nextQuery = queryOptions({
  queryKey: [...activityKey, 'next'],
  queryFn: ({signal}) => ask<z.output<typeof ActivityNextSchema>>('/activity/next', {signal}),
  refetchInterval: LOOK_AGAIN_MS,
})

/** All that matches, for a spreadsheet. */
export function exportedActivity(wish: ActivityWish): Promise<Blob> {
  return askForFile('/activity/export', {query: {...wish, format: 'csv'}})
}

/** This rule leaves the torrent alone for a day. @returns the entry of the journal by which that is undone */
export function waitWithRule(
  {server_id, info_hash}: WireKey,
  rule: string,
): Promise<z.output<typeof RuleWaitSchema>> {
  const asked = {method: 'POST', query: {server_id}, body: {rule_id: rule}} as const
  return ask(pathOf('torrents', info_hash, 'wait'), asked)
}

/** What the rule would do when its time is over. */
export function doRuleNow(
  {server_id, info_hash}: WireKey,
  rule: string,
): Promise<z.output<typeof RuleDoneSchema>> {
  const asked = {method: 'POST', query: {server_id}, body: {rule_id: rule}} as const
  return ask(pathOf('torrents', info_hash, 'do-now'), asked)
}
