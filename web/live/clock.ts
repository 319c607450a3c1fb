/** One timer for all clocks of the page. Times are the server's: ages must not depend on this machine's clock. */
import {useSyncExternalStore} from 'react'
import {Signal} from '../lib/signal.ts'
import {liveSocket} from './socket.ts'

const TICK_MS = 1000
const ticks = new Signal()
let current = Date.now()

// Tests of what only reads the time have no page, and wait for no tick.
if (typeof document !== 'undefined')
  setInterval(() => {
    if (document.visibilityState === 'hidden') return
    current = serverNow()
    ticks.emit()
  }, TICK_MS)

/** Epoch ms by the server's clock. */
export function serverNow(): number {
  return serverTimeOf(Date.now())
}

/** A moment by this machine's clock, by the server's. Epoch ms. */
export function serverTimeOf(at: number): number {
  return at + liveSocket.clockAhead
}

/** Epoch ms, rounded down to steps: renders again once per step. @param stepMs at least 1000 */
export function useNow(stepMs = TICK_MS): number {
  return useSyncExternalStore(ticks.listen, () => current - (current % stepMs))
}
