/** What people did just now and what they chose to do it to, with the rights that they have when it is sent. */
import {accessOf} from '#accounts/grants.ts'
import type {Wisher} from '#executor/action.ts'
import {ActionBook, type ActionParts} from '#executor/actions.ts'
import {SelectionBook} from '#executor/selections.ts'
import type {Acting} from '#model/access.ts'
import type {PeopleOfApp} from './compose-people.ts'

export interface AppActionParts extends Omit<ActionParts, 'actingNow'> {
  readonly people: Pick<PeopleOfApp, 'users' | 'keys' | 'directory'>
}

export interface ActionsOfApp {
  readonly actions: ActionBook
  readonly selections: SelectionBook
}

export function actionsOf({people, ...parts}: AppActionParts): ActionsOfApp {
  const {clock, turns} = parts
  return {
    actions: new ActionBook({...parts, actingNow: (by) => actingNow(by, people, clock.now())}),
    selections: new SelectionBook({clock, turns}),
  }
}

/**
 * Who wanted something a moment ago, as he would come in now. That he logged out meanwhile changes nothing; that his
 * account was disabled or removed, or his key revoked, does. Who came without an account keeps what he had.
 */
export function actingNow(
  by: Wisher,
  {users, keys, directory}: AppActionParts['people'],
  now: number,
): Acting | null {
  const {userId} = by.actor
  if (userId === null) return by
  const user = users.get(userId)
  if (user === null || user.disabled) return null
  const limits = {scopes: null, servers: null}
  if (by.via !== 'api_key') return {...by, access: accessOf({userId, role: user.role, ...limits}, directory)}
  const key = keys.get(by.credentialId ?? '')
  if (key === null || (key.expiresAt !== null && key.expiresAt <= now)) return null
  const {scopes, servers} = key
  return {...by, access: accessOf({userId, role: user.role, scopes, servers}, directory)}
}
