/** Counts what is asked of the file system on the main thread, until the test ends. */
import {createHook} from 'node:async_hooks'
import {onTestFinished} from 'vitest'

export interface FileRequests {
  /** All of them. */
  asked: number
  /** Under way at a time, at most. */
  most: number
}

export function countFileRequests(): FileRequests {
  const under = new Set<number>()
  const count = {asked: 0, most: 0}
  const hook = createHook({
    init(id, type) {
      if (!type.startsWith('FSREQ')) return
      under.add(id)
      count.asked++
      count.most = Math.max(count.most, under.size)
    },
    after: (id) => void under.delete(id),
    destroy: (id) => void under.delete(id),
    trackPromises: false,
  }).enable()
  onTestFinished(() => void hook.disable())
  return count
}
