/**
 * A real log-in provider (oidc-provider) on loopback, with one client: Commodarr. People log in without typing: whoever
 * `person` names is logged in there. It can be stopped and started again, and it can be made to lie: what it signs is
 * still signed with its own key, so nothing but the content is wrong.
 */
import {generateKeyPairSync, randomBytes} from 'node:crypto'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {decodeJwt, importJWK, SignJWT, type JWK, type JWTPayload} from 'jose'
import {Provider, type Configuration} from 'oidc-provider'
import {listenAt, listenOnFreePort} from './free-port.ts'

interface ProviderPerson {
  readonly sub: string
  /** Beside `sub`: preferred_username, email, name, groups … */
  readonly claims: Readonly<Record<string, unknown>>
}

/** What it does wrong; each gets what would be right. */
export interface ProviderLies {
  idToken?: (claims: JWTPayload) => JWTPayload
  /** Signs with a key that it does not publish. */
  foreignKey?: boolean
  /** Leaves the signature out: `alg: none`. */
  unsigned?: boolean
  /** Answers to a path of its own; `undefined` = the truth. */
  answer?: (path: string, response: ServerResponse) => true | undefined
  metadata?: Readonly<Record<string, unknown>>
}

export interface TestProviderOptions {
  /** Where the claims of a person are told; default: id token. */
  readonly claimsIn?: 'id token' | 'userinfo'
  readonly clientAuth?: 'client_secret_basic' | 'client_secret_post' | 'none'
}

export interface TestProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Addresses it lets people go back to. */
  readonly callbacks: string[]
  /** Who logs in next; `null` = says no to it. */
  person: ProviderPerson | null
  lies: ProviderLies
  /** Paths it was asked for, in order. */
  readonly asked: string[]
  stop(): Promise<void>
  /** On the same port; nothing happens while it runs. */
  start(): Promise<void>
}

const clientId = 'commodarr'

export async function startTestProvider(options: TestProviderOptions = {}): Promise<TestProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  const server = createServer((request, response) => handle(request, response))
  // It listens there again: a port of the system would be somebody else's by then.
  const port = await listenOnFreePort(server)
  const harness: TestProvider = {
    issuer: `http://127.0.0.1:${port}`,
    clientId,
    clientSecret: randomBytes(16).toString('hex'),
    callbacks: [],
    person: null,
    lies: {},
    asked: [],
    stop: () => close(server),
    start: async () => (server.listening ? undefined : listenAt(server, port)),
  }
  const key = (ourKey ??= newKey())
  const provider = quietly(() => new Provider(harness.issuer, configurationOf(harness, options, key)))
  provider.Client.prototype.redirectUriAllowed = (uri) => harness.callbacks.includes(uri)
  lieWhenAsked(provider, harness, key)
  handle = handlerOf(provider, harness)
  return harness
}

function configurationOf(harness: TestProvider, options: TestProviderOptions, key: JWK): Configuration {
  const isPublic = options.clientAuth === 'none'
  return {
    clients: [
      {
        client_id: clientId,
        ...(!isPublic && {client_secret: harness.clientSecret}),
        redirect_uris: ['https://set.later.example/'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: options.clientAuth ?? 'client_secret_basic',
      },
    ],
    clientAuthMethods: [options.clientAuth ?? 'client_secret_basic'],
    jwks: {keys: [key]},
    cookies: {keys: [randomBytes(16).toString('hex')]},
    claims: {openid: ['sub'], profile: ['preferred_username', 'name', 'email', 'groups', 'realm_access']},
    conformIdTokenClaims: options.claimsIn === 'userinfo',
    pkce: {required: () => true},
    ttl: {Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60},
    features: {devInteractions: {enabled: false}},
    interactions: {url: (_context, {uid}) => `/interaction/${uid}`},
    findAccount: (_context, sub) => ({accountId: sub, claims: () => ({sub, ...harness.person?.claims})}),
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({
        accountId: context.oidc.session!.accountId!,
        clientId: context.oidc.client!.clientId,
      })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
  }
}

function handlerOf(provider: Provider, harness: TestProvider) {
  const callback = provider.callback()
  return (request: IncomingMessage, response: ServerResponse): void => {
    const {pathname} = new URL(request.url ?? '/', harness.issuer)
    harness.asked.push(pathname)
    if (harness.lies.answer?.(pathname, response)) return
    if (pathname.startsWith('/interaction/')) void logIn(provider, harness, request, response)
    else void callback(request, response)
  }
}

async function logIn(
  provider: Provider,
  {person}: TestProvider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const result =
    person === null
      ? {error: 'access_denied', error_description: 'said no'}
      : {login: {accountId: person.sub, remember: false}}
  await provider.interactionFinished(request, response, result, {mergeWithLastSubmission: false})
}

function lieWhenAsked(provider: Provider, harness: TestProvider, key: JWK): void {
  provider.use(async (context, next) => {
    await next()
    const {lies} = harness
    const body = context.body as {id_token?: string} | undefined
    if (context.path === '/token' && body?.id_token !== undefined) {
      body.id_token = await signedAgain(body.id_token, lies, key)
    }
    if (context.path.startsWith('/.well-known/') && lies.metadata) context.body = {...body, ...lies.metadata}
  })
}

async function signedAgain(idToken: string, lies: ProviderLies, key: JWK): Promise<string> {
  const claims = lies.idToken?.(decodeJwt(idToken)) ?? decodeJwt(idToken)
  if (lies.unsigned) return `${encoded({alg: 'none'})}.${encoded(claims)}.`
  const signing = lies.foreignKey ? {...newKey(), kid: key.kid!} : key
  return new SignJWT(claims)
    .setProtectedHeader({alg: 'RS256', kid: key.kid!})
    .sign(await importJWK(signing, 'RS256'))
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** All sign with the same one: to make one takes longer than most tests. */
let ourKey: ReturnType<typeof newKey> | undefined

function newKey(): JWK & {kid: string} {
  const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048})
  return {
    ...(privateKey.export({format: 'jwk'}) as JWK),
    kid: randomBytes(8).toString('hex'),
    alg: 'RS256',
    use: 'sig',
  }
}

/** It warns of what is wanted here: no HTTPS, everything in memory. */
function quietly<T>(make: () => T): T {
  const {warn, info} = console
  Object.assign(console, {warn: () => {}, info: () => {}})
  try {
    return make()
  } finally {
    Object.assign(console, {warn, info})
  }
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
