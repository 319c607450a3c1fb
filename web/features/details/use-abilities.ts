import {useQuery} from '@tanstack/react-query'
import type {FilePriority, ServerVerb, TorrentVerb} from '#model/command.ts'
import type {ExtraFeature} from '#model/server.ts'
import {serverQuery, type ServerFeature} from '../../api/servers.ts'
import {useServer} from '../../live/servers.ts'
import {viewOnlyWords} from '../actions/actions.ts'

type FeatureName = TorrentVerb | ServerVerb | ExtraFeature

export interface Abilities {
  /** He may command its torrents. */
  readonly canControl: boolean
  /** He may change the server itself. */
  readonly canManage: boolean
  /** Why he may not change anything here, and whom to ask; `null` = he may. */
  readonly viewOnly: string | null
  /** Why this server cannot do it; `null` = it can, or it is not known yet. */
  readonly whyNot: (feature: FeatureName) => string | null
  /** What is different about how it does it; '' = nothing. */
  readonly noteOn: (feature: FeatureName) => string
  /** Priorities that it has for files, the least first; none when they are not known yet, too. */
  readonly filePriorities: readonly FilePriority[]
}

const FRESH_MS = 60_000

/** What somebody and the server of a torrent can do. */
export function useAbilities(serverId: string): Abilities {
  const server = useServer(serverId)
  const {data} = useQuery({...serverQuery(serverId), staleTime: FRESH_MS, refetchInterval: false})
  const access = server?.access ?? 'view'
  const featureOf = (name: FeatureName) => data?.features?.find((it) => it.name === name) ?? null
  return {
    canControl: access !== 'view',
    canManage: access === 'own',
    viewOnly:
      server && access === 'view' ? viewOnlyWords(server.server_name, data?.owner?.name ?? null) : null,
    whyNot: (name) => whyNot(featureOf(name)),
    noteOn: (name) => noteOn(featureOf(name)),
    filePriorities: featureOf('setFilePriority')?.takes ?? [],
  }
}

function whyNot(feature: ServerFeature | null): string | null {
  return feature?.support === 'none' ? feature.reason : null
}

function noteOn(feature: ServerFeature | null): string {
  return feature?.support === 'limited' ? feature.reason : ''
}
