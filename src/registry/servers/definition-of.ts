/**
 * From what a person gives to what links are made of. Two things are decided here and nowhere else: what only
 * administrators may ask of this machine, and that a sealed secret never goes a new way because of somebody who does
 * not know it.
 */
import {hasField} from '#clients/kinds/kinds.ts'
import {sameValue} from '#config/schema/diff-servers.ts'
import {DownloadRoots, PathMappings, Storage} from '#config/schema/schema-servers.ts'
import type {UserId} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import type {Reach, ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {DraftFault} from '../owned/draft.ts'
import {secretFaults, type GivenBy, type KeptSecret, type KeptSecrets, type Knower} from '../owned/secrets.ts'
import {plainDraft, secretFields, type SecretField, type ServerDraft, type ServerPatch} from './draft.ts'
import {draftedAddress} from './draft-address.ts'
import {fieldFaults, givenSecret, wireName} from './draft-checks.ts'

/** A server as it is before it is changed. */
export interface Former {
  readonly definition: ServerDefinition
  readonly secrets: KeptSecrets<SecretField>
  readonly givenBy: GivenBy<SecretField>
}

export interface Drafting {
  readonly id: ServerId
  /** `null` = it is new. */
  readonly former: Former | null
  /** Who drafts; `null` = nobody with an account. */
  readonly by: UserId | null
  /** Of secrets that are kept. */
  readonly knower: Knower
  /** May he ask of this machine what only administrators may? */
  readonly administrator: boolean
  /** Where its requests may go. */
  readonly reach: (way: Way) => Reach
}

export type Way = Pick<ServerDefinition, 'url' | 'httpProxy'>

export interface Drafted extends Former {
  /** Secrets that were given again or erased. */
  readonly given: readonly SecretField[]
}

/** The server it would be, or everything that is wrong with it. */
export function definitionOf(draft: ServerDraft, drafting: Drafting): Drafted | readonly DraftFault[] {
  const faults = fieldFaults(draft)
  if (faults.length > 0) return faults
  const address = draftedAddress(draft)
  if ('field' in address) return [address]
  const full = withUserOf(address.user, draft)
  const drafted = put(full, address.url, drafting)
  const found = [
    ...privilegeFaults(draft, drafted, drafting),
    ...loginFaults(drafted),
    ...secretsLedElsewhere(drafted, drafting),
  ]
  return found.length > 0 ? found : drafted
}

/** What it is now, as a draft: what a patch is laid over. */
export function draftOf({definition}: Former): ServerDraft {
  const {kind, name, url, username, basicAuth, tls, paths, categorySource, allowExecute} = definition
  const {storage, downloadRoots, pace, enabled} = definition
  return {
    ...plainDraft,
    kind,
    name,
    address: {url},
    username,
    tls,
    paths,
    storage,
    categorySource,
    allowExecute,
    downloadRoots,
    pace,
    enabled,
    basicAuth: basicAuth && {username: basicAuth.username, password: undefined},
  }
}

export function patched(draft: ServerDraft, patch: ServerPatch): ServerDraft {
  const changes = Object.entries(patch).filter(([, value]) => value !== undefined)
  return {...draft, ...Object.fromEntries(changes)}
}

/** `user:password@` in an address: a proxy's where the kind has basic auth, else the log-in of the server. */
export function withUserOf(user: {name: string; password: string} | null, draft: ServerDraft): ServerDraft {
  if (user === null) return draft
  const {name: username} = user
  const password = new Secret(user.password)
  if (hasField(draft.kind, 'basicAuth')) {
    return draft.basicAuth === null ? {...draft, basicAuth: {username, password}} : draft
  }
  return draft.username === null && !draft.password ? {...draft, username, password} : draft
}

function put(draft: ServerDraft, url: string, drafting: Drafting): Drafted {
  const {id, former, by} = drafting
  const given = secretFields.filter((field) => givenSecret(draft, field) !== undefined)
  const secrets = Object.fromEntries(
    secretFields.map((field) => [field, givenSecret(draft, field) ?? kept(field, draft, former)]),
  ) as KeptSecrets<SecretField>
  const readable = (field: SecretField) => (secrets[field] instanceof Secret ? secrets[field] : null)
  const httpProxy = readable('httpProxy')
  const definition: ServerDefinition = {
    id,
    url,
    httpProxy,
    name: draft.name.trim(),
    kind: draft.kind,
    username: draft.username,
    password: readable('password'),
    apiKey: readable('apiKey'),
    tls: draft.tls,
    basicAuth: draft.basicAuth && {
      username: draft.basicAuth.username,
      password: readable('basicAuth') ?? new Secret(''),
    },
    paths: pathsOf(draft),
    storage: Storage.read(draft.storage ?? undefined) ?? null,
    categorySource: draft.categorySource,
    allowExecute: draft.allowExecute,
    pace: draft.pace,
    downloadRoots: DownloadRoots.read(draft.downloadRoots) ?? [],
    reach: drafting.reach({url, httpProxy}),
    enabled: draft.enabled,
    obstacle: Object.values(secrets).includes('unreadable') ? 'secret_unreadable' : null,
  }
  const givenBy = {...former?.givenBy, ...Object.fromEntries(given.map((field) => [field, by]))}
  return {definition, secrets, givenBy, given}
}

function kept(field: SecretField, draft: ServerDraft, former: Former | null): KeptSecret {
  return givenSecret(draft, field) === null ? null : (former?.secrets[field] ?? null)
}

function pathsOf({paths}: ServerDraft): ServerDefinition['paths'] {
  const rows = paths.map(({server, ours}) => ({Server: server, Ours: ours}))
  return PathMappings.read(rows) ?? []
}

/**
 * Sockets, proxies, our own paths and commands on its host reach into machines of whoever runs this one. What an
 * administrator allowed stays allowed, as long as the server stays where it is.
 */
function privilegeFaults(
  draft: ServerDraft,
  {definition}: Drafted,
  {former, administrator}: Drafting,
): DraftFault[] {
  if (administrator) return []
  const before = former?.definition ?? null
  const stays = before !== null && before.url === definition.url && before.kind === definition.kind
  const asked: [field: string, isAsked: boolean, isOld: boolean][] = [
    ['socket' in draft.address ? 'socket' : 'url', definition.url.startsWith('scgi+unix:'), stays],
    ['http_proxy', definition.httpProxy !== null, sameValue(before?.httpProxy ?? null, definition.httpProxy)],
    ['path_mappings', definition.paths.length > 0, stays && sameValue(before?.paths, definition.paths)],
    ['storage', definition.storage !== null, stays && before.storage === definition.storage],
    ['allow_execute', definition.allowExecute, stays && before.allowExecute],
  ]
  return asked.flatMap(([field, isAsked, isOld]) =>
    isAsked && !isOld ? [{field, accepted: 'for administrators alone'}] : [],
  )
}

function loginFaults({definition, secrets}: Drafted): DraftFault[] {
  const {url, username} = definition
  if (!url.startsWith('scgi')) return []
  return [
    ...(username === null ? [] : [{field: 'username', accepted: 'none: SCGI has no user'}]),
    ...(secrets.password === null ? [] : [{field: 'password', accepted: 'none: SCGI has no password'}]),
  ]
}

function secretsLedElsewhere(drafted: Drafted, {former, knower}: Drafting): DraftFault[] {
  if (former === null) return []
  const isNewWay = !isSameWay(former.definition, drafted.definition)
  return secretFaults(drafted, former.givenBy, knower, wireName, () => isNewWay)
}

/** Everything that decides who reads what we send. */
export function isSameWay(one: ServerDefinition, other: ServerDefinition): boolean {
  const way = ({kind, url, httpProxy, tls}: ServerDefinition) => ({kind, url, httpProxy, tls})
  return sameValue(way(one), way(other))
}
