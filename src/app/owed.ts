import type {Clock} from '#lib/clock.ts'
import {StorageFault} from '#store/faults.ts'

const AGAIN_MS = 15_000

/**
 * What a start has to write: done before this resolves or, while the database takes no writes (its disk is full), as
 * soon as it does. The start goes on meanwhile.
 * @param work done whole or not at all
 * @returns how to stop trying
 * @throws what will not pass by itself
 */
export async function owed(
  {clock, log}: {readonly clock: Clock; readonly log: {warn(about: object, text: string): void}},
  what: string,
  work: () => Promise<unknown>,
): Promise<() => void> {
  let cancel = () => {}
  let isOver = false
  const attempt = async (isFirst: boolean): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof StorageFault) || !error.passing) {
        if (isFirst) throw error
        return log.warn({err: error}, `${what} failed`)
      }
      if (isFirst) log.warn({code: error.code}, `${what} has to wait: ${error.message}`)
      if (!isOver) cancel = clock.after(AGAIN_MS, () => void attempt(false))
    }
  }
  await attempt(true)
  return () => {
    isOver = true
    cancel()
  }
}
