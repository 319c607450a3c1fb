/** The socket of one simulated Arr: HTTP on a loopback port, with compression for those who ask for it. */
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {Socket} from 'node:net'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {setTimeout as pause} from 'node:timers/promises'
import {createGzip} from 'node:zlib'
import {listenAt, listenOnFreePort} from '../free-port.ts'
import type {ArrRequest} from './asked.ts'
import type {Answer, Face} from './face.ts'
import type {Stats} from './stats.ts'

export interface HttpFace {
  readonly port: number
  /** Everything that upgrades goes here. */
  onUpgrade(take: (request: IncomingMessage, socket: Socket, head: Buffer) => void): void
  /** Nobody listens any more; connections are cut. */
  down(): Promise<void>
  /** At the port it had. */
  up(): Promise<void>
}

interface HttpFaceOptions {
  readonly face: Face
  readonly stats: () => Stats
  readonly now: () => number
  /** 0 = any. */
  readonly port: number
}

/** On loopback. */
export async function listen({face, stats, now, port: wanted}: HttpFaceOptions): Promise<HttpFace> {
  const server = createServer((request, response) => void serve(request, response))
  // It listens there again: a port of the system would be somebody else's by then.
  const port = wanted === 0 ? await listenOnFreePort(server) : wanted
  if (wanted !== 0) await listenAt(server, wanted)
  return {
    port,
    onUpgrade: (take) => void server.on('upgrade', take),
    async down() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeAllConnections()
      await closed
    },
    up: () => listenAt(server, port),
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now()
    const asked = await received(request)
    const answer = await face.answer(asked)
    const bytes = await send(request, response, answer)
    stats().requests.push({
      at: now(),
      method: asked.method,
      path: asked.path,
      query: asked.query.toString(),
      body: asked.body,
      status: answer.status,
      bytes,
      ms: performance.now() - began,
    })
  }
}

export function headersOf({headers}: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]))
}

async function received(request: IncomingMessage): Promise<ArrRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const url = new URL(request.url ?? '/', 'http://arr')
  const {method = 'GET'} = request
  const asked = {method, path: url.pathname, query: url.searchParams, headers: headersOf(request)}
  return text === '' ? asked : {...asked, body: JSON.parse(text) as unknown}
}

/** @returns the bytes of its body before they were compressed */
async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<number> {
  if (answer.ends === 'before') return ended(response)
  // Its client gives up.
  if (answer.waitMs === Infinity) return 0
  if (answer.waitMs > 0) await pause(answer.waitMs, undefined, {ref: false})
  const asksForZip = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '')
  const isZipped = asksForZip && answer.headers['content-length'] !== '0'
  response.writeHead(answer.status, {...answer.headers, ...(isZipped && {'content-encoding': 'gzip'})})
  let bytes = 0
  async function* pieces(): AsyncGenerator<Buffer> {
    for (const piece of answer.body) {
      const chunk = Buffer.from(piece)
      bytes += chunk.length
      if (answer.bytesPerSec !== null) await pause((chunk.length / answer.bytesPerSec) * 1_000)
      if (answer.ends === 'within') {
        yield chunk.subarray(0, Math.floor(chunk.length / 2))
        return
      }
      yield chunk
    }
  }
  try {
    const source = Readable.from(pieces(), {objectMode: false})
    if (answer.ends === 'within') {
      for await (const chunk of source) response.write(chunk)
      return ended(response)
    }
    await (isZipped ? pipeline(source, createGzip(), response) : pipeline(source, response))
  } catch {
    // Whoever asked went away, which is theirs to do.
    response.destroy()
  }
  return bytes
}

function ended(response: ServerResponse): number {
  response.socket?.destroy()
  return 0
}
