/** Who looks at the page, and what he may do at all. What he may do to a server stands in `LiveServer.access`. */
import {queryOptions, useQuery, useSuspenseQuery} from '@tanstack/react-query'
import type {z} from 'zod'
import type {SessionStateSchema, SetUpBody} from '#http/schemas/people.ts'
import type {Permission} from '#model/access.ts'
import {ask, changesAnswered, keepCsrfToken} from './ask.ts'
import {base} from './base.ts'
import {queries} from './queries.ts'

export type SessionState = z.output<typeof SessionStateSchema>

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({signal}) => kept(await ask<SessionState>('/session', {signal})),
  staleTime: 60_000,
})

const KNOWN = 'signed-in'
const ENDED = 'commodarr-session-ended'

/** A log-out was sent from this page, and did not fail: what was asked before it says nothing about the next page. */
let isLeaving = false

/** Every answer that is a session brings its token, and says whether the next page has anybody who looks. */
export function kept(state: SessionState): SessionState {
  keepCsrfToken(state.csrf_token)
  if (isLeaving) return state
  if (state.visitor === null) {
    if (wasSignedIn()) sessionStorage.setItem(ENDED, '')
    localStorage.removeItem(KNOWN)
  } else {
    sessionStorage.removeItem(ENDED)
    localStorage.setItem(KNOWN, '')
  }
  return state
}

/** A session of this browser was over without a logout here: the page that asks for the next one says so. */
export function hasSessionEnded(): boolean {
  return sessionStorage.getItem(ENDED) !== null
}

/** Somebody was signed in when this browser asked last: what takes a session need not wait until that is known again. */
export function wasSignedIn(): boolean {
  return localStorage.getItem(KNOWN) !== null
}

export function useSession(): SessionState {
  return useSuspenseQuery(sessionQuery).data
}

/**
 * The token of an address that Commodarr printed when it started; '' = none. It stands behind the #, which is never sent:
 * no server and no proxy on the way writes it down.
 */
export function tokenIn({hash}: {readonly hash: string}): string {
  return new URLSearchParams(hash).get('token') ?? ''
}

/** May he do it anywhere? `false` while it is not known. */
export function usePermission(permission: Permission): boolean {
  return useQuery(sessionQuery).data?.visitor?.permissions.includes(permission) ?? false
}

/** Ends the session of this browser; nothing of what was read, chosen or done stays in the page. */
export async function logOut(): Promise<void> {
  isLeaving = true
  try {
    await ask('/session', {method: 'DELETE'})
  } catch (cause) {
    isLeaving = false
    throw cause
  }
  localStorage.removeItem(KNOWN)
  sessionStorage.clear()
  location.assign(`${base}/login`)
}

/**
 * The live connection was refused, or somebody ended the session: who are we now? Nobody: to the log-in, and back from
 * there; somebody else than before: the page begins again, so that nothing of the other one stays in it. What was sent
 * before gets its answer first: whoever logs in again is told what was not done.
 * @returns whether somebody is in
 * @throws {Problem} {NoAnswer} when it cannot be found out now
 */
export async function lookWhoWeAre(): Promise<boolean> {
  const before = queries.getQueryData(sessionQuery.queryKey)?.visitor
  const {visitor} = await queries.fetchQuery({...sessionQuery, staleTime: 0})
  await changesAnswered()
  const here = location.pathname.slice(base.length) + location.search
  if (isLeaving) location.assign(`${base}/login`)
  else if (visitor === null) location.assign(`${base}/login?next=${encodeURIComponent(here)}`)
  else if (before && (visitor.user_id !== before.user_id || visitor.name !== before.name)) location.reload()
  return visitor !== null && !isLeaving
}

/** Makes the first administrator, and is logged in as him. */
export async function setUp(body: z.input<typeof SetUpBody>): Promise<SessionState> {
  return kept(await ask<SessionState>('/setup', {method: 'POST', body}))
}
