import type {FastifyReply, FastifyRequest} from 'fastify'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {RefusedAttempt, type Attempts} from '#accounts/attempts.ts'
import {FLOW_MS, type Oidc} from '#accounts/oidc.ts'
import {CommodarrError} from '#model/errors.ts'
import {openToAnyone} from '../security/route-access.ts'
import {problemAnswers} from '../schemas/answers.ts'
import {StartQuery} from '../schemas/credentials.ts'
import {addressOf} from '../security/hardening.ts'
import type {Cookies, GivenCookie} from '../sign-in/cookies.ts'
import {logInPagePolicy, sendLogInPage, wantsPage} from '../sign-in/log-in-page.ts'
import type {OpenSession} from '../sign-in/session.ts'

/** A provider's answer is some hundred characters; what is longer is none. */
const MOST_QUERY = 8_000

const config = {...openToAnyone, policy: logInPagePolicy}

/** Below `/api`. @param provider `null` = none is set up */
export function oidcRoutes(provider: Oidc | null, cookies: Cookies): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/oidc/start', {schema: start, config}, (request, reply) =>
      forBrowsers(cookies, request, reply, async () => {
        const oidc = setUp(provider)
        const {url, flow} = await oidc.begin(
          callbackOf(cookies, oidc, request),
          pathOfOurs(cookies, request.query.return_to),
        )
        putFlow(cookies, oidc, request, reply, {value: flow.reveal(), maxAgeMs: FLOW_MS})
        return reply.redirect(url.href, 302)
      }),
    )
  }
}

/** Beside `/api`: where the provider sends people back. */
export function oidcCallback(
  oidc: Oidc | null,
  cookies: Cookies,
  attempts: Attempts,
  openSession: OpenSession,
): FastifyPluginAsyncZod {
  return async (app) => {
    if (oidc === null) return
    app.get(oidc.settings.callbackPath, {schema: {hide: true}, config}, (request, reply) =>
      forBrowsers(cookies, request, reply, async () => {
        const flows = cookies.valuesOf('commodarr_oidc', request)
        putFlow(cookies, oidc, request, reply, {value: '', maxAgeMs: 0})
        const {user, returnTo} = await finish(attempts, oidc, request, flows)
        await openSession(user, request, reply, 'oidc')
        return reply.redirect(returnTo, 303)
      }),
    )
  }
}

/**
 * Each answer makes us ask the provider: nobody may make us ask it all the time. An answer to a log-in that this browser
 * did not begin asks nobody, and does not count: any page can have any browser send it, and whoever sits at that address
 * could not log in any more.
 */
async function finish(attempts: Attempts, oidc: Oidc, request: FastifyRequest, flows: readonly string[]) {
  const answer = new URLSearchParams(request.url.split('?', 2)[1]?.slice(0, MOST_QUERY) ?? '')
  const from = {address: addressOf(request), userAgent: request.headers['user-agent'] ?? ''}
  return attempts.check(from.address, null, async () => {
    try {
      return await oidc.finish(flows, answer, from)
    } catch (error) {
      const counts =
        error instanceof CommodarrError && error.code !== 'csrf_refused' && !error.code.startsWith('storage_')
      throw counts ? new RefusedAttempt(error) : error
    }
  })
}

/** What goes wrong is told as a page to a browser, as a problem document to everybody else. */
async function forBrowsers(
  {urlBase}: Cookies,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CommodarrError && wantsPage(request)) return sendLogInPage(reply, error, urlBase)
    throw error
  }
}

function setUp(oidc: Oidc | null): Oidc {
  if (oidc === null) throw new CommodarrError('not_found', 'No login provider is set up (WebUI.OIDCEnabled).')
  return oidc
}

/** As this browser calls us: the provider knows the addresses that are allowed, so a wrong one leads nowhere. */
function callbackOf({urlBase, isHttps}: Cookies, {settings}: Oidc, request: FastifyRequest): string {
  const origin = URL.parse(`${isHttps(request) ? 'https' : 'http'}://${request.host}`)
  if (origin === null || origin.pathname !== '/' || origin.username !== '' || origin.search !== '') {
    throw new CommodarrError('bad_request', 'The request does not say by which name Commodarr was called.')
  }
  return `${origin.origin}${urlBase}${settings.callbackPath}`
}

function putFlow(
  cookies: Cookies,
  {settings}: Oidc,
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: GivenCookie,
): void {
  const path = `${cookies.urlBase}${settings.callbackPath}`
  cookies.give('commodarr_oidc', {...cookie, path}, request, reply)
}

/** Where to go afterwards: a path below ours; anything else leads home. */
function pathOfOurs({urlBase}: Cookies, wanted: string | undefined): string {
  const home = `${urlBase}/`
  if (wanted === undefined || !wanted.startsWith('/') || /[\\\p{C}]/u.test(wanted)) return home
  const url = URL.parse(wanted, 'http://ours.invalid')
  // Judged as browsers will read it: dots are gone by now, and two slashes would be another host.
  const isOurs =
    url?.host === 'ours.invalid' && url.pathname.startsWith(home) && !url.pathname.startsWith('//')
  // A log-in that leads to the next log-in never ends.
  return isOurs && !url.pathname.startsWith(`${home}api/oidc/`) ? url.pathname + url.search + url.hash : home
}

const start = {
  operationId: 'startOidc',
  tags: ['people'],
  summary: 'Log in at the provider: for a browser, which is sent there and comes back with a session',
  querystring: StartQuery,
  response: {302: z.any().describe('To the page of the provider'), ...problemAnswers},
}
