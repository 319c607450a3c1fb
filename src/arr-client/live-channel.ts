/**
 * The live channel of an Arr: SignalR over one WebSocket, without negotiation, under the same policy as every other
 * request. It says that something changed; what is there now is read by HTTP.
 *
 *   start ─▶ connecting ─▶ up ─▶ down ─(back-off)─▶ connecting …
 *
 * Sonarr 5 sends each message for both of its APIs; those of the other one are dropped.
 * Source: Sonarr and Radarr.
 */
import {
  HttpClient,
  HttpTransportType,
  HubConnectionBuilder,
  HubConnectionState,
  LogLevel,
  type HubConnection,
} from '@microsoft/signalr'
import {WebSocket, type ClientOptions} from 'ws'
import {z} from 'zod'
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {ArrAddress, OutgoingPolicy} from './api/http-client.ts'

export interface LiveMessage {
  /** queue, queue/status, command, movie, series, health, version, … */
  readonly name: string
  readonly action: string
  readonly resource: unknown
  /** Of the message `version` alone: of the app. */
  readonly version: string
}

export interface LiveListener {
  /** After each connecting: something may have been missed. */
  readonly up: () => void
  readonly down: () => void
  readonly message: (message: LiveMessage) => void
}

/** What the replica needs of a channel. */
export interface LiveSource {
  start(listener: LiveListener): void
  stop(): Promise<void>
}

/** A resource with all of its pictures has some kilobytes. */
const MOST_BYTES = 4 * 1024 * 1024
const HANDSHAKE_MS = 10_000

/** Left to itself SignalR loads a jar for cookies with all public suffixes of the internet for requests that we never make. */
class NoRequests extends HttpClient {
  override send(): Promise<never> {
    return Promise.reject(new Error('The live channel makes no requests.'))
  }
}

const shape = z.object({
  name: z.string(),
  version: z.number().nullable().catch(null),
  body: z
    .object({action: z.string().catch(''), resource: z.unknown().optional(), version: z.string().catch('')})
    .catch({action: '', resource: undefined, version: ''}),
})

/** Where the Arr answers is asked at each connecting: it may have another URL base by then. */
interface LiveAddress extends Pick<ArrAddress, 'apiKey' | 'skipVerify'> {
  readonly url: () => string
}

export class LiveChannel implements LiveSource {
  readonly #address: LiveAddress
  readonly #policy: OutgoingPolicy
  /** Of the API that we use: 5 of `v5`. */
  readonly #apiVersion: number
  readonly #clock: Clock
  readonly #random: () => number
  #listener: LiveListener | null = null
  #connection: HubConnection | null = null
  #attempt = 0
  #cancel: () => void = () => undefined

  constructor(
    address: LiveAddress,
    policy: OutgoingPolicy,
    apiVersion: string,
    {clock, random}: {readonly clock: Clock; readonly random: () => number},
  ) {
    this.#address = address
    this.#policy = policy
    this.#apiVersion = Number(apiVersion.slice(1))
    this.#clock = clock
    this.#random = random
  }

  start(listener: LiveListener): void {
    this.#listener = listener
    void this.#connect()
  }

  async stop(): Promise<void> {
    this.#listener = null
    this.#cancel()
    await this.#connection?.stop()
  }

  async #connect(): Promise<void> {
    if (this.#listener === null) return
    // Whatever keeps it from standing, the polling goes on and it is tried again.
    const url = this.#address.url()
    if (this.#policy.objectionTo(url) !== null) return this.#again()
    const connection = this.#newConnection(url)
    this.#connection = connection
    connection.on('receiveMessage', (message: unknown) => this.#take(message))
    let stood = false
    connection.onclose(() => {
      if (!stood) return
      this.#listener?.down()
      this.#again()
    })
    const [started] = await Promise.allSettled([connection.start()])
    if (started.status === 'rejected' || connection.state !== HubConnectionState.Connected) {
      return this.#again()
    }
    stood = true
    this.#attempt = 0
    this.#listener?.up()
  }

  #again(): void {
    if (this.#listener === null) return
    this.#cancel = this.#clock.after(backoffMs(++this.#attempt, this.#random()), () => void this.#connect())
  }

  #take(message: unknown): void {
    const {data} = shape.safeParse(message)
    if (data === undefined || (data.version !== null && data.version !== this.#apiVersion)) return
    this.#listener?.message({...data.body, name: data.name, resource: data.body.resource})
  }

  #newConnection(url: string): HubConnection {
    const {apiKey, skipVerify} = this.#address
    const {lookup} = this.#policy
    const ours: ClientOptions = {
      rejectUnauthorized: !skipVerify,
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MOST_BYTES,
      ...(lookup && {lookup}),
      followRedirects: false,
    }
    class OurSocket extends WebSocket {
      constructor(address: string, protocols?: string | string[], options: ClientOptions = {}) {
        // In a header: what stands in an address lands in the logs of proxies.
        const headers = {...options.headers, 'X-Api-Key': apiKey.reveal(), 'User-Agent': 'Commodarr'}
        super(address, protocols, {...options, ...ours, headers})
      }
    }
    const options = {
      transport: HttpTransportType.WebSockets,
      skipNegotiation: true,
      httpClient: new NoRequests(),
      logger: LogLevel.None,
      WebSocket: OurSocket,
    }
    return new HubConnectionBuilder().withUrl(`${url}/signalr/messages`, options).build()
  }
}
