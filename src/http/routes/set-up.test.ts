import {afterEach, expect, test} from 'vitest'
import {newToken} from '#accounts/tokens.ts'
import {
  foreign,
  peopleHouse,
  type Browser,
  type PeopleHarness,
  type PeopleHouseDeps,
} from '#test/http/people-harness.fixture.ts'

let house: PeopleHarness
let browser: Browser
const open = async (parts: PeopleHouseDeps = {}) => {
  house = await peopleHouse(parts)
  browser = house.browser()
}
afterEach(() => house.close())

test('the first administrator is made from this machine, and logged in by it', async () => {
  await open()
  expect((await browser.get('/api/session')).json).toMatchObject({
    visitor: null,
    csrf_token: null,
    setup_needed: true,
    setup_token_needed: false,
    ways: {password: false, oidc: false, proxy: false},
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
  expect((await house.browser().get('/api/servers')).code).toBe('unauthorised')
})

test.each<Record<string, string>>([
  {'x-forwarded-for': '127.0.0.1'},
  {'x-forwarded-for': ''},
  {'x-forwarded-host': 'localhost'},
  {'x-forwarded-proto': 'http'},
  {'X-Real-IP': '127.0.0.1'},
  {forwarded: 'for=127.0.0.1'},
  {via: '1.1 proxy'},
  {host: 'fleet.example'},
  {host: '192.168.1.2:6969'},
  {host: 'localhost.evil.example'},
])(
  'the first administrator is not made without the token by a request that tells of a way: %j',
  async (headers) => {
    await open()
    const answer = await browser.setUp({}, headers)
    expect([answer.status, answer.code]).toEqual([401, 'setup_needed'])
    expect(house.users.list()).toEqual([])
    const token = house.setUp.token.reveal()
    expect((await browser.setUp({token}, headers)).status).toBe(201)
  },
)

test('the first administrator is not made without the token where a proxy is configured, whatever it says', async () => {
  await open({surroundings: {trustedProxies: ['127.0.0.1']}})
  for (const way of [undefined, '127.0.0.1', 'rubbish']) {
    const headers = way === undefined ? undefined : {'x-forwarded-for': way}
    expect((await browser.setUp({}, headers)).code).toBe('setup_needed')
  }
  expect((await browser.get('/api/session')).json['setup_token_needed']).toBe(true)
  expect((await browser.setUp({token: newToken()})).code).toBe('sign_in_refused')
  expect((await browser.setUp({token: house.setUp.token.reveal()})).status).toBe(201)
})

test('the first administrator is not made by a page from elsewhere', async () => {
  await open()
  for (const headers of foreign) {
    expect((await browser.setUp({}, headers)).status).toBe(403)
  }
  expect(house.users.list()).toEqual([])
})

test('the first administrator is one, when several try at the same moment', async () => {
  await open()
  const answers = await Promise.all(
    ['Ada', 'Bob', 'Eve', 'Fay'].map((username) => house.browser().setUp({username})),
  )
  expect(answers.filter((it) => it.status === 201)).toHaveLength(1)
  expect(answers.filter((it) => it.code === 'setup_done')).toHaveLength(3)
  expect(house.users.list()).toHaveLength(1)
})

test('the first administrator is offered while a token of the configuration is the only way in, and strangers are told to log in', async () => {
  await open({withToken: true})
  expect((await browser.get('/api/servers')).code).toBe('unauthorised')
  expect((await browser.get('/api/session')).json['setup_needed']).toBe(true)
  expect((await browser.setUp()).status).toBe(201)
})
