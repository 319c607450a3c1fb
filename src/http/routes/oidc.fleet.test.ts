import {setTimeout as pause} from 'node:timers/promises'
import {afterEach, expect, test} from 'vitest'
import {machine} from '#accounts/accounts.fixture.ts'
import {acting, entriesOf} from '#accounts/people.fixture.ts'
import {flowOf, OidcHarness} from '#lab/oidc-harness.ts'
import {TestBrowser} from '#lab/test-browser.ts'

let harness: OidcHarness
afterEach(() => harness.close())

test('a user logs in at the provider and comes back, with a session, to where they wanted to go', async () => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const arrival = await harness.logIn(browser, '?return_to=/servers%3Fq%3D1')
  expect([arrival.status, arrival.url.href, arrival.body]).toEqual([
    200,
    `${harness.url}/servers?q=1`,
    'the servers',
  ])
  expect((await browser.open(`${harness.url}/whoami`)).body).toBe('{"name":"ada"}')
  expect(harness.people()).toMatchObject([{name: 'ada', role: 'member', origin: 'oidc', hasPassword: false}])
  expect(await entriesOf(harness.accounts.store)).toEqual([
    'test user create root',
    'ada user create ada',
    'ada session log-in ada',
  ])
})

test('what must be remembered until they come back is encrypted, short-lived, and for this browser and the callback alone', async () => {
  harness = await OidcHarness.open()
  const browser = new TestBrowser()
  const callback = await harness.untilCallback(browser)
  const cookie = flowOf(browser)!
  expect(cookie.line).toMatch(/; Max-Age=600; Path=\/signin-oidc; HttpOnly; SameSite=Lax$/)
  expect(cookie.value).not.toContain(callback.searchParams.get('state'))
  const request = new URL(browser.visited.find((it) => it.includes('/auth?'))!).searchParams
  expect(request.get('code_challenge_method')).toBe('S256')
  for (const part of ['state', 'nonce', 'code_challenge']) expect(request.get(part)).toMatch(/^[\w-]{43}$/)
  await browser.open(callback.href)
  expect(flowOf(browser)).toBeUndefined()
})

test('the second time it is the same user, also when the provider calls them otherwise', async () => {
  harness = await OidcHarness.open()
  await harness.logIn()
  harness.provider.person = {sub: 'ada-at-home', claims: {preferred_username: 'countess', name: 'root'}}
  await harness.logIn()
  expect(harness.people()).toMatchObject([{name: 'ada'}])
})

test('no one becomes another user by having their name', async () => {
  harness = await OidcHarness.open()
  const local = await harness.accounts.users.create(
    {name: 'Ada', role: 'administrator', passwordHash: 'x'},
    machine,
  )
  await harness.logIn()
  harness.provider.person = {sub: 'another ada', claims: {preferred_username: 'ada'}}
  await harness.logIn()
  expect(harness.people()).toMatchObject([
    {id: local.id, name: 'Ada', origin: 'local'},
    {name: 'ada-2', role: 'member'},
    {name: 'ada-3', role: 'member'},
  ])
})

test('two first logins at once make one user', async () => {
  harness = await OidcHarness.open()
  const {provider, accounts} = harness
  const browsers = [new TestBrowser(), new TestBrowser()]
  const callbacks = await Promise.all(browsers.map((it) => harness.untilCallback(it)))
  // The first one is still being written down when the provider vouches for the second.
  const write = accounts.store.write.bind(accounts.store)
  accounts.store.write = async (work) => {
    while (provider.asked.filter((path) => path === '/jwks' || path === '/token').length < 3) await pause(5)
    await pause(50)
    return write(work)
  }
  const arrivals = await Promise.all(browsers.map((browser, i) => browser.open(callbacks[i]!.href)))
  expect(arrivals.map(({body}) => body)).toEqual(['front page', 'front page'])
  expect(harness.people()).toHaveLength(1)
})

const oneKey = {name: 'Sonarr', scopes: ['control'], servers: null, expiresAt: null} as const
const groups = {AdministratorGroups: ['admins'], MemberGroups: ['family'], ViewerGroups: ['guests']}

test.each([
  [{groups: ['admins', 'guests']}, '', 'administrator'],
  [{groups: ['family']}, '', 'member'],
  [{groups: ['guests']}, '', 'viewer'],
  [{groups: 'guests'}, '', 'viewer'],
  [{groups: 'x,family'}, '', 'member'],
  [{groups: ['strangers']}, 'viewer', 'viewer'],
  [{}, 'member', 'member'],
] as const)('with %j and %j for all others the user comes in as %s', async (claims, DefaultRole, role) => {
  harness = await OidcHarness.open({config: {...groups, DefaultRole}})
  harness.provider.person = {sub: 'new', claims: {preferred_username: 'new', ...claims}}
  expect((await harness.logIn()).body).toBe('front page')
  expect(harness.people()).toMatchObject([{name: 'new', role}])
})

test.each([{groups: ['strangers']}, {groups: []}, {}])(
  'with %j and nothing for all others the user is not let in',
  async (claims) => {
    harness = await OidcHarness.open({config: {...groups, DefaultRole: ''}})
    harness.provider.person = {sub: 'new', claims: {preferred_username: 'new', ...claims}}
    const browser = new TestBrowser()
    const arrival = await harness.logIn(browser)
    expect(arrival.status).toBe(401)
    expect(arrival.body).toContain('none of your groups is allowed')
    expect(browser.cookie('session')).toBeUndefined()
    expect(harness.people()).toEqual([])
    expect(await entriesOf(harness.accounts.store)).toContain(
      'stranger session log-in new refused sign_in_refused',
    )
  },
)

test('groups that are listed at another address are asked for there', async () => {
  harness = await OidcHarness.open({config: groups, provider: {claimsIn: 'userinfo'}})
  harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', groups: ['admins']}}
  await harness.logIn()
  expect(harness.provider.asked).toContain('/me')
  expect(harness.people()).toMatchObject([{name: 'xenia', role: 'administrator'}])
})

test('groups may lie deeper in the claims', async () => {
  harness = await OidcHarness.open({config: {...groups, GroupsClaim: 'realm_access.roles'}})
  harness.provider.person = {sub: 'x', claims: {realm_access: {roles: ['guests']}}}
  await harness.logIn()
  expect(harness.people()).toMatchObject([{role: 'viewer'}])
})

test('the role follows the groups at each login, and what the user may not any more they may not', async () => {
  harness = await OidcHarness.open({config: {...groups, DefaultRole: ''}})
  const as = async (...names: string[]) => {
    harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', groups: names}}
    return (await harness.logIn()).status
  }
  await as('family')
  await as('admins')
  expect(harness.people()).toMatchObject([{role: 'administrator'}])
  await as('guests')
  expect(harness.people()).toMatchObject([{role: 'viewer'}])
  expect(await as()).toBe(401)
  expect(harness.people()).toMatchObject([{role: 'viewer', disabled: false}])
})

test.each([{groups: []}, {groups: null}, {}])(
  'a user who comes with %j after having had a group is out at once, with what they came in by before and with their keys',
  async (claims) => {
    harness = await OidcHarness.open({config: {...groups, DefaultRole: ''}})
    const {accounts} = harness
    harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', groups: ['family']}}
    await harness.logIn()
    const user = accounts.users.byName('xenia')!
    await accounts.keys.make(acting(user), user, oneKey)
    harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', ...claims}}
    const arrival = await harness.logIn()
    expect(arrival.status).toBe(401)
    expect(arrival.body).toContain('Your sessions and API keys here were ended.')
    expect([accounts.sessions.listOf(user.id), accounts.keys.list(user.id)]).toEqual([[], []])
    expect(await entriesOf(accounts.store)).toContain('login provider user lock-out xenia')
  },
)

test('without groups in the configuration the role is what an administrator made of it', async () => {
  harness = await OidcHarness.open()
  await harness.logIn()
  await harness.accounts.users.change(harness.people()[0]!.id, {role: 'viewer'}, machine)
  await harness.logIn()
  expect(harness.people()).toMatchObject([{role: 'viewer'}])
})

test('the last administrator stays one against their groups, and the log says so', async () => {
  harness = await OidcHarness.open({config: groups})
  harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', groups: ['admins']}}
  await harness.logIn()
  await harness.accounts.users.remove(harness.accounts.users.byName('root')!.id, 'refuse', machine)
  harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', groups: ['guests']}}
  expect((await harness.logIn()).body).toBe('front page')
  expect(harness.people()).toMatchObject([{role: 'administrator'}])
  expect(harness.warned.join()).toContain('remains administrator')
})

test.each([{groups: ['strangers']}, {groups: []}, {}])(
  'with %j the last administrator stays one, is let in, and keeps their sessions and keys',
  async (claims) => {
    harness = await OidcHarness.open({config: {...groups, DefaultRole: ''}})
    const {accounts} = harness
    harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', groups: ['admins']}}
    await harness.logIn()
    const user = accounts.users.byName('xenia')!
    await accounts.keys.make(acting(user), user, oneKey)
    await accounts.users.remove(accounts.users.byName('root')!.id, 'refuse', machine)
    harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', ...claims}}
    expect((await harness.logIn()).body).toBe('front page')
    expect(harness.people()).toMatchObject([{name: 'xenia', role: 'administrator'}])
    expect([accounts.sessions.listOf(user.id).length, accounts.keys.list(user.id).length]).toEqual([2, 1])
    expect(harness.warned.join()).toContain('remains administrator')
  },
)

const unknownGroups = [
  {_claim_names: {groups: 'src1'}, _claim_sources: {src1: {endpoint: 'https://graph.example'}}},
  {groups: {family: true}},
  {groups: 7},
]

test.each(unknownGroups.flatMap((claims) => ['admins', 'family'].map((group) => [group, claims] as const)))(
  'of a user who was in %s the login alone is refused where the provider sends %j',
  async (group, claims) => {
    harness = await OidcHarness.open({config: {...groups, DefaultRole: ''}})
    const {accounts} = harness
    harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', groups: [group]}}
    await harness.logIn()
    const user = accounts.users.byName('xenia')!
    await accounts.keys.make(acting(user), user, oneKey)
    harness.provider.person = {sub: 'x', claims: {preferred_username: 'xenia', ...claims}}
    expect((await harness.logIn()).status).toBe(401)
    expect(accounts.users.get(user.id)).toEqual(user)
    expect([accounts.sessions.listOf(user.id).length, accounts.keys.list(user.id).length]).toEqual([1, 1])
    expect(harness.warned.join().includes('neither a list nor a text')).toBe('groups' in claims)
  },
)

test('a disabled user is refused, and the audit shows it', async () => {
  harness = await OidcHarness.open()
  await harness.logIn()
  await harness.accounts.users.change(harness.people()[0]!.id, {disabled: true}, machine)
  const browser = new TestBrowser()
  const arrival = await harness.logIn(browser)
  expect([arrival.status, browser.cookie('session')]).toEqual([401, undefined])
  expect(arrival.body).toContain('switched off')
  expect(await entriesOf(harness.accounts.store)).toContain(
    'stranger session log-in ada refused sign_in_refused',
  )
})

test('a user who says no at the provider gets that in our words and page', async () => {
  harness = await OidcHarness.open()
  harness.provider.person = null
  const arrival = await harness.logIn()
  expect(arrival.status).toBe(502)
  expect(arrival.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(arrival.body).toContain('refused or cancelled at the provider')
  expect(arrival.body).not.toContain('said no')
  expect(harness.people()).toEqual([])
})

test('below a path base and behind a proxy with HTTPS all addresses are those of the browser', async () => {
  harness = await OidcHarness.open({urlBase: '/fleet', behindHttpsProxy: true})
  const headers = {'x-forwarded-host': 'home.example', 'x-forwarded-for': '192.0.2.9'}
  const answer = await harness.app.inject({url: '/fleet/api/oidc/start?return_to=/fleet/servers', headers})
  const to = new URL(String(answer.headers.location))
  expect(to.searchParams.get('redirect_uri')).toBe('https://home.example/fleet/signin-oidc')
  expect(answer.headers['set-cookie']).toMatch(/Path=\/fleet\/signin-oidc; HttpOnly; Secure; SameSite=Lax/)
})

test('below a path base a login leads back below it', async () => {
  harness = await OidcHarness.open({urlBase: '/fleet'})
  expect((await harness.logIn(new TestBrowser(), '?return_to=/servers')).url.href).toBe(`${harness.url}/`)
  expect((await harness.logIn(new TestBrowser(), '?return_to=/fleet/servers')).url.href).toBe(
    `${harness.url}/servers`,
  )
})

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/.//evil.example',
  '/api/oidc/start',
])('no one is led to %s by a login', async (wanted) => {
  harness = await OidcHarness.open()
  const arrival = await harness.logIn(new TestBrowser(), `?return_to=${encodeURIComponent(wanted)}`)
  expect([arrival.url.href, arrival.body]).toEqual([`${harness.url}/`, 'front page'])
})
