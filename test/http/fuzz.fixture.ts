/**
 * The fuzzer: sends every route what it asks for, what is nearly that, and what nobody asked for, as everybody who may
 * come in, over real connections; and judges every answer. Which requests are made follows from the seed alone.
 */
import {Agent, request as httpRequest} from 'node:http'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {brotliDecompressSync, gunzipSync} from 'node:zlib'
import * as fc from 'fast-check'
import {statusOf} from '#http/answers/problems.ts'
import {errorCodes, type ErrorCode} from '#model/errors.ts'
import {isFull, seedOfRun} from '#test/proof.ts'
import {byteStreams, exchangePieces, evaluateStream} from './fuzz-bytes.fixture.ts'
import {requestMaker, type Description, type FuzzRequest, type FuzzRoute} from './fuzz-requests.fixture.ts'
import type {KnownValues} from './fuzz-values.fixture.ts'

/** Somebody who comes in. */
export interface FuzzPrincipal {
  readonly name: string
  /** Proof of who he is; asked again when it is no longer good (he logged himself out, say). */
  readonly proof: () => Promise<Readonly<Record<string, string>>>
}

export interface FuzzTarget {
  /** `http://127.0.0.1:port/base`, of a server in this process. */
  readonly address: string
  readonly routes: readonly FuzzRoute[]
  readonly principals: readonly FuzzPrincipal[]
  readonly known: KnownValues
  /** Words that must stand in no answer: passwords, tokens, passkeys. */
  readonly canaries: readonly string[]
  /** Failures that are meant: of a database that takes nothing, say. */
  readonly meant?: readonly ErrorCode[]
  /** Called now and then: forgets what was only remembered for other tests. */
  readonly tidy?: () => void
}

interface FuzzAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Buffer
}

export interface FuzzReport {
  readonly seed: number
  readonly requests: number
  /** One text for each thing that was not as it must be, with the request that shows it. */
  readonly objections: readonly string[]
  /** `200`, `400 bad_request` … and how often. */
  readonly answers: ReadonlyMap<string, number>
  /** Routes that never did what they are there for. */
  readonly neverServed: readonly string[]
  /** Answers of a plain question that was asked all along, beside the others. */
  readonly heartbeats: number
  /** The route of the slowest answer, and how long that took, ms; for people. */
  readonly slowest: readonly [string, number]
  /** Heap after all, by the heap after the first third. */
  readonly growth: number
}

/** Failures of torrent servers and providers behind us, as documented; everything else from 500 on is ours. */
const behindUs: ReadonlySet<ErrorCode> = new Set([
  ...(['server_unreachable', 'login_refused', 'login_banned', 'wrong_server', 'answer_invalid'] as const),
  ...([
    'server_failed',
    'rate_limited',
    'version_incompatible',
    'session_lost',
    'server_not_online',
  ] as const),
  ...(['unconfirmed', 'provider_failed', 'arr_not_ready', 'not_ready'] as const),
])

/** Nothing takes so long that is not lost, also on a busy machine. */
const HANG_MS = 300_000
const ABREAST = 8

/** What a fuzz test draws from. */
export const seedOfFuzz = seedOfRun()

/** @returns so many in the full proof, else a tenth; `COMMODARR_FUZZ_RUNS`, if anything, says otherwise */
export function fuzzRuns(full: number): number {
  return Number(process.env['COMMODARR_FUZZ_RUNS'] ?? (isFull ? full : full / 20))
}

/**
 * @param perRoute requests for each route and method
 * @param streams connections with bytes that were requests once
 */
export async function fuzz(
  target: FuzzTarget,
  seed: number,
  perRoute: number,
  streams: number,
): Promise<FuzzReport> {
  const run = new Run(target)
  const description = (await run.json('/api/openapi.json')) as Description
  const maker = requestMaker(description, target.known, target.principals.length)
  const waiting = target.routes.map((route, at) => ({route, seed: seed + at}))
  const third = Math.ceil(waiting.length / 3)
  const beating = run.beat()
  let base = 0
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      // HEAD is GET without its body.
      const runs = next.route.method === 'HEAD' ? Math.ceil(perRoute / 4) : perRoute
      await run.fuzzRoute(next.route, maker.of(next.route), next.seed, runs)
      target.tidy?.()
      if (base === 0 && waiting.length <= 2 * third) base = heapAfterTidying()
    }
  }
  try {
    await Promise.all(Array.from({length: ABREAST}, work))
    await run.fuzzBytes(fc.oneof(...target.routes.map((it) => maker.of(it))), seed, streams)
  } finally {
    run.isOver = true
    await beating
    run.end()
  }
  return {...run.report(seed), growth: heapAfterTidying() / base}
}

/** For people: what was done, and how to do it again. */
export function reported(report: FuzzReport): string {
  const answers = [...report.answers].toSorted(([, a], [, b]) => b - a)
  return [
    `fuzzed with COMMODARR_SEED=${report.seed}${isFull ? ' COMMODARR_FULL=1' : ''}: ${report.requests} requests, ${report.heartbeats} heartbeats`,
    answers.map(([kind, count]) => `${kind}: ${count}`).join(', '),
    `never served: ${report.neverServed.join(', ')}; growth ${report.growth.toFixed(2)}`,
    `slowest: ${report.slowest.join(' ')} ms`,
    '',
  ].join('\n')
}

class Run {
  readonly #target: FuzzTarget
  readonly #agent = new Agent({keepAlive: true, maxSockets: 2 * ABREAST})
  readonly #proofs = new Map<number, Promise<Readonly<Record<string, string>>>>()
  readonly #answers = new Map<string, number>()
  readonly #objections: string[] = []
  readonly #served = new Set<string>()
  #slowest: readonly [string, number] = ['', 0]
  #requests = 0
  #heartbeats = 0
  isOver = false

  constructor(target: FuzzTarget) {
    this.#target = target
  }

  async json(path: string): Promise<unknown> {
    const {body} = await this.#send('GET', `${this.#base}${path}`, [['host', 'localhost']], null)
    return JSON.parse(body.toString())
  }

  async fuzzRoute(
    route: FuzzRoute,
    requests: fc.Arbitrary<FuzzRequest>,
    seed: number,
    numRuns: number,
  ): Promise<void> {
    const property = fc.asyncProperty(requests, async (request) => {
      const objections = await this.#try(route, request)
      if (objections.length > 0) throw new Error(objections.join('; '))
    })
    const found = await fc.check(property, {seed, numRuns, endOnFailure: false, maxSkipsPerRun: 0})
    if (!found.failed) return
    const {errorInstance, counterexample} = found
    this.#objections.push(
      `${route.method} ${route.url} (seed ${seed}): ${String(errorInstance)}\n  ${shown(counterexample?.[0], this.#target)}`,
    )
  }

  async fuzzBytes(requests: fc.Arbitrary<FuzzRequest>, seed: number, numRuns: number): Promise<void> {
    const {address, canaries} = this.#target
    const property = fc.asyncProperty(byteStreams(requests), async (pieces) => {
      const objections = evaluateStream(await exchangePieces(address, pieces), canaries)
      this.#requests++
      if (objections.length > 0) throw new Error(objections.join('; '))
    })
    const found = await fc.check(property, {seed, numRuns})
    if (!found.failed) return
    const [pieces = []] = found.counterexample ?? []
    const bytes = JSON.stringify(Buffer.concat(pieces).toString('latin1')).slice(0, 6_000)
    this.#objections.push(`bytes (seed ${seed}): ${String(found.errorInstance)}\n  ${bytes}`)
  }

  /** Asks a plain question again and again: it must be answered whatever the others ask. */
  async beat(): Promise<void> {
    while (!this.isOver) {
      const {status} = await this.#send('GET', `${this.#base}/health`, [['host', 'localhost']], null)
      if (status === 200) this.#heartbeats++
    }
  }

  end(): void {
    this.#agent.destroy()
  }

  report(seed: number): Omit<FuzzReport, 'growth'> {
    const all = this.#target.routes.map(({method, url}) => `${method} ${url}`)
    return {
      seed,
      requests: this.#requests,
      objections: this.#objections,
      answers: this.#answers,
      neverServed: all.filter((it) => !this.#served.has(it)),
      heartbeats: this.#heartbeats,
      slowest: this.#slowest,
    }
  }

  get #base(): string {
    return new URL(this.#target.address).pathname.replace(/\/$/, '')
  }

  async #try(route: FuzzRoute, request: FuzzRequest): Promise<string[]> {
    const proof = await this.#proofOf(request.who)
    const given = new Set(request.headers.map(([name]) => name.toLowerCase()))
    const own = Object.entries({host: 'localhost', ...proof}).filter(([name]) => !given.has(name))
    this.#requests++
    const startedAt = performance.now()
    const {method, target, body} = request
    const answer = await this.#send(method, target, [...own, ...request.headers], body).catch(String)
    const took = Math.round(performance.now() - startedAt)
    if (took > this.#slowest[1]) this.#slowest = [`${route.method} ${route.url}`, took]
    if (typeof answer === 'string') return [`no answer: ${answer}`]
    const {code} = problemIn(answer)
    // What the last request did to him (logged out, key revoked) shall not turn away all the others.
    if (answer.status === 401) this.#proofs.delete(request.who)
    // Who does not want a socket is told what the address is for; that is all it does for him.
    const isReported = answer.status < 400 || code === 'upgrade_required'
    const isServed = isReported || this.#target.meant?.includes(code as ErrorCode)
    if (isServed && request.method === route.method) this.#served.add(`${route.method} ${route.url}`)
    const kind = code === undefined ? `${answer.status}` : `${answer.status} ${code}`
    this.#answers.set(kind, (this.#answers.get(kind) ?? 0) + 1)
    return evaluate(request, answer, this.#target)
  }

  #proofOf(who: number): Promise<Readonly<Record<string, string>>> {
    const known = this.#proofs.get(who) ?? this.#target.principals[who]!.proof()
    this.#proofs.set(who, known)
    return known
  }

  #send(
    method: string,
    path: string,
    headers: readonly (readonly [string, string])[],
    body: Uint8Array | null,
  ): Promise<FuzzAnswer> {
    const {port} = new URL(this.#target.address)
    return new Promise((resolve, reject) => {
      const options = {host: '127.0.0.1', port, method, path, agent: this.#agent}
      const sent = httpRequest({...options, headers: [...headers, framingOf(body)].flat()}, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('end', () =>
          resolve({
            status: answer.statusCode!,
            headers: answer.headers,
            body: decoded(answer.headers['content-encoding'], Buffer.concat(chunks)),
          }),
        )
        answer.once('error', reject)
      })
      sent.setTimeout(HANG_MS, () => sent.destroy(new Error('no answer within five minutes')))
      sent.once('error', (error: NodeJS.ErrnoException) => {
        // The other side may refuse a body while it still arrives, and close.
        if (body !== null && /EPIPE|ECONNRESET/.test(error.code ?? '')) resolve(cutOff)
        else reject(error)
      })
      if (body === null) sent.end()
      else sent.end(body)
    })
  }
}

function decoded(encoding: string | undefined, body: Buffer): Buffer {
  if (body.length === 0) return body
  if (encoding === 'br') return brotliDecompressSync(body)
  return encoding === 'gzip' ? gunzipSync(body) : body
}

/** Half of the bodies come with their length, the others in chunks. */
function framingOf(body: Uint8Array | null): readonly [string, string] {
  if (body === null) return ['content-length', '0']
  return body.length % 2 === 0 ? ['content-length', String(body.length)] : ['transfer-encoding', 'chunked']
}

const cutOff: FuzzAnswer = {status: 0, headers: {}, body: Buffer.alloc(0)}

/** What is wrong with an answer. */
function evaluate(
  request: FuzzRequest,
  answer: FuzzAnswer,
  {canaries, meant = []}: Pick<FuzzTarget, 'canaries' | 'meant'>,
): string[] {
  if (answer === cutOff) return []
  const {status, headers, body} = answer
  const text = body.toString()
  const reported = JSON.stringify(headers) + text
  const objections: (string | false)[] = [
    headers['x-content-type-options'] !== 'nosniff' && 'lacks the protecting headers',
    !String(headers['content-security-policy']).startsWith("default-src 'none'") && 'lacks a policy',
    'access-control-allow-origin' in headers && 'lets foreign pages read',
    /x-injected/i.test(Object.keys(headers).join()) && 'has a header that the request made',
    /\bat \S+ \(|node_modules|file:\/\/\/\S+\.ts|\bFST_[A-Z]+/.test(text) &&
      !isApiPage(request) &&
      'tells internals',
    ...canaries.map((it) => reported.includes(it) && `tells the secret ${it}`),
    status >= 400 &&
      request.method !== 'HEAD' &&
      !isLogInPage(request, answer) &&
      objectionToProblem(answer, meant),
    status === 500 && request.method === 'HEAD' && 'HEAD is answered with 500',
  ]
  return objections.filter((it) => it !== false)
}

function objectionToProblem(answer: FuzzAnswer, meant: readonly string[]): string | false {
  const {code, status, detail} = problemIn(answer)
  if (!errorCodes.includes(code as ErrorCode)) return `${answer.status} without a known code`
  if (status !== answer.status || statusOf[code as ErrorCode] !== status)
    return `${code} with ${answer.status}`
  const isOurs = status >= 500 && !behindUs.has(code as ErrorCode) && !meant.includes(code as ErrorCode)
  if (isOurs) return `${status} ${code}: ${detail}`
  return answer.body.length > 64 * 1024 && `a refusal of ${answer.body.length} bytes`
}

function problemIn({status, headers, body}: FuzzAnswer): {code?: string; status?: number; detail?: string} {
  const isProblem = status >= 400 && headers['content-type'] === 'application/problem+json; charset=utf-8'
  return isProblem && body.length > 0 ? (JSON.parse(body.toString()) as {code: string}) : {}
}

/** Its scripts are a library's, and speak of such things. */
function isApiPage({target}: FuzzRequest): boolean {
  return target.includes('/api/docs')
}

/** Who comes back from a provider with a browser is told by a page what went wrong. */
function isLogInPage({target}: FuzzRequest, {headers}: FuzzAnswer): boolean {
  return target.includes('oidc') && headers['content-type'] === 'text/html; charset=utf-8'
}

function shown(request: FuzzRequest | undefined, {principals}: FuzzTarget): string {
  if (request === undefined) return ''
  const {body, who, ...rest} = request
  const text = body === null ? null : Buffer.from(body).toString().slice(0, 2_000)
  return JSON.stringify({...rest, who: principals[who]?.name, body: text}).slice(0, 6_000)
}

function heapAfterTidying(): number {
  setFlagsFromString('--expose-gc')
  const tidy = runInNewContext('gc') as () => void
  tidy()
  return process.memoryUsage().heapUsed
}
