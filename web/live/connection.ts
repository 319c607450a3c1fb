import {useSyncExternalStore} from 'react'
import {liveSocket, type Connection} from './socket.ts'

/** How the page's connection does. */
export function useConnection(): Connection {
  return useSyncExternalStore(liveSocket.changes.listen, () => liveSocket.connection)
}
