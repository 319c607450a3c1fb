import {useQuery, type QueryKey, type UseQueryOptions} from '@tanstack/react-query'
import {LOOK_AGAIN_MS} from '../../api/details.ts'
import {useShown} from '../../api/unread.ts'
import {useServer} from '../../live/servers.ts'
import {useConnection} from '../../live/socket.ts'
import {isOnline} from '../servers/health-words.ts'

/** A part of a torrent as it was read last. */
export interface Part<T> {
  /** `null` = not read yet. */
  readonly data: T | null
  /** Epoch ms by this machine's clock; 0 = never. */
  readonly readAt: number
  /** Why it could not be read the last time; `null` = it could. */
  readonly error: Error | null
  /** Nobody can be asked now: `data` is as it was. */
  readonly isAway: 'server' | 'connection' | null
  readonly again: () => void
}

/** Reads a part again and again while somebody looks. @param everyMs may follow from what was read */
export function usePart<T, K extends QueryKey>(
  serverId: string,
  query: UseQueryOptions<T, Error, T, K>,
  everyMs: (data: T | undefined) => number = () => LOOK_AGAIN_MS,
): Part<T> {
  const asking = useAsking(serverId)
  const connection = useConnection()
  const server = useServer(serverId)
  const {enabled: canAsk, gcTime} = asking(0)
  const enabled = canAsk && query.enabled !== false
  const {data, dataUpdatedAt, error, refetch} = useQuery({
    ...query,
    enabled,
    gcTime,
    refetchInterval: (it) => enabled && everyMs(it.state.data),
  })
  useShown(error)
  const isLost = connection.state === 'reconnecting' || connection.state === 'signed out'
  return {
    data: data ?? null,
    readAt: dataUpdatedAt,
    error,
    isAway: isLost ? 'connection' : server !== null && !canAsk ? 'server' : null,
    again: () => void refetch(),
  }
}

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
