import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {goodPassword} from '#accounts/accounts.fixture.ts'
import {entriesOf} from '#accounts/people.fixture.ts'
import {csrfTokenOf, newToken} from '#accounts/tokens.ts'
import {StorageFault} from '#store/faults.ts'
import {
  foreign,
  peopleHarness,
  plain,
  sessionCookie,
  type Answer,
  type Browser,
  type PeopleHarness,
  type PeopleHarnessDeps,
} from '#test/http/people-harness.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'

const better = 'another good one'
const IDLE_MS = 30 * 86_400_000

let harness: PeopleHarness
let browser: Browser
const open = async (parts: PeopleHarnessDeps = {}) => {
  harness = await peopleHarness(parts)
  browser = harness.browser()
}
afterEach(() => harness.close())

const flagsOf = (answer: Answer) => answer.headers['set-cookie']?.[0]?.split('; ').slice(1).toSorted()

describe('the cookie', () => {
  test('is kept from scripts and foreign pages, and only for us', async () => {
    await open()
    expect(flagsOf(await browser.setUp())).toEqual([
      'HttpOnly',
      `Max-Age=${180 * 86_400}`,
      'Path=/',
      'SameSite=Lax',
    ])
  })

  test('comes with one by which the browser is known later, which lets no one in', async () => {
    await open()
    await browser.setUp()
    const known = browser.cookies.get('commodarr_device')!
    expect((await browser.delete('/api/session')).status).toBe(204)
    expect([...browser.cookies.keys()]).toEqual(['commodarr_device'])
    expect((await browser.get('/api/servers')).status).toBe(401)
    await browser.logIn('Root', goodPassword)
    expect(browser.cookies.get('commodarr_device')).not.toBe(known)
  })

  test('has a name by HTTPS that no other page can set, and not below a path', async () => {
    for (const [urlBase, prefix, path] of [
      ['', '__Host-', '/'],
      ['/fleet', '', '/fleet'],
    ] as const) {
      await open({urlBase, surroundings: {behindHttpsProxy: true}})
      const {headers} = await browser.setUp()
      expect(headers['set-cookie']).toEqual(
        ['session', 'device'].map((name) =>
          expect.stringMatching(
            new RegExp(
              `^${prefix}commodarr_${name}=[^;]+; Max-Age=\\d+; Path=${path}; HttpOnly; Secure; SameSite=Lax$`,
            ),
          ),
        ),
      )
      // Ends by the name it was given by.
      await browser.delete('/api/session')
      expect([...browser.cookies.keys()]).toEqual([`${prefix}commodarr_device`])
      if (urlBase === '') await harness.close()
    }
  })

  test('belongs to the base path', async () => {
    await open({urlBase: '/torrents'})
    expect(flagsOf(await browser.setUp())).toContain('Path=/torrents')
    expect((await browser.get('/api/servers')).status).toBe(200)
    expect((await browser.delete('/api/session')).headers['set-cookie']?.[0]).toMatch(
      /Max-Age=0; Path=\/torrents/,
    )
  })

  test('is taken from the browser also while the session cannot be ended', async () => {
    await open()
    await browser.setUp()
    harness.store.fault = new StorageFault('storage_unavailable', 'away', true)
    const answer = await browser.delete('/api/session')
    expect([answer.status, answer.code]).toEqual([503, 'storage_unavailable'])
    expect(answer.headers['set-cookie']?.[0]).toMatch(/Max-Age=0/)
    harness.store.fault = null
  })

  test('is secure where the configuration says that browsers come by HTTPS', async () => {
    await open({surroundings: {behindHttpsProxy: true}})
    expect(flagsOf(await browser.setUp({token: harness.setUp.token.reveal()}))).toContain('Secure')
  })

  test('is secure where a trusted proxy says so, and not when any other client does', async () => {
    await open({surroundings: {trustedProxies: ['127.0.0.1']}})
    const token = harness.setUp.token.reveal()
    expect(flagsOf(await browser.setUp({token}, {'x-forwarded-proto': 'https'}))).toContain('Secure')
    expect(flagsOf(await harness.browser().logIn('Root', goodPassword))).not.toContain('Secure')
    await harness.close()
    await open()
    const headers = {'x-forwarded-proto': 'https'}
    expect(flagsOf(await browser.setUp({token: harness.setUp.token.reveal()}, headers))).not.toContain(
      'Secure',
    )
  })
})

describe('logging in', () => {
  beforeEach(async () => {
    await open()
    await browser.setUp()
    browser = harness.browser()
  })

  test('gives a session that is new, whatever cookie the browser had', async () => {
    const planted = newToken()
    browser.cookies.set(sessionCookie, planted)
    expect((await browser.get('/api/servers')).status).toBe(401)
    expect((await browser.logIn('root', goodPassword)).status).toBe(200)
    const first = browser.cookies.get(sessionCookie)!
    expect(first).not.toBe(planted)
    expect((await browser.logIn('Root', goodPassword)).status).toBe(200)
    expect(browser.cookies.get(sessionCookie)).not.toBe(first)
    expect((await browser.get('/api/servers')).status).toBe(200)
    for (const old of [planted, first]) {
      const other = harness.browser()
      other.cookies.set(sessionCookie, old)
      expect((await other.get('/api/servers')).status).toBe(401)
    }
  })

  test('is refused alike for a wrong password and an unknown name', async () => {
    const [wrong, unknown] = [
      await browser.logIn('Root', better),
      await browser.logIn('Nobody', goodPassword),
    ]
    expect(plain(wrong)).toEqual(plain(unknown))
    expectProblem(wrong, 'sign_in_refused')
    expect(wrong.headers['set-cookie']).toBeUndefined()
    expect(harness.hashes).toEqual({argon2: 3, bcrypt: 0})
  })

  test('makes wait after five refusals, and says how long', async () => {
    for (let n = 0; n < 5; n++) expect((await browser.logIn('Root', better)).status).toBe(401)
    const before = {...harness.hashes}
    const waiting = await browser.logIn('Root', goodPassword)
    expect([waiting.status, waiting.code, waiting.headers['retry-after']]).toEqual([
      429,
      'too_many_attempts',
      '1',
    ])
    expect(harness.hashes).toEqual(before)
    await harness.clock.advance(1_000)
    expect((await browser.logIn('Root', goodPassword)).status).toBe(200)
  })

  test('counts the person behind a trusted proxy, not what others claim to be', async () => {
    for (let n = 0; n < 5; n++) {
      const headers = {'x-forwarded-for': `198.51.100.${n}`}
      expect((await browser.logIn(`Name ${n}`, better, {headers})).status).toBe(401)
    }
    expect((await browser.logIn('Root', goodPassword)).status).toBe(429)
    await harness.close()
    await open({surroundings: {trustedProxies: ['127.0.0.1']}})
    await browser.setUp({token: harness.setUp.token.reveal()})
    const from = (address: string) => ({headers: {'x-forwarded-for': address}})
    for (let n = 0; n < 5; n++) await harness.browser().logIn('Nobody', better, from('198.51.100.7'))
    expect((await harness.browser().logIn('Root', goodPassword, from('198.51.100.7'))).status).toBe(429)
    expect((await harness.browser().logIn('Root', goodPassword, from('198.51.100.8'))).status).toBe(200)
  })

  test('asks for a code where a second step is on', async () => {
    harness.twoStep.on.add(harness.users.byName('Root')!.id)
    const missing = await browser.logIn('Root', goodPassword)
    expectProblem(missing, 'code_required')
    const withCode = (code: string) =>
      browser.post('/api/session', {username: 'Root', password: goodPassword, code})
    expect((await withCode('000000')).code).toBe('sign_in_refused')
    expect((await withCode(harness.twoStep.code)).status).toBe(200)
  })

  test('is not done by a page from elsewhere', async () => {
    const headers = {origin: 'https://evil.example'}
    expect((await browser.logIn('Root', goodPassword, {headers})).code).toBe('forbidden')
  })

  test('leaves no password and no token in the log or the journal', async () => {
    await browser.logIn('Root', goodPassword)
    await browser.logIn('Root', better)
    await browser.post('/api/session', {username: 'Root', password: goodPassword, secret: better})
    const journal = await harness.store.read((db) => db.selectFrom('journal').selectAll().execute())
    const said = harness.logged.join('') + JSON.stringify(journal)
    for (const secret of [goodPassword, better, browser.cookies.get(sessionCookie)!])
      expect(said).not.toContain(secret)
  })
})

describe('a session', () => {
  beforeEach(async () => {
    await open()
    await browser.setUp()
  })

  test('ends by logging out, at once and permanently', async () => {
    const cookie = browser.cookies.get(sessionCookie)!
    expect((await browser.delete('/api/session')).status).toBe(204)
    expect(browser.cookies.has(sessionCookie)).toBe(false)
    browser.cookies.set(sessionCookie, cookie)
    expect((await browser.get('/api/servers')).status).toBe(401)
    expect((await browser.delete('/api/session')).status).toBe(204)
    expect((await entriesOf(harness.store)).at(-1)).toBe('Root session log-out Root')
  })

  test('ends when it was not used for thirty days', async () => {
    await harness.clock.advance(IDLE_MS - 1)
    expect((await browser.get('/api/servers')).status).toBe(200)
    await harness.clock.advance(IDLE_MS)
    expect((await browser.get('/api/servers')).status).toBe(401)
    expect((await browser.get('/api/session')).json['visitor']).toBeNull()
  })

  test('is listed and can be ended from another one', async () => {
    const other = harness.browser()
    await other.logIn('Root', goodPassword, {headers: {'user-agent': 'Telephone'}})
    const listed = (await browser.get('/api/sessions')).json['sessions'] as Record<string, unknown>[]
    expect(listed).toMatchObject([
      {current: true, via: 'password', address: '127.0.0.1'},
      {current: false, user_agent: 'Telephone'},
    ])
    expect(JSON.stringify(listed)).not.toMatch(/hash|[0-9a-f]{64}/)
    expect((await browser.delete(`/api/sessions/${String(listed[1]!['id'])}`)).status).toBe(204)
    expect((await other.get('/api/servers')).status).toBe(401)
    expect((await browser.get('/api/servers')).status).toBe(200)
  })

  test('stays when all others are ended', async () => {
    const others = [harness.browser(), harness.browser()]
    for (const other of others) await other.logIn('Root', goodPassword)
    expect((await browser.delete('/api/sessions')).json).toEqual({ended: 2})
    for (const other of others) expect((await other.get('/api/servers')).status).toBe(401)
    expect((await browser.get('/api/servers')).status).toBe(200)
  })

  test('changes something only with its own token', async () => {
    const other = harness.browser()
    await other.logIn('Root', goodPassword)
    const change = (token: string | null) => {
      browser.csrf = token
      return browser.post('/api/invitations')
    }
    const own = browser.csrf
    for (const token of [null, '', 'x', newToken(), other.csrf, browser.cookies.get(sessionCookie)!]) {
      const answer = await change(token)
      expectProblem(answer, 'csrf_refused')
    }
    expect(harness.invitations.list()).toEqual([])
    expect(own).toBe(csrfTokenOf(browser.cookies.get(sessionCookie)!))
    expect((await change(own)).status).toBe(201)
    browser.csrf = null
    expect((await browser.get('/api/invitations')).status).toBe(200)
  })

  test('changes nothing for a page from elsewhere, even with the token', async () => {
    for (const headers of foreign) {
      const answer = await browser.post('/api/invitations', {}, {headers})
      expect([answer.status, answer.code]).toEqual([403, 'forbidden'])
    }
    const headers = {origin: `http://127.0.0.1:${harness.port}`}
    expect((await browser.post('/api/invitations', {}, {headers})).status).toBe(201)
  })

  test('goes on while the database is away; what would write is refused', async () => {
    harness.store.fault = new StorageFault('storage_full', 'The disk is full.', true)
    for (const path of [
      '/api/session',
      '/api/sessions',
      '/api/users',
      '/api/users/me',
      '/api/people',
      '/api/invitations',
    ])
      expect((await browser.get(path)).status).toBe(200)
    const refused = await browser.post('/api/invitations')
    expect([refused.status, refused.code]).toEqual([507, 'storage_full'])
    expect((await harness.browser().logIn('Root', goodPassword)).status).toBe(507)
  })
})
