/** Between a server as it travels and as the room of servers knows it. */
import type {z} from 'zod'
import {usualKind} from '#clients/kinds/kinds.ts'
import {asUserId, type UserId} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import type {ServerPace} from '#model/server.ts'
import {patched} from '#registry/servers/definition-of.ts'
import {
  plainDraft,
  type DescribedServer,
  type DraftAddress,
  type ServerDraft,
  type ServerPatch,
} from '#registry/servers/draft.ts'
import type {DraftSecret} from '#registry/owned/secrets.ts'
import {sharingOf, type Sharing} from '#registry/owned/sharing.ts'
import {categorySourceText} from '#registry/servers/draft-checks.ts'
import type {
  DefinitionSchema,
  NewServer,
  ServerChange,
  SharingSchema,
  readOnlyOfServers,
} from '../schemas/server-draft.ts'

/** What was sent, as an answer would say it. */
export function asAnswered({
  category_source: source,
  ...body
}: Partial<Change>): Readonly<Record<string, unknown>> {
  return {...body, ...(source !== undefined && {category_source: categorySourceText(source)})}
}

type Change = Omit<z.output<typeof ServerChange>, keyof typeof readOnlyOfServers>

export function draftFrom(body: z.output<typeof NewServer>): ServerDraft {
  const {kind, name} = body
  // The schema saw to it that there is an address.
  return patched({...plainDraft, kind, name, address: {url: ''}}, patchFrom(body))
}

/** What is tried needs no name; the schema saw to it that it has a kind. */
export function triedFrom(body: Change): ServerDraft {
  const {kind = usualKind, name = 'test'} = body
  return draftFrom({...body, kind, name})
}

/** All of it again: what is left out becomes as it is with a new server, but secrets and its place stay. */
export function replacementFrom(body: z.output<typeof NewServer>): ServerPatch {
  const {basicAuth: _, position: _place, ...plain} = plainDraft
  return {...plain, ...patchFrom(body)}
}

/** @param pace as it is: both halves of it travel by themselves */
export function patchFrom(body: Change, pace: ServerPace = plainDraft.pace): ServerPatch {
  const {poll_seconds: pollSeconds, timeout_seconds: timeoutSeconds} = body
  const patch = {
    kind: body.kind,
    name: body.name,
    address: addressFrom(body),
    username: body.username,
    password: secretFrom(body.password),
    apiKey: secretFrom(body.api_key),
    basicAuth: body.basic_auth && {
      username: body.basic_auth.username,
      password: secretFrom(body.basic_auth.password),
    },
    tls: body.tls && {ca: body.tls.ca, skipVerify: body.tls.skip_verify},
    httpProxy: secretFrom(body.http_proxy),
    paths: body.path_mappings,
    storage: body.storage,
    categorySource: body.category_source,
    allowExecute: body.allow_execute,
    downloadRoots: body.download_roots,
    enabled: body.enabled,
    pace:
      pollSeconds === undefined && timeoutSeconds === undefined
        ? undefined
        : {
            pollSeconds: pollSeconds === undefined ? pace.pollSeconds : pollSeconds,
            timeoutSeconds: timeoutSeconds === undefined ? pace.timeoutSeconds : timeoutSeconds,
          },
    tags: body.tags,
    colour: body.colour,
    icon: body.icon,
    position: body.position,
    defaultForAdding: body.default_for_adding,
  }
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
}

export function sharingFrom({everyone, users}: z.output<typeof SharingSchema>): Sharing {
  return {everyone, users: users.map(({user_id, level}) => ({userId: asUserId(user_id), level}))}
}

/** @param userName `null` = there is no such user (any more) */
export function wireDefinition(
  server: DescribedServer,
  userName: (id: UserId) => string | null,
): z.output<typeof DefinitionSchema> {
  const {id, kind, name, origin, ownerId, url, username, basicAuthUser, secrets, tls, paths, storage} = server
  const {allowExecute, downloadRoots, pace, enabled, obstacle, tags, colour, icon, position} = server
  const ownerName = ownerId === null ? null : userName(ownerId)
  return {
    id,
    kind,
    name,
    origin,
    url,
    username,
    enabled,
    obstacle,
    colour,
    icon,
    position,
    owner: ownerId === null || ownerName === null ? null : {id: ownerId, name: ownerName},
    basic_auth: basicAuthUser === null ? null : {username: basicAuthUser},
    secrets: {
      password: secrets.password,
      api_key: secrets.apiKey,
      basic_auth: secrets.basicAuth,
      http_proxy: secrets.httpProxy,
    },
    tls: {ca: tls.ca, skip_verify: tls.skipVerify},
    path_mappings: paths.map(({server: there, ours}) => ({server: there, ours})),
    storage,
    category_source: categorySourceText(server.categorySource),
    allow_execute: allowExecute,
    download_roots: [...downloadRoots],
    tags: [...tags],
    poll_seconds: pace.pollSeconds,
    timeout_seconds: pace.timeoutSeconds,
    default_for_adding: server.defaultForAdding,
    sharing: wireSharing(server, userName),
  }
}

/** With the names of whom it is shared with; '' = he is gone. */
export function wireSharing(
  shared: Parameters<typeof sharingOf>[0],
  userName: (id: UserId) => string | null,
): z.output<typeof DefinitionSchema>['sharing'] {
  const {everyone, users} = sharingOf(shared)
  return {
    everyone,
    users: users.map(({userId, level}) => ({user_id: userId, user_name: userName(userId) ?? '', level})),
  }
}

function secretFrom(text: string | null | undefined): DraftSecret {
  return typeof text === 'string' ? new Secret(text) : text
}

function addressFrom({url, host, scheme, port, path, socket}: Change): DraftAddress | undefined {
  if (url !== undefined) return {url}
  if (socket !== undefined) return {socket}
  return host === undefined ? undefined : {host, scheme, port, path}
}
