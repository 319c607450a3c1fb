/** One request to a simulated Arr and what it answers, without a socket. */
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

export interface Reply {
  readonly status: number
  /** Absent = no body. Something iterable that is no array is written piece by piece. */
  readonly value?: unknown
  /** Instead of it, as it goes out. */
  readonly text?: Iterable<string>
  readonly html?: string
  /** Of a redirect. */
  readonly location?: string
}

/** By `METHOD path`, below the prefix, with `{id}` for a number. */
export type Routes = Readonly<Record<string, (asked: Asked) => Reply | Promise<Reply>>>

export const ok = (value: unknown): Reply => ({status: 200, value})
export const created = (value: unknown): Reply => ({status: 201, value})
export const accepted = (value: unknown): Reply => ({status: 202, value})

/** Sonarr's v5 API answers with nothing at all. */
export function deleted({api}: Asked): Reply {
  return api === 'v5' ? {status: 204} : ok({})
}

export const notFound: Reply = {status: 404, value: {message: 'NotFound'}}

/** A list, as the Arrs refuse what was sent. */
export function invalid(propertyName: string, errorMessage: string): Reply {
  return {status: 400, value: [{propertyName, errorMessage, severity: 'error', isWarning: false}]}
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
  readonly sortKey: string
  readonly sortDirection?: 'ascending' | 'descending'
  readonly row: (one: T) => object
  /** Beyond its end: the queue gives its last page instead of nothing. */
  readonly clamps?: boolean
}

/** @param rows in the order of the endpoint's default */
export function page<T>({query}: Asked, rows: readonly T[], options: PageOptions<T>): Reply {
  const {row, clamps = false} = options
  const pageSize = Math.max(1, Number(query.get('pageSize') ?? 10))
  const last = Math.max(1, Math.ceil(rows.length / pageSize))
  const wanted = Math.max(1, Number(query.get('page') ?? 1))
  const at = clamps ? Math.min(wanted, last) : wanted
  const byDefault = options.sortDirection ?? 'ascending'
  const said = query.get('sortDirection') ?? 'default'
  const direction = said === 'default' ? byDefault : said
  const ordered = direction === byDefault ? rows : rows.toReversed()
  return ok({
    page: at,
    pageSize,
    sortKey: query.get('sortKey') ?? options.sortKey,
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
