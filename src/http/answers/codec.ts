/**
 * The one place where records of the program's camelCase become those of the wire's snake_case. Only names of fields
 * are translated: values (states, verbs, file names) are the same words on both sides. Unknown fields (`undefined`, and
 * figures JSON cannot carry) are absent on the wire; `null` stays and means "none on purpose".
 *
 *   downSpeed ⇄ down_speed    infoHashV1 ⇄ info_hash_v1    latencyP50Ms ⇄ latency_p50_ms
 *
 * Objects whose keys are not ours (a server's own settings, maps by server id) must not pass through here.
 */
import {camel, snake, type Camel, type Snake} from '#lib/snake-case.ts'
import type {Branded} from '#model/torrent-key.ts'

type Scalar = string | number | boolean | null | undefined

/** A record of the model as it travels. Brands fall away, copies are mutable. */
export type Wire<T> =
  T extends Branded<string, string>
    ? string
    : T extends Branded<number, string>
      ? number
      : T extends Scalar
        ? T
        : T extends readonly (infer Item)[]
          ? Wire<Item>[]
          : {-readonly [K in keyof T as Snake<K & string>]: Wire<T[K]>}

/** A record from the wire with the model's names. */
type Model<T> = T extends Scalar
  ? T
  : T extends readonly (infer Item)[]
    ? Model<Item>[]
    : {[K in keyof T as Camel<K & string>]: Model<T[K]>}

export function toWire<T>(value: T): Wire<T> {
  return translate(value, snake) as Wire<T>
}

export function fromWire<T>(value: T): Model<T> {
  return translate(value, camel) as Model<T>
}

function translate(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => translate(item, rename))
  if (value === null || typeof value !== 'object') return value
  const translated: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (isKnown(member)) translated[rename(name)] = translate(member, rename)
  }
  return translated
}

function isKnown(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'number' || Number.isFinite(value))
}
