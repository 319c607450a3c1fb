import type {ActionRequest, ActionView, RetryConfirmed, TallyView} from '#executor/action.ts'
import type {ActionRegistry} from '#executor/actions.ts'
import type {Requester} from '#model/access.ts'
import type {AnyTorrentCommand, CopyCommand} from '#model/command.ts'
import type {ItemResult, Servers} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {wireAction, type WireAction} from '../rows/action-rows.ts'
import {shownPaths, type ShownPaths} from '../security/local-paths.ts'
import type {ScopeSources} from './sources.ts'

type OwnWish = Omit<ActionRequest, 'by' | 'shares'>
type OwnCopy = Omit<ActionRequest<CopyCommand>, 'by' | 'shares'>

export interface OneResult extends ItemResult {
  readonly actionId: string
}

/** What he did just now; nobody else's is there. */
export interface ScopedActions {
  run(wish: OwnWish, onResults?: (results: readonly ItemResult[]) => void): Promise<ActionView>
  /** A command on one torrent: what became of it, and the action it was. */
  one(key: TorrentKey, command: AnyTorrentCommand): Promise<OneResult>
  /** Begins to copy to another server. @throws {CommodarrError} shutting_down */
  copy(wish: OwnCopy): ActionView
  /** @throws {CommodarrError} too_many_actions, shutting_down, or what keeps the journal from being written */
  hold(wish: OwnWish, seconds: number): Promise<ActionView>
  /** Newest first. */
  list(): readonly ActionView[]
  /** @throws {CommodarrError} action_unknown */
  get(id: string): ActionView
  /** @throws {CommodarrError} action_unknown, undo_impossible */
  undo(id: string): Promise<ActionView>
  /** @throws {CommodarrError} action_unknown, cancel_impossible */
  cancel(id: string): Promise<ActionView>
  /** @throws {CommodarrError} action_unknown, retry_impossible */
  retry(id: string, confirmed?: RetryConfirmed): Promise<ActionView>
}

export function scopedActions(by: Requester, registry: ActionRegistry, paths: ShownPaths): ScopedActions {
  const view = async (action: Promise<ActionView>) => shownView(await action, paths)
  return {
    run: (wish, onResults) =>
      view(
        registry.run(
          {...wish, by},
          onResults && ((some) => onResults(some.map((it) => shownItem(it, paths)))),
        ),
      ),
    one: async (key, command) => {
      const results: ItemResult[] = []
      const {id} = await registry.run({keys: [key], command, by}, (some) => void results.push(...some))
      return {...shownItem(results[0]!, paths), actionId: id}
    },
    copy: (wish) => shownView(registry.copy({...wish, by}), paths),
    hold: (wish, seconds) => view(registry.hold({...wish, by}, seconds)),
    list: () => registry.list(by).map((it) => shownView(it, paths)),
    get: (id) => shownView(registry.get(by, id), paths),
    undo: (id) => view(registry.undo(by, id)),
    cancel: (id) => view(registry.cancel(by, id)),
    retry: (id, confirmed) => view(registry.retry(by, id, confirmed)),
  }
}

function shownItem<T extends ItemResult>(item: T, paths: ShownPaths): T {
  const {key, result} = item
  if (result.outcome === 'done') return item
  return {...item, result: {...result, message: paths.text(key.serverId, result.message)}}
}

function shownView(action: ActionView, paths: ShownPaths): ActionView {
  const tally = (of: TallyView) => ({...of, problems: of.problems.map((it) => shownItem(it, paths))})
  return {...action, tally: tally(action.tally), undone: action.undone && tally(action.undone)}
}

/** Tells who acts of each change of his actions, as `GET /api/actions/{id}` has them. */
export function actionNews(
  actions: Pick<ActionRegistry, 'listen'>,
  servers: Pick<Servers, 'get' | 'list'>,
  mappingsOf: ScopeSources['mappingsOf'],
) {
  return {
    /** The answer ends it. */
    listen: (by: Requester, listener: (action: WireAction) => void): (() => void) =>
      actions.listen(by, (action) => {
        const shown = shownView(action, shownPaths(by.access, {servers, mappingsOf}))
        // While it is under way its counts say how far it is; the problems come at its end.
        listener(wireAction(shown, {access: by.access, servers}, action.state === 'running' ? 0 : Infinity))
      }),
  }
}
