/** Code of the pages that comes later: it waits for a program that is away, instead of breaking the page that wants it. */
import type {LiveSocket} from './socket.ts'

/** Something in between may lose an answer: so often it is asked for while the program is there. */
const ASKED_AT_MOST = 4
const PAUSE_MS = 500

/**
 * While the connection is lost nothing is asked for, however long that takes.
 * @param pause ms; for tests
 * @throws why it failed the last time, as a rule a `ChunkFailure`
 */
export async function whenThere<T>(
  load: () => Promise<T>,
  socket: Pick<LiveSocket, 'connection' | 'changes'>,
  pause: (ms: number) => Promise<unknown> = waited,
): Promise<T> {
  for (let asked = 1; ;) {
    while (isLost(socket)) await anotherState(socket)
    try {
      return await load()
    } catch (cause) {
      // At once: who hears of it waits for the connection to come back, which must not have been before.
      if (asked === ASKED_AT_MOST && !isLost(socket)) throw cause
      // The connection may hear of it a moment later.
      await pause(PAUSE_MS * asked)
      if (!isLost(socket)) asked = Math.min(asked + 1, ASKED_AT_MOST)
    }
  }
}

function isLost({connection}: Pick<LiveSocket, 'connection'>): boolean {
  return connection.state === 'reconnecting'
}

/** Also one that is as lost as before, and said otherwise. */
function anotherState({changes}: Pick<LiveSocket, 'changes'>): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>()
  const forget = changes.listen(resolve)
  return promise.finally(forget)
}

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
