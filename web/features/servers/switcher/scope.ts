/**
 * Which servers the whole program is about. On the torrent list the address says it; elsewhere it is remembered here,
 * so that the list has it again when somebody comes back to it, and in this browser also on the next visit.
 */
import {useSyncExternalStore} from 'react'
import type {LiveServer} from '#model/live.ts'
import {Signal} from '../../../lib/signal.ts'
import {liveServers, useServers} from '../../../live/servers.ts'

/** Ids; `null` = all in sight. */
export type ServerScope = readonly string[] | null

const KEY = 'commodarr.servers'

const changes = new Signal()
let current: ServerScope = kept()
/** It is as the last visit left it: nobody has asked for it since. */
let isOfLastVisit = current !== null

/** @throws {Error} where the browser keeps nothing for pages */
function storage(): Storage | undefined {
  return typeof window === 'undefined' ? undefined : window.localStorage
}

function kept(): ServerScope {
  try {
    return readScope(storage()?.getItem(KEY) ?? undefined)
  } catch {
    return null
  }
}

function keep(scope: ServerScope): void {
  try {
    if (scope === null) storage()?.removeItem(KEY)
    else storage()?.setItem(KEY, scope.join(','))
  } catch {
    // Then it is forgotten with the page.
  }
}

/** What the last visit left may name servers that went since, or that another user saw here. @param known ids in sight */
export function dropUnknownServers(known: readonly string[]): void {
  if (!isOfLastVisit) return
  setServerScope(current?.filter((id) => known.includes(id)) ?? null)
  isOfLastVisit = false
}

export function serverScope(): ServerScope {
  return current
}

export function useServerScope(): ServerScope {
  return useSyncExternalStore(changes.listen, () => current)
}

/** None at all means all: a list of nothing is no use to anybody. */
export function setServerScope(scope: ServerScope): void {
  const next = scope === null || scope.length === 0 ? null : [...new Set(scope)]
  if (scopeText(next) === scopeText(current)) return
  current = next
  isOfLastVisit = false
  keep(next)
  changes.emit()
}

/** As it stands in the address; `undefined` = all. */
export function scopeText(scope: ServerScope): string | undefined {
  return scope === null ? undefined : scope.join(',')
}

export function readScope(text: string | undefined): ServerScope {
  const ids = (text ?? '').split(',').filter((id) => id !== '')
  return ids.length === 0 ? null : ids
}

/** Takes a server in or out. From all of them it is that one alone; the last one out means all. */
export function toggled(scope: ServerScope, id: string): ServerScope {
  if (scope === null) return [id]
  const left = scope.filter((one) => one !== id)
  return left.length === scope.length ? [...scope, id] : left.length === 0 ? null : left
}

const none: readonly LiveServer[] = []

/** The servers that the whole program is about at the moment. */
export function useScopedServers(): readonly LiveServer[] {
  const servers = useServers() ?? none
  const scope = useServerScope()
  return scope === null ? servers : servers.filter((it) => scope.includes(it.server_id))
}

/** For keys. @param index 0 = all, 1 = the first server in the list; where there is none nothing happens */
export function selectServerAt(index: number): void {
  if (index === 0) return setServerScope(null)
  const server = liveServers.list?.[index - 1]
  if (server !== undefined) setServerScope([server.server_id])
}
