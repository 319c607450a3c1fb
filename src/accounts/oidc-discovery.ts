/**
 * What a log-in provider says of itself (OpenID Connect Discovery), asked when somebody wants to log in for the first
 * time, not before: a provider that is down keeps nobody from anything else.
 *
 *   nothing ──ask──▶ known for an hour ──▶ asked again; until it answers the old one is good enough
 *      └──── no answer: nobody asks again before a pause that grows (1 s to 1 min) is over
 */
import * as client from 'openid-client'
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import {SingleFlight} from '#lib/single-flight.ts'
import {CommodarrError} from '#model/errors.ts'
import {providerFault, summaryOf} from './oidc-faults.ts'
import type {OidcSettings} from './oidc-settings.ts'

const GOOD_FOR_MS = 3_600_000
const usualTimeoutS = 10
/** Clocks of two machines may differ by so much. */
const CLOCK_TOLERANCE_S = 60
const MOST_BYTES = 1024 * 1024

export class Discovery {
  readonly #settings: OidcSettings
  readonly #clock: Clock
  /** 0 to 1 */
  readonly #random: () => number
  readonly #warn: (about: object, text: string) => void
  /** How long each answer of the provider may take. */
  readonly #timeoutS: number
  readonly #flights: SingleFlight<client.Configuration>
  #known: {readonly configuration: client.Configuration; readonly askedAt: number} | null = null
  #failure: {readonly attempt: number; readonly error: CommodarrError; readonly nextAt: number} | null = null

  constructor(
    settings: OidcSettings,
    clock: Clock,
    random: () => number,
    warn: (about: object, text: string) => void,
    timeoutS: number = usualTimeoutS,
  ) {
    this.#settings = settings
    this.#clock = clock
    this.#random = random
    this.#warn = warn
    this.#timeoutS = timeoutS
    this.#flights = new SingleFlight(clock, 0)
  }

  /** @throws {CommodarrError} provider_failed */
  async configuration(): Promise<client.Configuration> {
    const now = this.#clock.monotonic()
    const known = this.#known
    if (known !== null && now - known.askedAt < GOOD_FOR_MS) return known.configuration
    if (this.#failure !== null && now < this.#failure.nextAt) {
      if (known !== null) return known.configuration
      throw this.#failure.error
    }
    try {
      return await this.#flights.ask('', () => this.#ask())
    } catch (error) {
      if (known !== null) return known.configuration
      throw error
    }
  }

  async #ask(): Promise<client.Configuration> {
    try {
      const configuration = await discover(this.#settings, this.#timeoutS)
      this.#known = {configuration, askedAt: this.#clock.monotonic()}
      this.#failure = null
      return configuration
    } catch (error) {
      const attempt = (this.#failure?.attempt ?? 0) + 1
      const fault = providerFault(error)
      const pauseMs = backoffMs(attempt, this.#random(), {firstMs: 2_000, mostMs: 60_000})
      this.#failure = {attempt, error: fault, nextAt: this.#clock.monotonic() + pauseMs}
      this.#warn(summaryOf(error), 'the login provider publishes no discovery document')
      throw fault
    }
  }
}

/** Some providers are called with a slash at the end, and people leave it out (or the other way round). */
async function discover(settings: OidcSettings, timeoutS: number): Promise<client.Configuration> {
  const {authority} = settings
  try {
    return await discoverAt(authority, settings, timeoutS)
  } catch (error) {
    const isOtherIssuer =
      error instanceof client.ClientError && error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED'
    if (!isOtherIssuer || authority.pathname === '/') throw error
    const other = new URL(authority)
    other.pathname = other.pathname.endsWith('/') ? other.pathname.slice(0, -1) : `${other.pathname}/`
    return discoverAt(other, settings, timeoutS)
  }
}

function discoverAt(
  server: URL,
  {clientId, clientSecret, allowHttp}: OidcSettings,
  timeout: number,
): Promise<client.Configuration> {
  const metadata = {[client.clockTolerance]: CLOCK_TOLERANCE_S}
  const auth = clientSecret === null ? client.None() : authOf(clientSecret.reveal())
  return client.discovery(server, clientId, metadata, auth, {
    timeout,
    [client.customFetch]: boundedFetch,
    // The signature is checked too: over plain HTTP anybody on the way could have written the answer.
    execute: [client.enableNonRepudiationChecks, ...(allowHttp ? [client.allowInsecureRequests] : [])],
  })
}

/** As the provider wants it; who does not say takes Basic (OpenID Connect Discovery 1.0 §3). */
function authOf(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (methods.includes('client_secret_basic') ? basic : post)(server, ...rest)
  }
}

/** A provider that never ends its answer must not fill our memory. */
const boundedFetch: client.CustomFetch = async (url, {body, ...options}) => {
  const answer = await fetch(url, {
    ...options,
    ...(body !== undefined && body !== null && {body: body as NonNullable<RequestInit['body']>}),
  })
  if (answer.body === null) return answer
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new CommodarrError('provider_failed', 'The provider answers without end.')
    chunks.push(chunk)
  }
  const {status, statusText, headers} = answer
  return new Response(Buffer.concat(chunks), {status, statusText, headers})
}
