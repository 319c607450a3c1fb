import {afterEach, expect, test} from 'vitest'
import {FLOW_MS} from '#accounts/oidc.ts'
import {Sealer} from '#accounts/secrets.ts'
import {flowOf, OidcHarness, problemOf} from '#lab/oidc-harness.ts'
import type {ProviderLies} from '#lab/oidc-provider.ts'
import {TestBrowser} from '#lab/test-browser.ts'
import {Secret} from '#model/secret.ts'

let harness: OidcHarness
afterEach(() => harness.close())

test.each([
  ['another state', (url: URL) => url.searchParams.set('state', 'A'.repeat(43))],
  ['no state', (url: URL) => url.searchParams.delete('state')],
  ['two states', (url: URL) => url.searchParams.append('state', url.searchParams.get('state')!)],
])('a callback with %s is refused', async (_what, change) => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const callback = await harness.untilCallback(browser)
  change(callback)
  const arrival = await browser.open(callback.href)
  expect(arrival.status).toBeGreaterThan(399)
  expect([browser.cookie('session'), harness.people()]).toEqual([undefined, []])
})

test('the answer to a login that another user began opens nothing in this browser', async () => {
  harness = await OidcHarness.open()
  const attacker = new TestBrowser()
  const victim = new TestBrowser()
  const callback = await harness.untilCallback(attacker)
  expect((await victim.open(callback.href)).status).toBe(403)
  // Also not when the victim has begun a log-in of his own.
  await harness.untilCallback(victim)
  expect((await victim.open(callback.href)).status).toBe(403)
  expect([victim.cookie('session'), harness.people()]).toEqual([undefined, []])
})

test('a code that was stolen is of no use in a login of the thief', async () => {
  harness = await OidcHarness.open()
  const owner = new TestBrowser()
  const thief = new TestBrowser()
  const code = (await harness.untilCallback(owner)).searchParams.get('code')!
  const callback = await harness.untilCallback(thief)
  callback.searchParams.set('code', code)
  const arrival = await thief.open(callback.href)
  expect(arrival.status).toBe(502)
  expect([thief.cookie('session'), harness.people()]).toEqual([undefined, []])
})

test('the same answer, sent again with its cookie, opens nothing and makes no request', async () => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const callback = await harness.untilCallback(browser)
  const cookie = flowOf(browser)!
  await browser.open(callback.href)
  harness.provider.asked.length = 0
  browser.forget('session')
  browser.put(cookie)
  expect((await browser.open(callback.href)).status).toBe(403)
  expect([browser.cookie('session'), harness.provider.asked]).toEqual([undefined, []])
})

test('the provider itself refuses a code that was used', async () => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const used = await harness.untilCallback(browser)
  await browser.open(used.href)
  const next = await harness.untilCallback(browser)
  next.searchParams.set('code', used.searchParams.get('code')!)
  expect((await browser.open(next.href)).body).toContain('used already, or took too long')
})

test.each([
  ['changed', (value: string) => `${value.slice(0, -5)}AAAAA`],
  ['cut', (value: string) => value.slice(0, 40)],
  ['empty', () => ''],
  ['of another run', () => Sealer.ofThisRun().encrypt(new Secret('{}'), 'oidc flow')],
])('a cookie that is %s opens nothing', async (_what, change) => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const callback = await harness.untilCallback(browser)
  const cookie = flowOf(browser)!
  browser.put({...cookie, value: change(cookie.value)})
  expect((await browser.open(callback.href)).status).toBe(403)
  expect([browser.cookie('session'), harness.people()]).toEqual([undefined, []])
})

test('who takes longer than ten minutes begins again', async () => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const callback = await harness.untilCallback(browser)
  await harness.accounts.clock.advance(FLOW_MS)
  const arrival = await browser.open(callback.href)
  expect([arrival.status, harness.people()]).toEqual([403, []])
  expect(arrival.body).toContain('Start again')
})

const without = (claims: object, name: string) =>
  Object.fromEntries(Object.entries(claims).filter(([it]) => it !== name))
const nowS = () => Math.floor(Date.now() / 1000)
const lies: [string, ProviderLies][] = [
  ['another nonce', {idToken: (it) => ({...it, nonce: 'guess'})}],
  ['no nonce', {idToken: (it) => without(it, 'nonce')}],
  ['another issuer', {idToken: (it) => ({...it, iss: 'https://evil.example'})}],
  ['another audience', {idToken: (it) => ({...it, aud: 'somebody-else'})}],
  ['an expired token', {idToken: (it) => ({...it, exp: nowS() - 300})}],
  ['a token without an end', {idToken: (it) => without(it, 'exp')}],
  ['a token from the future', {idToken: (it) => ({...it, nbf: nowS() + 600})}],
  ['nobody', {idToken: (it) => without(it, 'sub')}],
  ['a signature of another key', {foreignKey: true}],
  ['no signature', {unsigned: true}],
]
test.each(lies)('a provider that sends %s lets no one in', async (_what, lie) => {
  harness = await OidcHarness.open()
  harness.provider.lies = lie
  const browser = new TestBrowser()
  const arrival = await harness.logIn(browser)
  expect(arrival.status).toBe(502)
  expect([browser.cookie('session'), harness.people()]).toEqual([undefined, []])
  expect(harness.warned).toHaveLength(1)
})

test('clocks that differ by half a minute are good enough', async () => {
  harness = await OidcHarness.open()
  harness.provider.lies = {idToken: (it) => ({...it, exp: nowS() - 30, iat: nowS() + 30})}
  expect((await harness.logIn()).body).toBe('front page')
})

test('a provider whose other address reports another user lets no one in', async () => {
  harness = await OidcHarness.open({
    config: {AdministratorGroups: ['admins']},
    provider: {claimsIn: 'userinfo'},
  })
  harness.provider.lies = {
    answer: (path, response) => {
      if (path !== '/me') return undefined
      response.setHeader('content-type', 'application/json').end('{"sub":"y","groups":["admins"]}')
      return true
    },
  }
  expect([(await harness.logIn()).status, harness.people()]).toEqual([502, []])
})

test('nothing secret reaches the log, whatever fails', async () => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  for (const [, lie] of lies.slice(0, 3)) {
    harness.provider.lies = lie
    await harness.logIn(browser)
  }
  const codes = browser.visited.map((it) => new URL(it).searchParams.get('code')).filter((it) => it !== null)
  expect(codes).toHaveLength(3)
  for (const secret of [...codes, harness.provider.clientSecret, 'eyJ', 'ada'])
    expect(harness.warned.join()).not.toContain(secret)
})

test('answers that a page from elsewhere has a browser send make no request, and keep no one there from logging in', async () => {
  harness = await OidcHarness.open()
  const send = () => problemOf(`${harness.url}/signin-oidc?code=guess&state=guess`)
  for (let i = 0; i < 20; i++) expect(await send()).toMatchObject({status: 403, code: 'csrf_refused'})
  expect(harness.provider.asked).toEqual([])
  expect((await harness.logIn()).body).toBe('front page')
})

test('who sends answers that make us ask the provider in vain is soon made to wait', async () => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const statuses: number[] = []
  for (let i = 0; i < 6; i++) {
    const callback = await harness.untilCallback(browser)
    callback.searchParams.set('code', 'guess')
    statuses.push((await browser.open(callback.href)).status)
  }
  expect(statuses).toEqual([502, 502, 502, 502, 502, 429])
})
