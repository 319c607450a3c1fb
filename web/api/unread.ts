/**
 * What of a page could not be read. Each failure is told once: where it belongs by who shows that part, and what nobody
 * shows by itself (a count, a name) by the status line. So no failure of a page stays silent.
 */
import {notifyManager, type Query} from '@tanstack/react-query'
import {useLayoutEffect, useSyncExternalStore} from 'react'
import {Signal} from '../lib/signal.ts'
import {Problem} from './problem.ts'
import {queries} from './queries.ts'

/** By how many parts of the page a failure is told. */
const reported = new Map<Error, number>()
const changes = new Signal()

/** Who shows why a part could not be read says so here; the status line leaves it out. */
export function useShown(error: Error | null): void {
  useLayoutEffect(() => {
    if (error === null) return undefined
    count(error, 1)
    return () => count(error, -1)
  }, [error])
}

function count(error: Error, by: number): void {
  const times = (reported.get(error) ?? 0) + by
  if (times > 0) reported.set(error, times)
  else reported.delete(error)
  changes.emit()
}

/** Why something that the page reads now could not be read, and no part of it tells; `null` = nothing. */
export function useUnread(): Error | null {
  return useSyncExternalStore(listen, firstUntold)
}

/** Reads again what `useUnread` is about. */
export function readAgain(): void {
  void queries.refetchQueries({predicate: isUntold})
}

function listen(changed: () => void): () => void {
  const stops = [
    queries.getQueryCache().subscribe(notifyManager.batchCalls(changed)),
    changes.listen(changed),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function firstUntold(): Error | null {
  const query = queries.getQueryCache().getAll().find(isUntold)
  return query === undefined ? null : failureOf(query)
}

function isUntold(query: Query): boolean {
  const error = failureOf(query)
  return error !== null && query.isActive() && isFault(error) && !reported.has(error)
}

const lastFailures = new WeakMap<Query, Error>()

/** Also while it is asked for again: a failure that lasts does not blink. */
function failureOf(query: Query): Error | null {
  const {error, data, fetchStatus} = query.state
  if (error !== null) lastFailures.set(query, error)
  if (data !== undefined || fetchStatus === 'idle') return error
  return error ?? lastFailures.get(query) ?? null
}

/** That a server, an Arr or the rules cannot answer now stands at them, on every page. */
const ofOthers: ReadonlySet<string> = new Set([
  'server_unreachable',
  'login_refused',
  'login_banned',
  'wrong_server',
  'answer_invalid',
  'server_failed',
  'rate_limited',
  'version_incompatible',
  'session_lost',
  'server_not_online',
  'arr_not_ready',
  'not_ready',
  'unconfirmed',
])

/** A refusal is an answer; this is none. */
function isFault(error: Error): boolean {
  if (!(error instanceof Problem)) return true
  return (error.status >= 500 || error.status === 429) && !ofOthers.has(error.code)
}
