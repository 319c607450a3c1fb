/**
 * From what a person gives to the section that a manager works by, the same record that a section of the file becomes.
 * Decided here and nowhere else: a sealed secret never goes a new way because of somebody who does not know it.
 */
import {readArrTable} from '#config/arrs.ts'
import {sameValue} from '#config/schema/diff-servers.ts'
import {isMistake, type Finding} from '#config/document/findings.ts'
import {UNKNOWN_KEY} from '#config/schema/read-table.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import type {UserId} from '#model/access.ts'
import {arrKinds, type ArrKind} from '#model/arr.ts'
import {headerKeyWords, isHeaderKey, Secret} from '#model/secret.ts'
import type {DraftFault} from '../owned/draft.ts'
import {
  secretFaults,
  type DraftSecret,
  type GivenBy,
  type KeptSecrets,
  type Knower,
} from '../owned/secrets.ts'
import {
  secretFields,
  secretPaths,
  type ArrDraft,
  type ArrPatch,
  type SecretField,
  type SectionKeys,
} from './draft.ts'
import {mergedKeys, valueAt, withKey, withoutKey} from './keys.ts'

/** An Arr as it is before it is changed. */
export interface Former {
  readonly name: string
  readonly config: ArrConfig
  /** Without secrets; of Arrs of the file what the file says. */
  readonly settings: SectionKeys
  readonly secrets: KeptSecrets<SecretField>
  readonly givenBy: GivenBy<SecretField>
}

export interface Drafted extends Former {
  /** Secrets that were given again or erased. */
  readonly given: readonly SecretField[]
}

interface Drafting {
  readonly id: string
  /** `null` = it is new. */
  readonly former: Former | null
  /** Who drafts; `null` = nobody with an account. */
  readonly by: UserId | null
  /** Of secrets that are kept. */
  readonly knower: Knower
}

export const arrLimits = {
  name: 100,
  address: 2_000,
  category: 200,
  secret: 1_000,
  /** Of the settings, as JSON. */
  settings: 65_536,
} as const

/** Given as fields of their own. */
export const ownKeys = ['URI', 'APIKey', 'SkipTLSVerify', 'Category', 'Managed']

const wireName: Readonly<Record<SecretField, string>> = {
  apiKey: 'api_key',
  ombiKey: `settings.${secretPaths.ombiKey.join('.')}`,
  overseerrKey: `settings.${secretPaths.overseerrKey.join('.')}`,
}

/** The Arr it would be, or everything that is wrong with it. */
export function arrOf(draft: ArrDraft, drafting: Drafting): Drafted | readonly DraftFault[] {
  const faults = plainFaults(draft)
  if (faults.length > 0) return faults
  const drafted = put(draft, drafting)
  if ('length' in drafted) return drafted
  const found = [...keyFaults(drafted, draft), ...secretsLedElsewhere(drafted, drafting)]
  return found.length > 0 ? found : drafted
}

/** What it is now with the patch laid over it. */
export function patched({name, config, settings}: Former, patch: ArrPatch): ArrDraft {
  const now = {
    kind: config.app,
    name,
    url: config.URI ?? '',
    category: config.Category,
    skipVerify: config.SkipTLSVerify,
    enabled: config.Managed,
    apiKey: undefined,
  }
  const changes = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  return {...now, ...changes, settings: mergedKeys(settings, patch.settings ?? {}, secretKeyPaths)}
}

/** From what is kept to what a manager works by; `null` = it cannot be read (any more). */
export function configOf(
  id: string,
  kind: ArrKind,
  kept: Pick<ArrDraft, 'url' | 'category' | 'skipVerify' | 'enabled' | 'settings'>,
  secrets: KeptSecrets<SecretField>,
): {readonly config: ArrConfig | null; readonly findings: readonly Finding[]} {
  const {url, category, skipVerify, enabled, settings} = kept
  let table: SectionKeys = {
    ...settings,
    URI: url,
    Category: category,
    SkipTLSVerify: skipVerify,
    Managed: enabled,
  }
  for (const field of secretFields) {
    const secret = secrets[field]
    if (secret instanceof Secret) table = withKey(table, secretPaths[field], secret.reveal())
  }
  const {arr, findings} = readArrTable(id, kind, table)
  return {config: arr, findings}
}

/** Settings without the secrets in them, and those that were given there. */
export function splitSecrets(settings: SectionKeys): {
  readonly settings: SectionKeys
  readonly given: {readonly [F in SecretField]?: DraftSecret}
} {
  let rest = settings
  const given: {[F in SecretField]?: DraftSecret} = {}
  for (const field of secretFields) {
    const value = valueAt(settings, secretPaths[field])
    if (value === undefined) continue
    given[field] = typeof value === 'string' && value !== '' ? new Secret(value) : null
    rest = withoutKey(rest, secretPaths[field])
  }
  return {settings: rest, given}
}

const secretKeyPaths = secretFields.map((field) => secretPaths[field].join('.'))

function plainFaults({kind, name, url, category, apiKey, settings}: ArrDraft): DraftFault[] {
  const {length} = JSON.stringify(settings)
  const lines: [field: string, text: string, most: number][] = [
    ['name', name.trim(), arrLimits.name],
    ['url', url.trim(), arrLimits.address],
    ['category', category.trim(), arrLimits.category],
  ]
  return [
    ...(arrKinds.includes(kind) ? [] : [{field: 'kind', found: kind, accepted: arrKinds}]),
    ...lines
      .filter(([, text, most]) => !isLine(text, most))
      .map(([field, , most]) => ({field, accepted: `1 to ${most} characters on one line`})),
    ...(apiKey instanceof Secret && !isHeaderKey(apiKey)
      ? [{field: 'api_key', accepted: headerKeyWords}]
      : []),
    ...(length > arrLimits.settings
      ? [{field: 'settings', accepted: `at most ${arrLimits.settings} characters`}]
      : []),
    ...ownKeys
      .filter((key) => Object.hasOwn(settings, key))
      .map((key) => ({field: `settings.${key}`, accepted: 'to be given beside the settings'})),
  ]
}

function put(draft: ArrDraft, {id, former, by}: Drafting): Drafted | readonly DraftFault[] {
  const {settings, given} = splitSecrets(draft.settings)
  const all = {...given, ...(draft.apiKey !== undefined && {apiKey: draft.apiKey})}
  const fields = secretFields.filter((field) => all[field] !== undefined)
  const secrets = Object.fromEntries(
    secretFields.map((field) => [
      field,
      all[field] === undefined ? (former?.secrets[field] ?? null) : all[field],
    ]),
  ) as KeptSecrets<SecretField>
  const kept = {
    url: draft.url.trim(),
    category: draft.category.trim(),
    skipVerify: draft.skipVerify,
    enabled: draft.enabled,
    settings,
  }
  const {config, findings} = configOf(id, draft.kind, kept, secrets)
  // What was there before stands in the way of nothing: files hold keys of programs before us.
  const old = new Set(former === null ? [] : findingsOf(id, former).map(({key}) => key))
  const faults = findings.filter((it) => isMistake(it) && !old.has(it.key))
  if (config === null || faults.length > 0) return faults.map(asFault)
  const givenBy = {...former?.givenBy, ...Object.fromEntries(fields.map((field) => [field, by]))}
  return {name: draft.name.trim(), config, settings, secrets, givenBy, given: fields}
}

function findingsOf(id: string, former: Former): readonly Finding[] {
  const {url, category, skipVerify, enabled, settings} = patched(former, {})
  const kept = {url, category, skipVerify, enabled, settings}
  return configOf(id, former.config.app, kept, former.secrets).findings
}

function keyFaults({secrets}: Drafted, {enabled}: ArrDraft): DraftFault[] {
  if (!enabled || secrets.apiKey !== null) return []
  return [{field: 'api_key', accepted: 'the key from Settings → General of the Arr'}]
}

function secretsLedElsewhere(drafted: Drafted, {former, knower}: Drafting): DraftFault[] {
  if (former === null) return []
  const isLedElsewhere = (field: SecretField) =>
    !sameValue(wayOf(field, former.config), wayOf(field, drafted.config))
  return secretFaults(drafted, former.givenBy, knower, wireName, isLedElsewhere)
}

/** Everything that decides who reads what we send. */
function wayOf(field: SecretField, {app, URI, SkipTLSVerify, EntrySearch}: ArrConfig): unknown[] {
  if (field === 'apiKey') return [app, URI, SkipTLSVerify]
  if (field === 'ombiKey') return [EntrySearch.Ombi.OmbiURI, EntrySearch.Ombi.SkipTLSVerify]
  return [EntrySearch.Overseerr.OverseerrURI, EntrySearch.Overseerr.SkipTLSVerify]
}

const fieldOfKey: Readonly<Record<string, string>> = {URI: 'url', Category: 'category', APIKey: 'api_key'}

function asFault({key, code, found, accepted, message}: Finding): DraftFault {
  const field = key === null ? 'settings' : (fieldOfKey[key] ?? `settings.${key}`)
  // In a file it is kept.
  if (code === 'unknown_key')
    return {field, accepted: `a key of GET /api/arrs/keys.${message.replace(UNKNOWN_KEY, '')}`}
  return {field, accepted: accepted ?? message, ...(found !== null && {found})}
}

function isLine(text: string, most: number): boolean {
  return text.length > 0 && text.length <= most && !/[\u0000-\u001f\u007f\u2028\u2029]/.test(text)
}
