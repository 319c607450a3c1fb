/** What can be done with a saved view that is not asked about first. */
import {queries} from '../../../api/queries.ts'
import {changeView, deleteView, orderViews, saveView, viewsQuery, type SavedView} from '../../../api/views.ts'
import {text} from '../../../i18n/text.ts'
import {toast, UNDO_MS} from '../../../lib/toast.ts'
import {serverNow} from '../../../live/clock.ts'
import {layoutDrafts} from './view-state.ts'

/** Deletes it at once; for a while it can come back to its place, under a new id. */
export async function removeView(view: SavedView): Promise<void> {
  const before = idsNow()
  await reportFailure(async () => {
    await deleteView(view.id)
    layoutDrafts.drop(view.id)
    const undo = () => void reportFailure(() => bringBack(view, before))
    toast({text: text('view.deleted', {name: view.name}), undo: {until: serverNow() + UNDO_MS, run: undo}})
  })
}

async function bringBack(
  {name, icon, definition, id, shared_with}: SavedView,
  before: readonly string[],
): Promise<void> {
  const again = await saveView({name, icon, definition, shared_with})
  const present = new Set(idsNow())
  const order = before.map((it) => (it === id ? again.id : it)).filter((it) => present.has(it))
  await orderViews([...order, ...[...present].filter((it) => !order.includes(it))])
}

/** With whom it was shared before; `null` = with nobody. */
export async function shareAgain(id: string, audience: SavedView['shared_with']): Promise<void> {
  await reportFailure(() => changeView(id, {shared_with: audience}))
}

/** One place up or down. */
export async function moveView(id: string, step: -1 | 1): Promise<void> {
  await reportFailure(() => orderViews(stepped(idsNow(), id, step)))
}

/** Puts what the list shows now in place of what was saved. */
export async function saveAgain(view: SavedView, definition: SavedView['definition']): Promise<void> {
  await reportFailure(async () => {
    await changeView(view.id, {definition})
    layoutDrafts.drop(view.id)
    toast({text: text('view.saved', {name: view.name}), tone: 'good'})
  })
}

/** What went wrong is said; what was shown before holds. */
async function reportFailure(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    toast({text: error instanceof Error ? error.message : String(error), tone: 'bad'})
  }
}

function idsNow(): readonly string[] {
  return queries.getQueryData(viewsQuery.queryKey)?.map(({id}) => id) ?? []
}

/** The list of ids with one of them a place further; at the end it stays. */
export function stepped(ids: readonly string[], id: string, step: -1 | 1): readonly string[] {
  const at = ids.indexOf(id)
  const to = at + step
  if (at === -1 || to < 0 || to >= ids.length) return ids
  return ids.with(at, ids[to]!).with(to, id)
}
