/** Requests for the fuzzer, made from the table of routes and the description of the API: a new route is in by itself. */
import * as fc from 'fast-check'
import {hostile, Values, type KnownValues, type Schema} from './fuzz-values.fixture.ts'

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema?: Schema
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {readonly content?: Readonly<Record<string, {readonly schema?: Schema}>>}
}

export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: {readonly schemas?: Readonly<Record<string, Schema>>}
}

export interface FuzzRoute {
  readonly method: string
  /** With `:name` where a value stands. */
  readonly url: string
}

/** A request as it goes out. Names of headers may repeat. */
export interface FuzzRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array | null
  /** Whose proof goes along: a place in the list of principals. */
  readonly who: number
}

export interface RequestMaker {
  of(route: FuzzRoute): fc.Arbitrary<FuzzRequest>
}

export function requestMaker(description: Description, known: KnownValues, principals: number): RequestMaker {
  const values = new Values(description.components?.schemas ?? {}, known)
  return {
    of(route) {
      const path = route.url.replace(/:(\w+)/g, '{$1}')
      const operation = description.paths[path]?.[route.method.toLowerCase()] ?? {}
      return fc
        .record({
          method: methods(route.method),
          target: fc
            .tuple(paths(values, route, operation), queries(values, operation))
            .map((it) => it.join('')),
          ...asOne(bodies(values, operation)),
          who: fc.nat(principals - 1),
        })
        .map(({sent, extra, ...rest}) => ({...rest, body: sent.body, headers: [...sent.headers, ...extra]}))
    },
  }
}

function asOne(sent: fc.Arbitrary<Sent>) {
  return {
    sent,
    extra: fc.oneof(
      {arbitrary: fc.constant([]), weight: 2},
      {arbitrary: fc.array(header, {minLength: 1, maxLength: 3}), weight: 1},
    ),
  }
}

function methods(usual: string): fc.Arbitrary<string> {
  const others = [
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'QUERY',
    'PROPFIND',
    'PURGE',
  ]
  return fc.oneof(
    {arbitrary: fc.constant(usual), weight: 15},
    {arbitrary: fc.constantFrom(...others), weight: 1},
  )
}

/* ───────────────────────────── address ───────────────────────────── */

function paths(values: Values, {url}: FuzzRoute, {parameters = []}: Operation): fc.Arbitrary<string> {
  const parts = url.split('/').map((part, at, all) => {
    if (part === '*') return fc.oneof(fc.constantFrom('index.css', 'index.js'), pathText)
    if (!part.startsWith(':')) return fc.constant(part)
    const name = part.slice(1)
    const schema = parameters.find((it) => it.in === 'path' && it.name === name)?.schema ?? {type: 'string'}
    const good = values.good(schema, values.nameOf(all[at - 1] ?? '', name)).map(encoded)
    return fc.oneof({arbitrary: good, weight: 6}, {arbitrary: pathText, weight: 1})
  })
  const whole = fc.tuple(...parts).map((it) => it.join('/') || '/')
  const odd = fc.constantFrom(
    '/',
    '//',
    '/.',
    '/..',
    '/%2e%2e/',
    ';x=1',
    '%00',
    '%',
    '%E0%A4%A',
    '\\',
    '.json',
  )
  return fc.oneof(
    {arbitrary: whole, weight: 12},
    {arbitrary: fc.tuple(whole, odd).map((it) => it.join('')), weight: 1},
  )
}

const pathText = hostile.map((it) => encoded(it).slice(0, 3_000))

function encoded(value: unknown): string {
  return encodeURIComponent(textOf(value).toWellFormed())
}

function queries(values: Values, {parameters = []}: Operation): fc.Arbitrary<string> {
  const ofQuery = parameters.filter((it) => it.in === 'query')
  const given = ({name, schema = {}}: Parameter) =>
    values.nearly(schema, name).map((it) => assigned(name, it))
  const optional = ofQuery.filter((it) => !it.required).map(given)
  const unknown = fc.tuple(fc.string(), hostile).map(([name, it]) => assigned(name, it))
  const some = fc
    .tuple(
      ...ofQuery.filter((it) => it.required).map(given),
      ...(optional.length > 0
        ? [fc.array(fc.oneof(...optional), {maxLength: 4}).map((it) => it.join('&'))]
        : []),
      fc.oneof({arbitrary: fc.constant(''), weight: 12}, {arbitrary: unknown, weight: 1}),
    )
    .map((it) => it.filter(Boolean).join('&'))
  return fc
    .oneof({arbitrary: some, weight: 15}, {arbitrary: oddQuery, weight: 1})
    .map((it) => (it === '' ? '' : `?${it}`))
}

const oddQuery = fc.constantFrom(
  'a[]=1&a[b]=2',
  '&&&',
  '=',
  '%',
  '%%%',
  '__proto__=1',
  'a=%FF',
  '?',
  'x'.repeat(9_000),
  'token=x',
)

/** A list is repeated, as queries have it. */
function assigned(name: string, value: unknown): string {
  const all = Array.isArray(value) ? value.slice(0, 50) : [value]
  return all.map((it) => `${encoded(name)}=${encoded(it).slice(0, 4_000)}`).join('&')
}

/* ───────────────────────────── body ───────────────────────────── */

interface Sent {
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array | null
}

function bodies(values: Values, {requestBody}: Operation): fc.Arbitrary<Sent> {
  const nothing = fc.constant<Sent>({headers: [], body: null})
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const meant =
    type === undefined
      ? nothing
      : type === 'multipart/form-data'
        ? form(values, content?.schema ?? {})
        : values.nearly(content?.schema ?? {}, '').map((value) => sent('application/json', jsonOf(value)))
  return fc.oneof(
    {arbitrary: meant, weight: 12},
    {arbitrary: nothing, weight: 1},
    {arbitrary: fc.tuple(kinds, rubbish).map(([kind, bytes]) => sent(kind, bytes)), weight: 1},
  )
}

function sent(type: string, body: string | Uint8Array): Sent {
  return {headers: [['content-type', type]], body: typeof body === 'string' ? Buffer.from(body) : body}
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined'
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : jsonOf(value)
}

const kinds = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/xml',
  'x',
  '/',
  '',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'APPLICATION/JSON',
)

const rubbish = fc.oneof(
  fc.uint8Array({maxLength: 200}),
  fc
    .constantFrom(
      '{',
      '[',
      '"',
      '{"a":',
      '{"a":1,"a":2}',
      '{"__proto__":{"x":1}}',
      '1e999',
      '-',
      'nul',
      '\ufeff{}',
      '{"a":"\\ud800"}',
      '[1,]',
      '{}{}',
      `{"a":"${'x'.repeat(1_100_000)}"}`,
      '['.repeat(100_000),
      '"\\u0000"',
      "{'a':1}",
      '// x\n{}',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nd1',
      '--x--',
      'a=1&b=2',
    )
    .map((it) => Buffer.from(it)),
)

function form(values: Values, schema: Schema): fc.Arbitrary<Sent> {
  const torrent = fc.oneof(fc.uint8Array({maxLength: 100}), fc.constant(Buffer.from('d4:infod4:name1:xee')))
  return fc.tuple(values.nearly(schema, ''), fc.array(torrent, {maxLength: 3})).map(([value, files]) => {
    const fields =
      value !== null && typeof value === 'object' ? Object.entries(value) : [['x', value] as const]
    const parts = fields
      .filter(([name]) => name !== 'file')
      .slice(0, 60)
      .flatMap(([name, it]: readonly [string, unknown]) =>
        [it]
          .flat()
          .slice(0, 30)
          .map((one) => part(name, one)),
      )
    const attached = files.map((bytes) =>
      Buffer.concat([
        Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a.torrent"\r\n\r\n'),
        bytes,
        Buffer.from('\r\n'),
      ]),
    )
    return sent(
      'multipart/form-data; boundary=x',
      Buffer.concat([...parts, ...attached, Buffer.from('--x--\r\n')]),
    )
  })
}

function part(name: string, value: unknown): Buffer {
  const quoted = name.replace(/["\r\n]/g, '_')
  return Buffer.from(`--x\r\nContent-Disposition: form-data; name="${quoted}"\r\n\r\n${textOf(value)}\r\n`)
}

/* ───────────────────────────── headers ───────────────────────────── */

/** What may stand in a header at all; the rest is for bytes on a bare socket. */
const headerText = hostile.map((it) =>
  textOf(it)
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
    .slice(0, 300),
)

const header: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'origin',
      'referer',
      'sec-fetch-site',
      'sec-fetch-mode',
      'accept',
      'accept-encoding',
      'range',
      'te',
      'if-none-match',
      'if-modified-since',
      'accept-version',
      'cookie',
      'x-csrf-token',
      'user-agent',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
      'forwarded',
      'remote-user',
      'x-real-ip',
      'x-http-method-override',
      'content-encoding',
      'content-language',
      'upgrade',
      'x-request-id',
      'prefer',
    ),
    headerText,
  ),
  fc.constantFrom<readonly [string, string]>(
    ...([
      ['accept-encoding', 'gzip, br'],
      ['accept-encoding', 'br;q=1.0, gzip;q=0.8, *;q=0.1'],
      ['accept', 'text/html'],
      ['sec-fetch-site', 'cross-site'],
      ['origin', 'null'],
      ['origin', 'https://evil.invalid'],
      ['content-encoding', 'gzip'],
      ['content-type', 'text/plain'],
      ['x-forwarded-for', '1.2.3.4, <x>'],
      ['x-http-method-override', 'DELETE'],
      ['host', 'evil.invalid'],
      ['cookie', 'a=1; b="; commodarr_session=x'],
      ['range', 'bytes=0-,-1'],
      ['accept-version', '1.x'],
    ] as const),
  ),
)
