import {useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import type {ServerKind} from '#clients/kinds.ts'
import type {LiveServer} from '#model/live.ts'
import type {KnownArr, KnownServer} from '#search-query/filter-of.ts'
import {arrsQuery} from '../../../api/arrs.ts'
import {useServers} from '../../../live/servers.ts'

/** The servers in sight as the query language knows them; the same list until one is renamed. */
export function useKnownServers(): readonly KnownServer[] {
  const servers = useServers()
  const asText = JSON.stringify((servers ?? []).map(known))
  return useMemo(() => JSON.parse(asText) as KnownServer[], [asText])
}

function known({server_id: id, server_name: name, server_type: kind}: LiveServer): KnownServer {
  return {id, name, kind: kind as ServerKind}
}

/** The Arrs in sight as the query language knows them; `null` = they have not come yet. */
export function useKnownArrs(): readonly KnownArr[] | null {
  const {data} = useQuery(arrsQuery)
  const asText = JSON.stringify(data?.map(({id, name, kind}) => ({id, name, kind})) ?? null)
  return useMemo(() => JSON.parse(asText) as KnownArr[] | null, [asText])
}
