/**
 * The settings of an Arr as a section of config.toml, and what another text of it changes: what differs from the text that
 * a person began with, and nothing else. Secrets are not in it; one that is written there is given again.
 */
import {parse, stringify, TomlError} from 'smol-toml'
import type {KnownValues} from '#config/edit/config-file.ts'
import {arrShape} from '#config/schema/schema-arrs.ts'
import {sameValue} from '#config/schema/diff-servers.ts'
import {Secret} from '#model/secret.ts'
import {DraftInvalid, type DraftFault} from '../owned/draft.ts'
import type {KeptSecrets} from '../owned/secrets.ts'
import {secretFields, secretPaths, type ArrPatch, type SecretField, type SectionKeys} from './draft.ts'
import {isKeys, valueAt, withKey, withoutKey} from './keys.ts'
import type {Former} from './section.ts'

/** What a person wrote, and the text that they began with. */
interface SectionText {
  readonly text: string
  readonly was: string
}

/** @param name of the section */
export function sectionText(
  name: string,
  {config, settings, secrets}: Pick<Former, 'config' | 'settings' | 'secrets'>,
): string {
  const {Managed, URI, SkipTLSVerify, Category} = config
  const own = {Managed, URI: URI ?? '', ...(SkipTLSVerify && {SkipTLSVerify}), Category}
  const [header, ...lines] = stringify({[name]: {...own, ...plain(settings)}})
    .trimEnd()
    .split('\n')
  return `${[header, ...hiddenLines(secrets), ...lines].join('\n')}\n`
}

/** @throws {DraftInvalid} for what is no TOML, and for what a section does not have */
export function changesIn({text, was}: SectionText): {
  readonly patch: ArrPatch
  /** What the changed keys were when the person began. */
  readonly was: KnownValues
} {
  const [before, after] = [keysIn(was), keysIn(text)]
  const changed = changedPaths(before, after)
  const faults: DraftFault[] = []
  let settings: SectionKeys = {}
  const patch: {-readonly [K in keyof ArrPatch]: ArrPatch[K]} = {}
  const known: Record<string, unknown> = {}
  for (const path of changed) {
    const key = path.join('.')
    const value = valueAt(after, path) ?? null
    if (!isSecret(key)) known[key] = valueAt(before, path) ?? null
    const fault = put(patch, key, value)
    if (fault === 'of the settings') settings = withKey(settings, path, value)
    else if (fault !== null) faults.push(fault)
  }
  if (faults.length > 0) throw new DraftInvalid('Arr', faults)
  return {patch: {...patch, ...(Object.keys(settings).length > 0 && {settings})}, was: known}
}

/** Keys that are fields of their own. */
function put(
  patch: {-readonly [K in keyof ArrPatch]: ArrPatch[K]},
  key: string,
  value: unknown,
): DraftFault | 'of the settings' | null {
  const wants = (accepted: string): DraftFault => ({
    field: key,
    ...(value !== null && {found: value}),
    accepted,
  })
  switch (key) {
    case 'URI':
      if (typeof value !== 'string') return wants('an address in quotes')
      patch.url = value
      return null
    case 'Category':
      if (typeof value !== 'string') return wants('a category in quotes')
      patch.category = value
      return null
    case 'Managed':
    case 'SkipTLSVerify':
      if (value !== null && typeof value !== 'boolean') return wants('true or false')
      patch[key === 'Managed' ? 'enabled' : 'skipVerify'] = value ?? false
      return null
    case 'APIKey':
      // What is not shown is not taken out by leaving it out.
      if (value === null) return null
      if (typeof value !== 'string' || value === '') return {field: key, accepted: 'a key in quotes'}
      patch.apiKey = new Secret(value)
      return null
    default:
      return 'of the settings'
  }
}

function isSecret(key: string): boolean {
  return secretFields.some((field) => secretPaths[field].join('.') === key)
}

/** Below its header, or without one: tables that a section has are no sections. */
function keysIn(text: string): SectionKeys {
  const table = parsed(text)
  const sections = Object.keys(table).filter((key) => isKeys(table[key]) && !Object.hasOwn(arrShape, key))
  const [section, ...others] = sections
  if (section === undefined) return table
  const beside = Object.keys(table).filter((key) => key !== section)
  if (others.length === 0 && beside.length === 0) return table[section] as SectionKeys
  throw new DraftInvalid('Arr', [
    {field: 'toml', found: beside.join(', '), accepted: `one section alone, [${section}]`},
  ])
}

function parsed(text: string): SectionKeys {
  try {
    return parse(text, {integersAsBigInt: 'asNeeded'})
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const what = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
    throw new DraftInvalid('Arr', [{field: 'toml', accepted: `TOML; line ${error.line}: ${what}`}])
  }
}

/** Of all values that differ; lists, and rows, are one value. */
function changedPaths(
  before: SectionKeys,
  after: SectionKeys,
  above: readonly string[] = [],
): readonly (readonly string[])[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [one, other] = [before[key], after[key]]
    const path = [...above, key]
    if (isKeys(one) || isKeys(other))
      return changedPaths(isKeys(one) ? one : {}, isKeys(other) ? other : {}, path)
    return sameValue(one, other) ? [] : [path]
  })
}

function hiddenLines(secrets: KeptSecrets<SecretField>): string[] {
  return secretFields
    .filter((field) => secrets[field] !== null)
    .map((field) => `# ${secretPaths[field].join('.')} is set, and not shown. Written here it is replaced.`)
}

/** Without what TOML cannot say. */
function plain(keys: SectionKeys): Record<string, unknown> {
  return secretFields.reduce((rest, field) => withoutKey(rest, secretPaths[field]), keys)
}
