/** For tests: drafts, and people who act on them. */
import {accessOf, type Grantee} from '#accounts/grants.ts'
import {asUserId, type Acting, type Role} from '#model/access.ts'
import type {ServerRegistry} from '#model/services.ts'
import {plainDraft, type ServerDraft} from './draft.ts'

export function draft(change: Partial<ServerDraft> = {}): ServerDraft {
  return {
    ...plainDraft,
    kind: 'qbittorrent',
    name: 'Attic',
    address: {url: 'http://10.0.0.2:8080'},
    ...change,
  }
}

/** @param name also his id; '' = nobody with an account */
export function acting(
  name: string,
  role: Role,
  registry: ServerRegistry,
  limits: Partial<Grantee> = {},
): Acting {
  const userId = name === '' ? null : asUserId(name)
  return {
    actor: {name: name || 'local', origin: name === '' ? 'api' : 'user', userId, address: '10.9.8.7'},
    access: accessOf({userId, role, scopes: null, servers: null, ...limits}, registry),
  }
}
