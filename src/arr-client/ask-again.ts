/**
 * Questions on which something hangs, to an Arr that fails now and then: a proxy before it drops some, its database is
 * locked for a moment. One look takes half a dozen answers, so that one lost answer in two would end nearly all looks.
 *
 *   answered ──▶ one more may be asked again for each minute since the answer before, up to twelve
 *   failed for a moment ──▶ asked again after a quarter of a second, and once more after another second
 *   none may be, another fault, a change ──▶ as it is: whoever asked begins anew, in his own time
 *
 * So an Arr that does not answer at all is asked no more often than before, and none gets more than 72 questions more in
 * an hour. Every answer is as fresh as one that came at once: whoever keeps one counts its age from when he asked.
 */
import {sleep, type Clock} from '#lib/clock.ts'
import {ServerFault} from '#model/errors.ts'
import type {ArrPort} from './api/port.ts'

const PAUSES_MS = [250, 1_000]
/** So many may be asked again in a row; one comes back each `EACH_MS`, as soon as it answers. */
const AT_ONCE = 12
const EACH_MS = 60_000

/** They change nothing there, and hand nothing over before they have all of it. */
const questions = [
  'downloadClients',
  'downloadHandling',
  'files',
  'filesIn',
  'filesOf',
  'health',
  'historyOf',
  'historySince',
  'item',
  'itemBelow',
  'itemsOf',
  'qualityProfiles',
  'queue',
  'remotePathMappings',
  'rootFolders',
] as const satisfies readonly (keyof ArrPort)[]

const isQuestion: ReadonlySet<unknown> = new Set(questions)
/** What waits for its time, its key or its address fails again a second later. */
const passing: ReadonlySet<ServerFault['reason']> = new Set(['server_error', 'connection_reset'] as const)

type Call = (...args: readonly unknown[]) => unknown

/** The same Arr, for who waits for its answers. @param signal that ends the connection: nothing is asked any more */
export function askingAgain(port: ArrPort, clock: Clock, signal: AbortSignal): ArrPort {
  let left = AT_ONCE
  /** When an answer counted last, by the duration clock. */
  let countedAt = clock.monotonic()
  function answered(): void {
    const now = clock.monotonic()
    left = Math.min(AT_ONCE, left + (now - countedAt) / EACH_MS)
    countedAt = now
  }
  async function answerOf(ask: () => Promise<unknown>): Promise<unknown> {
    for (let times = 0; ; times++) {
      try {
        const answer = await ask()
        answered()
        return answer
      } catch (error) {
        const pauseMs = PAUSES_MS[times]
        const isPassing = error instanceof ServerFault && passing.has(error.reason)
        if (!isPassing || pauseMs === undefined || left < 1 || signal.aborted) throw error
        left--
        await sleep(clock, pauseMs, signal)
      }
    }
  }
  return new Proxy(port, {
    get(own, name) {
      const it: unknown = Reflect.get(own, name)
      if (typeof it !== 'function') return it
      const call: Call = (...args) => Reflect.apply(it, own, args)
      return isQuestion.has(name)
        ? (...args: readonly unknown[]) => answerOf(async () => call(...args))
        : call
    },
  })
}
