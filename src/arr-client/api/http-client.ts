/**
 * HTTP to one Arr: its key in a header, answers that are JSON, or a picture where one is asked for, bounded in size and time. It goes where
 * the policy that it is handed allows; a redirect is followed once and only within the same origin (an Arr with a URL
 * base redirects into it).
 *
 *   read    one answer, checked against its shape               stream  a list, each element checked as it arrives
 *   send    a change; what comes back is checked, too           probe   any JSON, for finding out what it is
 *   image   a picture, as it is
 *
 * Source: Radarr and Sonarr, `X-Api-Key`; a wrong key is 401 with an empty body, 503 while the app starts; a refused
 * value is 400 with a list of {propertyName, errorMessage}, everything else {message, description = stack}.
 */
import type {LookupFunction} from 'node:net'
import {Agent, type Dispatcher} from 'undici'
import type {z} from 'zod'
import {Deadline} from '#clients/deadline.ts'
import {garbled} from '#clients/json.ts'
import {JsonMemberStream} from '#clients/json-member-stream.ts'
import {boundedBody} from '#lib/bounded-body.ts'
import {systemClock, type Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {urlBaseIn} from '#model/arr.ts'
import {BadArgument, CommandRefused, CommodarrError, ServerFault} from '#model/errors.ts'
import {isHeaderKey, type Secret} from '#model/secret.ts'
import {faultOf, notAnArr, wordsIn} from './arr-faults.ts'

/** Where requests may go; `app/compose.ts` hands in the one for servers (`clients/outgoing.ts`). */
export interface OutgoingPolicy {
  /** What speaks against this address as it is written; `null` = nothing. */
  readonly objectionTo: (url: string) => CommodarrError | null
  /** For the socket itself, which connects to exactly what it is given; `undefined` = as the system does. */
  readonly lookup: LookupFunction | undefined
  /** Of any answer, decompressed, however large it may be by its kind; absent = so large. */
  readonly mostBytes?: number | undefined
  /** Of an answer that is parsed in one go, on a thread for which everybody waits; absent = as by its kind. */
  readonly mostWholeBytes?: number | undefined
  /** Of a list that is kept; a longer one is a fault. Absent = any. */
  readonly mostRows?: number | undefined
}

export interface ArrAddress {
  /** With its URL base; without credentials. */
  readonly url: string
  readonly apiKey: Secret
  readonly skipVerify: boolean
  /** Lower case; absent = that of Arrs. */
  readonly keyHeader?: string | undefined
}

export interface ArrLimits {
  /** Of one answer, decompressed. */
  readonly bytes: number
  /** For one answer, redirect included. */
  readonly requestMs: number
}

export const arrLimits: ArrLimits = {bytes: 4 * 1024 * 1024, requestMs: 10_000}

/** For whole queues, and for lists that are read piece by piece: 50,000 movies are 250 MB. */
export const longAnswer: ArrLimits = {bytes: 64 * 1024 * 1024, requestMs: 60_000}
export const hugeAnswer: ArrLimits = {bytes: 2 * 1024 * 1024 * 1024, requestMs: 600_000}

const MOST_BYTES_OF_A_PIECE = 4 * 1024 * 1024

export type Query = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>

export interface ArrRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the URL base, with its leading slash. */
  readonly path: string
  /** A list repeats its name. */
  readonly query?: Query
  /** Goes out as JSON. */
  readonly body?: unknown
  readonly limits?: ArrLimits
  readonly signal?: AbortSignal | undefined
  /** A well Arr may answer 500 to it, and whoever asks knows what that means. */
  readonly takes500?: boolean
  /** Its answer is a list that is kept as long as the Arr is there. */
  readonly isKept?: boolean
  /** It has the Arr do something: what fails may have been done, and would be done again. */
  readonly isOnce?: boolean
}

/** What the clients need of the door; a test hands in one without a network. */
export interface ArrReader {
  /** @returns `null` = there is nothing at this path */
  read<T>(request: ArrRequest, shape: z.ZodType<T>): Promise<T | null>
  /**
   * @param member where the list stands in the answer's object; `null` = the answer is the list
   * @returns how many there were
   */
  stream<T>(
    request: ArrRequest & {readonly member: string | null},
    shape: z.ZodType<T>,
    take: (element: T) => void,
  ): Promise<number>
  /** Whatever it answers. @returns false = there is nothing at this path */
  send(request: ArrRequest): Promise<boolean>
  /** The bytes of a picture. @returns `null` = there is nothing at this path */
  image(request: ArrRequest): Promise<Buffer | null>
}

export interface ArrSurroundings {
  /** Instead of sockets, for simulations. */
  readonly dispatcher?: Dispatcher | undefined
  /** By which answers are late. Default: the system's. */
  readonly clock?: Clock | undefined
  /**
   * Of a thread for which everybody waits: a list is taken piece by piece, and others have their turn between them.
   * Absent = it is taken as fast as it comes.
   */
  readonly turns?: Pick<TimeSlice, 'due' | 'next'> | undefined
  /**
   * An answer names another version of the app than the first one did: what was found out about it may not hold any
   * more. Told after each such answer.
   */
  readonly updated?: (() => void) | undefined
}

export class ArrHttpClient implements ArrReader {
  /** As it was given. */
  readonly #given: string
  /** With the URL base into which it led us. */
  #url: string
  readonly #apiKey: Secret
  readonly #keyHeader: string
  readonly #agent: Dispatcher
  readonly #limits: ArrLimits
  readonly #mostBytes: number
  readonly #mostWholeBytes: number
  readonly #mostRows: number
  readonly #encoding: 'identity' | 'gzip'
  readonly #clock: Clock
  readonly #turns: ArrSurroundings['turns']
  readonly #updated: () => void
  /** Of the app, as its first answer said; `null` = none has said it. */
  #version: string | null = null

  /**
   * @throws {BadArgument} for what is no address; {CommodarrError} address_forbidden
   */
  constructor(
    {url, apiKey, skipVerify, keyHeader = 'x-api-key'}: ArrAddress,
    policy: OutgoingPolicy,
    limits = arrLimits,
    {dispatcher, clock = systemClock, turns, updated = () => undefined}: ArrSurroundings = {},
  ) {
    this.#limits = limits
    this.#mostBytes = policy.mostBytes ?? Infinity
    this.#mostWholeBytes = policy.mostWholeBytes ?? Infinity
    this.#mostRows = policy.mostRows ?? Infinity
    this.#clock = clock
    this.#turns = turns
    this.#updated = updated
    this.#given = arrUrl(url)
    this.#url = this.#given
    const objection = policy.objectionTo(this.#given)
    if (objection) throw objection
    if (!isHeaderKey(apiKey)) throw new BadArgument('This is no API key of an Arr.')
    this.#apiKey = apiKey
    this.#keyHeader = keyHeader
    // Compression costs both ends more than a loopback costs bytes.
    this.#encoding = /^(localhost|127\.|\[::1\])/.test(new URL(this.#given).hostname) ? 'identity' : 'gzip'
    this.#agent =
      dispatcher ??
      new Agent({
        // One may be busy with a list of the whole library.
        connections: 2,
        // How long an answer may take is `Deadline`'s to say.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: 30_000,
        connect: {
          rejectUnauthorized: !skipVerify,
          timeout: limits.requestMs,
          ...(policy.lookup && {lookup: policy.lookup}),
        },
      })
  }

  /** Where it answers: with its URL base, also where the address that was given lacks it. */
  get url(): string {
    return this.#url
  }

  /**
   * @returns the parsed answer as it is; `null` = there is nothing at this path
   * @throws {ServerFault} {CommodarrError} login_refused
   */
  async probe(path: string, signal?: AbortSignal): Promise<unknown> {
    const text = await this.#text({path, signal})
    return text === null ? null : parsed(text)
  }

  async read<T>(request: ArrRequest, shape: z.ZodType<T>): Promise<T | null> {
    const text = await this.#text(request)
    if (text === null) return null
    const value = parsed(text)
    if (request.isKept === true) this.#demandFewRows(value, request.path)
    return inShape(value, shape, request.path)
  }

  async send(request: ArrRequest): Promise<boolean> {
    return (await this.#text(request)) !== null
  }

  async image(request: ArrRequest): Promise<Buffer | null> {
    const chunks: Buffer[] = []
    const found = await this.#exchange(request, (chunk) => void chunks.push(chunk), isImage)
    return found ? Buffer.concat(chunks) : null
  }

  async stream<T>(
    request: ArrRequest & {readonly member: string | null},
    shape: z.ZodType<T>,
    take: (element: T) => void,
  ): Promise<number> {
    const elements = new ListStream(request.member)
    let count = 0
    const found = await this.#exchange(request, (chunk) => {
      for (const element of elements.take(chunk)) {
        take(inShape(element, shape, request.path))
        count++
      }
    })
    if (!found) throw notAnArr()
    elements.end()
    return count
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  /** All or none: from a list that was cut, what is absent could not be distinguished from what is gone. */
  #demandFewRows(value: unknown, path: string): void {
    if (!Array.isArray(value) || value.length <= this.#mostRows) return
    throw tooLarge(
      `${path} has ${value.length} rows; of an Arr that a user added, at most ${this.#mostRows} are read.`,
    )
  }

  async #text(request: ArrRequest): Promise<string | null> {
    const chunks: Buffer[] = []
    const {limits = this.#limits} = request
    const whole = {...limits, bytes: Math.min(limits.bytes, this.#mostWholeBytes)}
    const found = await this.#exchange({...request, limits: whole}, (chunk) => void chunks.push(chunk))
    return found ? Buffer.concat(chunks).toString('utf8') : null
  }

  /**
   * @param isAnswer whether this is what such a request is answered with; what stands before an Arr has pages of its own
   * @returns false for a 404 of the Arr
   */
  async #exchange(
    request: ArrRequest,
    consume: (chunk: Buffer) => void,
    isAnswer: (answer: Dispatcher.ResponseData) => boolean = isJson,
  ): Promise<boolean> {
    const limits = request.limits ?? this.#limits
    const deadline = new Deadline({timeoutMs: limits.requestMs, signal: request.signal}, this.#clock)
    let version: unknown
    try {
      const answer = await this.#follow(request, deadline.signal)
      version = answer.headers['x-application-version']
      if (answer.statusCode === 404) return await dumped(answer)
      if (answer.statusCode < 200 || answer.statusCode >= 300) {
        const said: Buffer[] = []
        await this.#drain(answer, arrLimits.bytes, (chunk) => void said.push(chunk))
        throw this.#refusal(answer, Buffer.concat(said).toString('utf8'))
      }
      // Deleting answers with nothing, or with `{}`.
      if (!isAnswer(answer) && answer.statusCode !== 204 && answer.headers['content-length'] !== '0') {
        await dumped(answer)
        throw notAnArr()
      }
      await this.#drain(answer, Math.min(limits.bytes, this.#mostBytes), consume)
      return true
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason
      throw faultOf(error, deadline.fault, isChange(request))
    } finally {
      deadline.end()
      // Only now: whoever hears it may close the door, and this answer is read.
      if (typeof version === 'string' && version !== '') this.#hear(version)
    }
  }

  /** While it waits for its turn, the socket fills up and the Arr waits, too. */
  async #drain(
    answer: Dispatcher.ResponseData,
    bytes: number,
    consume: (chunk: Buffer) => void,
  ): Promise<void> {
    for await (const chunk of boundedBody(answer, bytes, tooLarge)) {
      consume(chunk)
      if (this.#turns?.due()) await this.#turns.next()
    }
  }

  #hear(version: string): void {
    this.#version ??= version
    if (version !== this.#version) this.#updated()
  }

  async #follow(request: ArrRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const asked = this.#url
    const answer = await this.#led(request, signal)
    if (asked === this.#given || !isElsewhere(answer, isChange(request))) return answer
    // It has another URL base now, or none. Another question may know that already.
    await answer.body.dump()
    if (this.#url === asked) this.#url = this.#given
    return this.#led(request, signal)
  }

  /** The URL base into which an Arr leads is kept: its live channel follows no redirect. */
  async #led(request: ArrRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const url = this.#url + request.path + queryText(request.query)
    const first = await this.#ask(url, request, signal)
    const target = redirection(first, url, isChange(request))
    if (target === null) return first
    await first.body.dump()
    const answer = await this.#ask(target, request, signal)
    const base = baseOf(target, request.path)
    if (base !== null && !isElsewhere(answer, isChange(request))) this.#url = base
    return answer
  }

  #ask(url: string, request: ArrRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const {origin, pathname, search} = new URL(url)
    return this.#agent.request({
      origin,
      path: pathname + search,
      method: request.method ?? 'GET',
      signal,
      headers: {
        accept: 'application/json',
        'user-agent': 'Commodarr',
        [this.#keyHeader]: this.#apiKey.reveal(),
        'accept-encoding': this.#encoding,
        ...(request.body !== undefined && {'content-type': 'application/json'}),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
    })
  }

  #refusal(answer: Dispatcher.ResponseData, body: string): CommodarrError {
    const {statusCode: status} = answer
    if (status === 401 || status === 403) {
      return new ServerFault('login_refused', 'wrong_credentials', 'The Arr does not accept this key.')
    }
    if (status === 503) {
      return new ServerFault('server_failed', 'server_error', 'The Arr is starting; try again in a moment.', {
        about: {starting: true},
      })
    }
    if (status === 429) {
      return new ServerFault(
        'rate_limited',
        'rate_limited',
        'Something before the Arr says: too many requests.',
      )
    }
    const words = isJson(answer) ? this.#withoutKey(wordsIn(body)) : ''
    if (status === 400 || status === 409 || status === 405) {
      return new CommandRefused(words === '' ? `The Arr refused (${status}).` : `The Arr refused: ${words}`, {
        status,
      })
    }
    const said = words === '' ? '' : `: ${words}`
    return new ServerFault('server_failed', 'server_error', `What answers there answered ${status}${said}.`, {
      about: {status},
      outcomeUnknown: status >= 500,
    })
  }

  /** What an Arr refuses it may repeat. */
  #withoutKey(text: string): string {
    return text.replaceAll(this.#apiKey.reveal(), '***')
  }
}

/** Elements of a list as its bytes arrive: of the answer itself, or of what stands at `member` of its object. */
export class ListStream {
  readonly #key: string
  readonly #isWhole: boolean
  readonly #json: JsonMemberStream
  #isList = false

  /** @param mostBytes of one element */
  constructor(member: string | null, mostBytes = MOST_BYTES_OF_A_PIECE) {
    this.#key = member ?? ''
    this.#isWhole = member === null
    const blockBytes = Math.min(BLOCK_BYTES, mostBytes)
    this.#json = new JsonMemberStream(
      {members: member === null ? [] : [member]},
      {pieceBytes: mostBytes, blockBytes},
    )
  }

  /** The elements that ended in this chunk. @throws {ServerFault} answer_invalid */
  *take(chunk: Uint8Array): Generator<unknown, void, undefined> {
    for (const piece of this.#json.push(chunk)) {
      if (piece.what === 'value' || piece.key !== this.#key) continue
      if (piece.what === 'open') this.#isList = piece.isArray
      else if (piece.what === 'member' && this.#isList) {
        if (this.#isWhole) yield piece.value
        else yield* piece.value as readonly unknown[]
      }
    }
  }

  /** The answer ended. @throws {ServerFault} when it did so too early, or held no such list */
  end(): void {
    this.#json.finish()
    if (!this.#isList) throw garbled('it is no list')
  }
}

const BLOCK_BYTES = 16 * 1024

/** http or https, host, port and URL base. @throws {BadArgument} for what is no address */
export function arrUrl(text: string): string {
  const given = text.trim()
  const url = URL.canParse(given) ? new URL(given) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new BadArgument('An Arr has an address such as http://host:7878 or https://host/radarr.', {
      field: 'url',
    })
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new BadArgument('An address of an Arr ends with its path and carries no user.', {field: 'url'})
  }
  return url.origin + urlBaseIn(url.pathname)
}

/** Nothing is there, or the page that an Arr shows at paths that it does not know. */
function isElsewhere(answer: Dispatcher.ResponseData, isOfChange: boolean): boolean {
  const {statusCode: status} = answer
  if (isJson(answer) || isImage(answer)) return false
  return status === 404 || status === 405 || (status === 200 && !isOfChange)
}

/** The address below which this path stands there; `null` = it leads to something else. */
function baseOf(target: string, path: string): string | null {
  const {origin, pathname} = new URL(target)
  return pathname.endsWith(path) ? origin + pathname.slice(0, -path.length) : null
}

/** `null` = none. @throws {ServerFault} when it leads to another host, or would make a question of a change */
function redirection(
  {statusCode, headers}: Dispatcher.ResponseData,
  asked: string,
  isChange: boolean,
): string | null {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return null
  const location = String(headers['location'] ?? '')
  const target = URL.canParse(location, asked) ? new URL(location, asked) : null
  const keepsMethod = !isChange || statusCode === 307 || statusCode === 308
  if (target?.origin === new URL(asked).origin && keepsMethod) return target.href
  throw new ServerFault('wrong_server', 'login_page', 'It leads elsewhere: a login page, or another address.')
}

function isChange({method = 'GET'}: ArrRequest): boolean {
  return method !== 'GET'
}

function queryText(query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : [value]).map((one): [string, string] => [name, String(one)]),
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}

function isJson({headers}: Dispatcher.ResponseData): boolean {
  return /^application\/(?:problem\+)?json\b/i.test(String(headers['content-type'] ?? ''))
}

function isImage({headers}: Dispatcher.ResponseData): boolean {
  return /^image\//i.test(String(headers['content-type'] ?? ''))
}

async function dumped(answer: Dispatcher.ResponseData): Promise<false> {
  await answer.body.dump()
  return false
}

function tooLarge(why: string): ServerFault {
  return new ServerFault('answer_invalid', 'answer_too_large', why)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new ServerFault('answer_invalid', 'garbled_answer', 'The answer is no JSON.')
  }
}

/** Names the place, never what stood there. */
function inShape<T>(value: unknown, shape: z.ZodType<T>, path: string): T {
  const {success, data, error} = shape.safeParse(value)
  if (success) return data
  const at = error.issues[0]?.path.join('.') ?? ''
  throw new ServerFault('answer_invalid', 'garbled_answer', 'The answer is not what an Arr says there.', {
    about: {path, at},
  })
}
