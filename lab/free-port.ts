import {createServer} from 'node:net'
import {threadId} from 'node:worker_threads'

/** Below the range the system takes for outgoing connections. */
const [FIRST_PORT, PORTS] = [20_001, 12_000]
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
