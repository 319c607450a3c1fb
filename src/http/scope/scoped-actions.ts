import type {ActionRequest, ActionView, Requester} from '#executor/action.ts'
import type {ActionBook} from '#executor/actions.ts'
import type {AnyTorrentCommand} from '#executor/approve.ts'
import type {Confirmed} from '#model/command.ts'
import type {ItemResult, Servers} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {wireAction, type WireAction} from '../rows/action-rows.ts'

type OwnWish = Omit<ActionRequest, 'by'>

export interface OneResult extends ItemResult {
  readonly actionId: string
}

/** What he did just now; nobody else's is there. */
export interface ScopedActions {
  run(wish: OwnWish, told?: (results: readonly ItemResult[]) => void): Promise<ActionView>
  /** A command on one torrent: what became of it, and the action it was. */
  one(key: TorrentKey, command: AnyTorrentCommand): Promise<OneResult>
  /** @throws {CommodarrError} too_many_actions, shutting_down, or what keeps the journal from being written */
  hold(wish: OwnWish, seconds: number): Promise<ActionView>
  /** Newest first. */
  list(): readonly ActionView[]
  /** @throws {CommodarrError} action_unknown */
  get(id: string): ActionView
  /** @throws {CommodarrError} action_unknown, undo_impossible */
  undo(id: string): Promise<ActionView>
  /** @throws {CommodarrError} action_unknown, retry_impossible */
  retry(id: string, confirmed?: Confirmed): Promise<ActionView>
}

export function scopedActions(by: Requester, book: ActionBook): ScopedActions {
  return {
    run: (wish, told) => book.run({...wish, by}, told),
    one: async (key, command) => {
      const results: ItemResult[] = []
      const {id} = await book.run({keys: [key], command, by}, (some) => void results.push(...some))
      return {...results[0]!, actionId: id}
    },
    hold: (wish, seconds) => book.hold({...wish, by}, seconds),
    list: () => book.list(by),
    get: (id) => book.get(by, id),
    undo: (id) => book.undo(by, id),
    retry: (id, confirmed) => book.retry(by, id, confirmed),
  }
}

interface ActionNewsDeps {
  readonly actions: Pick<ActionBook, 'listen'>
  readonly servers: Pick<Servers, 'get'>
}

/** Tells who acts of each change of his actions, as `GET /api/actions/{id}` has them. */
export function actionNews({actions, servers}: ActionNewsDeps) {
  return {
    /** The answer ends it. */
    listen: (by: Requester, tell: (action: WireAction) => void): (() => void) =>
      actions.listen(by, (action) =>
        // While it is under way its counts say how far it is; the problems come at its end.
        tell(wireAction(action, {access: by.access, servers}, action.state === 'running' ? 0 : Infinity)),
      ),
  }
}
