/** What became of each torrent on each server. Pure. */
import type {Sent} from './send-item.ts'

export interface Task {
  readonly itemId: string
  readonly name: string
  readonly serverId: string
  readonly state: 'waits' | 'sending' | 'ended'
  /** `null` until it ended. */
  readonly sent: Sent | null
}

export function isWell({sent}: Task): boolean {
  return sent !== null && (sent.status === 'added' || sent.status === 'pending')
}

export function isEnded(tasks: readonly Task[]): boolean {
  return tasks.every(({state}) => state === 'ended')
}

/** Those that can be sent again: what got no answer may be there, and what is there need not. */
export function repeatable(tasks: readonly Task[]): readonly Task[] {
  return tasks.filter(({sent}) => sent?.status === 'failed' && sent.hash === null)
}

export function changedTask(tasks: readonly Task[], changed: Task): readonly Task[] {
  return tasks.map((it) => (it.itemId === changed.itemId && it.serverId === changed.serverId ? changed : it))
}
