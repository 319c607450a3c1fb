/**
 * One name for one thing, and the other names that requests may use for it: answers about servers say `server_type`,
 * what changes them says `kind`. `checkBy` reads the other names as the ones of the schema. docs/reference/names.md lists them.
 */
import type {z} from 'zod'
import type {FieldError} from '../schemas/answers.ts'

/** By another name: the name of the schema. */
type OtherNames = Readonly<Record<string, string>>

const otherNames = new WeakMap<z.ZodType, OtherNames>()

/** Of a server, as answers about it and programs made for qBitrr say. */
export const namesOfServers = {
  server_type: 'kind',
  server_name: 'name',
  server_tags: 'tags',
  uri: 'url',
  rpc_path: 'path',
} as const
export const namesOfArrs = {uri: 'url'} as const
export const namesOfAdditions = {uri: 'url'} as const

/** Bodies of this schema may use these names as well. Must be the last that is done to a schema. */
export function withOtherNames<S extends z.ZodType>(schema: S, names: OtherNames): S {
  otherNames.set(schema, names)
  return schema
}

/** `data` by the names of its schema, and what was given under two names that differ. */
export function byOwnNames(schema: z.ZodType, data: unknown): {data: unknown; errors: FieldError[]} {
  const names = otherNames.get(schema)
  if (names === undefined || data === null || typeof data !== 'object' || Array.isArray(data)) {
    return {data, errors: []}
  }
  const named: [string, unknown][] = []
  const errors: FieldError[] = []
  for (const [field, value] of Object.entries(data)) {
    const own = Object.hasOwn(names, field) ? names[field]! : field
    const isOther = own !== field
    if (isOther && Object.hasOwn(data, own)) {
      const same = JSON.stringify((data as Record<string, unknown>)[own]) === JSON.stringify(value)
      if (!same) errors.push({field, accepted: `the same as ${own}, or ${own} alone`})
    } else named.push([own, value])
  }
  return {data: Object.fromEntries(named), errors}
}
