/**
 * deluge-web over a world: JSON-RPC of 2.0.3 and newer. Here: HTTP, sessions, the daemon behind it. What the calls do is
 * in `deluge-methods.ts`.
 *
 * Options: `sessionSeconds` (how long a session holds without a request, default 3600), `hosts` (daemons it knows,
 * default 1; only the first has torrents), `labels` (`false` = the Label plugin is off).
 */
import {DelugeMethods, type Outcome} from './deluge-methods.ts'
import type {Face, FaceAnswer, FaceDeps, FaceMaker, FaceRequest} from './face.ts'
import {World} from './world.ts'

const JSON_TYPE = {'content-type': 'application/json', server: 'TwistedWeb'}

export const makeDelugeFace: FaceMaker = (parts) => new DelugeFace(parts)

type Json = Readonly<Record<string, unknown>>

interface Call {
  readonly method: string
  readonly params: readonly unknown[]
  readonly id: unknown
}

class DelugeFace implements Face {
  readonly basePath = ''
  readonly #parts: FaceDeps
  /** What the calls do, by id of the daemon. */
  readonly #hosts: ReadonlyMap<string, DelugeMethods>
  readonly #sessionMs: number
  /** Session ids with the moment of the last request. */
  readonly #sessions = new Map<string, number>()
  #host: string | null = null

  constructor(parts: FaceDeps) {
    const {world, options, version} = parts
    this.#parts = parts
    this.#sessionMs = Number(options['sessionSeconds'] ?? 3600) * 1000
    const worlds = Array.from({length: Number(options['hosts'] ?? 1)}, (_, at) =>
      at === 0 ? world : new World({clock: world.clock, seed: at}),
    )
    this.#hosts = new Map(
      worlds.map((its, at) => [
        `${at}`.padStart(32, 'ab'),
        new DelugeMethods(its, version, options['labels'] !== false),
      ]),
    )
    const [first] = this.#hosts.keys()
    // Its connection broke, and deluge-web makes no new one unasked.
    world.onRestart(() => {
      if (this.#host === first) this.#host = null
    })
  }

  dropSessions(): void {
    this.#sessions.clear()
  }

  /** It bans nobody. */
  ban(): void {}

  nameOf(request: FaceRequest): string {
    const call = parse(request.body)
    return `${request.path}#${typeof call?.['method'] === 'string' ? call['method'] : ''}`
  }

  async handle(request: FaceRequest): Promise<FaceAnswer> {
    if (request.path !== '/json') return page(404, '<html><body>No Such Resource</body></html>')
    if (request.method !== 'POST') return page(405, '')
    if (request.headers['content-type'] !== 'application/json') {
      return json(failed(null, 5, 'JSONException: Invalid JSON request content-type'))
    }
    const body = parse(request.body)
    if (body === null) return json(failed(null, 5, 'JSONException: JSON not decodable'))
    const {method, params, id} = body
    if (typeof method !== 'string' || !Array.isArray(params) || id === undefined) {
      return json(failed(null, 5, 'JSONException: Invalid JSON request, missing param'))
    }
    return this.#answer({method, params: params as unknown[], id}, request.headers['cookie'] ?? '')
  }

  async #answer(call: Call, cookies: string): Promise<FaceAnswer> {
    const session = this.#sessionIn(cookies)
    if (call.method === 'auth.login') return this.#logIn(call)
    // A session lives on with each request that needs one, and those that need none tell of none.
    const cookie = session === null ? {} : {'set-cookie': cookieOf(session)}
    if (call.method === 'auth.check_session') return json(result(call.id, session !== null), cookie)
    const isLocal = /^(auth|web)\./.test(call.method)
    const daemon = this.#host === null ? undefined : this.#hosts.get(this.#host)
    const isKnown = isLocal || daemon?.knows(call.method) === true
    if (!isKnown) return json(failed(call.id, 2, 'Unknown method'))
    if (session === null) return json(failed(call.id, 1, 'Not authenticated'))
    const outcome = isLocal ? this.#local(call, session) : await daemon!.run(call.method, call.params)
    if ('error' in outcome) return json(failed(call.id, outcome.code, outcome.error), cookie)
    return json(whole(call.id, outcome.result), cookie)
  }

  #sessionIn(cookies: string): string | null {
    const id = /(?:^|;\s*)_session_id=([^;]*)/.exec(cookies)?.[1] ?? ''
    const now = this.#parts.world.clock.monotonic()
    const seenAt = this.#sessions.get(id)
    if (seenAt === undefined || now - seenAt >= this.#sessionMs) return null
    this.#sessions.set(id, now)
    return id
  }

  #logIn({id, params}: Call): FaceAnswer {
    const {world, counters, password} = this.#parts
    const isRight = params[0] === (password ?? 'deluge')
    counters.login(isRight)
    if (!isRight) return json(result(id, false))
    const session = world.random.text(64)
    this.#sessions.set(session, world.clock.monotonic())
    return json(result(id, true), {'set-cookie': cookieOf(session)})
  }

  #local({method, params}: Call, session: string): Outcome {
    switch (method) {
      case 'auth.delete_session':
        this.#sessions.delete(session)
        return plain(true)
      case 'web.connected':
        return plain(this.#host !== null)
      case 'web.get_hosts':
        return plain([...this.#hosts.keys()].map((id, at) => [id, '127.0.0.1', 58_846 + at, 'localclient']))
      case 'web.get_host_status': {
        const host = String(params[0])
        if (!this.#hosts.has(host)) return plain([host, 'Offline', ''])
        return plain([host, host === this.#host ? 'Connected' : 'Online', this.#parts.version])
      }
      case 'web.connect': {
        const host = String(params[0])
        const names = this.#hosts.get(host)?.names()
        // An unknown one is answered by nothing.
        if (names === undefined) return plain(null)
        this.#host = host
        return plain(names)
      }
      case 'web.disconnect':
        this.#host = null
        return plain('Connection was closed cleanly.')
      default:
        return {error: 'JSONException: Unknown system method', code: 3}
    }
  }
}

function parse(body: Buffer): Json | null {
  try {
    const value = JSON.parse(body.toString()) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
  } catch {
    // A broken body is what a client may send; it is answered as deluge-web does.
    return null
  }
}

function cookieOf(session: string): string {
  return `_session_id=${session}; Expires=Fri, 20 Nov 2026 08:01:06 GMT; Path=/json`
}

function page(status: number, body: string): FaceAnswer {
  return {status, headers: {'content-type': 'text/html', server: 'TwistedWeb'}, body}
}

function json(body: Iterable<string>, headers: Readonly<Record<string, string>> = {}): FaceAnswer {
  return {status: 200, headers: {...JSON_TYPE, ...headers}, body: asciiOf(body)}
}

/** Python writes letters beyond ASCII as numbers. */
function* asciiOf(body: Iterable<string>): Generator<string> {
  for (const text of body)
    yield text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function plain(value: unknown): Outcome {
  return {result: [JSON.stringify(value)]}
}

function result(id: unknown, value: unknown): Iterable<string> {
  return whole(id, [JSON.stringify(value)])
}

function* whole(id: unknown, value: Iterable<string>): Generator<string> {
  yield '{"result": '
  yield* value
  yield `, "error": null, "id": ${JSON.stringify(id)}}`
}

function failed(id: unknown, code: number, message: string): Iterable<string> {
  return [JSON.stringify({result: null, error: {message, code}, id})]
}
