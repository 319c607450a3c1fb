import {usePermission} from '../../api/session.ts'
import {useServers} from '../../live/servers.ts'

/**
 * May torrents be added, and is there a server that takes them? Whoever may only look at all that they see has none.
 * Whoever can make one is told so where torrents are added.
 */
export function useMayAdd(): boolean {
  const [mayAdd, mayMakeServers] = [usePermission('add'), usePermission('manage')]
  const servers = useServers()
  if (!mayAdd || servers === null) return mayAdd
  return servers.length === 0 ? mayMakeServers : servers.some(({access}) => access !== 'view')
}
