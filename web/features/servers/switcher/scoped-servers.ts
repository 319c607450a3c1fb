import type {LiveServer} from '#model/live.ts'
import {liveServers, useServers} from '../../../live/servers.ts'
import {setServerScope, useServerScope} from './scope.ts'

const none: readonly LiveServer[] = []

/** The servers that the whole program is about at the moment. */
export function useScopedServers(): readonly LiveServer[] {
  const servers = useServers() ?? none
  const scope = useServerScope()
  return scope === null ? servers : servers.filter((it) => scope.includes(it.server_id))
}

/** For keys. @param index 0 = all, 1 = the first server in the list; where there is none nothing happens */
export function chooseServerAt(index: number): void {
  if (index === 0) return setServerScope(null)
  const server = liveServers.list?.[index - 1]
  if (server !== undefined) setServerScope([server.server_id])
}
