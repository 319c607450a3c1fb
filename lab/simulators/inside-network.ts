/** Simulated servers in the place of the network: Commodarr's own clients reach them without a socket. */
import {Duplex} from 'node:stream'
import {Response, type Dispatcher, type FormData} from 'undici'
import type {PortState} from '#clients/port.ts'
import type {Transport} from '#clients/transport.ts'
import type {ServerDefinition} from '#model/server.ts'
import {broken, SocketlessDispatcher, type Answering} from '../socketless.ts'
import type {Outlet} from './delivery.ts'
import type {FaceRequest} from './face.ts'
import type {FaultyServer} from './faulty-server.ts'
import {cgiHead, scgiRequest} from './scgi.ts'

/** Told of each request before it arrives. What it gives never settles for requests that are lost on the way. */
type Passing = (address: string, request: FaceRequest) => void | Promise<void>

export class InsideNetwork {
  readonly #servers = new Map<string, FaultyServer>()

  add(server: FaultyServer): void {
    this.#servers.set(addressOf(server.url), server)
  }

  /** @throws ECONNREFUSED where nobody listens */
  reach(address: string): FaultyServer {
    const server = this.#servers.get(address)
    if (!server?.isListening) throw broken('ECONNREFUSED')
    return server
  }

  /** @param hears whether who asked is there still when an answer comes; else it is lost */
  ways(passing: Passing = () => undefined, hears: () => boolean = () => true): Transport {
    return {
      http: ({url}) => new ServerDispatcher(this, addressOf(url), passing, hears),
      scgi: ({url}) => new InsideSocket(this, addressOf(url), passing, hears),
    }
  }

  /** Is there somebody who listens? */
  knock(definition: ServerDefinition): Promise<PortState> {
    return Promise.resolve(this.#servers.get(addressOf(definition.url))?.isListening ? 'open' : 'shut')
  }
}

/** Host and port. */
function addressOf(url: string): string {
  return new URL(url).host
}

class ServerDispatcher extends SocketlessDispatcher {
  readonly #network: InsideNetwork
  readonly #address: string
  readonly #passing: Passing
  readonly #hears: () => boolean

  constructor(network: InsideNetwork, address: string, passing: Passing, hears: () => boolean) {
    super()
    this.#network = network
    this.#address = address
    this.#passing = passing
    this.#hears = hears
  }

  protected override async answer(options: Dispatcher.DispatchOptions, answering: Answering): Promise<void> {
    const request = await httpRequest(options)
    await this.#passing(this.#address, request)
    const server = this.#network.reach(this.#address)
    const ending = new AbortController()
    const broke = new Promise<never>((_, reject) => {
      const outlet: Outlet = {
        head: (status, headers) => answering.head(status, headers),
        write: (chunk) => answering.piece(chunk),
        end: () => answering.end(),
        cut: () => reject(broken('UND_ERR_SOCKET')),
        reset: () => reject(broken('ECONNRESET')),
      }
      void answering.gone.then(() => ending.abort())
      server.converse(request, heardBy(this.#hears, outlet), ending.signal).catch(reject)
    })
    await Promise.race([broke, answering.gone])
  }
}

async function httpRequest({path, method, headers, body}: Dispatcher.DispatchOptions): Promise<FaceRequest> {
  const [plain = '', query = ''] = path.split('?')
  const encoded =
    body === null || body === undefined || typeof body === 'string' || body instanceof Uint8Array
      ? {body: Buffer.from(body ?? ''), headers: {}}
      : await multipart(body as FormData)
  const given = Object.entries((headers ?? {}) as Record<string, string>)
  const named = given.map(([name, value]): [string, string] => [name.toLowerCase(), value])
  return {
    method,
    path: plain,
    query: new URLSearchParams(query),
    via: 'http',
    headers: {...Object.fromEntries(named), ...encoded.headers},
    body: encoded.body,
  }
}

/** What is said to nobody never ends either. */
function heardBy(hears: () => boolean, to: Outlet): Outlet {
  return {
    head: (...head) => {
      if (hears()) to.head(...head)
    },
    write: (chunk) => (hears() ? to.write(chunk) : new Promise(() => {})),
    end: () => {
      if (hears()) to.end()
    },
    cut: () => {
      if (hears()) to.cut()
    },
    reset: () => {
      if (hears()) to.reset()
    },
  }
}

/** As undici itself writes a form with files in it. */
async function multipart(form: FormData): Promise<Pick<FaceRequest, 'body' | 'headers'>> {
  const response = new Response(form)
  const type = response.headers.get('content-type') ?? ''
  return {body: Buffer.from(await response.arrayBuffer()), headers: {'content-type': type}}
}

/** One exchange over SCGI. */
class InsideSocket extends Duplex {
  readonly #network: InsideNetwork
  readonly #address: string
  readonly #passing: Passing
  readonly #hears: () => boolean
  readonly #ending = new AbortController()
  #bytes = Buffer.alloc(0)

  constructor(network: InsideNetwork, address: string, passing: Passing, hears: () => boolean) {
    super()
    this.#network = network
    this.#address = address
    this.#passing = passing
    this.#hears = hears
    this.once('close', () => this.#ending.abort())
  }

  override _read(): void {
    // What is said is pushed.
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error) => void): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    done()
    const request = scgiRequest(this.#bytes)
    if (request === 'broken') this.destroy()
    else if (request !== 'more') this.#ask(request).catch((error: Error) => this.destroy(error))
  }

  async #ask(request: FaceRequest): Promise<void> {
    await this.#passing(this.#address, request)
    const outlet: Outlet = {
      head: (...head) => void this.push(cgiHead(...head)),
      write: (chunk) => Promise.resolve(void this.push(chunk)),
      end: () => void this.push(null),
      cut: () => void this.push(null),
      reset: () => void this.destroy(broken('ECONNRESET')),
    }
    const heard = heardBy(this.#hears, outlet)
    await this.#network.reach(this.#address).converse(request, heard, this.#ending.signal)
  }
}
