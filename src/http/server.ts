/**
 * The door for people and programs: one Fastify with the API below `/api`, the health of the process beside it, and
 * every refusal a problem document. Routes are a schema, one call, one answer; the thinking is elsewhere.
 */
import {randomUUID} from 'node:crypto'
import cookie from '@fastify/cookie'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import {CommodarrError} from '#model/errors.ts'
import {checkBy} from './answers/field-errors.ts'
import {Listener} from './listener.ts'
import {addWebSockets, liveRoute} from './live/live-route.ts'
import type {LiveSockets} from './live/live-sockets.ts'
import type {HttpDeps, HttpServer, RouteDeps} from './parts.ts'
import {errorHandler, frameworkProblem, problem, sendProblem} from './answers/problems.ts'
import {checkAccess, openToAnyone, listRoutes} from './security/route-access.ts'
import {actionRoutes, torrentSelections} from './routes/actions.ts'
import {addTorrents, uploadTorrents} from './routes/add-torrents.ts'
import {health} from './routes/health.ts'
import {labels, serverCategories, serverTags} from './routes/labels.ts'
import {libraryRoutes} from './routes/library.ts'
import {requestRoutes} from './routes/requests.ts'
import {wantedRoutes} from './routes/wanted.ts'
import {metrics} from './routes/metrics.ts'
import {serverFreeSpace, serverLimits, serverPeers, serverPreferences} from './routes/server-control.ts'
import {serverRoutes} from './routes/servers.ts'
import {status} from './routes/status.ts'
import {torrentCopies} from './routes/torrent-copies.ts'
import {removalPreview, torrentActions, torrentChanges} from './routes/torrent-actions.ts'
import {torrentFileRoutes} from './routes/torrent-files.ts'
import {torrentLinkRoutes} from './routes/torrent-links.ts'
import {torrentDetails, torrentParts, torrentRoutes} from './routes/torrents.ts'
import {transfer} from './routes/transfer.ts'
import {addScope} from './scope/scope.ts'
import {actionNews} from './scope/scoped-actions.ts'
import {withoutSources} from './scope/sources.ts'
import {addCompression, compressed} from './security/compression.ts'
import {httpsCheck, limitChanges, limitStrangers, refuseOddRequests} from './security/hardening.ts'
import {acceptJson} from './security/json-body.ts'
import {addressInsteadOf, rememberMethods, type KnownMethods} from './security/methods.ts'
import {readForwardedHeaders} from './security/proxies.ts'
import {addSecurityHeaders, pagePolicy, securityHeaders} from './security/security-headers.ts'
import {addAuthentication} from './sign-in/authentication.ts'
import {webApp, type WebApp} from './web-app.ts'

const nouns = [
  serverRoutes,
  serverCategories,
  serverTags,
  serverLimits,
  serverPreferences,
  serverFreeSpace,
  serverPeers,
  torrentRoutes,
  addTorrents,
  uploadTorrents,
  torrentActions,
  torrentSelections,
  removalPreview,
  torrentCopies,
  actionRoutes,
  torrentChanges,
  torrentParts,
  torrentDetails,
  torrentLinkRoutes,
  torrentFileRoutes,
  libraryRoutes,
  wantedRoutes,
  requestRoutes,
  labels,
  transfer,
  metrics,
  status,
]

const jsonLimitBytes = 1024 * 1024

export async function createHttp(given: HttpDeps): Promise<HttpServer> {
  const {listener = new Listener(given.surroundings, given.urlBase)} = given
  // Another port than that of the file may be asked for at the start, and the address of this machine alone be opened.
  const listensAt = () => listener.where ?? given.listensAt()
  const parts = {...given, urlBase: listener.urlBase, listensAt}
  const isHttps = httpsCheck(listener.surroundings)
  const app = newFastify(parts, listener)
  listener.connections.guard(app)
  readForwardedHeaders(app, listener.proxies)
  addSecurityHeaders(app, isHttps)
  await addCompression(app, `${parts.urlBase}/api/docs`)
  const {signIns} = parts.authentication
  const live = await addWebSockets(app, {
    ...parts,
    ...parts.live,
    actions: actionNews(parts.actions, parts.servers, parts.mappingsOf),
    sources: parts,
    signIns,
  })
  const methods = rememberMethods(app, parts.urlBase)
  const routes = listRoutes(app)
  refuseWhileClosing(app)
  limitStrangers(app)
  refuseOddRequests(app)
  // Read before anybody asks who comes.
  await app.register(cookie)
  addAuthentication(app, parts.authentication, isHttps)
  addScope(app, parts, parts.turns)
  app.addHook('onRequest', checkAccess)
  limitChanges(app, parts.clock)
  app.setErrorHandler(errorHandler(parts.clock))
  const web = webApp(parts.webFolder, parts.urlBase)
  app.setNotFoundHandler((request, reply) =>
    answerNotFound({methods, web, urlBase: parts.urlBase}, request, reply),
  )
  await describeApi(app, parts)
  const more = {nouns: parts.nouns ?? [], pages: [web.routes, ...(parts.pages ?? [])]}
  await app.register(async (scope) => addRoutes(scope, forRoutes(parts), {...more, live}), {
    prefix: parts.urlBase,
  })
  listener.closeWith(app)
  await app.ready()
  let closed: Promise<void> | null = null
  return {
    app,
    routes: routes(),
    listen: async (where) => {
      if (where !== undefined) await listener.listen(where)
      listener.serve()
      return listener.addresses
    },
    close: () => (closed ??= app.close()),
  }
}

/** Neither the whole house nor the door: what a route knows of servers and torrents is `request.scope`. */
function forRoutes(parts: HttpDeps): RouteDeps {
  const {
    authentication: _authentication,
    nouns: _nouns,
    pages: _pages,
    webFolder: _folder,
    ...left
  } = withoutSources(parts)
  return left
}

function newFastify(parts: HttpDeps, listener: Listener): FastifyInstance {
  const log: FastifyBaseLogger = parts.log
  const app = Fastify({
    loggerInstance: log,
    // A number would tell how much is asked by everybody.
    genReqId: () => randomUUID(),
    // Addresses may hold what is nobody's business; what is worth a line is logged by whom it concerns.
    logController: new LogController({disableRequestLogging: true}),
    bodyLimit: jsonLimitBytes,
    serverFactory: (routes) => listener.serverFor(routes),
    // The listener answers them, from before there was a Fastify.
    clientErrorHandler: () => {},
    trustProxy: (address: string) => listener.proxies.trusts(address),
    return503OnClosing: false,
    // A machine that takes ten seconds for our routes is slow, and nothing else.
    pluginTimeout: 0,
    routerOptions: {maxParamLength: 200, ignoreTrailingSlash: true},
    frameworkErrors: (error, request, reply) => {
      reply.headers(securityHeaders(listener.surroundings.behindHttpsProxy))
      void sendProblem(reply, frameworkProblem(error, request.id))
    },
  })
  app.setValidatorCompiler<z.ZodType>(
    ({schema, httpPart}) =>
      (data) =>
        checkBy(schema, data, httpPart ?? 'request'),
  )
  app.setSerializerCompiler(serializerCompiler)
  acceptJson(app)
  return app
}

async function addRoutes(
  scope: FastifyInstance,
  parts: RouteDeps,
  more: Required<Pick<HttpDeps, 'nouns' | 'pages'>> & {readonly live: LiveSockets},
): Promise<void> {
  await scope.register(health(parts))
  for (const page of more.pages) {
    await scope.withTypeProvider<ZodTypeProvider>().register(named('a page', page))
  }
  await scope.register(async (pages) => {
    // They tell nothing of the fleet, so anybody may read them.
    pages.addHook('onRoute', (route) => {
      route.config = {...route.config, ...openToAnyone}
    })
    await addApiPage(pages, parts)
  })
  await scope.register(
    async (api) => {
      for (const noun of [...nouns.map((it) => it(parts)), liveRoute(more.live), ...more.nouns]) {
        await api.withTypeProvider<ZodTypeProvider>().register(named('a noun', noun))
      }
    },
    {prefix: '/api'},
  )
}

/** Fastify compares a plugin without a name with each module that was ever loaded. Source: fastify, lib/plugin-utils.js. */
function named<P extends object>(name: string, plugin: P): P {
  return Object.assign(plugin, {[Symbol.for('fastify.display-name')]: name})
}

function refuseWhileClosing(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onRequest', async (_request, reply) => {
    if (!isClosing) return
    reply.header('connection', 'close')
    throw new CommodarrError('shutting_down', 'Commodarr is stopping.')
  })
  // A connection that was busy when the closing began would be kept for the next request of its client.
  app.addHook('onResponse', async () => {
    if (isClosing) setImmediate(() => app.server.closeIdleConnections())
  })
}

function insteadOf({method, url}: FastifyRequest, urlBase: string): string | null {
  const isRead = method === 'GET' || method === 'HEAD'
  const [path = ''] = url.split('?', 1)
  if (!isRead || !path.startsWith(`${urlBase}/`)) return null
  const instead = addressInsteadOf(path.slice(urlBase.length))
  return instead === null ? null : `${urlBase}${instead}`
}

function answerNotFound(
  {methods, web, urlBase}: {methods: KnownMethods; web: WebApp; urlBase: string},
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const instead = insteadOf(request, urlBase)
  if (instead !== null) {
    reply.header('link', `<${instead}>; rel="successor-version"`)
    return sendProblem(reply, problem('moved', `This address of qBitrr is ${instead} here.`, request.id))
  }
  if (web.isFor(request)) return web.send(reply)
  if (web.isBeside(request)) return reply.redirect(web.start)
  const known = methods.of(request.url)
  // A route that knows the method and found nothing behind the address says so, too.
  if (known.length === 0 || known.includes(request.method)) {
    const meant = known.length === 0 ? methods.belowApi(request.url) : null
    const hint = meant === null ? '' : ` ${meant} is there.`
    return sendProblem(reply, problem('not_found', `There is nothing at this address.${hint}`, request.id))
  }
  reply.header('allow', known.join(', '))
  const detail = `${request.method} is not possible here; ${known.join(', ')} is.`
  return sendProblem(reply, problem('method_not_allowed', detail, request.id))
}

/** The description of the API, made from the schemas of the routes: as JSON, and as a page that needs no internet. */

const about = `One API for a whole fleet of torrent servers.

A torrent is named by its server and its hash together. Names of fields are snake_case; figures are bytes, bytes/s,
seconds, shares from 0 to 1 and milliseconds since 1970 UTC. A field the server does not report is absent; null means none
on purpose. Refusals and failures are problem documents (RFC 9457) with a stable code.`

const tags = [
  {name: 'servers', description: 'The torrent servers: health, figures, settings'},
  {name: 'torrents', description: 'The torrents of all servers in one list'},
  {name: 'details', description: 'What is asked of a server when a page shows it'},
  {name: 'fleet', description: 'Figures and names of all servers together'},
  {name: 'rules', description: 'What is done automatically, and why'},
  {name: 'trackers', description: 'Trackers of torrents, and what people say of them'},
  {name: 'people', description: 'Users, how they log in, their sessions and keys'},
  {name: 'program', description: 'Commodarr itself'},
]

/** Must be registered before the routes. */
async function describeApi(
  app: FastifyInstance,
  parts: Pick<RouteDeps, 'version' | 'urlBase'>,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Commodarr',
        version: parts.version,
        description: about,
        license: {name: 'MIT', identifier: 'MIT'},
      },
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
          api_key: {type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'The same'},
          bearer: {type: 'http', scheme: 'bearer', description: 'The same'},
          basic: {type: 'http', scheme: 'basic', description: 'The same as the password, with any name'},
        },
      },
      security: [{token: []}, {api_key: []}, {bearer: []}, {basic: []}],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withTidyComponents(jsonSchemaTransformObject(document)),
  })
}

/** The page and the JSON. They tell nothing of the fleet, so anybody may read them. */
async function addApiPage(
  app: FastifyInstance,
  parts: Pick<RouteDeps, 'version' | 'urlBase'>,
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

/**
 * Tidies the components of the API description. The schema tools write every named schema twice, as it comes in and
 * as it goes out; a reader wants each once, and only those that something refers to.
 */
type Components = Readonly<Record<string, unknown>>

interface Described {
  readonly components?: {readonly schemas?: Components | undefined} | undefined
}

function withTidyComponents<T extends object>(document: T): T {
  const {schemas = {}, ...others} = (document as Described).components ?? {}
  const used = usedBy({...document, components: others}, schemas)
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
  const tidy = {...document, components: {...others, schemas: kept}}
  return JSON.parse(renameInputs(JSON.stringify(tidy), used)) as T
}

/** Names that the document refers to, directly or through other components. */
function usedBy(document: unknown, schemas: Components): Set<string> {
  const used = new Set<string>()
  const waiting = [...referencesIn(document)]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (used.has(name)) continue
    used.add(name)
    waiting.push(...referencesIn(schemas[name]))
  }
  return used
}

function referencesIn(part: unknown): string[] {
  const text = JSON.stringify(part) ?? ''
  return [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((it) => it[1]!)
}

/** What only comes in needs no mark that it does. */
function renameInputs(text: string, used: ReadonlySet<string>): string {
  let renamed = text
  for (const name of used) {
    const plain = name.replace(/Input$/, '')
    if (plain === name || used.has(plain)) continue
    renamed = renamed.replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${plain}"`)
    renamed = renamed.replaceAll(`"${name}":{`, `"${plain}":{`)
  }
  return renamed
}
