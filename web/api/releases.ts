/** Interactive searches: what the indexers of an Arr have of one thing, and grabbing one of it. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {ReleaseListSchema} from '#http/schemas/releases.ts'
import {ask, pathOf} from './ask.ts'
import {queries} from './queries.ts'

export type ReleaseList = z.output<typeof ReleaseListSchema>
export type FoundRelease = ReleaseList['releases'][number]

const LOOK_MS = 1_000
/** So long an Arr takes a release back, and so long a list that is opened again is the same one. */
const KEPT_MS = 30 * 60_000

/**
 * Has the Arr ask its indexers, which counts towards their limits: so not again for a dialog that is opened again.
 * @returns the id of the list
 */
export const releaseSearchQuery = (arr: string, unit: string) =>
  queryOptions({
    queryKey: ['releases', arr, unit],
    queryFn: async () =>
      (await ask<ReleaseList>(pathOf('arrs', arr, 'releases'), {method: 'POST', body: {unit}})).list,
    staleTime: KEPT_MS,
    gcTime: KEPT_MS,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    retry: false,
  })

/** Asked again until the Arr has answered. @param list `undefined` = it is not known yet */
export const releaseListQuery = (arr: string, list: string | undefined) =>
  queryOptions({
    queryKey: ['releases', arr, 'list', list],
    queryFn: ({signal}) => ask<ReleaseList>(pathOf('arrs', arr, 'releases', list!), {signal}),
    enabled: list !== undefined,
    staleTime: Infinity,
    refetchInterval: ({state}) => (state.data?.state === 'searching' ? LOOK_MS : false),
    retry: false,
  })

/** @param isOverride also if the Arr rejects it */
export async function grabRelease(
  arr: string,
  list: string,
  {place, isOverride}: {readonly place: number; readonly isOverride: boolean},
): Promise<void> {
  const path = pathOf('arrs', arr, 'releases', list, String(place), 'grab')
  await ask<void>(path, {method: 'POST', body: {override: isOverride}})
  void queries.invalidateQueries({queryKey: ['releases', arr, 'list', list]})
  void queries.invalidateQueries({queryKey: ['arrs']})
}
