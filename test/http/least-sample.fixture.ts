/** The least body or parameter that a schema takes: of the program's own schemas, or of its OpenAPI document. */

export interface Json {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Json[]
  readonly oneOf?: readonly Json[]
  readonly allOf?: readonly Json[]
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: readonly string[]
  readonly items?: Json
  readonly minItems?: number
  readonly minLength?: number
  readonly minimum?: number
  readonly format?: string
  readonly $defs?: Readonly<Record<string, Json>>
}

/** Values that mean something here, by the name of a field; `undefined` = nothing in particular. */
export type Named = (name: string) => unknown

/** What is required, the first of several, and by its name whatever names something. */
export function leastSample(
  json: Json,
  name: string,
  named: Named,
  known: Readonly<Record<string, Json>>,
): unknown {
  const given = named(name)
  if (given !== undefined && json.type !== 'array' && json.type !== 'object') return given
  if (json.$ref !== undefined) return leastSample(known[json.$ref.split('/').at(-1)!]!, name, named, known)
  if (json.const !== undefined) return json.const
  if (json.enum !== undefined) return json.enum[0]
  const [first] = json.anyOf ?? json.oneOf ?? json.allOf ?? []
  if (first !== undefined) return leastSample(first, name, named, known)
  if (json.type === 'object') {
    const {properties = {}, required = []} = json
    return Object.fromEntries(required.map((it) => [it, leastSample(properties[it] ?? {}, it, named, known)]))
  }
  if (json.type === 'array') {
    const item = () => leastSample(json.items ?? {}, name, named, known)
    return Array.from({length: Math.max(1, json.minItems ?? 1)}, item)
  }
  if (json.type === 'number' || json.type === 'integer') return Math.max(1, json.minimum ?? 1)
  if (json.type === 'boolean') return true
  if (json.format === 'uuid') return '00000000-0000-4000-8000-000000000000'
  return json.format === 'uri' ? 'https://elsewhere.example/' : 'x'.repeat(Math.max(1, json.minLength ?? 1))
}
