/** What GET gave, PUT and PATCH take back unchanged, and nothing is another one for it: over all routes that change something. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {accessHarness, type AccessHarness} from './access-harness.fixture.ts'
import {keyOf} from './access-requests.fixture.ts'
import {idOf} from './access-servers.fixture.ts'

type Json = Record<string, unknown>

interface Pair {
  /** Who may both. */
  readonly who: string
  /** What is read. */
  readonly read: string
  /** Where it is sent, when elsewhere. */
  readonly url?: string
  /** What of the answer is sent; absent = all of it. */
  readonly pick?: (answer: Json) => Json
}

const server = idOf('own')
const firstOf = (list: string) => (answer: Json) => (answer[list] as readonly Json[])[0]!

/** By the operation that changes something. */
const pairs: Readonly<Record<string, Pair>> = {
  replaceServer: {who: 'olga', read: `/api/servers/${server}/definition`, url: `/api/servers/${server}`},
  changeServer: {who: 'olga', read: `/api/servers/${server}/definition`, url: `/api/servers/${server}`},
  setServerLimits: {who: 'olga', read: `/api/servers/${server}/limits`},
  changeArr: {who: 'olga', read: `/api/arrs/${server}/definition`, url: `/api/arrs/${server}`},
  replaceRule: {who: 'olga', read: `/api/rules/${server}`},
  changeRule: {who: 'olga', read: `/api/rules/${server}`},
  changeUser: {who: 'ada', read: '/api/users', url: '/api/users/{id}', pick: firstOf('users')},
  changeKey: {who: 'olga', read: '/api/keys', url: '/api/keys/{id}', pick: firstOf('keys')},
  changePreferences: {who: 'olga', read: '/api/preferences'},
  changeSettings: {who: 'ada', read: '/api/settings'},
}

/** Those that have no object to be read and sent back. */
const without: Readonly<Record<string, string>> = {
  setPassword: 'a password is never read',
  changeOwnPassword: 'a password is never read',
  shareServer: 'all of it is written once more: GET …/definition tells it as sharing',
  shareArr: 'all of it is written once more: GET …/definition tells it as sharing',
  changeView: 'this house has none: src/http/routes/saved-views.test.ts',
  changeTrackerProfile: 'this house has none: src/http/routes/trackers.test.ts',
  orderViews: 'an order of ids, which the list is read by',
  changeServerSection: 'the file is changed: src/http/routes/settings.test.ts',
  changeSettingsSection: 'the file is changed: src/http/routes/settings.test.ts',
  setServerPreferences: 'a command; its secrets are read as ***, which is refused',
  editServerCategory: 'a command that names one of the list',
  changeTorrent: 'commands, one a field',
  setFilePriority: 'commands on some of the list',
  editTracker: 'a command that names one of the list',
}

/** Its database cannot be written, which shows that nothing is. */
let harness: AccessHarness
beforeAll(async () => {
  harness = await accessHarness()
})
afterAll(() => harness.close())

async function ask(who: string, method: 'GET' | 'POST' | 'PUT' | 'PATCH', url: string, payload?: Json) {
  const headers = harness.headersOf(who)
  const answer = await harness.http.app.inject({method, url, headers, ...(payload && {payload})})
  return {status: answer.statusCode, body: answer.body === '' ? null : answer.json<Json>()}
}

function changing() {
  return harness.http.routes.filter(({method}) => method === 'PUT' || method === 'PATCH')
}

test('every route that changes an object stands in one of the tables', () => {
  const listed = [...Object.keys(pairs), ...Object.keys(without)].toSorted()
  expect(changing().map(keyOf).toSorted()).toEqual(listed)
})

test.each(Object.entries(pairs))('%s takes what was read, and nothing is changed', async (key, pair) => {
  const {who, read, url = read, pick = (answer: Json) => answer} = pair
  const {method} = changing().find((route) => keyOf(route) === key)!
  const before = await ask(who, 'GET', read)
  expect(before.status).toBe(200)
  const sent = pick(before.body!)
  const written = harness.journal.length
  const where = url.replace('{id}', String(sent['id']))
  const {status, body} = await ask(who, method as 'PUT' | 'PATCH', where, sent)
  expect([status < 300, body && 'code' in body ? body : null]).toEqual([true, null])
  expect((await ask(who, 'GET', read)).body).toEqual(before.body)
  // Limits are commands: the same ones are sent once more.
  expect(harness.journal.length > written).toBe(key === 'setServerLimits')
})

test.each([
  ['replaceRule', 'PUT', `/api/rules/${server}`, {origin: 'preset'}, 'origin'],
  ['changeRule', 'PATCH', `/api/rules/${server}`, {name: 'other'}, 'name'],
  ['changeRule', 'PATCH', `/api/rules/${server}`, {revision: 99}, 'revision'],
] as const)(
  '%s: a field that is not changed there is refused by its name',
  async (_, method, url, change, field) => {
    const {body: now} = await ask('olga', 'GET', url)
    const {status, body} = await ask('olga', method, url, {...now, ...change})
    expect(status).toBe(400)
    expect(body).toMatchObject({errors: [{field, accepted: 'as it is: it is not changed here'}]})
  },
)
