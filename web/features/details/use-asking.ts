import {useConnection} from '../../live/connection.ts'
import {useServer} from '../../live/servers.ts'
import {isOnline} from '../servers/health/health-words.ts'

interface Asking {
  readonly enabled: boolean
  /** ms; a hidden tab does not ask. */
  readonly refetchInterval: number | false
  readonly gcTime: number
}

const KEPT_MS = 600_000

/** How often a server is asked: not while it or the connection is away, when what was read stays. */
export function useAsking(serverId: string): (everyMs: number) => Asking {
  const connection = useConnection()
  const server = useServer(serverId)
  const canAnswer = connection.state === 'live' && server !== null && isOnline(server)
  return (everyMs) => ({enabled: canAnswer, refetchInterval: canAnswer && everyMs, gcTime: KEPT_MS})
}
