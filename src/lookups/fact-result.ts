/** What a look gave: a value, or why there is none. */
import type {NamedServer, UnknownReason} from '#model/fact.ts'

export interface Unknown {
  readonly unknown: UnknownReason
  /** For people. */
  readonly detail: string
  /** The one that it is about, where that is another than the torrent's. */
  readonly server?: NamedServer
}

export type FactResult<T> = {readonly value: T} | Unknown

export function unknown(reason: UnknownReason, detail: string): Unknown {
  return {unknown: reason, detail}
}

export function isUnknown(seen: object): seen is Unknown {
  return 'unknown' in seen
}
