/**
 * SCGI straight to rTorrent, over TCP or a Unix socket: one request per connection, then the server closes. There is no
 * authentication. Source: rtorrent 0.9.8 `src/rpc/scgi_task.cc`: `CONTENT_LENGTH` first, header at most 2,000 bytes;
 * a request it does not like is answered by closing without a word.
 */
import type {Duplex} from 'node:stream'
import type {Clock} from '#lib/clock.ts'
import {ServerFault} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import {Deadline} from '../deadline.ts'
import {faultOf, type BodyConsumer} from '../http.ts'
import {objectionAt} from '../outgoing.ts'
import type {CallBounds} from '../port.ts'
import {socketTransport, type Transport} from '../transport.ts'

export interface RpcRequest {
  readonly type: 'text/xml' | 'application/json'
  readonly body: Buffer
}

export interface RpcAnswerHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Of an answer that is not 2xx; else empty, the consumer had it. */
  readonly body: Buffer
  readonly answerMs: number
}

/** A way to the daemon: SCGI or an HTTP proxy in front of it. */
export interface RpcTransport {
  send(request: RpcRequest, bounds: CallBounds, consume: BodyConsumer): Promise<RpcAnswerHead>
  close(): Promise<void>
}

const MAX_HEAD_BYTES = 16_384
const HEAD_END = Buffer.from('\r\n\r\n')

export class ScgiTransport implements RpcTransport {
  readonly #definition: ServerDefinition
  readonly #clock: Clock
  readonly #ways: Transport
  readonly #sockets = new Set<Duplex>()

  /** @param definition whose `url` is `scgi://host:port` or `scgi+unix:///path` */
  constructor(definition: ServerDefinition, clock: Clock, ways = socketTransport) {
    this.#definition = definition
    this.#clock = clock
    this.#ways = ways
  }

  /** @throws {ServerFault} */
  async send(request: RpcRequest, bounds: CallBounds, consume: BodyConsumer): Promise<RpcAnswerHead> {
    const objection = await objectionAt(this.#definition)
    if (objection) throw objection
    const deadline = new Deadline(bounds, this.#clock)
    const {signal} = deadline
    const answer = new ScgiAnswer(bounds.maxBytes, consume)
    try {
      const startedAt = this.#clock.monotonic()
      let answerMs = 0
      deadline.listen()
      for await (const chunk of this.#talk(request, signal)) {
        answerMs ||= this.#clock.monotonic() - startedAt
        deadline.rest()
        await answer.take(chunk)
        if (answer.isWhole) break
        deadline.listen()
      }
      signal.throwIfAborted()
      return {...answer.finish(), answerMs}
    } catch (error) {
      throw faultOf(error, bounds, deadline, answer.hasBegun)
    } finally {
      deadline.end()
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
  }

  async *#talk(request: RpcRequest, signal: AbortSignal): AsyncGenerator<Buffer> {
    signal.throwIfAborted()
    const socket = this.#ways.scgi(this.#definition)
    this.#sockets.add(socket)
    const onAbort = (): void => void socket.destroy(new Error('aborted'))
    signal.addEventListener('abort', onAbort, {once: true})
    try {
      socket.write(Buffer.concat([scgiHead(request), request.body]))
      for await (const chunk of socket) yield chunk as Buffer
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#sockets.delete(socket)
      socket.destroy()
    }
  }
}

function scgiHead({type, body}: RpcRequest): Buffer {
  const head = `CONTENT_LENGTH\0${body.length}\0SCGI\x001\0CONTENT_TYPE\0${type}\0`
  return Buffer.from(`${head.length}:${head},`, 'latin1')
}

/** The CGI head (`Status: 200 OK`, `Content-Length`), then the body. */
class ScgiAnswer {
  readonly #maxBytes: number
  readonly #consume: BodyConsumer
  #head: Buffer | null = Buffer.alloc(0)
  #headers: Record<string, string> = {}
  #length = Infinity
  #received = 0

  constructor(maxBytes: number, consume: BodyConsumer) {
    this.#maxBytes = maxBytes
    this.#consume = consume
  }

  get hasBegun(): boolean {
    return this.#head === null || this.#head.length > 0
  }

  get isWhole(): boolean {
    return this.#head === null && this.#received >= this.#length
  }

  async take(chunk: Buffer): Promise<void> {
    if (this.#head === null) return this.#body(chunk)
    this.#head = Buffer.concat([this.#head, chunk])
    const end = this.#head.indexOf(HEAD_END)
    if (end < 0) {
      if (this.#head.length > MAX_HEAD_BYTES) throw notScgi()
      return
    }
    const rest = this.#head.subarray(end + HEAD_END.length)
    this.#readHead(this.#head.subarray(0, end).toString('latin1'))
    this.#head = null
    if (rest.length > 0) await this.#body(rest)
  }

  finish(): Omit<RpcAnswerHead, 'answerMs'> {
    if (this.#head !== null && this.#head.length > 0) throw notScgi()
    const isCut = this.#head !== null || (this.#length !== Infinity && this.#received < this.#length)
    if (isCut) {
      const words =
        this.#head === null ? 'The answer broke off.' : 'rTorrent closed the connection without an answer.'
      throw new ServerFault('answer_invalid', 'cut_answer', words, {outcomeUnknown: true})
    }
    return {
      status: Number.parseInt(this.#headers['status'] ?? '200', 10),
      headers: this.#headers,
      body: Buffer.alloc(0),
    }
  }

  #readHead(text: string): void {
    for (const line of text.split('\r\n')) {
      const colon = line.indexOf(':')
      if (colon < 1) throw notScgi()
      this.#headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
    }
    const length = this.#headers['content-length']
    if (length !== undefined && /^\d+$/.test(length)) this.#length = Number(length)
    if (this.#length !== Infinity && this.#length > this.#maxBytes) throw tooLarge(this.#maxBytes)
  }

  async #body(chunk: Buffer): Promise<void> {
    const wanted = chunk.subarray(0, this.#length - this.#received)
    this.#received += chunk.length
    if (this.#received > this.#maxBytes) throw tooLarge(this.#maxBytes)
    await this.#consume(wanted)
  }
}

function notScgi(): ServerFault {
  return new ServerFault('wrong_server', 'not_a_torrent_server', 'What answers there does not speak SCGI.')
}

function tooLarge(maxBytes: number): ServerFault {
  return new ServerFault(
    'answer_invalid',
    'answer_too_large',
    `The answer is larger than ${maxBytes} bytes.`,
    {outcomeUnknown: true},
  )
}
