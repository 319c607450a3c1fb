/** Values for the fuzzer: what a schema of the API description would accept, and what nobody would. */
import * as fc from 'fast-check'
import {anyCharacter} from '../any-character.ts'

/** As much of JSON Schema as descriptions of APIs use. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

/**
 * Values that mean something here, by the name of the field or parameter: ids, hashes, words of a person. In an address
 * `keys.id` is the `id` after `/keys/`.
 */
export type KnownValues = Readonly<Record<string, readonly unknown[]>>

export class Values {
  readonly #components: Readonly<Record<string, Schema>>
  readonly #known: KnownValues

  constructor(components: Readonly<Record<string, Schema>>, known: KnownValues) {
    this.#components = components
    this.#known = known
  }

  /** The name to look a value up by: `keys.id` where there are such, else `id`. */
  nameOf(place: string, name: string): string {
    return `${place}.${name}` in this.#known ? `${place}.${name}` : name
  }

  /** A value near what is asked for: mostly good, on the edge, or with one thing in it replaced. */
  nearly(schema: Schema, name: string): fc.Arbitrary<unknown> {
    const good = this.good(schema, name)
    const broken = fc.tuple(good, hostile, fc.nat(), fc.nat(3)).map(([value, other, at, how]) => {
      return broken_(value, other, at, how)
    })
    return fc.oneof(
      {arbitrary: good, weight: 4},
      {arbitrary: broken, weight: 4},
      {arbitrary: hostile, weight: 1},
    )
  }

  /** A value that the schema accepts, as far as it is read here. */
  good(schema: Schema, name: string, depth = 0): fc.Arbitrary<unknown> {
    const known = this.#known[name]
    const plain = this.#plain(schema, name, depth)
    if (known === undefined || isObject(schema)) return plain
    return fc.oneof({arbitrary: fc.constantFrom(...known), weight: 6}, {arbitrary: plain, weight: 1})
  }

  #plain(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    if (depth > 8) return fc.constant(null)
    if (schema.$ref !== undefined) {
      const component = this.#components[schema.$ref.replace('#/components/schemas/', '')]
      return component === undefined ? hostile : this.good(component, name, depth + 1)
    }
    if ('const' in schema) return fc.constant(schema.const)
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
    const choices = schema.anyOf ?? schema.oneOf
    if (choices !== undefined) return fc.oneof(...choices.map((it) => this.good(it, name, depth + 1)))
    if (schema.allOf !== undefined) return this.#all(schema.allOf, name, depth)
    const [type] = [schema.type ?? 'any'].flat()
    if (type === 'object') return this.#object(schema, depth)
    if (type === 'array') return this.#array(schema, name, depth)
    return scalar(type!, schema)
  }

  #all(parts: readonly Schema[], name: string, depth: number): fc.Arbitrary<unknown> {
    return fc
      .tuple(...parts.map((it) => this.good(it, name, depth + 1)))
      .map((values) => Object.assign({}, ...values) as unknown)
  }

  #object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const {properties = {}, required = []} = schema
    const members = Object.entries(properties).map(([name, member]) => {
      const good = this.good(member, name, depth + 1)
      // Few at a time: of twenty good values one is bad in the eyes of whoever reads them together.
      const some = fc.oneof({arbitrary: fc.constant(absent), weight: 3}, {arbitrary: good, weight: 1})
      return [name, required.includes(name) ? good : some] as const
    })
    const named = fc
      .record(Object.fromEntries(members))
      .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== absent)))
    const others = schema.additionalProperties
    if (typeof others !== 'object') return named
    const more = fc.dictionary(fc.string({maxLength: 20}), this.good(others, '', depth + 1), {
      maxKeys: 3,
      noNullPrototype: true,
    })
    return fc.tuple(named, more).map(([own, rest]) => ({...rest, ...own}))
  }

  #array(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    const {minItems = 0, maxItems = 4} = schema
    const bounds = {minLength: Math.min(minItems, 4), maxLength: Math.max(Math.min(maxItems, 4), minItems)}
    return fc.array(this.good(schema.items ?? {}, name, depth + 1), bounds)
  }
}

const absent = Symbol('absent')

function isObject({type, properties}: Schema): boolean {
  return type === 'object' || properties !== undefined
}

function scalar(type: string, schema: Schema): fc.Arbitrary<unknown> {
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'number' || type === 'integer') return figure(schema, type === 'integer')
  if (type === 'string') return text(schema)
  return hostile
}

/** In its bounds, and mostly at one of them. */
function figure({minimum = -1e15, maximum = 1e15}: Schema, whole: boolean): fc.Arbitrary<number> {
  const [min, max] = [Math.max(minimum, -1e15), Math.min(maximum, 1e15)]
  const edges = fc.constantFrom(min, min + 1, max, max - 1, 0, minimum - 1, maximum + 1)
  const inside = whole
    ? fc.integer({min: Math.ceil(min), max: Math.floor(max)})
    : fc.double({min, max, noNaN: true})
  return fc.oneof(edges, inside)
}

function text({minLength = 0, maxLength = 40}: Schema): fc.Arbitrary<string> {
  const most = Math.max(minLength, Math.min(maxLength, 40))
  const edges = fc
    .constantFrom(minLength, maxLength, maxLength + 1)
    .map((it) => 'x'.repeat(Math.min(it, 70_000)))
  return fc.oneof(
    {arbitrary: fc.string({minLength, maxLength: most}), weight: 4},
    {arbitrary: fc.string({minLength, maxLength: most, unit: anyCharacter}), weight: 2},
    {arbitrary: edges, weight: 1},
  )
}

const nested = (depth: number, open: (inner: unknown) => unknown) => {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = open(value)
  return value
}

const words = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nX-Injected: 1',
  '\u202e',
  '\ud800',
  '\ufeff',
  '\u{1f600}',
  'null',
  'undefined',
  'NaN',
  '../../../etc/passwd',
  '..\\..\\x',
  '/',
  '\\',
  'C:\\',
  '%2e%2e%2f',
  '%00',
  '%',
  '~',
  'file:///etc/passwd',
  "' OR '1'='1",
  '"; DROP TABLE users; --',
  '${7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '$(id)',
  '`id`',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '-1',
  '1e999',
  '0x10',
  '١',
  'true',
  '[]',
  '{}',
  'magnet:?',
  'magnet:?xt=urn:btih:',
  'http://',
  'http://127.0.0.1:1/',
  'a'.repeat(5_000),
  '\u0301'.repeat(500),
]

/** What nobody asked for. No address of another machine is among it: the fuzzer talks to this one alone. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...words),
  fc.string({unit: anyCharacter, maxLength: 60}),
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], {'': ''}, {length: 1e9}),
  fc.constantFrom(0, -0, -1, 1, 0.1, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 2 ** 64, 1e21),
  fc.constantFrom(
    nested(31, (it) => [it]),
    nested(33, (it) => [it]),
    nested(200, (it) => ({a: it})),
    Array.from({length: 3_000}, (_, at) => at),
    Object.fromEntries(Array.from({length: 500}, (_, at) => [`k${at}`, at])),
  ),
  fc.jsonValue({maxDepth: 3}),
)

/** The value with one thing in it replaced, left out, added or put into a list. */
function broken_(value: unknown, other: unknown, at: number, how: number): unknown {
  if (value === null || typeof value !== 'object') return how === 1 ? [value] : other
  if (Array.isArray(value)) {
    if (value.length === 0) return [other]
    const place = at % value.length
    return value.with(place, broken_(value[place], other, Math.floor(at / value.length), how)) as unknown
  }
  const names = Object.keys(value)
  if (names.length === 0 || how === 3) return {...value, [JSON.stringify(other).slice(0, 50)]: other}
  const name = names[at % names.length]!
  if (how === 2) return Object.fromEntries(Object.entries(value).filter(([it]) => it !== name))
  const inner: unknown = Reflect.get(value, name)
  return {...value, [name]: how === 0 ? broken_(inner, other, Math.floor(at / names.length), how) : [inner]}
}
