/** One request to a simulated Arr and what it answers, without a socket. */
import {createHash} from 'node:crypto'
import type {Arr} from './arr.ts'
import type {Description} from './description.ts'
import type {ApiVersion} from './dialects.ts'

export interface ArrRequest {
  readonly method: string
  /** With the URL base, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed; absent = none was sent. */
  readonly body?: unknown
}

/** A request as a route sees it. */
export interface Asked {
  readonly arr: Arr
  readonly api: ApiVersion
  readonly description: Description
  /** The numbers in its path. */
  readonly ids: readonly number[]
  readonly query: URLSearchParams
  readonly body: unknown
}

/** What a row is written for: an Arr, and the API that shows it. */
export type Speaking = Pick<Asked, 'arr' | 'api' | 'description'>

/** @param version of the message, where there are several; else the only one */
export function speaking(arr: Arr, version: number | undefined): Speaking {
  const api: ApiVersion = version === undefined ? arr.dialect.apis[0]! : `v${version as 3 | 5}`
  return {arr, api, description: arr.described(api)}
}

export interface Reply {
  readonly status: number
  /** Absent = no body. Something iterable that is no array is written piece by piece. */
  readonly value?: unknown
  /** Instead of it, as it goes out. */
  readonly text?: Iterable<string>
  readonly html?: string
  /** Instead of it: bytes as they are. */
  readonly picture?: readonly Uint8Array[]
  /** Of a redirect, or of what was made. */
  readonly location?: string
  /** Default: JSON with its charset, and with the version of the app in a header. */
  readonly type?: 'application/json' | 'application/problem+json; charset=utf-8' | 'image/jpeg' | 'image/png'
}

/** By `METHOD path`, below the prefix, with `{id}` for a number. */
export type Routes = Readonly<Record<string, (asked: Asked) => Reply | Promise<Reply>>>

export const ok = (value: unknown): Reply => ({status: 200, value})
export const created = (value: unknown): Reply => ({status: 201, value})
export const accepted = (value: unknown): Reply => ({status: 202, value})

/** With no body at all; Sonarr's v5 API says so in its status, too. */
export function deleted({api}: Asked): Reply {
  return {status: api === 'v5' ? 204 : 200}
}

/** What a filter for exceptions answers: it knows neither a charset nor the version of the app. */
export function thrown(
  status: number,
  message: string,
  more: object = {description: `at ${message}`},
): Reply {
  return {status, value: {message, ...more}, type: 'application/json'}
}

/** A row of the queue, or another that is removed. */
export const notFound: Reply = thrown(404, 'NotFound', {})

/** A single item by its id. Sonarr's v5 API says nothing of it. */
export function noItem(asked: Asked): Reply {
  const {arr, api} = asked
  if (api === 'v5') return {status: 404}
  const reply = {status: 404, value: problem(asked, 404, 'Not Found')}
  return arr.dialect.goneIs === 'json' ? reply : {...reply, type: 'application/problem+json; charset=utf-8'}
}

/** A value in the query that does not have the type of its parameter. */
export function badValue(asked: Speaking, name: string, value: string): Reply {
  const errors = {[name]: [`The value '${value}' is not valid.`]}
  return {status: 400, value: problem(asked, 400, 'One or more validation errors occurred.', {errors})}
}

function problem({arr, api}: Speaking, status: 400 | 404, title: string, more: object = {}): object {
  const trace = createHash('sha256').update(`${api} ${arr.time.now()} ${title}`).digest('hex')
  return {
    type: `https://tools.ietf.org/html/rfc9110#section-15.5.${status === 404 ? 5 : 1}`,
    title,
    status,
    ...more,
    traceId: `00-${trace.slice(0, 32)}-${trace.slice(32, 48)}-00`,
  }
}

/** A list, as the Arrs refuse what was sent. */
export function invalid(propertyName: string, errorMessage: string): Reply {
  return {status: 400, value: [{isWarning: false, propertyName, errorMessage, severity: 'error'}]}
}

export function numbers(query: URLSearchParams, name: string): number[] {
  return query.getAll(name).map(Number)
}

export function isTrue(query: URLSearchParams, name: string, byDefault = false): boolean {
  const said = query.get(name)
  return said === null ? byDefault : said.toLowerCase() === 'true'
}

export function bodyOf({body}: Asked): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}

/** Of a change: `undefined` where it says nothing. */
export function said<T extends 'boolean' | 'number' | 'string'>(
  body: Readonly<Record<string, unknown>>,
  name: string,
  type: T,
): {boolean: boolean; number: number; string: string}[T] | undefined {
  const value = body[name]
  return typeof value === type ? (value as {boolean: boolean; number: number; string: string}[T]) : undefined
}

export function iso(at: number): string
export function iso(at: number | null): string | null
export function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().replace(/\.000Z$/, 'Z')
}

/** `[d.]hh:mm:ss` */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const days = Math.floor(seconds / 86_400)
  const clock = `${two((seconds % 86_400) / 3_600)}:${two((seconds % 3_600) / 60)}:${two(seconds % 60)}`
  return days === 0 ? clock : `${days}.${clock}`
}

interface PageOptions<T> {
  /** What it is sorted by where nobody says so, or says what it does not know. */
  readonly sortKey: string
  readonly sortKeys?: readonly string[]
  /** The order of the rows that are handed in. */
  readonly rowsAre: 'ascending' | 'descending'
  readonly row: (one: T) => object
  /** Beyond its end: the queue gives its last page instead of nothing. */
  readonly clamps?: boolean
}

/** Newest, largest, last in the alphabet first, where nobody says so. */
export function page<T>({query}: Asked, rows: readonly T[], options: PageOptions<T>): Reply {
  const {row, rowsAre, sortKey, sortKeys = [], clamps = false} = options
  const pageSize = Math.max(1, Number(query.get('pageSize') ?? 10))
  const last = Math.max(1, Math.ceil(rows.length / pageSize))
  const wanted = Math.max(1, Number(query.get('page') ?? 1))
  const at = clamps ? Math.min(wanted, last) : wanted
  const said = query.get('sortDirection') ?? 'default'
  const direction = said === 'default' ? 'descending' : said
  const ordered = direction === rowsAre ? rows : rows.toReversed()
  const key = query.get('sortKey') ?? sortKey
  return ok({
    page: at,
    pageSize,
    sortKey: sortKeys.includes(key) ? key : sortKey,
    sortDirection: direction,
    totalRecords: rows.length,
    records: ordered.slice((at - 1) * pageSize, at * pageSize).map(row),
  })
}

/** Rows that are made while they are sent; they can be gone through more than once. */
export function each<T>(list: Iterable<T>, row: (one: T) => object): Iterable<object> {
  return {
    *[Symbol.iterator]() {
      for (const one of list) yield row(one)
    },
  }
}

/** A list that is made while it is gone through. */
export function isPieces(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && !Array.isArray(value)
}
