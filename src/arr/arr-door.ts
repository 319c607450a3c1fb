/**
 * HTTP to one Arr: its key in a header, answers that are JSON and nothing else, bounded in size and time. It goes where
 * the policy that it is handed allows; a redirect is followed once and only within the same origin (an Arr with a URL
 * base redirects into it).
 * Source: Radarr and Sonarr, `X-Api-Key`; a wrong key is 401 with an empty body, 503 while the app starts.
 */
import type {LookupFunction} from 'node:net'
import {Agent, type Dispatcher} from 'undici'
import {BadArgument, CommodarrError, ServerFault} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'

/** Where requests may go; `app/compose.ts` hands in the one for servers (`clients/outgoing.ts`). */
export interface OutgoingPolicy {
  /** What speaks against this address as it is written; `null` = nothing. */
  readonly objectionTo: (url: string) => CommodarrError | null
  /** For the socket itself, which connects to exactly what it is given; `undefined` = as the system does. */
  readonly lookup: LookupFunction | undefined
}

export interface ArrAddress {
  /** With its URL base; without credentials. */
  readonly url: string
  readonly apiKey: Secret
  readonly skipVerify: boolean
}

export interface ArrLimits {
  readonly bytes: number
  /** For one answer, redirect included. */
  readonly requestMs: number
}

export const arrLimits: ArrLimits = {bytes: 4 * 1024 * 1024, requestMs: 10_000}

export class ArrDoor {
  readonly url: string
  readonly #apiKey: Secret
  readonly #agent: Agent
  readonly #limits: ArrLimits

  /** @throws {BadArgument} for what is no address; {CommodarrError} address_forbidden */
  constructor({url, apiKey, skipVerify}: ArrAddress, policy: OutgoingPolicy, limits = arrLimits) {
    this.#limits = limits
    this.url = arrUrl(url)
    const objection = policy.objectionTo(this.url)
    if (objection) throw objection
    if (!/^[\x21-\x7e]{1,200}$/.test(apiKey.reveal())) throw new BadArgument('This is no API key of an Arr.')
    this.#apiKey = apiKey
    this.#agent = new Agent({
      connections: 1,
      connect: {
        rejectUnauthorized: !skipVerify,
        timeout: limits.requestMs,
        ...(policy.lookup && {lookup: policy.lookup}),
      },
      maxResponseSize: limits.bytes,
    })
  }

  /**
   * @param path below the URL base, with its leading slash
   * @returns the parsed answer; `null` = there is nothing at this path
   * @throws {ServerFault} {CommodarrError} login_refused
   */
  async get(path: string): Promise<unknown> {
    const signal = AbortSignal.timeout(this.#limits.requestMs)
    try {
      const first = await this.#ask(this.url + path, signal)
      const target = redirection(first, this.url + path)
      if (target !== null) await first.body.dump()
      const answer = target === null ? first : await this.#ask(target, signal)
      return await this.#read(answer)
    } catch (error) {
      throw faultOf(error, signal)
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  #ask(url: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return this.#agent.request({
      origin: new URL(url).origin,
      path: new URL(url).pathname,
      method: 'GET',
      headers: {
        accept: 'application/json',
        'user-agent': 'Commodarr',
        'x-api-key': this.#apiKey.reveal(),
        'accept-encoding': 'identity',
      },
      signal,
    })
  }

  async #read({statusCode, headers, body}: Dispatcher.ResponseData): Promise<unknown> {
    const text = await body.text()
    if (statusCode === 404) return null
    if (statusCode === 401 || statusCode === 403) {
      throw new ServerFault('login_refused', 'wrong_credentials', 'The Arr does not accept this key.')
    }
    if (statusCode === 503) {
      throw new ServerFault('server_failed', 'server_error', 'The Arr is starting; try again in a moment.')
    }
    if (statusCode >= 300) {
      throw new ServerFault('server_failed', 'server_error', `What answers there answered ${statusCode}.`)
    }
    if (!/^application\/(?:problem\+)?json\b/i.test(String(headers['content-type'] ?? ''))) throw notAnArr()
    try {
      return JSON.parse(text) as unknown
    } catch {
      throw new ServerFault('answer_invalid', 'garbled_answer', 'The answer is no JSON.')
    }
  }
}

export function notAnArr(): ServerFault {
  return new ServerFault('wrong_server', 'not_a_torrent_server', 'What answers there is no Arr.')
}

/** http or https, host, port and URL base; what people copy from their browser may end in a slash. */
function arrUrl(text: string): string {
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
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/** `null` = none. @throws {ServerFault} when it leads to another host */
function redirection({statusCode, headers}: Dispatcher.ResponseData, asked: string): string | null {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return null
  const location = String(headers['location'] ?? '')
  const target = URL.canParse(location, asked) ? new URL(location, asked) : null
  if (target?.origin === new URL(asked).origin) return target.href
  throw new ServerFault(
    'wrong_server',
    'login_page',
    'It leads elsewhere: a log-in page, or another address.',
  )
}

/** Names what went wrong; the key is in none of it. */
function faultOf(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof CommodarrError) return error
  if (signal.aborted) {
    return new ServerFault('server_unreachable', 'timed_out', 'No whole answer in time.', {cause: error})
  }
  const own = causeOf(error, (it) => it instanceof CommodarrError)
  if (own) return own
  const code = String(Reflect.get(causeOf(error, (it) => 'code' in it) ?? {}, 'code') ?? 'no reason given')
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new ServerFault(
      'answer_invalid',
      'answer_too_large',
      'The answer is larger than any list of clients.',
    )
  }
  const [reason, text] = reasonOf(code)
  return new ServerFault('server_unreachable', reason, `${text} (${code}).`, {cause: error})
}

function reasonOf(code: string): [ServerFault['reason'], string] {
  if (code === 'ECONNREFUSED') return ['refused', 'Nothing accepts connections at this address']
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ['dns', 'The host name is not known']
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
    return ['timed_out', 'No connection in time']
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) return ['certificate', 'The certificate is not trusted']
  if (/^(ERR_SSL|EPROTO|ERR_TLS)/.test(code)) return ['tls', 'It does not speak TLS as we do']
  if (code.startsWith('HPE_')) return ['not_a_torrent_server', 'What answers there does not speak HTTP']
  return ['connection_reset', 'The connection broke']
}

function causeOf(error: unknown, isIt: (error: Error) => boolean): Error | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (isIt(at)) return at
  }
  return null
}
