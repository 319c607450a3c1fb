/**
 * For tests of the log-in at a provider: a real provider on loopback, Commodarr's side of it on another port, and a
 * browser's way from one to the other.
 */
import type {AddressInfo} from 'node:net'
import type {FastifyInstance} from 'fastify'
import {machine, openAccounts, type Accounts} from '#accounts/accounts.fixture.ts'
import {Oidc} from '#accounts/oidc.ts'
import {Discovery} from '#accounts/oidc-discovery.ts'
import {readOidcSettings, type OidcConfig} from '#accounts/oidc-settings.ts'
import {Sealer} from '#accounts/secrets.ts'
import {openToAnyone} from '#http/security/route-access.ts'
import {oidcCallback, oidcRoutes} from '#http/routes/oidc.ts'
import {Cookies} from '#http/sign-in/cookies.ts'
import type {OpenSession} from '#http/sign-in/session.ts'
import {httpsCheck} from '#http/security/hardening.ts'
import type {User} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {routeRig} from '#test/http/rig.fixture.ts'
import {startTestProvider, type TestProvider, type TestProviderOptions} from './oidc-provider.ts'
import {TestBrowser, type Arrival, type BrowserCookie} from './test-browser.ts'

interface OidcHarnessOptions {
  readonly config?: Partial<OidcConfig>
  readonly urlBase?: string
  readonly behindHttpsProxy?: boolean
  readonly provider?: TestProviderOptions
  /** What the provider may take. Default: longer than any machine is busy, as who is late is refused. */
  readonly timeoutS?: number
}

export class OidcHarness {
  readonly provider: TestProvider
  readonly accounts: Accounts
  readonly app: FastifyInstance
  /** Where a browser finds Commodarr. */
  readonly url: string
  /** What was said to the log. */
  readonly warned: readonly string[]

  private constructor(parts: Pick<OidcHarness, 'provider' | 'accounts' | 'app' | 'url' | 'warned'>) {
    ;({
      provider: this.provider,
      accounts: this.accounts,
      app: this.app,
      url: this.url,
      warned: this.warned,
    } = parts)
  }

  /** With one user, the administrator `root`; whoever logs in at the provider is `ada`. */
  static async open(options: OidcHarnessOptions = {}): Promise<OidcHarness> {
    const {urlBase = ''} = options
    const provider = await startTestProvider(options.provider)
    provider.person = {sub: 'ada-at-home', claims: {preferred_username: 'ada'}}
    const accounts = await openAccounts()
    await accounts.users.create({name: 'root', role: 'administrator'}, machine)
    const warned: string[] = []
    const app = await ourSide(options, provider, accounts, (about, text) =>
      warned.push(`${text} ${JSON.stringify(about)}`),
    )
    await app.listen({host: '127.0.0.1', port: 0})
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}${urlBase}`
    provider.callbacks.push(`${url}/signin-oidc`)
    return new OidcHarness({provider, accounts, app, url, warned})
  }

  async close(): Promise<void> {
    await this.app.close()
    await this.accounts.close()
    await this.provider.stop()
  }

  /** @param query of the start, with its question mark */
  logIn(browser = new TestBrowser(), query = ''): Promise<Arrival> {
    return browser.open(`${this.url}/api/oidc/start${query}`)
  }

  /** Up to the moment when the provider sends the browser back. */
  async untilCallback(browser: TestBrowser): Promise<URL> {
    const isCallback = (url: URL) => url.pathname.endsWith('/signin-oidc')
    const answer = await browser.open(`${this.url}/api/oidc/start`, isCallback)
    return new URL(answer.headers.get('location')!)
  }

  /** All but `root`. */
  people(): readonly User[] {
    return this.accounts.users.list().filter(({name}) => name !== 'root')
  }
}

export function flowOf(browser: TestBrowser): BrowserCookie | undefined {
  return browser.cookie('commodarr_oidc')
}

/** What programs are told, who ask for no page. */
export async function problemOf(url: string): Promise<{status: number; code: string; detail: string}> {
  const answer = await fetch(url, {redirect: 'manual'})
  return {status: answer.status, ...((await answer.json()) as {code: string; detail: string})}
}

async function ourSide(
  {config = {}, urlBase = '', behindHttpsProxy = false, timeoutS = 300}: OidcHarnessOptions,
  provider: TestProvider,
  {users, proofs, clock, sessions, attempts, logIn}: Accounts,
  warn: (about: object, text: string) => void,
): Promise<FastifyInstance> {
  const settings = readOidcSettings({
    Authority: provider.issuer,
    ClientId: provider.clientId,
    ClientSecret: new Secret(provider.clientSecret),
    Scopes: 'openid profile',
    CallbackPath: '/signin-oidc',
    RequireHttpsMetadata: false,
    GroupsClaim: 'groups',
    AdministratorGroups: [],
    MemberGroups: [],
    ViewerGroups: [],
    DefaultRole: 'member',
    ...config,
  })
  const discovery = new Discovery(settings, clock, () => 1, warn, timeoutS)
  const oidc = new Oidc({settings, discovery, sealer: Sealer.ofThisRun(), users, proofs, clock, warn})
  const ownCookies = new Cookies(urlBase, httpsCheck({behindHttpsProxy}))
  const openSession: OpenSession = async (user, request, reply, via) => {
    const visit = {address: request.ip, userAgent: '', replaces: null, devices: []}
    const {token} = await logIn.admit(user, via, visit)
    reply.setCookie('session', token.reveal(), {path: `${urlBase}/`})
  }
  return routeRig({
    clock,
    urlBase,
    fastify: {trustProxy: '127.0.0.1'},
    routes: [oidcRoutes(oidc, ownCookies)],
    pages: [
      oidcCallback(oidc, ownCookies, attempts, openSession),
      async (page) => {
        page.get('/', {config: openToAnyone}, async () => 'front page')
        page.get('/servers', {config: openToAnyone}, async () => 'the servers')
        page.get('/whoami', {config: openToAnyone}, async ({cookies}) => {
          const session = sessions.use(cookies['session'] ?? '')
          return {name: session && users.get(session.userId)?.name}
        })
      },
    ],
  })
}
