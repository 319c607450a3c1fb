import {validate} from '@hyperjump/json-schema/openapi-3-1'
import {Validator} from '@seriousme/openapi-schema-validator'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'

interface Operation {
  operationId?: string
  summary?: string
  tags?: string[]
  parameters?: {name: string; in: string; description?: string; schema?: object}[]
  requestBody?: {content: Record<string, {schema?: object}>}
  responses?: Record<string, {description?: string; content?: Record<string, {schema?: object}>}>
}
interface Document {
  openapi: string
  info: {title: string; license: object}
  paths: Record<string, Record<string, Operation>>
  components: {schemas: Record<string, object>; securitySchemes: Record<string, object>}
  security?: object[]
}

let harness: FakeHarness
let document: Document

beforeAll(async () => {
  harness = await fakeHarness()
  const answer = await harness.http.app.inject('/api/openapi.json')
  document = answer.json()
})
afterAll(() => harness.http.close())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({path, method, operation})),
  )

test('the document is OpenAPI 3.1 and names the ways to send a key', () => {
  expect(document.openapi).toMatch(/^3\.1/)
  // OpenAPI 3.1: `identifier` or `url`; some validators refuse a license with neither.
  expect(document.info.license).toEqual({name: 'MIT', identifier: 'MIT'})
  expect(Object.keys(document.components.securitySchemes)).toEqual(['token', 'api_key', 'bearer', 'basic'])
})

test('two validators, which share no code, take the document, and refuse one that is broken', async () => {
  const verdicts = async (of: Readonly<Record<string, unknown>>) => {
    const {valid} = await new Validator().validate(structuredClone(of))
    const checked = await validate(
      'https://spec.openapis.org/oas/3.1/schema-base',
      structuredClone(of) as never,
    )
    return [valid, checked.valid]
  }
  expect(await verdicts({...document})).toEqual([true, true])
  const {title: _title, ...info} = document.info
  expect(await verdicts({...document, info})).toEqual([false, false])
})

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((it) => it[1]!)
  expect(references.length).toBeGreaterThan(10)
  for (const reference of new Set(references)) {
    expect(document.components.schemas).toHaveProperty(reference.replace('#/components/schemas/', ''))
  }
})

test('every component is referred to, and stands there once', () => {
  const text = JSON.stringify(document)
  const names = Object.keys(document.components.schemas)
  expect(names.filter((name) => !text.includes(`"#/components/schemas/${name}"`))).toEqual([])
  expect(names.filter((name) => name.endsWith('Input'))).toEqual([])
  expect(names).toEqual(expect.arrayContaining(['Action', 'AddTorrent', 'Problem', 'Torrent', 'TorrentKey']))
})

test('every field of every component says what it is', () => {
  const silent = Object.entries(document.components.schemas).flatMap(([name, schema]) =>
    Object.entries((schema as Schema).properties ?? {})
      .filter(([, property]) => !isDescribed(property))
      .map(([field]) => `${name}.${field}`),
  )
  expect(silent).toEqual([])
})

interface Schema {
  description?: string
  $ref?: string
  const?: unknown
  properties?: Record<string, Schema>
  anyOf?: Schema[]
}

function isDescribed({description, $ref, const: fixed, anyOf = []}: Schema): boolean {
  return description !== undefined || $ref !== undefined || fixed !== undefined || anyOf.some(isDescribed)
}

test('every operation has a name of its own, a summary, one known tag and all its parameters', () => {
  const ids = operations().map((it) => it.operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  const lacking = operations().filter(({path, operation}) => {
    const {operationId, summary, tags, parameters = []} = operation
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((it) => it[1]).join()
    const declared = parameters.filter((it) => it.in === 'path').map((it) => it.name)
    const isDescribed = parameters.every((it) => it.description)
    return !operationId || !summary || tags?.length !== 1 || declared.join() !== inPath || !isDescribed
  })
  expect(lacking).toEqual([])
})

test('every answer is described, and every refusal is a problem document', () => {
  const answers = operations().flatMap(({operation}) => Object.values(operation.responses ?? {}))
  expect(answers.filter((it) => !it.description)).toEqual([])
  const ofApi = operations().filter(({path}) => path.startsWith('/api/'))
  const refusals = ofApi.map(
    ({operation}) => operation.responses?.['4XX']?.content?.['application/problem+json'],
  )
  expect(refusals).toHaveLength(ofApi.length)
  expect(new Set(refusals.map((it) => JSON.stringify(it?.schema)))).toEqual(
    new Set(['{"$ref":"#/components/schemas/Problem"}']),
  )
})

test('every operation is a route (that every route is described is asserted when it is added)', () => {
  expect(operations().length).toBeGreaterThan(40)
  const missing = operations().filter(({path, method}) => {
    const url = path.replace(/\{(\w+)\}/g, ':$1')
    return !harness.http.app.hasRoute({method: method.toUpperCase(), url})
  })
  expect(missing).toEqual([])
})
