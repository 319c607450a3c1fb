import {useSyncExternalStore} from 'react'
import {liveSocket, type Connection} from './socket.ts'

/** Nobody is there whom anything could be sent to. */
export function useIsGone(): boolean {
  return useSyncExternalStore(liveSocket.changes.listen, () => liveSocket.isGone)
}

/** How the page's connection does. */
export function useConnection(): Connection {
  return useSyncExternalStore(liveSocket.changes.listen, () => liveSocket.connection)
}
