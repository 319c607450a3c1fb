/** What an action is about: torrents by name, or all that match. The server freezes the set before it acts. */
import {queryOptions} from '@tanstack/react-query'
import {
  freeze,
  frozenFigures,
  type SelectedBody,
  type SelectionFigures,
  type SelectionWish,
  type WireKey,
} from '../../api/actions.ts'
import {Problem} from '../../api/problem.ts'
import {queries} from '../../api/queries.ts'
import {liveServers} from '../../live/servers.ts'
import {partsOf, selection, type Selected, type TorrentName} from '../torrent-rows/selection.ts'

export type ActionTarget = Selected

export function oneTarget(name: TorrentName): ActionTarget {
  return {kind: 'some', names: new Set([name])}
}

/** What a command acts on: the selection, else the torrent that is looked at; `null` = nothing. */
export function presentTarget(current: TorrentName | null): ActionTarget | null {
  if (selection.count > 0) return selection.selected
  return current === null ? null : oneTarget(current)
}

export function countOf(target: ActionTarget): number {
  return target.kind === 'some' ? target.names.size : target.matched - target.except.size
}

/** The server and hash of a target of one; `null` = it is about several. */
export function onlyOne(target: ActionTarget): ReturnType<typeof partsOf> | null {
  if (target.kind !== 'some' || target.names.size !== 1) return null
  const [name] = target.names
  return partsOf(name!)
}

/** Up to so many torrents are named one by one; a frozen set costs one question more. */
const NAMED_AT_MOST = 1000

/** The server takes no longer list of names. */
export const LISTED_AT_MOST = 10_000

/** The torrents by their names, where those can be sent as they are; `null` = the server has to freeze them first. */
export function namedBody(target: ActionTarget): {readonly keys: readonly WireKey[]} | null {
  if (target.kind !== 'some' || target.names.size > NAMED_AT_MOST) return null
  return {keys: [...target.names].map(partsOf)}
}

/** More names than can be told: of what is chosen, or of what is left out. */
export function hasTooManyNames(target: ActionTarget): boolean {
  return (target.kind === 'some' ? target.names : target.except).size > LISTED_AT_MOST
}

/**
 * Days in the query begin where whoever looks is.
 * @param known ids of the servers in sight; `null` = not known yet. An old address may name others, which the list
 *   leaves out, too.
 */
export function wishOf(target: ActionTarget, known: readonly string[] | null): SelectionWish {
  if (target.kind === 'some') return {only: [...target.names].map(partsOf)}
  const {q, servers, except} = target
  return {
    q,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(servers !== null && {servers: inSight(servers, known)}),
    ...(except.size > 0 && {except: [...except].map(partsOf)}),
  }
}

/** None at all would mean all servers: then the server shall say that they are gone. */
function inSight(servers: readonly string[], known: readonly string[] | null): string[] {
  const there = servers.filter((id) => known?.includes(id))
  return there.length > 0 ? there : [...servers]
}

/** Tells one target from another. */
export function targetText(target: ActionTarget): string {
  if (target.kind === 'some') return [...target.names].join(' ')
  const {q, servers, except} = target
  return JSON.stringify([q, servers, [...except]])
}

/** A magnet link out of what is known of a torrent. Pure. */
interface MagnetDeps {
  /** 40 hex digits; `null` = a v2 torrent. */
  readonly v1: string | null
  /** 64 hex digits; `null` = a v1 torrent. */
  readonly v2: string | null
  readonly name: string
  /** None for private torrents: their addresses hold passkeys. */
  readonly trackers: readonly string[]
}

export function magnetOf({v1, v2, name, trackers}: MagnetDeps): string {
  const parts = [
    ...(v1 === null ? [] : [`xt=urn:btih:${v1}`]),
    ...(v2 === null ? [] : [`xt=urn:btmh:1220${v2}`]),
    ...(name === '' ? [] : [`dn=${encodeURIComponent(name)}`]),
    ...trackers
      .filter((url) => /^(https?|udp|wss?):\/\//.test(url))
      .map((url) => `tr=${encodeURIComponent(url)}`),
  ]
  return `magnet:?${parts.join('&')}`
}

const KEPT_MS = 10_000

/**
 * What is chosen on this page as the server froze it: one set for each choice, shared by menus, dialogs and what is
 * sent, so that what somebody saw is what is touched. It lasts as long as something shows it, and a moment longer for
 * what he then does with it; after that the same choice is frozen again.
 */

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
export async function selectedBody(target: ActionTarget): Promise<SelectedBody> {
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
