/** What a schema knows, for "accepted are". */
import type {z} from 'zod'

/** The fields of the object at this path; none = there is no such object, or it is one of several. */
export function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: unknown = schema
  for (const part of path) here = shapeOf(here)?.[part as string]
  return Object.keys(shapeOf(here) ?? {})
}

/** Beneath what is optional, has a default, or is read on. */
function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const {shape, def} = (schema ?? {}) as Layer
  const inner = def?.innerType ?? def?.in
  return inner === undefined ? shape : shapeOf(inner)
}

interface Layer {
  readonly shape?: Readonly<Record<string, unknown>>
  readonly def?: {readonly innerType?: unknown; readonly in?: unknown}
}
