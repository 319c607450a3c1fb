/** A thread that does what it is told to do wrong. */
import {parentPort, workerData} from 'node:worker_threads'
import {misbehaviours, openThread, type Misbehaviour} from './misbehave.fixture.ts'

const say = openThread(workerData !== 'never ready')
parentPort!.on('message', (words: string) => {
  if (Object.hasOwn(misbehaviours, words)) void misbehaviours[words as Misbehaviour]()
  say(`heard ${words}`)
})
