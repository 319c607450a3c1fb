/** An Arr as the database keeps it and as the program works with it: secrets sealed there, opened here. */
import {isDeepStrictEqual} from 'node:util'
import {arrSecretContext, type Sealer} from '#accounts/secrets.ts'
import {asUserId, shareLevels, type Ceiling, type UserId} from '#model/access.ts'
import {arrKinds, asArrId, type ArrId, type ArrKind} from '#model/arr.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrGrantRow, ArrRow} from '#store/repositories/arrs.ts'
import type {Grant} from '../servers/stored.ts'
import {secretFields, type GivenBy, type KeptSecret, type KeptSecrets, type SectionKeys} from './draft.ts'
import {isKeys} from './keys.ts'
import {configOf, type Drafted, type Former} from './section.ts'

export interface StoredArr {
  readonly id: ArrId
  readonly ownerId: UserId | null
  /** `null` = what is kept beside a section of the file, or it cannot be read any more. */
  readonly own: OwnArr | null
  /** Also of one that cannot be read any more; '' = of the file. */
  readonly category: string
  readonly origin: 'file' | 'user'
  readonly secrets: KeptSecrets
  /** As they lie in the database, also those that nobody here can open. */
  readonly encrypted: Readonly<Record<string, string>>
  readonly grants: readonly Grant[]
  readonly position: number
  readonly createdAt: EpochMs
  /** Of the key that made or last changed it; `null` = no key did. */
  readonly ceiling: Ceiling | null
}

/** All that is no secret. */
interface OwnArr {
  readonly kind: ArrKind
  readonly name: string
  readonly url: string
  readonly category: string
  readonly enabled: boolean
  readonly skipVerify: boolean
  readonly settings: SectionKeys
  readonly givenBy: GivenBy
}

/** @param before as it was known; the same object when nothing about it changed, its secrets are not opened again then */
export function storedOf(
  row: ArrRow,
  grants: readonly ArrGrantRow[],
  sealer: Sealer,
  before: StoredArr | null = null,
): StoredArr {
  const id = asArrId(row.id)
  const read = {
    id,
    position: row.position,
    createdAt: row.createdAt,
    ceiling: row.ceiling,
    encrypted: row.secrets,
    ownerId: row.ownerId === null ? null : asUserId(row.ownerId),
    // Of the file nothing but shares is kept.
    origin: row.settings === null ? ('file' as const) : ('user' as const),
    own: ownOf(row),
    category: row.category,
    grants: grants.flatMap(asGrant),
  }
  if (before !== null && isDeepStrictEqual({...read, secrets: before.secrets}, before)) return before
  return {...read, secrets: opened(id, row.secrets, sealer)}
}

/** The row as it is to lie in the database, but for its times. */
export function rowOf({
  id,
  ownerId,
  own,
  encrypted,
  position,
  createdAt,
  ceiling,
}: StoredArr): Omit<ArrRow, 'updatedAt'> {
  const head = {id, ownerId, secrets: encrypted, position, createdAt, ceiling}
  if (own === null) {
    return {...head, kind: '', name: '', url: '', category: '', enabled: false, settings: null}
  }
  const {kind, name, url, category, enabled, skipVerify, settings, givenBy} = own
  return {...head, kind, name, url, category, enabled, settings: {skipVerify, keys: settings, givenBy}}
}

export function ownFrom({name, config, settings, givenBy}: Drafted): OwnArr {
  const {app, URI, Category, Managed, SkipTLSVerify} = config
  return {
    kind: app,
    name,
    url: URI!,
    category: Category,
    enabled: Managed,
    skipVerify: SkipTLSVerify,
    settings,
    givenBy,
  }
}

/** What was given is sealed again, what was erased is gone, the rest stays as it lies there. */
export function encryptedSecrets(
  id: ArrId,
  {secrets, given}: Drafted,
  before: StoredArr['encrypted'],
  sealer: Sealer,
): Record<string, string> {
  const encrypted = {...before}
  for (const field of secretFields) {
    const secret = secrets[field]
    if (secret === null) delete encrypted[field]
    else if (given.includes(field) && secret !== 'unreadable') {
      encrypted[field] = sealer.encrypt(secret, arrSecretContext(id, field))
    }
  }
  return encrypted
}

/** `null` for what says nothing of itself here. */
export function formerOf({id, own, secrets}: StoredArr): Former | null {
  if (own === null) return null
  const {config} = configOf(id, own.kind, own, secrets)
  return config && {name: own.name, config, settings: own.settings, secrets, givenBy: own.givenBy}
}

export const noSecrets: KeptSecrets = {apiKey: null, ombiKey: null, overseerrKey: null}

/** `null` = it is not what we wrote. */
function ownOf({kind, name, url, category, enabled, settings}: ArrRow): OwnArr | null {
  const known = arrKinds.find((it) => it === kind)
  if (known === undefined || !isKeys(settings) || !isKeys(settings['keys'])) return null
  const {keys, skipVerify, givenBy} = settings as {keys: SectionKeys; skipVerify?: unknown; givenBy?: unknown}
  return {
    kind: known,
    name,
    url,
    category,
    enabled,
    skipVerify: skipVerify === true,
    settings: keys,
    givenBy: isKeys(givenBy) ? givenBy : {},
  }
}

function opened(id: ArrId, encrypted: StoredArr['encrypted'], sealer: Sealer): KeptSecrets {
  const secrets = secretFields.map((field) => {
    const text = encrypted[field]
    return [field, text === undefined ? null : openedOr(text, arrSecretContext(id, field), sealer)]
  })
  return Object.fromEntries(secrets) as KeptSecrets
}

/** Another key than it was sealed with: said of the Arr, and nothing is erased. */
function openedOr(encrypted: string, context: string, sealer: Sealer): KeptSecret {
  try {
    return sealer.open(encrypted, context)
  } catch {
    return 'unreadable'
  }
}

function asGrant({grantee, level}: ArrGrantRow): Grant[] {
  const known = level === 'none' ? level : shareLevels.find((it) => it === level)
  if (known === undefined) return []
  return [{grantee: grantee === 'everyone' ? grantee : asUserId(grantee), level: known}]
}
