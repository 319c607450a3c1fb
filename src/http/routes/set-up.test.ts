import {afterEach, expect, test} from 'vitest'
import {newToken} from '#accounts/tokens.ts'
import {
  foreign,
  peopleHarness,
  type Browser,
  type PeopleHarness,
  type PeopleHarnessDeps,
} from '#test/http/people-harness.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'

let harness: PeopleHarness
let browser: Browser
const open = async (parts: PeopleHarnessDeps = {}) => {
  harness = await peopleHarness(parts)
  browser = harness.browser()
}
afterEach(() => harness.close())

test('the first administrator is made with the printed token, and logged in by it', async () => {
  await open()
  expect((await browser.get('/api/session')).json).toMatchObject({
    visitor: null,
    csrf_token: null,
    setup_needed: true,
    ways: {password: false, oidc: false, proxy: false, local: false},
  })
  expect((await browser.get('/api/servers')).code).toBe('setup_needed')
  const made = await browser.setUp()
  expect(made.status).toBe(201)
  expect(made.json).toMatchObject({
    visitor: {
      name: 'Root',
      role: 'administrator',
      via: 'session',
      permissions: expect.arrayContaining(['admin']),
    },
    setup_needed: false,
    ways: {password: true},
  })
  expect((await browser.get('/api/session')).json).toEqual(made.json)
  expect((await browser.get('/api/servers')).status).toBe(200)
  expect((await harness.browser().get('/api/servers')).code).toBe('unauthorised')
})

/** What a plain reverse proxy, a tunnel or a port driver on this machine makes of a stranger's request, and proxies that say so. */
const waysHere: readonly Record<string, string>[] = [
  {},
  {host: '127.0.0.1'},
  {host: 'localhost:6969'},
  {host: '[::1]:6969'},
  {host: 'fleet.example'},
  {'x-forwarded-for': '127.0.0.1'},
  {'x-forwarded-host': 'localhost'},
  {'X-Real-IP': '127.0.0.1'},
  {forwarded: 'for=127.0.0.1'},
]

test.each(waysHere)(
  'a request from this very machine with %j makes no one administrator without the token',
  async (headers) => {
    for (const surroundings of [{}, {trustedProxies: ['127.0.0.1']}]) {
      await open({surroundings})
      const without = await browser.setUp({token: undefined}, headers)
      expect([without.status, without.code]).toEqual([401, 'setup_needed'])
      expect((await browser.setUp({token: newToken()}, headers)).code).toBe('sign_in_refused')
      expect(harness.users.list()).toEqual([])
      expect((await browser.setUp({}, headers)).status).toBe(201)
      if ('trustedProxies' in surroundings) continue
      await harness.close()
    }
  },
)

test('the first administrator is not made by a page from elsewhere', async () => {
  await open()
  for (const headers of foreign) {
    expect((await browser.setUp({}, headers)).status).toBe(403)
  }
  expect(harness.users.list()).toEqual([])
})

test('the first administrator is one, when several try at the same moment', async () => {
  await open()
  const answers = await Promise.all(
    ['Ada', 'Bob', 'Eve', 'Fay'].map((username) => harness.browser().setUp({username})),
  )
  expect(answers.filter((it) => it.status === 201)).toHaveLength(1)
  const refused = answers.filter((it) => it.status !== 201)
  expect(refused).toHaveLength(3)
  for (const answer of refused) expectProblem(answer, 'setup_done')
  expect(harness.users.list()).toHaveLength(1)
})

test('the first administrator is offered while a token of the configuration is the only way in, and strangers are asked to log in', async () => {
  await open({withToken: true})
  expect((await browser.get('/api/servers')).code).toBe('unauthorised')
  expect((await browser.get('/api/session')).json['setup_needed']).toBe(true)
  expect((await browser.setUp()).status).toBe(201)
})
