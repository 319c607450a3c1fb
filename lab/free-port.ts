import {createServer, type Server} from 'node:net'
import {threadId} from 'node:worker_threads'

/** Below the range the system takes for outgoing connections. */
const [FIRST_PORT, PORTS] = [20_001, 12_000]
const TAKEN_MEANWHILE = 20
let next = (process.pid * 31 + threadId * 997) % PORTS

/**
 * A port that nobody listens on, and that no other process of the lab gets while this one runs: for daemons, which must be
 * told theirs and begin to listen a moment later, and for whatever stops listening and begins again.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS; tries++) {
    const port = FIRST_PORT + next
    next = (next + 1) % PORTS
    if ((await isReserved(port)) && (await isFree(port))) return port
  }
  throw new Error(`No port from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} is free.`)
}

/**
 * Listens on a port of its own, which it has again after it stopped. That nobody listened a moment before is no proof:
 * the system gives ports to whoever asks, so the port that it got by listening counts.
 * @returns the port
 */
export async function listenOnFreePort(server: Server, host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < TAKEN_MEANWHILE; tries++) {
    const port = await freePort()
    try {
      await listenAt(server, port, host)
      return port
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  throw new Error(`${TAKEN_MEANWHILE} free ports were taken before a server listened there.`)
}

/** @param at a port, or the path of a Unix socket @throws the error of the system, as EADDRINUSE */
export function listenAt(server: Server, at: number | string, host = '127.0.0.1'): Promise<void> {
  return new Promise((resolve, reject) => {
    const listening = (): void => {
      server.off('error', failed)
      resolve()
    }
    const failed = (error: Error): void => {
      server.off('listening', listening)
      reject(error)
    }
    server.once('error', failed)
    server.once('listening', listening)
    if (typeof at === 'string') server.listen(at)
    else server.listen(at, host)
  })
}

/**
 * By a name that one socket can have: the system keeps such names for each network namespace, as it does ports, and frees
 * them with their process. Only Linux has them.
 */
function isReserved(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true)
  return new Promise((resolve) => {
    const mark = createServer()
    mark.once('error', () => resolve(false))
    mark.listen(`\0commodarr-port-${port}`, () => resolve(true)).unref()
  })
}

/** On no address; without IPv6 on none of the other kind. */
function isFree(port: number, host: '::' | '0.0.0.0' = '::'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', ({code}: NodeJS.ErrnoException) =>
      resolve(host === '::' && code !== 'EADDRINUSE' ? isFree(port, '0.0.0.0') : false),
    )
    probe.listen({port, host, ipv6Only: false}, () => probe.close(() => resolve(true)))
  })
}
