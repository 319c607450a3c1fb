/** What was read by HTTP is read again when the connection is back: nobody has to reload a page for that. */
import type {Query, QueryClient} from '@tanstack/react-query'
import type {LiveSocket} from './socket.ts'

/**
 * Changes that came meanwhile are told to nobody afterwards, so all that is shown counts as old.
 * @returns how to stop
 */
export function readAgainWhenBack(
  socket: Pick<LiveSocket, 'changes' | 'connection'>,
  queries: QueryClient,
): () => void {
  let before = socket.connection.state
  return socket.changes.listen(() => {
    const {state} = socket.connection
    const isBack = before === 'reconnecting' && state === 'live'
    before = state
    if (isBack) void queries.invalidateQueries({predicate: mayChange})
  })
}

/** What a form began with, or a set that was frozen, is not changed behind the back of who works with it. */
function mayChange(query: Query): boolean {
  if (query.state.error !== null) return true
  return !query.observers.some(
    ({options}) => options.refetchOnWindowFocus === false || options.staleTime === Number.POSITIVE_INFINITY,
  )
}
