/**
 * Compression, only where a route asks for it. An answer that holds a secret beside text that somebody else chose would
 * tell the secret by its length (BREACH), so answers with sessions, keys, invitations or settings never ask.
 */
import compress from '@fastify/compress'
import type {FastifyInstance} from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Large answers may be compressed: nothing secret is in them. */
    compress?: boolean
  }
}

/** The plugin forgets all of them for a route that has any of its own, so a route is given all. */
const options = {
  encodings: ['br', 'gzip'] as ('br' | 'gzip')[],
  threshold: 2_048,
  // Never on the thread that answers everybody.
  syncThreshold: 0,
}

/**
 * Must be registered before the routes.
 * @param files path below which a plugin serves files of ours: its routes cannot ask for themselves
 */
export async function addCompression(app: FastifyInstance, files: string): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (!route.config?.compress && !route.url.startsWith(files)) return
    Object.assign(route, {compress: options})
    const vary: typeof route.onSend = (_request, reply, payload, done) => {
      // Also an answer that is not compressed would have been, for somebody else.
      reply.header('vary', 'accept-encoding')
      done(null, payload)
    }
    route.onSend = [vary, ...[route.onSend ?? []].flat()]
  })
  await app.register(compress, {...options, global: false})
}

/** For `config` of a route. */
export const compressed = {compress: true} as const
