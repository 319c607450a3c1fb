/**
 * A simulated Arr as its clients see it, without a socket: one request in, one answer out. The order is the real one:
 * URL base, starting, key, path. What is described and not simulated answers 501 and is counted.
 * Source: protocol notes §1.2.
 */
import type {Arr} from './arr.ts'
import {badValue, isPieces, thrown, type ArrRequest, type Asked, type Reply, type Routes} from './asked.ts'
import type {ApiVersion} from './dialects.ts'
import {spoiled} from './face-faults.ts'
import type {Fault} from './faults.ts'
import {commandRoutes} from './routes-commands.ts'
import {libraryRoutes} from './routes-library.ts'
import {posterReply} from './posters.ts'
import {notificationRoutes} from './routes-notifications.ts'
import {queueRoutes} from './routes-queue.ts'
import {settingsRoutes} from './routes-settings.ts'
import type {Validation} from './validation.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** In pieces, made while they are sent. Empty = no body. */
  readonly body: Iterable<string | Uint8Array>
  /** Before the first byte, ms; `Infinity` = never. */
  readonly waitMs: number
  /** The connection ends: before anything was said, or in the middle of the body. */
  readonly ends: 'before' | 'within' | null
  readonly bytesPerSec: number | null
}

export interface Face {
  answer(request: ArrRequest): Promise<Answer>
}

interface FaceOptions {
  /** The Arr of now: a restart may put another in its place. */
  readonly arr: () => Arr
  readonly apiKey: () => string
  readonly validation: Validation | null
}

export function faceOf({arr: current, apiKey, validation}: FaceOptions): Face {
  const routes: Routes = {
    ...queueRoutes,
    ...commandRoutes,
    ...settingsRoutes,
    ...notificationRoutes,
    ...libraryRoutes(current().dialect.family),
  }
  return {
    async answer(request) {
      const arr = current()
      const base = arr.config.urlBase ?? ''
      const search = request.query.size === 0 ? '' : `?${request.query.toString()}`
      const location = redirectionOf(base, request.path, search)
      const path = location === null ? request.path.slice(base.length) : request.path
      const faults = arr.faults.request(`${request.method} ${path}`)
      const reply =
        location === null
          ? (instead(faults, base) ?? (await inside(arr, skewed({...request, path}, faults))))
          : {status: 307, location}
      return written(arr, spoiled(reply, faults), faults)
    },
  }

  async function inside(arr: Arr, request: ArrRequest): Promise<Reply> {
    if (request.path === '/ping') return {status: 200, value: {status: 'OK'}}
    if (!/^\/(api|signalr)\b/.test(request.path))
      // Its pages can only be read.
      return request.method !== 'GET'
        ? {status: 405}
        : {status: 200, html: '<!doctype html><title>Arr</title>'}
    if (!isAllowed(request, apiKey())) return {status: 401}
    if (request.path === '/api') {
      const [now, ...before] = arr.dialect.apis
      return {status: 200, value: {current: now, deprecated: before}}
    }
    if (request.path === '/signalr/messages/negotiate') return negotiated()
    return posterReply(arr, request) ?? routed(arr, request)
  }

  async function routed(arr: Arr, request: ArrRequest): Promise<Reply> {
    const api = /^\/api\/(v\d+)\//.exec(request.path)?.[1] as ApiVersion | undefined
    if (api === undefined || !arr.dialect.apis.includes(api)) return nothingThere
    const ids: number[] = []
    const pattern = request.path.replaceAll(/\/(\d+)(?=\/|$)/g, (_, digits: string) => {
      ids.push(Number(digits))
      return '/{id}'
    })
    const description = arr.described(api)
    const operation = description.operation(request.method, pattern)
    if (operation === null) return description.knows(pattern) ? {status: 405} : nothingThere
    const route = routes[`${request.method} ${pattern.slice(`/api/${api}/`.length)}`]
    if (!route) {
      arr.stats.notSimulated.push(`${request.method} ${pattern}`)
      return {status: 501, value: {message: 'not simulated'}}
    }
    const name = `${request.method} ${pattern}`
    const asked: Asked = {arr, api, description, ids, query: request.query, body: request.body}
    const objection = validation?.objectionTo(arr, api, name, operation, request) ?? null
    if (objection?.value !== undefined) return badValue(asked, objection.name, objection.value)
    if (objection) return {status: 400, value: {message: objection.text}}
    const reply = await tried(() => route(asked))
    return validation?.checked(arr, api, name, operation, reply) ?? reply
  }
}

/** What goes wrong inside, such as a torrent server that does not answer, is told with a trace of the stack. */
async function tried(give: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await give()
  } catch (error) {
    return thrown(500, (error as Error).message, {description: (error as Error).stack})
  }
}

/** By its own clock it also understands what it is asked. */
function skewed(request: ArrRequest, faults: readonly Fault[]): ArrRequest {
  const fault = faults.find(({kind}) => kind === 'clockSkew')
  const date = Date.parse(request.query.get('date') ?? '')
  if (fault?.kind !== 'clockSkew' || Number.isNaN(date)) return request
  const query = new URLSearchParams(request.query)
  query.set('date', new Date(date - fault.seconds * 1_000).toISOString())
  return {...request, query}
}

/** Where no route leads: without a word. */
const nothingThere: Reply = {status: 404}

/** Whoever leaves out the URL base is led to it. @returns `null` = it is there, or there is none */
export function redirectionOf(base: string, path: string, search: string): string | null {
  return base === '' || path === base || path.startsWith(`${base}/`) ? null : base + path + search
}

function negotiated(): Reply {
  const transports = [{transport: 'WebSockets', transferFormats: ['Text', 'Binary']}]
  const connectionId = 'simulated'
  return {status: 200, value: {negotiateVersion: 0, connectionId, availableTransports: transports}}
}

/** Query before header before bearer; the first that is there decides. The live channel has a name of its own for it. */
export function isAllowed({query, headers}: Pick<ArrRequest, 'query' | 'headers'>, apiKey: string): boolean {
  const bearer = /^Bearer (.*)$/i.exec(headers.authorization ?? '')?.[1]
  const given = query.get('apikey') ?? query.get('access_token') ?? headers['x-api-key'] ?? bearer
  return given === apiKey
}

/** What stands before the Arr, or the Arr itself, says something else. */
function instead(faults: readonly Fault[], base: string): Reply | null {
  for (const fault of faults) {
    switch (fault.kind) {
      case 'starting':
        return {status: 503, value: {errorMessage: 'Radarr is starting up, please try again later'}}
      case '401':
      case '403':
        return {status: Number(fault.kind)}
      case '404':
        return nothingThere
      case '409':
        return {status: 409, value: {message: 'Conflict'}}
      case '429':
        return {status: 429, value: {message: 'Too many requests'}}
      case '500':
        return fault.body === 'html'
          ? {status: 500, html: '<html>500</html>'}
          : thrown(500, 'database is locked', {description: 'at NzbDrone.Core.Datastore'})
      case '502':
      case '503':
        return {status: Number(fault.kind), html: `<html>${fault.kind}</html>`}
      case 'redirectToLogin':
        return {status: 302, location: `${base}/login?ReturnUrl=%2F`}
      case 'html200':
        return {status: 200, html: '<!doctype html><title>Welcome</title>'}
      default:
    }
  }
  return null
}

function written(arr: Arr, reply: Reply, faults: readonly Fault[]): Answer {
  const kinds = new Set(faults.map(({kind}) => kind))
  const slow = faults.find((fault) => fault.kind === 'slow')
  const body =
    reply.html === undefined
      ? (reply.picture ?? reply.text ?? (reply.value === undefined ? [] : json(reply.value)))
      : [reply.html]
  const isJson = reply.html === undefined && !kinds.has('wrongContentType')
  const said = [reply.value, reply.text, reply.html, reply.picture]
  const isEmpty = said.every((it) => it === undefined)
  const type = isJson ? (reply.type ?? 'application/json; charset=utf-8') : 'text/html; charset=utf-8'
  return {
    status: reply.status,
    headers: {
      ...(!isEmpty && {'content-type': type}),
      ...(isEmpty && reply.status !== 204 && {'content-length': '0'}),
      ...(reply.location !== undefined && {location: reply.location}),
      ...(reply.type !== 'application/json' && {'x-application-version': arr.dialect.version}),
      date: new Date(arr.time.now() + arr.faults.clockSkew).toUTCString(),
    },
    body,
    waitMs: kinds.has('hang') ? Infinity : (slow?.ms ?? 0),
    ends: kinds.has('down') ? 'before' : kinds.has('reset') ? 'within' : null,
    bytesPerSec: slow?.bytesPerSec ?? null,
  }
}

/** Characters. */
const PIECE = 64 * 1024

/** Indented, nulls left out; what is iterable and no list is written element by element. */
function* json(value: unknown): Generator<string> {
  if (!isPieces(value)) {
    yield textOf(value)
    return
  }
  let text = '['
  let before = ''
  for (const element of value) {
    text += `${before}\n${textOf([element]).slice(2, -2)}`
    before = ','
    if (text.length < PIECE) continue
    yield text
    text = ''
  }
  yield before === '' ? '[]' : `${text}\n]`
}

/** Nulls are left out everywhere but in the `data` of history. */
function withoutNulls(name: string, value: unknown): unknown {
  if (name === 'data' && typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, it]: [string, unknown]) => [key, it ?? NULL]))
  }
  return value === null ? undefined : value
}

/** Stands for a null that is written. */
const NULL = '\u0000'

function textOf(value: unknown): string {
  return JSON.stringify(value, withoutNulls, 2).replaceAll(JSON.stringify(NULL), 'null')
}
