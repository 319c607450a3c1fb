/**
 * What became of what was done from this page: those that did not go well stay in the panel until they are put away.
 * News come as answers, and over the socket for what ends later (held removals).
 */
import {useSyncExternalStore} from 'react'
import type {RecentAction} from '../../../api/actions.ts'
import {Signal} from '../../../lib/signal.ts'

/** Something that could not even be asked for. */
export interface Unsent {
  readonly id: string
  readonly title: string
  readonly words: string
  /** `null` = it would be in vain. */
  readonly again: (() => void) | null
}

interface Results {
  /** Newest first. */
  readonly actions: readonly RecentAction[]
  readonly unsent: readonly Unsent[]
}

const MOST = 5
const changes = new Signal()
let current: Results = {actions: [], unsent: []}
let lastUnsent = 0

export function showResult(action: RecentAction): void {
  const others = current.actions.filter((it) => it.action_id !== action.action_id)
  become({...current, actions: [action, ...others].slice(0, MOST)})
}

export function showUnsent(told: Omit<Unsent, 'id'>): void {
  become({...current, unsent: [{...told, id: `unsent ${++lastUnsent}`}, ...current.unsent].slice(0, MOST)})
}

export function putAway(id: string): void {
  become({
    actions: current.actions.filter((it) => it.action_id !== id),
    unsent: current.unsent.filter((it) => it.id !== id),
  })
}

export function useResults(): Results {
  return useSyncExternalStore(changes.listen, () => current)
}

function become(next: Results): void {
  current = next
  changes.tell()
}
