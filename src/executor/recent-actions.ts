/** The actions of everybody for a while: each sees his own. Bounded in time, in number, and in torrents. */
import type {Clock} from '#lib/clock.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Requester} from '#model/access.ts'
import type {Action, ActionView} from './action.ts'

/** How long an action is kept once it ended, and can be undone. */
const KEPT_MS = 15 * 60_000
const MOST_OF_ONE = 100
/** Torrents in all actions of everybody: 20 bytes each, up to three times. */
const MOST_TORRENTS = 1_000_000

export type ActionListener = (action: ActionView) => void

export class RecentActions {
  readonly #clock: Clock
  /** Oldest first. */
  readonly #actions = new Map<string, Action>()
  readonly #listeners = new Map<string, Set<ActionListener>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  put(action: Action): void {
    this.#actions.set(action.id, action)
    this.#makeRoom(ownerOf(action.by))
  }

  /** @throws {CommodarrError} action_unknown, also for those of others */
  get(by: Requester, id: string): Action {
    const action = this.#actions.get(id)
    if (action && ownerOf(action.by) === ownerOf(by)) return action
    throw new CommodarrError('action_unknown', 'There is no such action; they are kept for 15 minutes.')
  }

  /** His, newest first. */
  of(by: Requester): readonly Action[] {
    const owner = ownerOf(by)
    return [...this.#actions.values()].filter((action) => ownerOf(action.by) === owner).toReversed()
  }

  all(): readonly Action[] {
    return [...this.#actions.values()]
  }

  /** It ended: from now on its time runs. */
  end(action: Action): void {
    action.endedAt = this.#clock.now()
    action.undoUntil = action.endedAt + KEPT_MS
    this.#forgetLater(action)
  }

  /** What still moves data is kept until it does no more. */
  #forgetLater(action: Action): void {
    this.#clock.after(KEPT_MS, () => {
      if (action.progress === null) this.#actions.delete(action.id)
      else this.#forgetLater(action)
    })
  }

  listen(by: Requester, listener: ActionListener): () => void {
    const owner = ownerOf(by)
    const listeners = this.#listeners.get(owner) ?? new Set()
    this.#listeners.set(owner, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(owner) === listeners) this.#listeners.delete(owner)
    }
  }

  notify(action: Action): void {
    const listeners = this.#listeners.get(ownerOf(action.by))
    if (!listeners) return
    const view = action.view()
    for (const listener of listeners) listener(view)
  }

  /** The oldest that ended go. */
  #makeRoom(owner: string): void {
    const own = [...this.#actions.values()].filter((action) => ownerOf(action.by) === owner)
    for (const action of own.slice(0, Math.max(0, own.length - MOST_OF_ONE))) this.#drop(action)
    let torrents = this.all().reduce((sum, {keys}) => sum + keys.count, 0)
    for (const action of this.all()) {
      if (torrents <= MOST_TORRENTS) return
      if (this.#drop(action)) torrents -= action.keys.count
    }
  }

  #drop(action: Action): boolean {
    return action.endedAt !== null && this.#actions.delete(action.id)
  }
}

/**
 * Somebody with an account, one of his keys, or who came in without an account. By what stays when names change: two
 * keys of one name are two owners, and what somebody holds stays his under another name.
 */
export function ownerOf({via, credentialId, actor: {userId, name}}: Requester): string {
  if (via === 'api_key') return `key ${credentialId}`
  return userId === null ? `${via} ${name}` : `user ${userId}`
}
