/** The thread of `request-work.ts`: one task after the other. */
import {parentPort} from 'node:worker_threads'
import type {ThreadSign} from '#model/manager.ts'
import type {FromRequestThread, ToRequestThread} from './request-work.ts'
import {asFault, movedWith, tasks} from './tasks.ts'

/** Well below what is taken for silence. */
const PULSE_MS = 5_000

const port = parentPort!
const sign = (it: ThreadSign<FromRequestThread>, moved: readonly ArrayBuffer[] = []): void =>
  port.postMessage(it, [...moved])

async function answer({id, task, asked}: ToRequestThread): Promise<void> {
  try {
    const done = await (tasks[task] as (asked: unknown) => Promise<object>)(asked)
    sign({sign: 'message', message: {id, done}}, movedWith(done))
  } catch (error) {
    const fault = asFault(error)
    // A mistake of ours ends the thread, as it should, and is told with its stack.
    if (fault === null) throw error
    sign({sign: 'message', message: {id, fault}})
  }
}

port.on('message', (message: ToRequestThread) => void answer(message))
const beat = (): void => {
  const {heapUsed} = process.memoryUsage()
  sign({sign: 'pulse', pulse: {heapUsed, lastPassAt: null, nextPassAt: null}})
}
setInterval(beat, PULSE_MS)
sign({sign: 'ready'})
