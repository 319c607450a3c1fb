/** What people call trackers: lists need it at once, the rest of the profiles comes with their page. */
import {queryOptions, useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import type {z} from 'zod'
import type {TrackerProfileSchema} from '#http/schemas/trackers.ts'
import {ask} from './ask.ts'

export type TrackerProfile = z.output<typeof TrackerProfileSchema>

export const TRACKERS_MS = 60_000

/** Rows of config.toml among them. */
export const trackerProfilesQuery = queryOptions({
  queryKey: ['trackers', 'profiles'],
  queryFn: async ({signal}) =>
    (await ask<{profiles: TrackerProfile[]}>('/tracker-profiles', {signal})).profiles,
  refetchInterval: TRACKERS_MS,
})

/** A host as people call its tracker. */
export interface TrackerName {
  readonly name: string
  /** `#rrggbb`; `null` = the page sets one. */
  readonly colour: string | null
  /** Its tracker has other hosts in sight, too. */
  readonly isOneOfSeveral: boolean
}

/** By host. Of two profiles for one host the color of the first counts, and it has the names of both, as the API has them. */
export function trackerNames(profiles: readonly TrackerProfile[]): ReadonlyMap<string, TrackerName> {
  const ofPeople = profiles.filter(({origin}) => origin === 'user')
  const byHost = Map.groupBy(
    ofPeople.flatMap((profile) => profile.seen_hosts.map((host) => ({host, profile}))),
    ({host}) => host,
  )
  return new Map(
    [...byHost].map(([host, its]) => {
      const names = new Set(its.map(({profile: {name}}) => name))
      const isOneOfSeveral = its.some(({profile}) => profile.seen_hosts.length > 1)
      const name = [...names].sort((a, b) => (a < b ? -1 : 1)).join(' / ')
      return [host, {name, colour: its[0]!.profile.colour, isOneOfSeveral}]
    }),
  )
}

/** "Tidemark", and with its host where that tells it from another one of the same tracker. */
export function hostTitle(host: string, names: ReadonlyMap<string, TrackerName>): string {
  const named = names.get(host)
  if (named === undefined) return host
  return named.isOneOfSeveral ? `${named.name} (${host})` : named.name
}

const nothingNamed: readonly TrackerProfile[] = []

/** Names of trackers; the same map until one of them changes. */
export function useTrackerNames(): ReadonlyMap<string, TrackerName> {
  const {data = nothingNamed} = useQuery(trackerProfilesQuery)
  return useMemo(() => trackerNames(data), [data])
}
