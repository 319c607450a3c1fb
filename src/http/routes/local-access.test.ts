/** Where nobody needs an account (`AuthDisabled`, `--demo`): what lets in, and what does not. */
import {afterEach, expect, test} from 'vitest'
import {newToken} from '#accounts/tokens.ts'
import {foreign, peopleHarness, type Browser, type PeopleHarness} from '#test/http/people-harness.fixture.ts'

let harness: PeopleHarness
let browser: Browser
const open = async (isOpen = true) => {
  harness = await peopleHarness({isOpen})
  browser = harness.browser()
}
afterEach(() => harness.close())

const enter = (token: string, headers: Record<string, string> = {}) =>
  browser.post('/api/session/local', {token}, {headers})

test.each<Record<string, string>>([
  {},
  {host: 'localhost:6969'},
  {host: '[::1]:6969'},
  {'x-forwarded-for': '127.0.0.1'},
  {cookie: 'commodarr_local='},
  {cookie: `commodarr_local=${newToken()}`},
])('a request from this very machine with %j is a stranger, and changes nothing', async (headers) => {
  await open()
  expect((await browser.get('/api/session', {headers})).json).toMatchObject({
    visitor: null,
    setup_needed: false,
    ways: {local: true},
  })
  expect((await browser.get('/api/servers', {headers})).code).toBe('unauthorised')
  const user = {name: 'Mallory', role: 'administrator'}
  expect((await browser.post('/api/users', user, {headers})).status).toBe(401)
  expect((await browser.setUp({token: undefined}, headers)).code).toBe('setup_needed')
  expect(harness.users.list()).toEqual([])
})

test('the printed token lets a browser in until it logs out, and its changes carry the token of its cookie', async () => {
  await open()
  expect((await enter(newToken())).code).toBe('sign_in_refused')
  const answer = await enter(harness.local!.token.reveal())
  expect(answer.json).toMatchObject({visitor: {via: 'local', role: 'administrator'}, setup_needed: false})
  expect(answer.headers['set-cookie']).toEqual([
    expect.stringMatching(/^commodarr_local=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
  ])
  expect((await browser.get('/api/session')).json).toEqual(answer.json)
  expect((await browser.get('/api/servers')).status).toBe(200)
  const csrf = browser.csrf
  browser.csrf = null
  expect((await browser.post('/api/users', {name: 'Bob', role: 'member'})).code).toBe('csrf_refused')
  browser.csrf = csrf
  for (const headers of foreign)
    expect((await browser.post('/api/users', {name: 'Bob', role: 'member'}, {headers})).status).toBe(403)
  expect((await browser.post('/api/users', {name: 'Bob', role: 'member'})).status).toBe(201)
  expect((await browser.delete('/api/session')).status).toBe(204)
  expect((await browser.get('/api/servers')).code).toBe('unauthorised')
})

test('a page from elsewhere lets no one in, also with the right token', async () => {
  await open()
  for (const headers of foreign)
    expect((await enter(harness.local!.token.reveal(), headers)).status).toBe(403)
})

test('where everybody has an account there is no such way', async () => {
  await open(false)
  expect((await enter(harness.setUp.token.reveal())).status).toBe(404)
  expect((await browser.get('/api/session')).json['ways']).toMatchObject({local: false})
})
