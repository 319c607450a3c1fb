/** A thread that does what it is told to do wrong. */
import {parentPort, workerData} from 'node:worker_threads'
import type {ThreadSign} from '#model/manager.ts'

const say = (sign: ThreadSign<string>): void => parentPort!.postMessage(sign)
const pulse = {heapUsed: 0, lastPassAt: null, nextPassAt: null}

const held: string[][] = []
const deeds: Readonly<Record<string, () => void>> = {
  crash() {
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
}

if (workerData !== 'never ready') say({sign: 'ready'})
setInterval(() => say({sign: 'pulse', pulse}), 20)
parentPort!.on('message', (words: string) => {
  deeds[words]?.()
  say({sign: 'message', message: `heard ${words}`})
})
