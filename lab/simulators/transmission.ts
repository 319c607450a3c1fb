/**
 * Transmission's RPC over a world: 3.00, 4.0.x, 4.1.0-beta.2 and 4.1.x with JSON-RPC 2.0. Here: HTTP, credentials and
 * the guard against guessing them, session ids, the two dialects. What the calls do is in `transmission-methods.ts`,
 * what a torrent looks like in `transmission-fields.ts`.
 *
 * Options: `basePath` (default `/transmission/rpc`), `maxLoginFailures` (the guard; default 100 in 3.00, off in 4.x),
 * `sessionSeconds` (how long a session id holds, default 3600).
 */
import type {Face, FaceAnswer, FaceDeps, FaceMaker, FaceRequest} from './face.ts'
import {TransmissionMethods, type Outcome} from './transmission-methods.ts'
import {profileOf, type Profile} from './transmission-profile.ts'
import {legacyMethodName, snake, snakeParams, textOf} from './transmission-spelling.ts'

const HTML = {'content-type': 'text/html; charset=ISO-8859-1', server: 'Transmission'}
const JSON_TYPE = {'content-type': 'application/json; charset=UTF-8', server: 'Transmission'}

export const makeTransmissionFace: FaceMaker = (parts) => new TransmissionFace(parts)

type Json = Readonly<Record<string, unknown>>

class TransmissionFace implements Face {
  readonly basePath: string
  readonly #parts: FaceDeps
  readonly #profile: Profile
  readonly #methods: TransmissionMethods
  readonly #maxFailures: number
  readonly #sessionMs: number
  #session: string
  #sessionSince: number
  #failures = 0
  #bannedUntil = -Infinity

  constructor(parts: FaceDeps) {
    const {world, options} = parts
    this.#parts = parts
    this.#profile = profileOf(parts.version)
    this.#methods = new TransmissionMethods(world, this.#profile, parts.version)
    this.basePath = typeof options['basePath'] === 'string' ? options['basePath'] : '/transmission/rpc'
    this.#maxFailures = Number(options['maxLoginFailures'] ?? (this.#profile.rpc === 16 ? 100 : Infinity))
    this.#sessionMs = Number(options['sessionSeconds'] ?? 3600) * 1000
    this.#session = world.session.id
    this.#sessionSince = world.clock.monotonic()
    world.onRestart(() => {
      this.#failures = 0
      this.#renew(world.session.id)
    })
  }

  dropSessions(): void {
    this.#renew(this.#parts.world.random.text(48))
  }

  ban(seconds: number): void {
    this.#failures = 0
    this.#bannedUntil = this.#parts.world.clock.monotonic() + seconds * 1000
  }

  nameOf(request: FaceRequest): string {
    const parsed = parse(request.body)
    const calls = Array.isArray(parsed) ? parsed : [parsed]
    const names = calls.map((call) => (isRecord(call) ? legacyMethodName(textOf(call['method'])) : ''))
    return `${request.path}#${names.join('+')}`
  }

  async handle(request: FaceRequest): Promise<FaceAnswer> {
    // In the daemon's own order: guard, method of browsers, credentials, path, session, method.
    return this.#refusal(request) ?? (await this.#answer(request.body))
  }

  #refusal(request: FaceRequest): FaceAnswer | null {
    const {world, counters} = this.#parts
    const isBanned = world.clock.monotonic() < this.#bannedUntil || this.#failures >= this.#maxFailures
    if (isBanned) return page(403, 'Forbidden', this.#banText())
    // Not for browsers alone: both say so before they look at credentials.
    if (request.method === 'OPTIONS')
      return this.#profile.rpc === 16 ? page(501, 'Not Implemented', '') : {status: 204}
    if (!this.#isKnown(request.headers['authorization'])) {
      this.#failures++
      counters.login(false)
      return page(401, 'Unauthorized', this.#profile.rpc === 16 ? this.#countText() : '')
    }
    this.#failures = 0
    if (request.path !== this.basePath) return page(404, 'Not Found', '')
    if (request.headers['x-transmission-session-id'] !== this.#currentSession()) return this.#conflict()
    return request.method === 'POST' ? null : page(405, 'Method Not Allowed', '')
  }

  #isKnown(authorization: string | undefined): boolean {
    const {username, password} = this.#parts
    if (username === null) return true
    return authorization === `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`
  }

  #banText(): string {
    if (this.#profile.rpc > 16) return ''
    return 'Too many unsuccessful login attempts. Please restart transmission-daemon.'
  }

  #countText(): string {
    return `Unauthorized User. ${this.#failures} unsuccessful login attempts.`
  }

  #conflict(): FaceAnswer {
    const {semver, hasJsonRpc} = this.#profile
    const headers = {
      'x-transmission-session-id': this.#session,
      ...(hasJsonRpc && {'x-transmission-rpc-version': semver}),
    }
    const answer = page(409, 'Conflict', 'Your request had an invalid session-id header.')
    return {...answer, headers: {...answer.headers, ...headers}}
  }

  #currentSession(): string {
    const {world} = this.#parts
    if (world.clock.monotonic() - this.#sessionSince >= this.#sessionMs) this.#renew(world.random.text(48))
    return this.#session
  }

  #renew(id: string): void {
    this.#session = id
    this.#sessionSince = this.#parts.world.clock.monotonic()
  }

  async #answer(body: Buffer): Promise<FaceAnswer> {
    const parsed = parse(body)
    if (parsed === undefined) return this.#notJson()
    const isJsonRpc = (call: unknown): call is Json => isRecord(call) && call['jsonrpc'] === '2.0'
    if (!this.#profile.hasJsonRpc || (!Array.isArray(parsed) && !isJsonRpc(parsed))) {
      return this.#legacy(isRecord(parsed) ? parsed : {})
    }
    if (!Array.isArray(parsed)) return json(await this.#jsonRpc(parsed))
    const answers: Iterable<string>[] = []
    for (const call of parsed) {
      answers.push(await (isJsonRpc(call) ? this.#jsonRpc(call) : rpcError(null, -32600, 'Invalid Request')))
    }
    return json(batchOf(answers))
  }

  /** 3.00 finds no method in it, 4.1.0-beta.2 never answers. */
  #notJson(): FaceAnswer | Promise<FaceAnswer> {
    if (this.#profile.hasJsonRpc) return json(rpcError(null, -32700, 'Parse error'))
    if (this.#profile.rpc === 18) return new Promise(() => {})
    return json(['{"arguments":{},"result":"no method name"}'])
  }

  async #legacy(call: Json): Promise<FaceAnswer> {
    const method = call['method']
    const tag = typeof call['tag'] === 'number' ? `,"tag":${call['tag']}` : ''
    const unknown = this.#profile.rpc === 16 ? 'method name not recognized' : 'no method name'
    const name = typeof method === 'string' ? snake(method) : ''
    const isKnown = this.#methods.knows(name) && method === legacyMethodName(name)
    const outcome: Outcome = isKnown
      ? await this.#methods.run(name, legacyArguments(name, call['arguments']), 'legacy')
      : {error: method === undefined ? 'no method name' : unknown}
    const body = legacyBody(outcome, tag)
    return json(this.#profile.rpc === 16 ? asciiOf(body) : body)
  }

  async #jsonRpc(call: Json): Promise<Iterable<string>> {
    const id = (call['id'] ?? null) as number | string | null
    const name = textOf(call['method'])
    if (!this.#methods.knows(name)) return rpcError(id, -32601, 'Method not found')
    const params = isRecord(call['params']) ? call['params'] : {}
    const outcome = await this.#methods.run(name, params, 'jsonrpc')
    if ('error' in outcome) return rpcError(id, outcome.code ?? 5, outcome.error)
    return rpcResult(id, outcome.result)
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    // A broken body is what a client may send; the callers answer it as the daemon does.
    return undefined
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function legacyArguments(method: string, args: unknown): Json {
  return isRecord(args) ? snakeParams(method, args) : {}
}

function page(status: number, title: string, text: string): FaceAnswer {
  const body = `<h1>${status}: ${title}</h1>${text === '' ? '' : `<p>${text}</p>`}`
  const challenge = status === 401 ? {'www-authenticate': 'Basic realm="Transmission"'} : {}
  return {status, headers: {...HTML, ...challenge}, body}
}

function json(body: Iterable<string>): FaceAnswer {
  return {status: 200, headers: JSON_TYPE, body}
}

function* legacyBody(outcome: Outcome, tag: string): Generator<string> {
  yield '{"arguments":'
  if ('error' in outcome) yield JSON.stringify(outcome.partial ?? {})
  else yield* outcome.result
  yield `,"result":${JSON.stringify('error' in outcome ? outcome.error : 'success')}${tag}}`
}

/** Letters beyond ASCII are numbers, and 3.00 gives those beyond the first 65,536 five digits or six. [run 3.00] */
function* asciiOf(body: Iterable<string>): Generator<string> {
  for (const text of body)
    yield text.replace(
      /[^\0-\x7f]/gu,
      (letter) => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`,
    )
}

function* rpcResult(id: number | string | null, result: Iterable<string>): Generator<string> {
  yield `{"id":${JSON.stringify(id)},"jsonrpc":"2.0","result":`
  yield* result
  yield '}'
}

function rpcError(id: number | string | null, code: number, message: string): string[] {
  return [JSON.stringify({error: {code, message}, id, jsonrpc: '2.0'})]
}

function* batchOf(answers: readonly Iterable<string>[]): Generator<string> {
  yield '['
  for (const [index, answer] of answers.entries()) {
    if (index > 0) yield ','
    yield* answer
  }
  yield ']'
}
