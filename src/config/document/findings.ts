/** What we have to say about a configuration: where it stands, what was found, what is accepted. Never a secret. */
import {keyPathText, type KeyPath} from './key-path.ts'

export type Severity = 'error' | 'warning' | 'notice'

export const findingCodes = [
  // the file as a whole
  'file_missing',
  'file_unreadable',
  'file_empty',
  'not_utf8',
  'syntax',
  // keys and sections
  'bad_value',
  'unknown_key',
  'unknown_section',
  'missing_value',
  'not_filled_in',
  'not_managed',
  'no_effect',
  'section_unread',
  'section_off',
  'safe_default',
  'ignored',
  'without_effect',
  'assumed',
  // sections against each other
  'same_name',
  'same_address',
  'same_category',
  'same_uri',
  'no_servers',
  // older generations and the environment
  'migrated',
  'version_newer',
  'unknown_variable',
  'overridden',
  // advice
  'exposed',
  'too_often',
] as const
export type FindingCode = (typeof findingCodes)[number]

export interface Finding {
  /** `error`: something that was asked for is not in force. `warning`: it works, probably not as meant. `notice`: to know. */
  readonly severity: Severity
  readonly code: FindingCode
  /** The section's name without brackets, exactly as in the file (not made safe to print); `null` = the whole file. */
  readonly section: string | null
  /** The key below its section (`EntrySearch.SearchLimit`); `null` = the section as a whole. */
  readonly key: string | null
  /** Section and key together as they stand in the file. */
  readonly path: string | null
  /** From 1; `null` = it does not stand in the file (absent without a section, or from the environment). */
  readonly line: number | null
  readonly column: number | null
  /** The environment variable it came from. */
  readonly variable: string | null
  /** What stands there, shortened; `***` for secrets; `null` = nothing, or not shown. */
  readonly found: string | null
  readonly accepted: string | null
  /** One or two sentences for a person. */
  readonly message: string
}

/** Nobody who types it can have meant it: a value that is not read, a key that is none, a row that says nothing. */
export function isMistake({severity, code}: Pick<Finding, 'severity' | 'code'>): boolean {
  return severity === 'error' || mistakes.has(code)
}

const mistakes: ReadonlySet<FindingCode> = new Set(['bad_value', 'unknown_key', 'without_effect'])

/** Where a value came from. */
export interface Place {
  readonly line: number | null
  readonly column: number | null
  readonly variable: string | null
}

export const nowhere: Place = {line: null, column: null, variable: null}

/** What the finder of a fault knows; the place is looked up by `findingAt`. */
export interface Remark {
  readonly severity: Severity
  readonly code: FindingCode
  readonly message: string
  readonly found?: string | null | undefined
  readonly accepted?: string | null | undefined
}

export function findingAt(path: KeyPath, place: Place, remark: Remark): Finding {
  const [section, ...rest] = path
  return {
    severity: remark.severity,
    code: remark.code,
    section: section === undefined ? null : String(section),
    key: rest.length === 0 ? null : visible(keyPathText(rest)),
    path: path.length === 0 ? null : visible(keyPathText(path)),
    line: place.line,
    column: place.column,
    variable: place.variable,
    found: remark.found ?? null,
    accepted: remark.accepted ?? null,
    message: visible(remark.message),
  }
}

/** First what concerns the file as a whole, last what does not stand in it. */
export function inFileOrder(findings: readonly Finding[]): readonly Finding[] {
  const line = (finding: Finding): number =>
    finding.line ?? (finding.section === null ? 0 : Number.MAX_SAFE_INTEGER)
  return findings.toSorted((a, b) => line(a) - line(b))
}

const SHOWN_CHARACTERS = 80

/**
 * A value as a finding may show it: one short line, control characters escaped, and blotted out whatever may be a
 * credential: users in addresses, values of their queries, keys and tokens wherever they stand.
 */
export function showValue(value: unknown): string {
  const safe = visible(blottedOut(plainText(value)))
  return safe.length > SHOWN_CHARACTERS ? `${safe.slice(0, SHOWN_CHARACTERS)}…` : safe
}

/** Control characters and those that turn the direction of text, as escapes: nothing of a file may steer a terminal. */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`
  if (Array.isArray(value)) return `[${value.map(plainText).join(', ')}]`
  if (value instanceof Date) return 'a date'
  if (typeof value === 'object' && value !== null) return 'a table'
  return String(value)
}

/** Does it look as if a credential stands in it? */
export function holdsCredential(text: string): boolean {
  return blottedOut(text) !== text
}

function blottedOut(text: string): string {
  return withoutTokens(withoutCredentials(text))
}

/** `***` in place of each of these values, where a text holds it. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  // The longest first: one may be a part of another.
  return secrets
    .toSorted((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
}

/** `?apikey=…`, and what looks like a key: 20 signs or more in one, with letters and digits. */
export function withoutTokens(text: string): string {
  return text
    .replace(/([?&;#][^=&;#\s"]*=)[^&;#\s"]+/g, '$1***')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '***')
    .replace(/[A-Za-z0-9_]{20,}/g, (run) => (/\d/.test(run) && /[A-Za-z]/.test(run) ? '***' : run))
}

/** `scheme://user:password@host` and `user:password@host` → `***@host`. */
function withoutCredentials(text: string): string {
  return text.replace(/(^|\/\/|["\s[])[^\s/"[\]@]*@(?=[^\s"]+)/g, '$1***@')
}
