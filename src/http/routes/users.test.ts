import {afterEach, beforeEach, expect, test} from 'vitest'
import {goodPassword} from '#accounts/accounts.fixture.ts'
import {entriesOf} from '#accounts/people.fixture.ts'
import type {Role} from '#model/access.ts'
import {
  fileToken,
  peopleHarness,
  plain,
  type Browser,
  type PeopleHarness,
} from '#test/http/people-harness.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'

const better = 'another good one'

let harness: PeopleHarness
let root: Browser
afterEach(() => harness.close())
beforeEach(async () => {
  harness = await peopleHarness({withToken: true})
  root = harness.browser()
  await root.setUp()
})

const make = async (name: string, role: Role = 'member', password: string | undefined = goodPassword) => {
  const made = await root.post('/api/users', {name, role, ...(password !== undefined && {password})})
  expect(made.status).toBe(201)
  return String(made.json['id'])
}
const as = async (name: string, password = goodPassword) => {
  const someone = harness.browser()
  expect((await someone.logIn(name, password)).status).toBe(200)
  return someone
}
const byToken = {headers: {'x-api-token': fileToken}}

test('users are made, looked at, changed and removed by administrators', async () => {
  const id = await make('Ada')
  expect((await root.get(`/api/users/${id}`)).json).toMatchObject({
    id,
    name: 'Ada',
    role: 'member',
    origin: 'local',
    disabled: false,
    has_password: true,
    two_step: false,
    last_seen_at: null,
  })
  expect((await root.patch(`/api/users/${id}`, {name: 'Augusta', role: 'viewer'})).json).toMatchObject({
    name: 'Augusta',
    role: 'viewer',
  })
  expect((await root.get('/api/users')).json['users']).toHaveLength(2)
  expect((await root.delete(`/api/users/${id}`)).status).toBe(204)
  expect((await root.get(`/api/users/${id}`)).code).toBe('user_unknown')
})

test('users show nothing that opens a door', async () => {
  await make('Ada')
  expect((await root.get('/api/users')).text).not.toMatch(/argon2|hash"/)
})

test.each([
  [{name: 'Root', password: goodPassword}, 409, 'name_taken'],
  [{name: 'Ada', password: 'short'}, 422, 'weak_password'],
  [{name: 'Ada', password: 'password123'}, 422, 'weak_password'],
  [{name: 'a\u200bb'}, 400, 'bad_argument'],
  [{name: 'Ada', role: 'emperor'}, 400, 'bad_request'],
  [{name: 'Ada', origin: 'file'}, 400, 'bad_request'],
  [{}, 400, 'bad_request'],
])('users are not made of %j', async (body, status, code) => {
  const answer = await root.post('/api/users', body)
  expect([answer.status, answer.code]).toEqual([status, code])
  expect(answer.text).not.toContain('password123')
})

test('users are the business of administrators alone', async () => {
  const id = await make('Ada')
  const ada = await as('Ada')
  for (const [method, path, body] of [
    ['GET', '/api/users'],
    ['POST', '/api/users', {name: 'Eve'}],
    ['GET', `/api/users/${id}`],
    ['PATCH', `/api/users/${id}`, {role: 'administrator'}],
    ['DELETE', `/api/users/${id}`],
    ['PUT', `/api/users/${id}/password`, {password: better}],
    ['POST', `/api/users/${id}/reset`],
    ['GET', '/api/invitations'],
    ['POST', '/api/invitations', {}],
    ['DELETE', '/api/invitations/x'],
  ] as const) {
    const answer = await ada.ask(method, path, body ? {body} : {})
    expect([method, path, answer.status, answer.code]).toEqual([method, path, 403, 'forbidden'])
  }
  expect(harness.users.byName('Ada')?.role).toBe('member')
})

test('users always leave an administrator', async () => {
  const id = String((await root.get('/api/users/me')).json['id'])
  for (const answer of [
    await root.patch(`/api/users/${id}`, {role: 'member'}),
    await root.patch(`/api/users/${id}`, {disabled: true}),
    await root.delete(`/api/users/${id}`),
    await root.delete(`/api/users/${id}?servers=remove`),
  ]) {
    expectProblem(answer, 'last_administrator')
  }
  expect((await root.get('/api/users')).status).toBe(200)
})

test('users who are disabled are out at once, and cannot come back in', async () => {
  const id = await make('Ada')
  const ada = await as('Ada')
  await root.patch(`/api/users/${id}`, {disabled: true})
  expect((await ada.get('/api/servers')).status).toBe(401)
  expect((await ada.logIn('Ada', goodPassword)).code).toBe('sign_in_refused')
})

test('users who lose a right have lost it with their next request', async () => {
  const id = await make('Ada', 'administrator')
  const ada = await as('Ada')
  expect((await ada.get('/api/users')).status).toBe(200)
  await root.patch(`/api/users/${id}`, {role: 'viewer'})
  expect((await ada.get('/api/users')).code).toBe('forbidden')
  expect((await ada.get('/api/session')).json['visitor']).toMatchObject({
    role: 'viewer',
    permissions: ['read'],
  })
})

test('users with servers say what becomes of them', async () => {
  const id = await make('Ada')
  harness.servers.counts.set(harness.users.byName('Ada')!.id, 3)
  const refused = await root.delete(`/api/users/${id}`)
  expectProblem(refused, 'user_has_servers')
  expect((await root.delete(`/api/users/${id}?servers=transfer`)).status).toBe(204)
  const rootId = String((await root.get('/api/users/me')).json['id'])
  expect(harness.servers.reported).toEqual([`transfer ${id} ${rootId}`, 'refresh'])
})

test('users change their own password with the one they have', async () => {
  await make('Ada')
  const [ada, elsewhere] = [await as('Ada'), await as('Ada')]
  const change = (current: string, next = better) => ada.put('/api/users/me/password', {current, next})
  expect((await change(better)).code).toBe('sign_in_refused')
  expectProblem(await change(goodPassword, 'short'), 'weak_password')
  expect((await change(goodPassword)).status).toBe(204)
  expect((await ada.get('/api/servers')).status).toBe(200)
  expect((await elsewhere.get('/api/servers')).status).toBe(401)
  await as('Ada', better)
})

test('a token has no password to change and no sessions to end; an administrator’s one ends those of others', async () => {
  const id = await make('Ada')
  const ada = await as('Ada')
  const program = harness.browser()
  const body = {current: goodPassword, next: better}
  expect((await program.ask('PUT', '/api/users/me/password', {...byToken, body})).code).toBe(
    'session_required',
  )
  expect((await program.get('/api/users/me', byToken)).code).toBe('user_unknown')
  expect((await program.get('/api/sessions', byToken)).json).toEqual({sessions: []})
  expect((await program.get('/api/session', byToken)).json).toMatchObject({
    visitor: {via: 'token', user_id: null},
    csrf_token: null,
  })
  expect((await program.ask('DELETE', `/api/sessions?user_id=${id}`, byToken)).json).toEqual({ended: 1})
  expect((await ada.get('/api/servers')).status).toBe(401)
})

test('users are given passwords by administrators, who change their own like everybody', async () => {
  const id = await make('Ada', 'member', undefined)
  expect((await root.put(`/api/users/${id}/password`, {password: better})).status).toBe(204)
  await as('Ada', better)
  const rootId = String((await root.get('/api/users/me')).json['id'])
  expect((await root.put(`/api/users/${rootId}/password`, {password: better})).code).toBe('forbidden')
  expect((await root.post(`/api/users/${rootId}/reset`)).code).toBe('forbidden')
  expect((await root.get('/api/servers')).status).toBe(200)
})

test('users set a new password by a link, once', async () => {
  const id = await make('Ada')
  const before = await as('Ada')
  const made = await root.post(`/api/users/${id}/reset`)
  expect(made.json['expires_at']).toBe(harness.clock.now() + 86_400_000)
  const someone = harness.browser()
  const body = {token: made.json['token'], password: better}
  expect((await someone.post('/api/invitations/accept', body)).json).toMatchObject({visitor: {name: 'Ada'}})
  expect((await someone.get('/api/servers')).status).toBe(200)
  expect((await before.get('/api/servers')).status).toBe(401)
  const again = await harness.browser().post('/api/invitations/accept', body)
  expect([again.status, again.code]).toEqual([404, 'invitation_invalid'])
})

test('users come by invitation, once', async () => {
  const made = await root.post('/api/invitations', {role: 'viewer', days: 3})
  expect(made.status).toBe(201)
  expect(made.json['invitation']).toMatchObject({role: 'viewer', name: null})
  const accept = (username: string, by = harness.browser()) =>
    by.post('/api/invitations/accept', {token: made.json['token'], username, password: goodPassword})
  const ada = harness.browser()
  const both = await Promise.all([accept('Ada', ada), accept('Bob')])
  expect(new Set(both.map((it) => it.status))).toEqual(new Set([201, 404]))
  expect((await accept('Eve')).code).toBe('invitation_invalid')
  expect((await root.get('/api/invitations')).json).toEqual({invitations: []})
  expect(harness.users.list()).toHaveLength(2)
})

test('users are invited until the invitation is withdrawn', async () => {
  const made = await root.post('/api/invitations', {name: 'Ada'})
  const {id} = made.json['invitation'] as {id: string}
  expect((await root.get('/api/invitations')).text).not.toContain(String(made.json['token']))
  expect((await root.delete(`/api/invitations/${id}`)).status).toBe(204)
  expect((await root.delete(`/api/invitations/${id}`)).code).toBe('invitation_invalid')
  const body = {token: made.json['token'], password: goodPassword}
  expect((await harness.browser().post('/api/invitations/accept', body)).code).toBe('invitation_invalid')
})

test('users see their own sessions, not those of others; what is not theirs is answered like what is not there', async () => {
  await make('Ada')
  const ada = await as('Ada')
  const [session] = (await root.get('/api/sessions')).json['sessions'] as {id: string; user_id: string}[]
  expect((await ada.get(`/api/sessions?user_id=${session!.user_id}`)).code).toBe('forbidden')
  expect((await ada.delete(`/api/sessions?user_id=${session!.user_id}`)).code).toBe('forbidden')
  const [theirs, nobodys] = [
    await ada.delete(`/api/sessions/${session!.id}`),
    await ada.delete('/api/sessions/none'),
  ]
  expect(plain(theirs)).toEqual(plain(nobodys))
  expect(theirs.code).toBe('session_unknown')
  const adaId = harness.users.byName('Ada')!.id
  expect((await root.get(`/api/sessions?user_id=${adaId}`)).json['sessions']).toHaveLength(1)
  expect((await root.delete(`/api/sessions?user_id=${adaId}`)).json).toEqual({ended: 1})
  expect((await ada.get('/api/servers')).status).toBe(401)
})

test('users who have servers learn with whom they can share them: names, and nothing else', async () => {
  await make('Ada')
  const off = await make('Off')
  await make('Vic', 'viewer')
  await root.patch(`/api/users/${off}`, {disabled: true})
  const people = (await (await as('Ada')).get('/api/people')).json['people'] as object[]
  expect(people).toHaveLength(3)
  expect(people.map((it) => Object.keys(it))).toEqual(people.map(() => ['id', 'name']))
  expect((await (await as('Vic')).get('/api/people')).code).toBe('forbidden')
})

test('users are written to the journal: who changed whom', async () => {
  const id = await make('Ada')
  await root.patch(`/api/users/${id}`, {role: 'viewer'})
  await root.delete(`/api/users/${id}`)
  expect((await entriesOf(harness.store)).slice(-3)).toEqual([
    'Root user create Ada',
    'Root user change Ada',
    'Root user remove Ada',
  ])
})

test('no account is made, changed or opened with the token of the file: it would outlive it', async () => {
  const id = await make('Ada')
  const program = harness.browser()
  expect((await program.get('/api/users', byToken)).status).toBe(200)
  for (const [method, path, body] of [
    ['POST', '/api/users', {name: 'Eve', role: 'administrator'}],
    ['PATCH', `/api/users/${id}`, {role: 'administrator'}],
    ['DELETE', `/api/users/${id}`],
    ['PUT', `/api/users/${id}/password`, {password: better}],
    ['POST', `/api/users/${id}/reset`],
    ['POST', '/api/invitations', {role: 'administrator'}],
  ] as const) {
    const answer = await program.ask(method, path, {...byToken, ...(body && {body})})
    expect([method, path, answer.status, answer.code]).toEqual([method, path, 403, 'session_required'])
  }
  expect((await root.get('/api/users')).json['users']).toHaveLength(2)
})
