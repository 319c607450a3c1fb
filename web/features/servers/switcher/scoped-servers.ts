import type {LiveServer} from '#model/live.ts'
import {useServers} from '../../../live/servers.ts'
import {useServerScope} from './scope.ts'

const none: readonly LiveServer[] = []

/** The servers that the whole program is about at the moment. */
export function useScopedServers(): readonly LiveServer[] {
  const servers = useServers() ?? none
  const scope = useServerScope()
  return scope === null ? servers : servers.filter((it) => scope.includes(it.server_id))
}
