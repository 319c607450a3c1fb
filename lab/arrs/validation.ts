/**
 * Holds a simulated Arr, and whoever asks it, to the app's own description: answers fit the schema of their operation,
 * and requests send no parameter and no field that it does not know (a real Arr ignores those; they are faults of ours).
 *
 * The descriptions have holes: commands are described as if they had no arguments, many operations without their answer.
 */
import {Ajv, type ValidateFunction} from 'ajv'
import addFormats from 'ajv-formats'
import {isPieces, type ArrRequest, type Reply} from './asked.ts'
import type {Description, Operation, Schema} from './description.ts'
import type {ApiVersion} from './dialects.ts'
import type {Stats} from './stats.ts'

/** Of a long list the first ones are looked at. */
const MOST_ROWS = 200

/** Written as text and described as what they are in memory; described as if it had no arguments. */
const holes: Readonly<Record<string, Schema>> = {
  TimeSpan: {type: 'string'},
  Version: {type: 'string'},
  HttpUri: {type: 'string'},
  DateOnly: {type: 'string'},
  Command: {type: 'object'},
}

/** With a value in the query that is not of its type: a real Arr objects, too. */
type Objection =
  | {readonly text: string; readonly value?: undefined}
  | {readonly text: string; readonly name: string; readonly value: string}

/** Described as if they were always there; real ones leave them out. */
const optional: ReadonlySet<string> = new Set([
  'packageVersion',
  'packageAuthor',
  'packageUpdateMechanismMessage',
])

/** An app that has a description of itself. */
interface Described {
  readonly dialect: {readonly openapi: Readonly<Partial<Record<ApiVersion, string>>>}
  readonly described: (api: ApiVersion) => Description
  readonly stats: Stats
}

export class Validation {
  readonly #isStrict: boolean
  readonly #schemas = new Map<string, Ajv>()
  readonly #compiled = new Map<string, ValidateFunction>()

  /** @param strict a fault is answered with 500 and 400; else it is counted alone */
  constructor(strict: boolean) {
    this.#isStrict = strict
  }

  /** What speaks against the request; it is counted in any case. */
  objectionTo(
    arr: Described,
    api: ApiVersion,
    name: string,
    operation: Operation,
    request: ArrRequest,
  ): Objection | null {
    const known = new Map((operation.parameters ?? []).map((one) => [one.name, one.schema]))
    const faults: Objection[] = []
    for (const [key, value] of request.query) {
      const schema = known.get(key)
      if (schema === undefined) faults.push({text: `${name} ?${key}: no such parameter`})
      else if (!fits(schema.type === 'array' ? schema.items! : schema, value)) {
        faults.push({text: `${name} ?${key}: ${value} is no ${schema.type ?? 'value'}`, name: key, value})
      }
    }
    const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema
    if (request.body !== undefined && body === undefined) faults.push({text: `${name}: no body is described`})
    const resource = body?.$ref?.split('/').at(-1)
    if (resource !== undefined && resource !== 'CommandResource') {
      const properties = arr.described(api).propertiesOf(resource)
      for (const key of Object.keys(request.body ?? {})) {
        if (!(key in properties)) faults.push({text: `${name} body.${key}: no such field`})
      }
    }
    arr.stats.unknownParams.push(...faults.map(({text}) => text))
    return this.#isStrict ? (faults[0] ?? null) : null
  }

  /** The reply, or in its place what is wrong with it. */
  checked(arr: Described, api: ApiVersion, name: string, operation: Operation, reply: Reply): Reply {
    if (reply.status >= 300 || reply.value === undefined) return reply
    const content = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1]
      .content
    const schema = content?.['application/json']?.schema
    if (schema === undefined) return reply
    const fault = this.#faultIn(arr, api, name, schema, sample(reply.value))
    if (fault === null) return reply
    arr.stats.schemaErrors.push(`${name}: ${fault}`)
    return this.#isStrict ? {status: 500, value: {message: `Not as described: ${fault}`}} : reply
  }

  #faultIn(arr: Described, api: ApiVersion, name: string, schema: Schema, value: unknown): string | null {
    const file = arr.dialect.openapi[api]!
    const key = `${file} ${name}`
    const validate = this.#compiled.get(key) ?? this.#ajv(arr, api).compile(rewritten(schema) as object)
    this.#compiled.set(key, validate)
    // As it goes out: absent fields are absent, dates are text.
    const sent: unknown = JSON.parse(JSON.stringify(value, (_, one: unknown) => one ?? undefined))
    if (validate(sent)) return null
    const [first] = validate.errors ?? []
    return `${first?.instancePath ?? ''} ${first?.message ?? ''} ${JSON.stringify(first?.params ?? {})}`
  }

  #ajv(arr: Described, api: ApiVersion): Ajv {
    const file = arr.dialect.openapi[api]!
    const known = this.#schemas.get(file)
    if (known !== undefined) return known
    const ajv = new Ajv({strict: false, allErrors: false})
    addFormats.default(ajv)
    for (const [name, bits] of [
      ['int32', 31],
      ['int64', 53],
    ] as const) {
      ajv.addFormat(name, {
        type: 'number',
        validate: (it: number) => Number.isInteger(it) && Math.abs(it) < 2 ** bits,
      })
    }
    ajv.addFormat('date-span', /^-?(\d+\.)?\d\d:\d\d:\d\d(\.\d{1,7})?$/)
    for (const [name, schema] of Object.entries(arr.described(api).schemas)) {
      ajv.addSchema(rewritten(holes[name] ?? schema) as object, name)
    }
    this.#schemas.set(file, ajv)
    return ajv
  }
}

/** References point into the schemas by their names; `nullable` without a type means nothing. */
function rewritten(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((one) => rewritten(one))
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(([key]) => key !== 'nullable' || 'type' in schema)
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === '$ref') return [key, String(value).split('/').at(-1)]
      if (key === 'required' && Array.isArray(value))
        return [key, value.filter((name) => !optional.has(name as string))]
      return [key, rewritten(value)]
    }),
  )
}

function sample(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MOST_ROWS)
  return isPieces(value) ? [...first(value, MOST_ROWS)] : value
}

function* first<T>(list: Iterable<T>, most: number): Generator<T> {
  let count = 0
  for (const one of list) {
    if (++count > most) return
    yield one
  }
}

/** A text of the query as what it is described to be. */
function fits({type}: Schema, text: string): boolean {
  if (type === 'integer' || type === 'number') return text !== '' && !Number.isNaN(Number(text))
  return type !== 'boolean' || /^(true|false)$/i.test(text)
}

/**
 * For all simulations of this process: what is compiled of a description holds for every Arr of that app, and takes a
 * second of each. A fault is answered.
 */
export const strictValidation = new Validation(true)
