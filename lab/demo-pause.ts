/**
 * The rule of the demo that reached its safety limit, for as long as the demo runs: ten minutes after somebody let it go
 * on it is held up by the same cause again, as a tracker that is down may do it.
 */
import type {Suspensions} from '#automation-state/suspensions.ts'
import type {RuleSuspension} from '#model/automation-state.ts'
import {repeatedly, type Repeat} from './demo-healing.ts'

const RESUMED_MS = 600_000
const LOOK_MS = 10_000

/** @param held as it was held up at first @param now epoch ms @returns ends it */
export function pauseAgain(
  suspensions: Pick<Suspensions, 'of' | 'suspend'>,
  held: RuleSuspension,
  {now = Date.now, every = repeatedly}: {readonly now?: () => number; readonly every?: Repeat} = {},
): () => void {
  let since: number | null = null
  return every(LOOK_MS, async () => {
    if (suspensions.of(held.ruleId) !== null) {
      since = null
      return
    }
    since ??= now()
    if (now() - since < RESUMED_MS) return
    since = null
    await suspensions.suspend({...held, at: now()})
  })
}
