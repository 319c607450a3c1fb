/** A thread of managers that do what they are told to do wrong. */
import {parentPort} from 'node:worker_threads'
import {misbehaviours, openThread, type Misbehaviour} from '#lib/misbehave.fixture.ts'
import type {FromManager} from '../manager/messages.ts'
import type {FromThread, ToThread} from './shared-threads.ts'
import {ThreadLives} from './thread-lives.ts'

/** Instead of what managers are told, and say. */
export type Odd = Misbehaviour | 'where'

/** What tells one thread from another. */
const thread = Math.random()
const living = new Set<number>()
const say: (message: FromThread) => void = openThread(true)
const lives = new ThreadLives((life) => say({from: 'broke', life}))

function hear(life: number, odd: Odd): void {
  if (odd !== 'where') return void misbehaviours[odd]()
  say({from: 'manager', life, said: {thread, managers: living.size} as unknown as FromManager})
}

parentPort!.on('message', (it: ToThread) => {
  const {life} = it
  if (it.to === 'begin') {
    living.add(life)
    say({from: 'ready', life})
  } else if (it.to === 'end') {
    living.delete(life)
  } else {
    lives.run(life, () => hear(life, it.message as unknown as Odd))
  }
})
