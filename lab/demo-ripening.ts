/**
 * Torrents of the demo that have seeded enough, one after the other, for as long as it runs: its rule moves each to the
 * trash, so that on every day there is something of a rule that can be undone.
 */
import {repeatedly, type Repeat} from './demo-healing.ts'

const LOOK_MS = 60_000
const EVERY_MS = 3 * 3_600_000

/** @param ripen lets one have seeded enough @param now epoch ms @returns ends it */
export function ripenAgain(
  ripen: () => Promise<unknown>,
  {now = Date.now, every = repeatedly}: {readonly now?: () => number; readonly every?: Repeat} = {},
): () => void {
  let last = now()
  return every(LOOK_MS, async () => {
    const at = now()
    // What was done yesterday is not shown among what happened today.
    const isSameDay = new Date(at).toDateString() === new Date(last).toDateString()
    if (isSameDay && at - last < EVERY_MS) return
    last = at
    await ripen()
  })
}
