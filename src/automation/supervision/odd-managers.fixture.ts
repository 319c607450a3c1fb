/** A thread of managers that do what they are told to do wrong. */
import {parentPort} from 'node:worker_threads'
import type {ThreadSign} from '#model/manager.ts'
import type {FromManager} from '../manager/messages.ts'
import type {FromThread, ToThread} from './shared-threads.ts'

/** Instead of what managers are told, and say. */
export type Odd = 'crash' | 'leave' | 'loop' | 'eat' | 'where'

const sign = (it: ThreadSign<FromThread>): void => parentPort!.postMessage(it)
const held: string[][] = []
const deeds: Readonly<Record<Exclude<Odd, 'where'>, () => void>> = {
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
/** What tells one thread from another. */
const thread = Math.random()
const living = new Set<number>()

parentPort!.on('message', (it: ToThread) => {
  const {life} = it
  if (it.to === 'begin') {
    living.add(life)
    return sign({sign: 'message', message: {from: 'ready', life}})
  }
  if (it.to === 'end') return living.delete(life)
  const odd = it.message as unknown as Odd
  if (odd !== 'where') return deeds[odd]()
  const said = {thread, managers: living.size} as unknown as FromManager
  sign({sign: 'message', message: {from: 'manager', life, said}})
})
setInterval(() => sign({sign: 'pulse', pulse: {heapUsed: 0, lastPassAt: null, nextPassAt: null}}), 20)
sign({sign: 'ready'})
