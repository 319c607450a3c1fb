import {counted} from '../actions/action-words.ts'
import type {StartMode} from './add-options.ts'
import type {Task} from './use-sending.ts'

/**
 * "Added to nas and started: Big Buck Bunny". The name is last: where there is no room for all of it, the rest is read.
 * @param tasks all went well
 * @param where names of servers
 */
export function addedWords(tasks: readonly Task[], where: string, start: StartMode): string {
  const count = new Set(tasks.map(({itemId}) => itemId)).size
  return counted(keyFor(tasks, start), count, {where, name: tasks[0]?.name ?? ''})
}

/** What a server still fetches has not started; what stops by itself may have done so by now. */
function keyFor(tasks: readonly Task[], start: StartMode) {
  if (start === 'stopped') return 'add.stopped'
  const isThere = tasks.every(({sent}) => sent?.status === 'added')
  return start === 'start' && isThere ? 'add.started' : 'add.added'
}
