/** The one way to ask the server over HTTP: base path, token against foreign pages, problems as errors. */
import {base} from './base.ts'
import {NoAnswer, NotSent, Problem, type ProblemDocument} from './problem.ts'

let csrfToken: string | null = null

/** Of the session; changes carry it. */
export function keepCsrfToken(token: string | null): void {
  csrfToken = token
}

/** Changes on their way, and who waits until there are none. */
let underWay = 0
const waiting: (() => void)[] = []

/** When every change that was sent has its answer: a page that is left before tells nobody what became of it. */
export async function changesAnswered(): Promise<void> {
  if (underWay > 0) await new Promise<void>((resolve) => waiting.push(resolve))
}

let isGone = (): boolean => false
let onSignedOut = (): void => undefined

/** @param gone Commodarr is known not to be there: no change is sent meanwhile. @param signedOut it does not know us any more */
export function askUnless(gone: () => boolean, signedOut: () => void): void {
  isGone = gone
  onSignedOut = signedOut
}

type Heard = (method: string, path: string) => void
const listeners = new Set<Heard>()

/** Tells of each request that was answered well. @returns how to stop */
export function onAsked(heard: Heard): () => void {
  listeners.add(heard)
  return () => listeners.delete(heard)
}

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON, or as a form with files. */
  readonly body?: object | FormData
  /** `undefined` members are left out, of lists each member is sent. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>
  readonly signal?: AbortSignal
  /** A part of a file alone: `bytes=0-0`. */
  readonly range?: string
  /** Sent to its end although the page goes, as far as browsers do that: up to 64 KiB. */
  readonly outlivesPage?: boolean
}

/** @param path below `/api`, parts of it escaped by `pathOf`. @throws {Problem} {NoAnswer} {NotSent} */
export async function ask<T>(path: string, asking: Asking = {}): Promise<T> {
  const isChange = asking.method !== undefined && asking.method !== 'GET'
  if (isChange) underWay++
  try {
    const response = await sent(path, asking)
    if (!response.ok) throw await problemOf(response)
    for (const heard of listeners) heard(asking.method ?? 'GET', path)
    if (response.status === 204) return undefined as T
    return (await response.json().catch(() => ({}))) as T
  } finally {
    if (isChange && --underWay === 0) for (const go of waiting.splice(0)) go()
  }
}

/** For what is read while it arrives (`LongList` in `details.ts`). @throws {Problem} {NoAnswer} */
export async function askForBytes(path: string, asking: Asking = {}): Promise<ReadableStream<Uint8Array>> {
  const response = await sent(path, asking)
  if (response.ok && response.body) return response.body
  throw await problemOf(response)
}

/** For what is no JSON: an exported file. @throws {Problem} {NoAnswer} */
export async function askForFile(path: string, asking: Asking = {}): Promise<Blob> {
  const response = await sent(path, asking)
  if (response.ok) return response.blob()
  throw await problemOf(response)
}

/** Where a browser takes a file itself, however large it is. @param path below `/api` */
export function fileAddress(path: string, query: Asking['query']): string {
  return `${base}/api${path}${queryText(query)}`
}

/** A path from its parts: names of servers and users may hold anything. */
export function pathOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('')
}

/** Where the WebSocket `/api/live` is. */
export function liveAddress(): string {
  const {protocol, host} = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${base}/api/live`
}

/** Of a body; what has several bytes for a letter is shorter. */
const MOST_OUTLIVING = 16_384

async function sent(
  path: string,
  {method = 'GET', body, query, signal, range, outlivesPage = false}: Asking,
): Promise<Response> {
  const isForm = body instanceof FormData
  if (method !== 'GET' && isGone()) throw new NotSent('Commodarr cannot be reached. Nothing was sent.')
  try {
    return await fetch(`${base}/api${path}${queryText(query)}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(range !== undefined && {range}),
        ...(body !== undefined && !isForm && {'content-type': 'application/json'}),
        ...(csrfToken !== null && method !== 'GET' && {'x-csrf-token': csrfToken}),
      },
      ...(body !== undefined && {body: isForm ? body : JSON.stringify(body)}),
      ...(signal && {signal}),
      keepalive: outlivesPage && JSON.stringify(body ?? '').length < MOST_OUTLIVING,
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new NoAnswer('Commodarr does not answer.', {cause})
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => ({}))
  if (response.status === 401) onSignedOut()
  return new Problem(response.status, body as ProblemDocument, retryAfterOf(response))
}

function queryText(query: Asking['query'] = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of typeof value === 'object' ? value : [value]) params.append(name, String(one))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

function retryAfterOf({headers}: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds : null
}
