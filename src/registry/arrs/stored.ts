/** An Arr as the database keeps it and as the program works with it: secrets sealed there, opened here. */
import {isDeepStrictEqual} from 'node:util'
import {arrSecretContext, type Sealer} from '#accounts/secrets.ts'
import {asUserId, type Ceiling, type UserId} from '#model/access.ts'
import {arrKinds, asArrId, type ArrId, type ArrKind} from '#model/arr.ts'
import {arrCautions, type ArrCaution} from '#model/arr-service.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrGrantRow, ArrRow} from '#store/repositories/arrs.ts'
import {encryptedSecrets, openedSecrets, type GivenBy, type KeptSecrets} from '../owned/secrets.ts'
import {grantsIn, type Grant} from '../owned/sharing.ts'
import {secretFields, type SecretField, type SectionKeys} from './draft.ts'
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
  readonly secrets: KeptSecrets<SecretField>
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
  readonly givenBy: GivenBy<SecretField>
  /** How careful its rules begin; `null` = nobody chose. */
  readonly caution: ArrCaution | null
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
    grants: grantsIn(grants),
  }
  if (before !== null && isDeepStrictEqual({...read, secrets: before.secrets}, before)) return before
  return {...read, secrets: openedSecrets(secretFields, row.secrets, sealer, contextIn(id))}
}

/** Where its secrets belong. */
export function contextIn(id: ArrId): (field: SecretField) => string {
  return (field) => arrSecretContext(id, field)
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
  const {kind, name, url, category, enabled, skipVerify, settings, givenBy, caution} = own
  const kept = {skipVerify, keys: settings, givenBy, ...(caution && {caution})}
  return {...head, kind, name, url, category, enabled, settings: kept}
}

export function ownFrom({name, config, settings, givenBy}: Drafted, caution: ArrCaution | null): OwnArr {
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
    caution,
  }
}

/** One that is added, as the database will have it. */
export function addedArr(
  drafted: Drafted,
  sealer: Sealer,
  about: Pick<StoredArr, 'id' | 'ownerId' | 'position' | 'createdAt' | 'ceiling'> & Pick<OwnArr, 'caution'>,
): StoredArr {
  const {caution, ...head} = about
  return {
    ...head,
    origin: 'user',
    own: ownFrom(drafted, caution),
    category: drafted.config.Category,
    secrets: drafted.secrets,
    grants: [],
    encrypted: encryptedSecrets(drafted, {}, sealer, contextIn(head.id)),
  }
}

/** `null` for what says nothing of itself here. */
export function formerOf({id, own, secrets}: StoredArr): Former | null {
  if (own === null) return null
  const {config} = configOf(id, own.kind, own, secrets)
  return config && {name: own.name, config, settings: own.settings, secrets, givenBy: own.givenBy}
}

export const noSecrets: KeptSecrets<SecretField> = {apiKey: null, ombiKey: null, overseerrKey: null}

/** `null` = it is not what we wrote. */
function ownOf({kind, name, url, category, enabled, settings}: ArrRow): OwnArr | null {
  const known = arrKinds.find((it) => it === kind)
  if (known === undefined || !isKeys(settings) || !isKeys(settings['keys'])) return null
  const {keys, skipVerify, givenBy, caution} = settings as {keys: SectionKeys} & Record<string, unknown>
  return {
    kind: known,
    name,
    url,
    category,
    enabled,
    skipVerify: skipVerify === true,
    settings: keys,
    givenBy: isKeys(givenBy) ? givenBy : {},
    caution: arrCautions.find((it) => it === caution) ?? null,
  }
}
