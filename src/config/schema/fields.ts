/**
 * The bricks of the schema: one field per key says how it is read, what it is when absent, what is accepted and what
 * it means. Readers, findings, environment overrides and the reference in `docs/reference/configuration.md` all come from these.
 */
import {sizeUnits} from '#lib/units.ts'
import {headerKeyWords, isHeaderKey, Secret} from '#model/secret.ts'
import type {Bytes, Seconds} from '#model/units.ts'
import {parseDuration, type DurationUnit} from './durations.ts'

export interface Field<T> {
  readonly node: 'field'
  /** One or two words for the reference. */
  readonly type: string
  readonly accepted: string
  /** Those that there are; empty = not one of a few. */
  readonly words: readonly string[]
  readonly means: string
  /** In force when the key is absent, and its spelling for the reference. */
  readonly absent: T
  readonly absentText: string
  /** What the predecessor wrote into new files, where that differs from `absent`. */
  readonly inFile: string | null
  /** In force when the value cannot be read, where the default would be less safe. */
  readonly ifBad: T
  readonly secret: boolean
  /** Without it, or with a value that cannot be read, the whole section stays off rather than doing something else. */
  readonly essential: boolean
  /** Said once when an inherited file lacks the key. */
  readonly absentNotice: string | null
  /** Nothing goes by it (yet): who writes another value than the usual one is told. */
  readonly acts: boolean
  /** `undefined` = not accepted. */
  readonly read: (value: unknown) => T | undefined
  /** It is read as another value that says the same; who types it now probably means something else. */
  readonly isLoose: (value: unknown) => boolean
  /** How an environment variable spells the value, as the value a file would hold. */
  readonly fromText: (text: string) => unknown
}

/** A table in a section. Its keys have the defaults of their fields. */
export interface Table<S extends Shape> {
  readonly node: 'table'
  readonly shape: S
  readonly means: string
}

/** An array of tables. Keys that a row lacks are absent in the result: what they inherit is decided by who uses them. */
export interface Rows<S extends Shape> {
  readonly node: 'rows'
  readonly shape: S
  readonly means: string
}

export interface Shape {
  readonly [key: string]: Field<unknown> | Table<Shape> | Rows<Shape>
}

type ValueOf<N> =
  N extends Field<infer T>
    ? T
    : N extends Table<infer S>
      ? ValuesOf<S>
      : N extends Rows<infer S>
        ? readonly RowOf<S>[]
        : never

/** What reading a table of this shape yields. */
export type ValuesOf<S extends Shape> = {readonly [K in keyof S]: ValueOf<S[K]>}
export type RowOf<S extends Shape> = {readonly [K in keyof S]?: ValueOf<S[K]> | undefined}

interface More<T> {
  readonly inFile?: string
  readonly ifBad?: T
  readonly essential?: boolean
  readonly absentNotice?: string
  readonly acts?: boolean
  readonly isLoose?: (value: unknown) => boolean
}

/** The word the predecessor writes where its owner should put something. */
const PLACEHOLDER = 'CHANGE_ME'

export function table<const S extends Shape>(shape: S, means: string): Table<S> {
  return {node: 'table', shape, means}
}

export function rows<const S extends Shape>(shape: S, means: string): Rows<S> {
  return {node: 'rows', shape, means}
}

export function text(absent: string, means: string, more: More<string> = {}): Field<string> {
  return field('text', 'text in quotes', absent, JSON.stringify(absent), means, more, {
    read: (value) => (isPlaceholder(value) ? absent : asText(value)),
  })
}

/** `null` = not set: absent, empty, or still the placeholder. */
export function optionalText(means: string, more: More<string | null> = {}): Field<string | null> {
  return field<string | null>('text', 'text in quotes', null, '–', means, more, {
    read: (value) => (isUnset(value) ? null : asText(value)),
  })
}

/** A password or key. Whole numbers are taken too: people forget the quotes. */
export function secret(means: string, more: More<Secret | null> = {}): Field<Secret | null> {
  const read = (value: unknown): Secret | null | undefined => {
    if (isUnset(value)) return null
    if (typeof value === 'number' && Number.isSafeInteger(value)) return new Secret(String(value))
    return typeof value === 'string' ? new Secret(value) : undefined
  }
  return {...field<Secret | null>('secret', 'text in quotes', null, '–', means, more, {read}), secret: true}
}

/** A key that is sent in a header. */
export function headerKey(means: string, more: More<Secret | null> = {}): Field<Secret | null> {
  const any = secret(means, more)
  const read = (value: unknown): Secret | null | undefined => {
    const key = any.read(value)
    return key instanceof Secret && !isHeaderKey(key) ? undefined : key
  }
  return {...any, accepted: `${headerKeyWords}, in quotes`, read}
}

export function flag(absent: boolean, means: string, more: More<boolean> = {}): Field<boolean> {
  return field('yes/no', 'true or false', absent, String(absent), means, more, {
    read: asFlag,
    fromText: (given) => asFlag(given) ?? given,
  })
}

/** `null` = absent: then it follows from something else. */
export function optionalFlag(means: string, more: More<boolean | null> = {}): Field<boolean | null> {
  return field<boolean | null>('yes/no', 'true or false', null, '–', means, more, {
    read: asFlag,
    fromText: (given) => asFlag(given) ?? given,
  })
}

export function whole(
  absent: number,
  means: string,
  range: {min: number; max: number},
  more: More<number> = {},
): Field<number> {
  const accepted = `a whole number from ${range.min} to ${range.max}`
  return field('number', accepted, absent, String(absent), means, more, {
    read: (value) => within(asNumber(value), range, Number.isInteger),
  })
}

/** `null` = absent: then it follows from something else. */
export function optionalWhole(
  absentText: string,
  means: string,
  range: {min: number; max: number},
  more: More<number | null> = {},
): Field<number | null> {
  const accepted = `a whole number from ${range.min} to ${range.max}`
  return field<number | null>('number', accepted, null, absentText, means, more, {
    read: (value) => (isUnset(value) ? null : within(asNumber(value), range, Number.isInteger)),
  })
}

export function decimal(
  absent: number,
  means: string,
  range: {min: number; max: number},
  more: More<number> = {},
): Field<number> {
  const accepted = `a number from ${range.min} to ${range.max}`
  return field('number', accepted, absent, String(absent), means, more, {
    read: (value) => within(asNumber(value), range),
  })
}

/** A limit; anything negative means none (`null`). */
export function limit(absent: number, means: string, more: More<number | null> = {}): Field<number | null> {
  const asLimit = (value: number): number | null => (value < 0 ? null : value)
  const accepted = 'a number from 0, or -1 = none'
  const loose = {isLoose: isLooseNegative, ...more}
  return field<number | null>('number', accepted, asLimit(absent), String(absent), means, loose, {
    read: (value) => {
      const number = asNumber(value)
      return number === undefined ? undefined : asLimit(number)
    },
  })
}

const durationForms = 'with s, m, h, d, w, mo or M (30 days) or y, such as "90s" or "1h30m"'

/** A span that cannot be switched off; the result is in seconds. @param absent in the key's own unit */
export function duration(
  unit: DurationUnit,
  absent: number | string,
  means: string,
  more: More<Seconds> = {},
): Field<Seconds> {
  const accepted = `${unit} as a whole number from 0, or text ${durationForms}`
  return field(unit, accepted, parseDuration(absent, unit)!, String(absent), means, more, {
    read: (value) => {
      const seconds = parseDuration(value, unit)
      return seconds === undefined || seconds < 0 ? undefined : seconds
    },
  })
}

/** A span in seconds, where anything negative stands for `negative` (by default `null`: switched off). */
export function durationOr<const N extends Seconds | null>(
  negative: N,
  unit: DurationUnit,
  absent: number | string,
  means: string,
  more: More<Seconds | N> = {},
): Field<Seconds | N> {
  const read = (value: unknown): Seconds | N | undefined => {
    const seconds = parseDuration(value, unit)
    return seconds !== undefined && seconds < 0 ? negative : seconds
  }
  const off = negative === null ? '-1 = off' : `-1 = ${negative} s`
  const accepted = `${unit} as a whole number from 0, ${off}, or text ${durationForms}`
  const loose = {isLoose: isLooseNegative, ...more}
  return field(unit, accepted, read(absent)!, String(absent), means, loose, {read})
}

/** Bytes; `null` = switched off (anything negative). */
export function size(absent: string, means: string, more: More<Bytes | null> = {}): Field<Bytes | null> {
  const accepted = 'a number with K, M, G, T or P (of 1024), such as "10G", or "-1" for off'
  const loose = {isLoose: isLooseNegative, ...more}
  return field<Bytes | null>('size', accepted, parseSize(absent)!, JSON.stringify(absent), means, loose, {
    read: parseSize,
  })
}

/** One of several words; letters of either case. */
export function choice<const T extends string>(
  words: readonly T[],
  absent: NoInfer<T>,
  means: string,
  more: More<T> = {},
): Field<T> {
  const accepted = `one of ${words.join(', ')}`
  const read = (value: unknown) =>
    typeof value === 'string'
      ? words.find((word) => word.toLowerCase() === value.trim().toLowerCase())
      : undefined
  return {...field('word', accepted, absent, JSON.stringify(absent), means, more, {read}), words}
}

/** A list of text. One text alone counts as a list of one; in the environment commas separate. */
export function textList(
  absent: readonly string[],
  means: string,
  more: More<readonly string[]> = {},
): Field<readonly string[]> {
  return field<readonly string[]>('list', 'a list of text', absent, JSON.stringify(absent), means, more, {
    read: asTextList,
    fromText: (given) =>
      given
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
  })
}

/** For the few keys with a form of their own. */
export function special<T>(
  type: string,
  accepted: string,
  absent: T,
  absentText: string,
  means: string,
  read: (value: unknown) => T | undefined,
  more: More<T> = {},
): Field<T> {
  return field(type, accepted, absent, absentText, means, more, {read})
}

function field<T>(
  type: string,
  accepted: string,
  absent: T,
  absentText: string,
  means: string,
  more: More<T>,
  how: {read: (value: unknown) => T | undefined; fromText?: (text: string) => unknown},
): Field<T> {
  return {
    node: 'field',
    type,
    accepted,
    words: [],
    means,
    absent,
    absentText,
    inFile: more.inFile ?? null,
    ifBad: more.ifBad === undefined ? absent : more.ifBad,
    secret: false,
    essential: more.essential ?? false,
    absentNotice: more.absentNotice ?? null,
    acts: more.acts ?? true,
    read: how.read,
    isLoose: more.isLoose ?? (() => false),
    fromText: how.fromText ?? ((given) => given),
  }
}

export function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === PLACEHOLDER
}

function isUnset(value: unknown): boolean {
  return isPlaceholder(value) || (typeof value === 'string' && value.trim() === '')
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

const yes = /^(y|yes|t|true|on|1)$/i
const no = /^(n|no|f|false|off|0)$/i

/** Words in quotes and 0/1 are taken too; the predecessor read `"false"` as true, which nobody can have meant. */
function asFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'number' ? String(value) : value
  if (typeof word !== 'string') return undefined
  if (yes.test(word.trim())) return true
  return no.test(word.trim()) ? false : undefined
}

/** Numbers in quotes are taken too. */
function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || !/^\s*[-+]?\d+(\.\d+)?\s*$/.test(value)) return undefined
  return Number(value)
}

/** Inherited files may have any negative value for "off"; only -1 is how it is written. */
export function isLooseNegative(value: unknown): boolean {
  const written = String(value).trim()
  return written.startsWith('-') && Number(written) !== -1
}

function within(
  value: number | undefined,
  {min, max}: {min: number; max: number},
  also: (value: number) => boolean = () => true,
): number | undefined {
  return value !== undefined && value >= min && value <= max && also(value) ? value : undefined
}

function asTextList(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return isUnset(value) ? [] : [value]
  if (!Array.isArray(value)) return undefined
  return value.every((item) => typeof item === 'string') ? value : undefined
}

/**
 * Sizes such as `10G`: K, M, G, T, P of 1024, either case, `B` or `iB` after it allowed; a bare number counts bytes. `10GB`
 * is 1024 here, too, as inherited files mean it; `isDecimalSize` says where that wants a word.
 * @returns bytes; `null` for anything negative (switched off); `undefined` when it is no size.
 */
export function parseSize(value: unknown): Bytes | null | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return undefined
  const match = /^\s*(-?\d{1,15}(?:\.\d{1,9})?)\s*(?:([KMGTP])?(?:i?B)?)\s*$/i.exec(text)
  if (!match) return undefined
  const count = Number(match[1])
  if (count < 0) return null
  const bytes = Math.round(count * sizeUnits.get(match[2]?.toLowerCase() ?? 'b')!)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** `10GB`: of 1024 in the configuration, of 1000 in rules and in the search. */
export function isDecimalSize(value: unknown): boolean {
  return typeof value === 'string' && /\d\s*[KMGTP]B\s*$/i.test(value)
}
