import {useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import {labelCounts} from '../../api/torrents.ts'
import {trackerProfilesQuery} from '../../api/tracker-names.ts'
import {useServers} from '../../live/servers.ts'
import type {KnownHere} from './described.ts'

const {timeZone} = Intl.DateTimeFormat().resolvedOptions()

/** Names that somebody can mean who describes a rule. `null` = not read yet; what can't be read has no names. */
export function useKnownHere(): KnownHere | null {
  const arrs = useQuery(arrsQuery)
  const labels = useQuery(labelCounts)
  const profiles = useQuery(trackerProfilesQuery)
  const servers = useServers()
  const isWaiting = arrs.isPending || labels.isPending || profiles.isPending || !servers
  return useMemo(() => {
    if (isWaiting) return null
    const named = (counts: readonly {readonly value: unknown}[] | undefined) =>
      (counts ?? []).map(({value}) => value).filter((it) => typeof it === 'string' && it !== '') as string[]
    return {
      servers: (servers ?? []).map((it) => ({id: it.server_id, name: it.server_name})),
      arrs: arrs.data ?? [],
      tags: named(labels.data?.tag),
      categories: named(labels.data?.category),
      trackers: named(labels.data?.tracker),
      profiles: (profiles.data ?? []).map((it) => ({name: it.name, hosts: it.seen_hosts})),
      timeZone,
    }
  }, [isWaiting, arrs.data, labels.data, profiles.data, servers])
}
