/** What a schema knows, for "accepted are". */
import type {z} from 'zod'

/** The fields of the object at this path; none = there is no such object, or it is one of several. */
export function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: unknown = schema
  for (const part of path) here = shapeOf(here)?.[part as string]
  return Object.keys(shapeOf(here) ?? {})
}

/** The values, or the type, that are wanted at this path; `null` = the schema cannot say. */
export function wantedAt(schema: z.ZodType, path: readonly PropertyKey[]): string | string[] | null {
  let here: unknown = schema
  for (const part of path) here = shapeOf(here)?.[part as string]
  const wanted = innermost(here)
  if (wanted?.options)
    return wanted.options.every((it) => typeof it === 'string') ? [...wanted.options] : null
  return wanted?.def?.type ?? null
}

function innermost(schema: unknown): Layer | undefined {
  const layer = schema as Layer | undefined
  const inner = layer?.def?.innerType ?? layer?.def?.in
  return inner === undefined ? layer : innermost(inner)
}

/** Beneath what is optional, has a default, or is read on. */
function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const {shape, def} = (schema ?? {}) as Layer
  const inner = def?.innerType ?? def?.in
  return inner === undefined ? shape : shapeOf(inner)
}

interface Layer {
  readonly shape?: Readonly<Record<string, unknown>>
  /** Of an enumeration its values. */
  readonly options?: readonly unknown[]
  readonly def?: {readonly type?: string; readonly innerType?: unknown; readonly in?: unknown}
}
