/** What threads of tests are told to do wrong, and how they say that they live meanwhile. */
import {parentPort} from 'node:worker_threads'
import type {ThreadSign} from '#model/manager.ts'

const held: string[][] = []

export const misbehaviours = {
  crash() {
    throw new Error('a mistake in it')
  },
  /** The same, behind something that it waits for. */
  async reject() {
    await new Promise((resolve) => setImmediate(resolve))
    throw new Error('a mistake in it')
  },
  leave: () => process.exit(0),
  loop() {
    // oxlint-disable-next-line no-constant-condition
    while (true);
  },
  eat() {
    for (;;) held.push(Array.from({length: 100_000}, (_, at) => `${at} of ${held.length}`))
  },
} as const satisfies Readonly<Record<string, () => unknown>>

export type Misbehaviour = keyof typeof misbehaviours

/** @returns how it says something more */
export function openThread(isReady: boolean): (message: unknown) => void {
  const sign = (it: ThreadSign<unknown>): void => parentPort!.postMessage(it)
  if (isReady) sign({sign: 'ready'})
  setInterval(() => sign({sign: 'pulse', pulse: {heapUsed: 0, lastPassAt: null, nextPassAt: null}}), 20)
  return (message) => sign({sign: 'message', message})
}
