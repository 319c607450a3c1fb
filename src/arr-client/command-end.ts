/** The one place that waits for a command of an Arr. */
import {sleep, type Clock} from '#lib/clock.ts'
import type {ArrCommand} from '#model/arr.ts'
import type {ArrPort} from './api/port.ts'

const FIRST_PAUSE_MS = 500
/** So many times longer each time, up to the longest one: who waits a minute for it hears of its end in time. */
const LONGER = 3
const MOST_PAUSE_MS = 15_000

interface Waiting {
  readonly clock: Clock
  /** Not for ever: an Arr waits long for a server that is away. 0 = it is asked once. */
  readonly mostMs: number
  readonly signal?: AbortSignal
}

/**
 * Asks how far it is at growing intervals, as an Arr that has much to do is not helped by questions.
 * @returns how it ended; `null` = the Arr does not know it (any more); `'running'` = it has not ended in that time
 * @throws {CommodarrError} the Arr cannot be asked
 */
export async function commandEnd(
  port: Pick<ArrPort, 'commandState'>,
  id: number,
  {clock, mostMs, signal}: Waiting,
): Promise<ArrCommand | 'running' | null> {
  const endsAt = clock.monotonic() + mostMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MOST_PAUSE_MS, pauseMs * LONGER)) {
    const command = await port.commandState(id, signal)
    if (command?.status !== 'queued' && command?.status !== 'started') return command
    const leftMs = endsAt - clock.monotonic()
    if (leftMs <= 0 || signal?.aborted) return 'running'
    await sleep(clock, Math.min(pauseMs, leftMs))
  }
}
