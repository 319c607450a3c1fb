/** The description of the API, made from the schemas of the routes: as JSON, and as a page that needs no internet. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type {FastifyInstance} from 'fastify'
import {jsonSchemaTransform, jsonSchemaTransformObject} from 'fastify-type-provider-zod'
import {compressed} from './security/compression.ts'
import {withTidyComponents} from './openapi-components.ts'
import type {RouteParts} from './parts.ts'
import {pagePolicy} from './security/security-headers.ts'

const about = `One API for a whole fleet of torrent servers.

A torrent is named by its server and its hash together. Names of fields are snake_case; figures are bytes, bytes/s,
seconds, shares from 0 to 1 and milliseconds since 1970 UTC. A field the server does not tell is absent; null means none
on purpose. Refusals and failures are problem documents (RFC 9457) with a stable code.`

const tags = [
  {name: 'servers', description: 'The torrent servers: health, figures, settings'},
  {name: 'torrents', description: 'The torrents of all servers in one list'},
  {name: 'details', description: 'What is asked of a server when someone looks'},
  {name: 'fleet', description: 'Figures and names of all servers together'},
  {name: 'rules', description: 'What is done by itself, and why'},
  {name: 'people', description: 'Users, how they log in, their sessions and keys'},
  {name: 'program', description: 'Commodarr itself'},
]

/** Must be registered before the routes. */
export async function describeApi(
  app: FastifyInstance,
  parts: Pick<RouteParts, 'version' | 'urlBase'>,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {title: 'Commodarr', version: parts.version, description: about, license: {name: 'MIT'}},
      servers: [{url: '/', description: 'This Commodarr'}],
      tags,
      components: {
        securitySchemes: {
          token: {
            type: 'apiKey',
            in: 'header',
            name: 'X-API-Token',
            description: 'An API key, or WebUI.Token of the configuration',
          },
          bearer: {type: 'http', scheme: 'bearer', description: 'The same'},
        },
      },
      security: [{token: []}, {bearer: []}],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withTidyComponents(jsonSchemaTransformObject(document)),
  })
}

/** The page and the JSON. They tell nothing of the fleet, so anybody may read them. */
export async function addApiPage(
  app: FastifyInstance,
  parts: Pick<RouteParts, 'version' | 'urlBase'>,
): Promise<void> {
  const policy = pagePolicy({own: true})
  app.addHook('onRoute', (route) => {
    route.config = {...route.config, policy}
  })
  // Written once: anybody may ask for it as often as he likes.
  let text: string | null = null
  app.get('/api/openapi.json', {schema: {hide: true}, config: compressed}, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger())
    return reply.type('application/json; charset=utf-8').send(text)
  })
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    indexPrefix: parts.urlBase,
    uiConfig: {deepLinking: true, tryItOutEnabled: true},
    theme: {title: 'Commodarr API'},
  })
}
