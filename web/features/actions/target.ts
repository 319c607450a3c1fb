/** What an action is about: torrents by name, or all that match. The server freezes the set before it acts. */
import type {SelectionWish, WireKey} from '../../api/actions.ts'
import {partsOf, selection, type Chosen, type TorrentName} from '../torrent-rows/selection.ts'

export type ActionTarget = Chosen

export function oneTarget(name: TorrentName): ActionTarget {
  return {kind: 'some', names: new Set([name])}
}

/** What a command acts on: the selection, else the torrent that is looked at; `null` = nothing. */
export function presentTarget(current: TorrentName | null): ActionTarget | null {
  if (selection.count > 0) return selection.chosen
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
