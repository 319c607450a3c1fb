/** A thread for requests that does what it is asked to do wrong. */
import {parentPort} from 'node:worker_threads'
import type {ThreadSign} from '#model/manager.ts'
import type {FromRequestThread, ToRequestThread} from './request-work.ts'

const say = (sign: ThreadSign<FromRequestThread>): void => parentPort!.postMessage(sign)

const held: string[][] = []
const entries: Readonly<Record<string, () => void>> = {
  crash() {
    throw new Error('a mistake in it')
  },
  loop() {
    // oxlint-disable-next-line no-constant-condition
    while (true);
  },
  eat() {
    for (;;) held.push(Array.from({length: 100_000}, (_, at) => `${at} of ${held.length}`))
  },
}

parentPort!.on('message', ({id, asked}: ToRequestThread) => {
  const {yaml} = (asked as {readonly draft: {readonly yaml: string}}).draft
  if (yaml !== 'silent') {
    entries[yaml]?.()
    say({sign: 'message', message: {id, done: {rules: [], mistakes: [{path: yaml}]}}})
  }
})
say({sign: 'ready'})
