import type {ServerResponse} from 'node:http'
import {afterEach, expect, test} from 'vitest'
import {OidcHarness, problemOf} from '#lab/oidc-harness.ts'
import {TestBrowser} from '#lab/test-browser.ts'
import {Secret} from '#model/secret.ts'
import {routeRig} from '#test/http/rig.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {Cookies} from '../sign-in/cookies.ts'
import {oidcCallback, oidcRoutes} from './oidc.ts'

let harness: OidcHarness
afterEach(() => harness.close())

test('while the provider is down it is reported, everything else works, and when it is back so is the login', async () => {
  harness = await OidcHarness.open()
  await harness.provider.stop()
  expectProblem(await problemOf(`${harness.url}/api/oidc/start`), 'provider_failed')
  expect(await (await fetch(harness.url)).text()).toBe('front page')
  await harness.provider.start()
  // Not asked again before the pause is over.
  expect((await problemOf(`${harness.url}/api/oidc/start`)).detail).toBe('The provider does not answer.')
  expect(harness.provider.asked).toEqual([])
  await harness.accounts.clock.advance(60_000)
  expect((await harness.logIn()).body).toBe('front page')
})

test('a provider that goes away in the middle of a login is reported, and the next login works', async () => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const callback = await harness.untilCallback(browser)
  await harness.provider.stop()
  const arrival = await browser.open(callback.href)
  expect(arrival.status).toBe(502)
  expect(arrival.body).toContain('The provider does not answer.')
  await harness.provider.start()
  expect((await harness.logIn(browser)).body).toBe('front page')
})

test.each([
  ['never answers', () => true as const, 'did not answer in time'],
  [
    'answers without end',
    (_path: string, response: ServerResponse) => {
      response.setHeader('content-type', 'application/json')
      response.on('error', () => {})
      const more = () => {
        while (response.writable && response.write(' '.repeat(65_536)));
        response.once('drain', more)
      }
      more()
      return true as const
    },
    'answers without end',
  ],
  [
    'answers with a page',
    (_path: string, response: ServerResponse) => {
      response.setHeader('content-type', 'text/html').end('<h1>sorry</h1>')
      return true as const
    },
    'did not answer as it should',
  ],
  [
    'sends us elsewhere',
    (_path: string, response: ServerResponse) => {
      response.writeHead(302, {location: 'http://127.0.0.1:1/'}).end()
      return true as const
    },
    'did not answer as it should',
  ],
])('a provider that %s is given up', async (what, answer, words) => {
  harness = await OidcHarness.open(what === 'never answers' ? {timeoutS: 1} : {})
  harness.provider.lies = {answer}
  const {status, detail} = await problemOf(`${harness.url}/api/oidc/start`)
  expect(status).toBe(502)
  expect(detail).toContain(words)
})

test('a provider that calls itself otherwise is not believed', async () => {
  harness = await OidcHarness.open()
  harness.provider.lies = {metadata: {issuer: 'https://evil.example'}}
  expect((await problemOf(`${harness.url}/api/oidc/start`)).detail).toContain(
    'another name than WebUI.OIDC.Authority',
  )
})

test.each(['client_secret_basic', 'client_secret_post', 'none'] as const)(
  'we prove who we are as the provider wants it: %s',
  async (clientAuth) => {
    const config = clientAuth === 'none' ? {ClientSecret: null} : {}
    harness = await OidcHarness.open({config, provider: {clientAuth}})
    expect((await harness.logIn()).body).toBe('front page')
  },
)

test('a wrong secret of ours is reported by its name, and not shown', async () => {
  harness = await OidcHarness.open({config: {ClientSecret: new Secret('not-the-secret')}})
  expect((await harness.logIn()).body).toContain('does not accept our ClientId and ClientSecret')
  expect(harness.warned.join()).not.toContain('not-the-secret')
})

test('when the database fails no one comes in, and it is reported', async () => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const callback = await harness.untilCallback(browser)
  harness.accounts.store.fault = new Error('disk')
  expect((await browser.open(callback.href)).status).toBe(500)
  expect([browser.cookie('session'), harness.people()]).toEqual([undefined, []])
})

test('without a provider there is nothing to begin', async () => {
  harness = await OidcHarness.open()
  const {attempts} = harness.accounts
  const cookies = new Cookies('', () => false)
  const app = await routeRig({
    routes: [oidcRoutes(null, cookies)],
    pages: [oidcCallback(null, cookies, attempts, async () => {})],
  })
  expect((await app.inject('/api/oidc/start')).json()).toMatchObject({code: 'not_found'})
  expect((await app.inject('/signin-oidc')).statusCode).toBe(404)
  await app.close()
})
