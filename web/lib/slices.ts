/**
 * Long work in slices: after each the page draws, and answers whoever types. The work is a generator that yields where
 * it could pause, every few hundred steps; who drives it pauses when the slice is used up.
 */
export type Sliced<T> = Generator<void, T>

export interface Pauses {
  /** Is the slice used up? */
  due(): boolean
  /** The browser's turn; a new slice begins after it. */
  next(): Promise<void>
}

const SLICE_MS = 8

/** To its end in one go: for what is short. */
export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const {done, value} = work.next()
    if (done) return value
  }
}

/** What is going on ends before it begins. @throws the reason that `signal` was aborted for */
export async function inSlices<T>(
  work: Sliced<T>,
  signal: AbortSignal,
  pauses: Pauses = pagePauses(),
): Promise<T> {
  await pauses.next()
  for (;;) {
    signal.throwIfAborted()
    const {done, value} = work.next()
    if (done) return value
    if (pauses.due()) await pauses.next()
  }
}

/** By the clock. Of one work alone. */
export function pagePauses(): Pauses {
  let from = performance.now()
  return {
    due: () => performance.now() - from >= SLICE_MS,
    async next() {
      await browserTurn()
      from = performance.now()
    },
  }
}

/** Not in every browser yet. */
declare const scheduler: {readonly yield?: () => Promise<void>} | undefined

/** Whatever waits goes before: what was typed, a picture of the page. */
export function browserTurn(): Promise<void> {
  if (typeof scheduler === 'object' && scheduler.yield) return scheduler.yield()
  // Timers would wait for 4 ms each.
  return new Promise((resolve) => {
    const {port1, port2} = new MessageChannel()
    port1.addEventListener(
      'message',
      () => {
        port1.close()
        resolve()
      },
      {once: true},
    )
    port1.start()
    port2.postMessage(null)
  })
}
