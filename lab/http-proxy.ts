/** A small HTTP proxy (RFC 9110 §9.3.6 CONNECT, and plain forwarding), to see that a client goes through it. */
import {createServer, request as forward, type IncomingMessage, type ServerResponse} from 'node:http'
import {connect, type Socket} from 'node:net'
import type {Duplex} from 'node:stream'
import {close, listen} from './tracker.ts'

interface HttpProxyOptions {
  /** Without these it answers 407. */
  readonly credentials?: {readonly username: string; readonly password: string} | undefined
}

interface HttpProxy {
  /** `http://host:port`, without credentials. */
  readonly url: string
  /** `host:port` of each tunnel or request that was let through. */
  readonly passed: readonly string[]
  stop(): Promise<void>
}

export async function startHttpProxy({credentials}: HttpProxyOptions = {}): Promise<HttpProxy> {
  const passed: string[] = []
  const wanted = credentials && `Basic ${btoa(`${credentials.username}:${credentials.password}`)}`
  const isAllowed = (request: IncomingMessage) =>
    wanted === undefined || request.headers['proxy-authorization'] === wanted
  const sockets = new Set<Duplex>()
  const server = createServer((request, response) => {
    if (!isAllowed(request)) {
      response.writeHead(407, {'proxy-authenticate': 'Basic'}).end()
      return
    }
    passed.push(new URL(request.url ?? '').host)
    passOn(request, response)
  })
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    sockets.add(client)
    if (!isAllowed(request)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n')
      return
    }
    passed.push(request.url ?? '')
    tunnel(request.url ?? '', client, head)
  })
  const url = `http://127.0.0.1:${await listen(server, '127.0.0.1')}`
  return {
    url,
    passed,
    stop: () => {
      for (const socket of sockets) socket.destroy()
      return close(server)
    },
  }
}

function passOn(request: IncomingMessage, response: ServerResponse): void {
  const {'proxy-authorization': _, ...headers} = request.headers
  const onward = forward(request.url ?? '', {method: request.method, headers}, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.writeHead(502).end())
  request.pipe(onward)
}

function tunnel(target: string, client: Duplex, head: Buffer): void {
  const {hostname, port} = new URL(`http://${target}`)
  const server: Socket = connect(Number(port || 80), hostname.replace(/^\[|\]$/g, ''), () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    server.write(head)
    server.pipe(client).pipe(server)
  })
  server.on('error', () => client.destroy())
  client.on('error', () => server.destroy())
}
