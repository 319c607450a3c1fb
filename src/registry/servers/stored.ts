/** A server as the database keeps it and as the program works with it: secrets sealed there, opened here. */
import {isDeepStrictEqual} from 'node:util'
import {serverSecretContext, type Sealer} from '#accounts/secrets.ts'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {asUserId, type UserId} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {type Reach, type ServerDefinition} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {ServerGrantRow, ServerRow} from '#store/repositories/servers.ts'
import {openedSecrets, type GivenBy, type KeptSecret, type KeptSecrets} from '../owned/secrets.ts'
import {grantsIn, type Grant} from '../owned/sharing.ts'
import type {Drafted, Former, Way} from './definition-of.ts'
import {plainDraft, secretFields, type SecretField, type ServerLook} from './draft.ts'

export interface StoredServer {
  readonly id: ServerId
  readonly origin: 'user' | 'file'
  readonly ownerId: UserId | null
  /** `null` = of the file, or it cannot be read any more. */
  readonly own: StoredDefinition | null
  readonly secrets: KeptSecrets<SecretField>
  /** As they lie in the database, also those that nobody here can open. */
  readonly encrypted: Readonly<Record<string, string>>
  readonly look: ServerLook & {readonly position: number}
  readonly grants: readonly Grant[]
  readonly createdAt: EpochMs
}

/** All of a definition that is no secret and not decided again each time. */
export type StoredDefinition = Omit<
  ServerDefinition,
  'id' | 'password' | 'apiKey' | 'basicAuth' | 'httpProxy' | 'reach' | 'obstacle'
> & {readonly basicAuthUser: string | null; readonly givenBy: GivenBy<SecretField>}

/** @param before as it was known; the same object when nothing about it changed, its secrets are not opened again then */
export function storedOf(
  row: ServerRow,
  grants: readonly ServerGrantRow[],
  sealer: Sealer,
  before: StoredServer | null = null,
): StoredServer {
  const {id: text, origin, ownerId, tags, colour, icon, position, defaultForAdding, createdAt} = row
  const id = asServerId(text)
  const read = {
    id,
    origin,
    createdAt,
    encrypted: row.secrets,
    ownerId: ownerId === null ? null : asUserId(ownerId),
    own: readDefinition(row.definition),
    look: {tags, colour, icon, position, defaultForAdding},
    grants: grantsIn(grants),
  }
  if (before !== null && isDeepStrictEqual({...read, secrets: before.secrets}, before)) return before
  return {...read, secrets: openedSecrets(secretFields, row.secrets, sealer, contextIn(id))}
}

/** Where its secrets belong. */
export function contextIn(id: ServerId): (field: SecretField) => string {
  return (field) => serverSecretContext(id, field)
}

export function storedDefinition({definition, givenBy}: Drafted): StoredDefinition {
  const {
    id: _id,
    password: _p,
    apiKey: _a,
    basicAuth,
    httpProxy: _h,
    reach: _r,
    obstacle: _o,
    ...plain
  } = definition
  return {...plain, basicAuthUser: basicAuth?.username ?? null, givenBy}
}

/** What links are made of; `null` for what has no definition here. */
export function formerOf(stored: StoredServer, reach: (way: Way) => Reach): Former | null {
  const {id, own, secrets} = stored
  if (own === null) return null
  const {basicAuthUser, givenBy, ...plain} = own
  const readable = (secret: KeptSecret) => (secret instanceof Secret ? secret : null)
  const httpProxy = readable(secrets.httpProxy)
  const definition: ServerDefinition = {
    ...plain,
    id,
    httpProxy,
    password: readable(secrets.password),
    apiKey: readable(secrets.apiKey),
    basicAuth:
      basicAuthUser === null
        ? null
        : {username: basicAuthUser, password: readable(secrets.basicAuth) ?? new Secret('')},
    reach: reach({url: plain.url, httpProxy}),
    obstacle: Object.values(secrets).includes('unreadable') ? 'secret_unreadable' : null,
  }
  return {definition, secrets, givenBy}
}

const plainStored = {
  username: plainDraft.username,
  tls: plainDraft.tls,
  paths: plainDraft.paths,
  storage: plainDraft.storage,
  pace: plainDraft.pace,
  categorySource: plainDraft.categorySource,
  allowExecute: false,
  downloadRoots: [],
  enabled: true,
  basicAuthUser: null,
  givenBy: {},
}

/** Fields that came later have their defaults. `null` = it is not what we wrote. */
function readDefinition(value: unknown): StoredDefinition | null {
  if (typeof value !== 'object' || value === null) return null
  const read = {...plainStored, ...value} as Partial<StoredDefinition>
  const {name, url, kind} = read
  const isWhole =
    typeof name === 'string' &&
    typeof url === 'string' &&
    URL.canParse(url) &&
    serverKinds.some((it) => it === kind)
  return isWhole ? (read as StoredDefinition) : null
}
