/** Trackers that torrents have, and what people say of them; their names: `tracker-names.ts`. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {
  LeavingSchema,
  NewTrackerProfile,
  OwingChangeSchema,
  ProfileImported,
  SeenTrackerSchema,
} from '#http/schemas/trackers.ts'
import {ask, pathOf} from './ask.ts'
import {queries} from './queries.ts'
import {TRACKERS_MS, type TrackerProfile} from './tracker-names.ts'

export type SeenTracker = z.output<typeof SeenTrackerSchema>
export type ProfileDraft = z.output<typeof NewTrackerProfile>
export type OwingChange = z.output<typeof OwingChangeSchema>
export type Leaving = z.output<typeof LeavingSchema>
export type Imported = z.output<typeof ProfileImported>

interface Changed {
  readonly profile: TrackerProfile | null
  readonly effect: OwingChange
}

/** Most torrents first. */
export const seenTrackersQuery = queryOptions({
  queryKey: ['trackers', 'seen'],
  queryFn: async ({signal}) => (await ask<{trackers: SeenTracker[]}>('/trackers', {signal})).trackers,
  refetchInterval: TRACKERS_MS,
})

/** @param tracker key of a tracker that is seen */
export const leavingQuery = (tracker: string) =>
  queryOptions({
    queryKey: ['trackers', 'leaving', tracker],
    queryFn: ({signal}) => ask<Leaving>('/trackers/leaving', {query: {tracker}, signal}),
  })

/** What a change would come to; nothing is done. */
const preview = {preview: true} as const

/** @param id `null` = a new one */
export function previewProfile(id: string | null, draft: ProfileDraft): Promise<Changed> {
  return id === null
    ? ask<Changed>('/tracker-profiles', {method: 'POST', body: draft, query: preview})
    : ask<Changed>(pathOf('tracker-profiles', id), {method: 'PATCH', body: draft, query: preview})
}

/** @param frees so many torrents may stop owing by it */
export function addProfile(draft: ProfileDraft, frees: number): Promise<Changed> {
  return kept(ask<Changed>('/tracker-profiles', {method: 'POST', body: draft, query: {frees}}))
}

/** @param revision that the draft is an edit of */
export function changeProfile(
  {id, revision}: Pick<TrackerProfile, 'id' | 'revision'>,
  draft: ProfileDraft,
  frees: number,
): Promise<Changed> {
  const body = {...draft, revision}
  return kept(ask<Changed>(pathOf('tracker-profiles', id), {method: 'PATCH', body, query: {frees}}))
}

export async function previewRemoval(id: string): Promise<OwingChange> {
  return (await ask<Changed>(pathOf('tracker-profiles', id), {method: 'DELETE', query: preview})).effect
}

export const removalQuery = (id: string) =>
  queryOptions({queryKey: ['trackers', 'removal', id], queryFn: () => previewRemoval(id), gcTime: 0})

export function removeProfile(
  {id, revision}: Pick<TrackerProfile, 'id' | 'revision'>,
  frees: number,
): Promise<Changed> {
  const query = {frees, revision}
  return kept(ask<Changed>(pathOf('tracker-profiles', id), {method: 'DELETE', query}))
}

/** @param frees `null` = only what it would come to */
export function importProfiles(profiles: readonly object[], frees: number | null): Promise<Imported> {
  const asked = ask<Imported>('/tracker-profiles/import', {
    method: 'POST',
    body: {profiles},
    query: frees === null ? preview : {frees},
  })
  return frees === null ? asked : kept(asked)
}

async function kept<T>(asked: Promise<T>): Promise<T> {
  const answer = await asked
  await queries.invalidateQueries({queryKey: ['trackers']})
  return answer
}
