/** What an entry of a list would change of a server that is there: field by field, and never a secret. */
import {sameValue} from '#config/schema/diff-servers.ts'
import {Secret} from '#model/secret.ts'
import {withUserOf, type Former} from '../servers/definition-of.ts'
import {
  plainDraft,
  type DescribedServer,
  type SecretField,
  type ServerDraft,
  type ServerPatch,
} from '../servers/draft.ts'
import type {DraftFault} from '../owned/draft.ts'
import {isKnownTo, type DraftSecret, type Knower} from '../owned/secrets.ts'
import {draftedAddress} from '../servers/draft-address.ts'
import {categorySourceText, wireName} from '../servers/draft-checks.ts'
import type {Said} from './listed.ts'

/** Of secrets only that they are: `set`, or `changed` from what is there. */
export interface FieldChange {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

/** What is said of a server, with the address it comes down to. */
export interface Addressed {
  readonly said: Said
  /** As a definition has it. */
  readonly url: string
  /** Its name is none that anybody gave. */
  readonly isNameless: boolean
}

/** A user within the address becomes the user it means for that kind. */
export function addressed(said: Said, isNameless = false): Addressed | DraftFault {
  const full = {...plainDraft, ...said}
  const address = draftedAddress(full)
  if ('field' in address) return address
  const {username, password, basicAuth} = withUserOf(address.user, full)
  const user = address.user === null ? {} : given({username, password, basicAuth})
  return {said: {...said, ...user, address: {url: address.url}}, url: address.url, isNameless}
}

function given(user: Pick<ServerDraft, 'username' | 'password' | 'basicAuth'>): Partial<Said> {
  return Object.fromEntries(Object.entries(user).filter(([, value]) => value !== null && value !== undefined))
}

interface Changes {
  readonly changes: readonly FieldChange[]
  /** The same, as the editor takes it: what is as it was is not in it. */
  readonly patch: ServerPatch
}

/**
 * @param knower whose list it is: only a secret that he entered himself is told to be the same, for else a list would be
 *   a way to try passwords of others
 */
export function changesOf(
  {said, url, isNameless}: Addressed,
  server: DescribedServer,
  former: Former,
  knower: Knower,
): Changes {
  const changes: FieldChange[] = []
  const patch: Record<string, unknown> = {}
  const compare = (
    key: keyof ServerPatch,
    field: string,
    from: unknown,
    to: unknown,
    shown = plainly,
  ): void => {
    if (to === undefined || sameValue(from, to)) return
    changes.push({field, from: shown(from), to: shown(to)})
    patch[key] = said[key]
  }
  compare('name', 'name', server.name, isNameless ? undefined : said.name.trim())
  compare('address', 'url', server.url, url)
  compare('username', 'username', server.username, said.username)
  compare('tls', 'tls.skip_verify', server.tls.skipVerify, said.tls?.skipVerify)
  compare('tls', 'tls.ca', server.tls.ca, said.tls?.ca, (ca) => (ca === null ? null : 'a certificate'))
  compare('paths', 'path_mappings', server.paths, said.paths)
  compare('storage', 'storage', server.storage, said.storage)
  compare('categorySource', 'category_source', server.categorySource, said.categorySource, (source) =>
    categorySourceText(source as DescribedServer['categorySource']),
  )
  compare('allowExecute', 'allow_execute', server.allowExecute, said.allowExecute)
  compare('downloadRoots', 'download_roots', server.downloadRoots, said.downloadRoots)
  compare('pace', 'poll_seconds', server.pace.pollSeconds, said.pace?.pollSeconds)
  compare('pace', 'timeout_seconds', server.pace.timeoutSeconds, said.pace?.timeoutSeconds)
  compare('enabled', 'enabled', server.enabled, said.enabled)
  compare('tags', 'tags', server.tags, said.tags)
  compare('colour', 'colour', server.colour, said.colour)
  compare('icon', 'icon', server.icon, said.icon)
  compare('defaultForAdding', 'default_for_adding', server.defaultForAdding, said.defaultForAdding)
  const secrets = secretChanges(said, former, knower)
  const basic = basicAuthChange(said, server, secrets.patch.basicAuth)
  return {
    changes: [...changes, ...basic.changes, ...secrets.changes],
    patch: {...(patch as ServerPatch), ...secrets.patch.own, ...basic.patch},
  }
}

function plainly(value: unknown): unknown {
  return value
}

/** The user of a proxy in front; its password goes along only when it is another one. */
function basicAuthChange(said: Said, server: DescribedServer, password: DraftSecret): Changes {
  if (said.basicAuth === undefined) return {changes: [], patch: {}}
  const user = said.basicAuth?.username ?? null
  const isSame = user === server.basicAuthUser
  if (isSame && password === undefined) return {changes: [], patch: {}}
  return {
    changes: isSame ? [] : [{field: 'basic_auth.username', from: server.basicAuthUser, to: user}],
    patch: {basicAuth: user === null ? null : {username: user, password}},
  }
}

function secretChanges(said: Said, former: Former, knower: Knower) {
  const changes: FieldChange[] = []
  const changed = (field: SecretField, secret: DraftSecret): DraftSecret => {
    const kept = former.secrets[field]
    // A list that lacks a secret does not say that there is none: what is there goes by hand alone.
    if (secret === undefined || secret === null) return undefined
    if (isKnownTo(knower, field, former.givenBy) && sameValue(kept, secret)) return undefined
    changes.push({
      field: wireName[field],
      from: kept === null ? null : 'set',
      to: kept === null ? 'set' : 'changed',
    })
    return secret
  }
  const own = Object.fromEntries(
    (['password', 'apiKey', 'httpProxy'] as const)
      .map((field) => [field, changed(field, said[field])] as const)
      .filter(([, secret]) => secret !== undefined),
  )
  return {changes, patch: {own, basicAuth: changed('basicAuth', said.basicAuth?.password)}}
}

/** Secrets that he may carry away, because he brought them. */
export function knownSecrets(former: Former, knower: Knower): {readonly [F in SecretField]?: Secret} {
  const known = (Object.keys(former.secrets) as SecretField[]).flatMap((field) => {
    const secret = former.secrets[field]
    return secret instanceof Secret && isKnownTo(knower, field, former.givenBy)
      ? [[field, secret] as const]
      : []
  })
  return Object.fromEntries(known)
}
