/** What a look gave: a value, or why there is none. */
import type {UnknownReason} from '#model/fact.ts'

export interface Unknown {
  readonly unknown: UnknownReason
  /** For people. */
  readonly detail: string
}

export type Seen<T> = {readonly value: T} | Unknown

export function unknown(reason: UnknownReason, detail: string): Unknown {
  return {unknown: reason, detail}
}

export function isUnknown(seen: object): seen is Unknown {
  return 'unknown' in seen
}
