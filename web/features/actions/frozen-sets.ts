/**
 * What is chosen on this page as the server froze it: one set for each choice, shared by menus, dialogs and what is
 * sent, so that what somebody saw is what is touched. It lasts as long as something shows it, and a moment longer for
 * what he then does with it; after that the same choice is frozen again.
 */
import {queryOptions} from '@tanstack/react-query'
import {freeze, frozenFigures, type ChosenBody, type SelectionFigures} from '../../api/actions.ts'
import {Problem} from '../../api/problem.ts'
import {queries} from '../../api/queries.ts'
import {liveServers} from '../../live/servers.ts'
import {namedBody, targetText, wishOf, type ActionTarget} from './target.ts'

const KEPT_MS = 10_000

/** Frozen once. It is never frozen again behind the back of who looks at it: only who shows it asks for that. */
export function frozenQuery(target: ActionTarget) {
  return queryOptions({
    queryKey: ['frozen', targetText(target)],
    // Whoever asked first may go while others still wait: it is not broken off.
    queryFn: () => freeze(wishOf(target, liveServers.list?.map((it) => it.server_id) ?? null)),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    retry: false,
  })
}

/** As an action takes it. @throws {Problem} {NoAnswer} */
export async function chosenBody(target: ActionTarget): Promise<ChosenBody> {
  return namedBody(target) ?? {selection_id: (await queries.fetchQuery(frozenQuery(target))).selection_id}
}

/** For who has shown nothing of the set but its name. @throws {Problem} {NoAnswer} */
export function refrozen(target: ActionTarget): Promise<SelectionFigures> {
  return queries.fetchQuery({...frozenQuery(target), staleTime: 0})
}

/** The set with its figures of this moment. @throws {Problem} {NoAnswer} */
export async function figuresNow(target: ActionTarget): Promise<SelectionFigures> {
  const known = queries.getQueryData(frozenQuery(target).queryKey)
  if (known === undefined) return refrozen(target)
  try {
    return await frozenFigures(known.selection_id)
  } catch (error) {
    if (isSetGone(error)) return refrozen(target)
    throw error
  }
}

/** The server keeps sets for a while, and only so many torrents of one person. */
export function isSetGone(error: unknown): boolean {
  return error instanceof Problem && error.code === 'selection_unknown'
}
