import {liveServers} from '../../../live/servers.ts'
import {setServerScope} from './scope.ts'

/** For keys. @param index 0 = all, 1 = the first server in the list; where there is none nothing happens */
export function chooseServerAt(index: number): void {
  if (index === 0) return setServerScope(null)
  const server = liveServers.list?.[index - 1]
  if (server !== undefined) setServerScope([server.server_id])
}
