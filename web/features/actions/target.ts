/** What an action is about: torrents by name, or all that match. The server freezes the set before it acts. */
import type {SelectionWish} from '../../api/actions.ts'
import {partsOf, selection, type Chosen, type TorrentName} from '../torrents/selection.ts'

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

/** Days in the query begin where whoever looks is. */
export function wishOf(target: ActionTarget): SelectionWish {
  if (target.kind === 'some') return {only: [...target.names].map(partsOf)}
  const {q, servers, except} = target
  return {
    q,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(servers !== null && {servers: [...servers]}),
    ...(except.size > 0 && {except: [...except].map(partsOf)}),
  }
}

/** Tells one target from another. */
export function targetText(target: ActionTarget): string {
  if (target.kind === 'some') return [...target.names].join(' ')
  const {q, servers, except, matched} = target
  return JSON.stringify([q, servers, [...except], matched])
}
