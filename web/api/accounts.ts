/** People, their sessions, keys and second steps. What only he himself may do takes a log-in of his own. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {
  KeySchema,
  KeyChange,
  MadeKey,
  NewKey,
  RecoveryCodes,
  RevokedKey,
  TwoStepSecret,
  TwoStepState,
} from '#http/schemas/credentials.ts'
import type {
  AcceptBody,
  InvitationSchema,
  LogInBody,
  MadeInvitation,
  MadeReset,
  NewInvitationBody,
  OwnPasswordBody,
  SessionSchema,
  UserChange,
  UserSchema,
} from '#http/schemas/people.ts'
import type {SettingsChange, SettingsSchema} from '#http/schemas/settings.ts'
import {ask, pathOf} from './ask.ts'
import {queries} from './queries.ts'
import {kept, sessionQuery, type SessionState} from './session.ts'

export type User = z.output<typeof UserSchema>
export type OpenSession = z.output<typeof SessionSchema>
type Invitation = z.output<typeof InvitationSchema>
export type Key = z.output<typeof KeySchema>
export type Settings = z.output<typeof SettingsSchema>

/* ── coming in ── */

/** @throws {Problem} code_required: once more, with a code of the second step */
export async function logIn(body: z.input<typeof LogInBody>): Promise<void> {
  await comeIn('/session', body)
}

/** Without an account, where nobody needs one: with the token printed at the start. */
export async function logInLocally(token: string): Promise<void> {
  await comeIn('/session/local', {token})
}

/** An invitation, or a link to choose a new password. */
export async function acceptLink(body: z.input<typeof AcceptBody>): Promise<void> {
  await comeIn('/invitations/accept', body)
}

async function comeIn(path: string, body: object): Promise<void> {
  const state = await ask<SessionState>(path, {method: 'POST', body})
  queries.clear()
  queries.setQueryData(sessionQuery.queryKey, kept(state))
}

/* ── oneself ── */

export const ownUserQuery = queryOptions({
  queryKey: ['own user'],
  queryFn: ({signal}) => ask<User>('/users/me', {signal}),
})

export async function changeOwnPassword(body: z.input<typeof OwnPasswordBody>): Promise<void> {
  await ask('/users/me/password', {method: 'PUT', body})
  // The other sessions end with the old password, and so do the API keys that are not kept.
  await Promise.all(['sessions', 'keys'].map((key) => queries.invalidateQueries({queryKey: [key]})))
}

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({signal}) => ask<{sessions: OpenSession[]}>('/sessions', {signal}).then((it) => it.sessions),
})

/** @param id `null` = all but the one this page has */
export async function endSession(id: string | null): Promise<void> {
  await ask(id === null ? '/sessions' : `/sessions${pathOf(id)}`, {method: 'DELETE'})
  await queries.invalidateQueries({queryKey: ['sessions']})
}

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({signal}) => ask<{keys: Key[]}>('/keys', {signal}).then((it) => it.keys),
})

/** The token is told this once. */
export async function makeKey(body: z.input<typeof NewKey>): Promise<z.output<typeof MadeKey>> {
  const made = await ask<z.output<typeof MadeKey>>('/keys', {method: 'POST', body})
  await queries.invalidateQueries({queryKey: ['keys']})
  return made
}

export async function changeKey(id: string, body: z.input<typeof KeyChange>): Promise<void> {
  await ask(`/keys${pathOf(id)}`, {method: 'PATCH', body})
  await queries.invalidateQueries({queryKey: ['keys']})
}

/** @returns names of the rules and Arrs that it had set up, which do nothing now */
export async function revokeKey(id: string): Promise<readonly string[]> {
  const {suspended} = await ask<z.output<typeof RevokedKey>>(`/keys${pathOf(id)}`, {method: 'DELETE'})
  await Promise.all(['keys', 'rules', 'arrs'].map((key) => queries.invalidateQueries({queryKey: [key]})))
  return suspended.map(({name}) => name)
}

export const twoStepQuery = queryOptions({
  queryKey: ['two-step'],
  queryFn: ({signal}) => ask<z.output<typeof TwoStepState>>('/two-step', {signal}),
})

export function startTwoStep(password: string): Promise<z.output<typeof TwoStepSecret>> {
  return ask('/two-step/start', {method: 'POST', body: {password}})
}

/** @returns recovery codes, told this once */
export async function confirmTwoStep(code: string): Promise<readonly string[]> {
  const answer = await ask<z.output<typeof RecoveryCodes>>('/two-step/confirm', {
    method: 'POST',
    body: {code},
  })
  await Promise.all(['two-step', 'own user'].map((key) => queries.invalidateQueries({queryKey: [key]})))
  return answer.recovery_codes
}

export async function endTwoStep(password: string, code: string): Promise<void> {
  await ask('/two-step', {method: 'DELETE', body: {password, code}})
  await Promise.all(['two-step', 'own user'].map((key) => queries.invalidateQueries({queryKey: [key]})))
}

/* ── for administrators ── */

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({signal}) => ask<{users: User[]}>('/users', {signal}).then((it) => it.users),
})

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({signal}) =>
    ask<{invitations: Invitation[]}>('/invitations', {signal}).then((it) => it.invitations),
})

/** The token makes whoever has it a user: it is told this once. */
export async function invite(
  body: z.input<typeof NewInvitationBody>,
): Promise<z.output<typeof MadeInvitation>> {
  const made = await ask<z.output<typeof MadeInvitation>>('/invitations', {method: 'POST', body})
  await queries.invalidateQueries({queryKey: ['invitations']})
  return made
}

export async function withdrawInvitation(id: string): Promise<void> {
  await ask(`/invitations${pathOf(id)}`, {method: 'DELETE'})
  await queries.invalidateQueries({queryKey: ['invitations']})
}

export async function changeUser(id: string, body: z.input<typeof UserChange>): Promise<void> {
  await ask(`/users${pathOf(id)}`, {method: 'PATCH', body})
  await queries.invalidateQueries({queryKey: ['users']})
}

/** @param servers what becomes of his; absent = refused while he has some */
export async function removeUser(id: string, servers?: 'transfer' | 'remove'): Promise<void> {
  await ask(`/users${pathOf(id)}`, {method: 'DELETE', query: {servers}})
  await queries.invalidateQueries({queryKey: ['users']})
}

/** A link by which he chooses a new password. */
export function resetPassword(id: string): Promise<z.output<typeof MadeReset>> {
  return ask(`/users${pathOf(id)}/reset`, {method: 'POST'})
}

export async function resetTwoStep(id: string): Promise<void> {
  await ask(`/users${pathOf(id)}/two-step/reset`, {method: 'POST'})
  await queries.invalidateQueries({queryKey: ['users']})
}

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({signal}) => ask<Settings>('/settings', {signal}),
})

export async function changeSettings(body: z.input<typeof SettingsChange>): Promise<void> {
  queries.setQueryData(settingsQuery.queryKey, await ask<Settings>('/settings', {method: 'PATCH', body}))
}
