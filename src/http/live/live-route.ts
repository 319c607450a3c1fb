/**
 * The way to a live connection. The handshake is a request like every other until all that may refuse it has let it
 * through: door, rights, room. Other upgrades are no business of ours, and are answered as if they were not wished for.
 */
import type {IncomingMessage} from 'node:http'
import websocket from '@fastify/websocket'
import type {FastifyInstance} from 'fastify'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {CommodarrError} from '#model/errors.ts'
import {liveLimits} from '#model/live.ts'
import {needs} from '../security/route-access.ts'
import {problemAnswers} from '../schemas/answers.ts'
import {LiveSockets} from './live-sockets.ts'
import type {LiveDeps} from './parts.ts'

/** For the making of the server: which requests ask for a WebSocket where there is one. */
export function isHandshake(urlBase: string): (request: IncomingMessage) => boolean {
  const address = `${urlBase}/api/live`
  return ({method, url = '', headers}) => {
    const path = url.split('?', 1)[0]!.replace(/\/$/, '')
    return method === 'GET' && path === address && isWellFormed(headers)
  }
}

/** RFC 6455 §4.2.1; what is not is told so by an ordinary answer. */
function isWellFormed(headers: IncomingMessage['headers']): boolean {
  const key = headers['sec-websocket-key']
  return (
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    typeof key === 'string' &&
    /^[+/0-9A-Za-z]{22}==$/.test(key)
  )
}

/** Must be registered before the routes, and before all hooks that refuse: it ends connections whose upgrade is refused. */
export async function addWebSockets(app: FastifyInstance, parts: LiveDeps): Promise<LiveSockets> {
  const sockets = new LiveSockets(parts)
  await app.register(websocket, {
    options: {maxPayload: liveLimits.messageBytes, perMessageDeflate: false},
    preClose: (done) => {
      sockets.closeAll()
      done()
    },
    // Messages that are too long, and connections that break: the socket tells its page itself, and closes.
    errorHandler: (error, _socket, request) => request.log.debug({err: error}, 'a live connection failed'),
  })
  return sockets
}

export function liveRoute(sockets: LiveSockets): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/live',
      exposeHeadRoute: false,
      schema,
      config: needs('read', 'scope'),
      preHandler: async (request) => {
        if (request.ws) sockets.checkRoom(request.principal)
      },
      handler: async (_request, reply) => {
        reply.headers({upgrade: 'websocket', connection: 'upgrade, close', 'sec-websocket-version': '13'})
        throw new CommodarrError('upgrade_required', 'Open this address as a WebSocket.')
      },
      wsHandler: (socket, request) => sockets.admit(socket, request),
    })
  }
}

const schema = {
  operationId: 'openLive',
  tags: ['fleet'],
  summary: 'What changes, as it changes',
  description:
    'A WebSocket. Open it with the key in a header, or as a page with a session; docs/reference/api.md describes its messages.',
  response: {101: z.undefined().describe('From here on it is a WebSocket'), ...problemAnswers},
}
