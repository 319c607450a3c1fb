/**
 * Reads one entry of a list that came from anywhere: only its own fields, each of the type it must have. What is of
 * another type is a fault and counts as absent; what nobody asks for is not looked at.
 */
import {showValue} from '#config/document/findings.ts'
import type {DraftFault} from '../owned/draft.ts'

/** Above these no list of servers was ever meant. */
const MOST_DEPTH = 16
const MOST_TEXT = 70_000
const MOST_ROWS = 1_000

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Its own field, never an inherited one. */
export function own(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** Deeper than that nothing is looked at, and a walk over it would cost its reader the stack. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return true
    level = level.flatMap((it) =>
      typeof it === 'object' && it !== null ? (Object.values(it) as unknown[]) : [],
    )
  }
  return false
}

export class EntryReader {
  readonly faults: DraftFault[] = []
  readonly #value: unknown

  constructor(value: unknown) {
    this.#value = value
    if (!isRecord(value)) this.faults.push({field: '', accepted: 'an object'})
  }

  has(key: string): boolean {
    return own(this.#value, key) !== undefined
  }

  /** `undefined` = absent, `null` or not a text. */
  text(key: string): string | undefined {
    return this.#read(key, 'text', isText)
  }

  /** @returns `undefined` = absent; its content is never told */
  secret(key: string): string | undefined {
    const value = own(this.#value, key)
    if (value === undefined || value === null) return undefined
    if (isText(value)) return value
    this.faults.push({field: key, accepted: 'text'})
    return undefined
  }

  /** Also as text: forms keep ports so. */
  whole(key: string): number | undefined {
    const read = this.#read(key, 'a whole number', isWhole)
    return read === undefined ? undefined : Number(read)
  }

  flag(key: string): boolean | undefined {
    return this.#read(key, 'true or false', (value) => typeof value === 'boolean')
  }

  texts(key: string): readonly string[] | undefined {
    return this.#read(key, 'a list of text', isTexts)
  }

  /** A record within it; its faults become faults of this one. */
  within<T>(key: string, read: (inner: EntryReader) => T): T | undefined {
    const value = own(this.#value, key)
    if (value === undefined || value === null) return undefined
    const inner = new EntryReader(value)
    const result = read(inner)
    this.#adopt(key, inner.faults)
    return result
  }

  /** A list of records within it. */
  rows<T>(key: string, read: (row: EntryReader) => T): readonly T[] | undefined {
    const rows = this.#read(key, 'a list', isList)
    return rows?.map((row, at) => {
      const inner = new EntryReader(row)
      const result = read(inner)
      this.#adopt(`${key}.${at}`, inner.faults)
      return result
    })
  }

  fault(field: string, accepted: string | readonly string[], found?: unknown): void {
    this.faults.push({field, accepted, ...(found !== undefined && {found: showValue(found)})})
  }

  #read<T>(key: string, accepted: string, isRight: (value: unknown) => value is T): T | undefined {
    const value = own(this.#value, key)
    if (value === undefined || value === null) return undefined
    if (isRight(value)) return value
    this.fault(key, accepted, value)
    return undefined
  }

  #adopt(key: string, faults: readonly DraftFault[]): void {
    for (const {field, ...rest} of faults)
      this.faults.push({field: field === '' ? key : `${key}.${field}`, ...rest})
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_TEXT
}

function isWhole(value: unknown): value is number | string {
  return Number.isSafeInteger(value) || (typeof value === 'string' && /^\d{1,15}$/.test(value))
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= MOST_ROWS
}

function isTexts(value: unknown): value is readonly string[] {
  return isList(value) && value.every(isText)
}
