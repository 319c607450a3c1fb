import type {FastifyInstance, InjectOptions} from 'fastify'
import {generateSync} from 'otplib'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Attempts} from '#accounts/attempts.ts'
import {OwnProof, RefusedProofs} from '#accounts/own-proof.ts'
import {entriesOf, FakePeople, fakeServers, insertPeople, person} from '#accounts/people.fixture.ts'
import {Sealer} from '#accounts/secrets.ts'
import {TwoSteps} from '#accounts/two-step.ts'
import {Store} from '#store/store.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {twoStepRoutes} from './session.ts'

const ada = person('ada', 'administrator')
const mia = person('mia', 'member')
const olga = person('olga', 'member', {origin: 'oidc', hasPassword: false})
const servers = fakeServers({})
const password = 'correct horse'

let store: Store
let clock: VirtualClock
let app: FastifyInstance

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  clock = new VirtualClock(1_767_225_600_000)
  const users = new FakePeople(ada, mia, olga)
  await insertPeople(store, ada, mia, olga)
  const twoSteps = await TwoSteps.load(store, Sealer.ofThisRun(), users, clock, () => {})
  app = await routeRig({
    clock,
    signIns: [
      byHeader({
        ada: principalOf(ada, servers),
        mia: principalOf(mia, servers),
        olga: principalOf(olga, servers),
        'key of mia': principalOf(mia, servers, {via: 'api_key'}),
        'mia by proxy': principalOf(mia, servers, {via: 'proxy'}),
        'key of ada': principalOf(ada, servers, {via: 'api_key'}),
        token: principalOf(ada, servers, {via: 'token', userId: null}),
      }),
    ],
    routes: [
      twoStepRoutes(
        twoSteps,
        users,
        new OwnProof({
          isPassword: async (userId, given) => userId === mia.id && given === password,
          twoStep: twoSteps,
          sessions: {get: () => null},
          attempts: new Attempts(clock),
          proofs: new RefusedProofs(store, clock, everyRefusal),
          clock,
        }),
      ),
    ],
  })
})
afterEach(async () => {
  await app.close()
  await store.close()
})

const ask = async (who: string, method: InjectOptions['method'], url: string, body?: object) => {
  const answer = await app.inject({
    url: `/api${url}`,
    method: method!,
    headers: {'x-who': who},
    ...(body && {payload: body}),
  })
  return {status: answer.statusCode, json: answer.body === '' ? null : answer.json(), text: answer.body}
}
const shown = (secret: string) => generateSync({secret, epoch: Math.floor(clock.now() / 1000)})

async function switchedOn(): Promise<{secret: string; codes: string[]}> {
  const {secret} = (await ask('mia', 'POST', '/two-step/start', {password})).json
  const {recovery_codes} = (await ask('mia', 'POST', '/two-step/confirm', {code: shown(secret)})).json
  await clock.advance(30_000)
  return {secret, codes: recovery_codes}
}

test('from start to end: password, first code, recovery codes once, off with password and code', async () => {
  expect((await ask('mia', 'GET', '/two-step')).json).toEqual({on: false, recovery_codes: 0})
  const {secret, codes} = await switchedOn()
  expect(codes).toHaveLength(10)
  const state = await ask('mia', 'GET', '/two-step')
  expect(state.json).toEqual({on: true, recovery_codes: 10})
  expect(state.text).not.toContain(secret)
  expect((await ask('mia', 'DELETE', '/two-step', {password, code: shown(secret)})).status).toBe(204)
  expect((await ask('mia', 'GET', '/two-step')).json).toEqual({on: false, recovery_codes: 0})
})

test('without the password nothing begins', async () => {
  const wrong = await ask('mia', 'POST', '/two-step/start', {password: 'guess'})
  expect(wrong).toMatchObject({status: 401, json: {code: 'sign_in_refused'}})
  expect(wrong.text).not.toContain('secret')
  expect((await ask('mia', 'POST', '/two-step/start', {})).status).toBe(400)
  expect(await ask('mia', 'POST', '/two-step/confirm', {code: '123456'})).toMatchObject({
    status: 409,
    json: {code: 'changed_meanwhile'},
  })
})

test('neither password nor code alone switches it off, and the audit shows who tried', async () => {
  const {secret} = await switchedOn()
  for (const body of [
    {password: 'guess', code: shown(secret)},
    {password, code: '000000'},
  ]) {
    expect(await ask('mia', 'DELETE', '/two-step', body)).toMatchObject({
      status: 401,
      json: {code: 'sign_in_refused'},
    })
  }
  expect((await ask('mia', 'GET', '/two-step')).json.on).toBe(true)
  expect((await entriesOf(store)).filter((it) => it.includes('refused'))).toHaveLength(2)
})

test('guessing with a stolen session is soon made to wait', async () => {
  const {secret} = await switchedOn()
  const guess = () => ask('mia', 'DELETE', '/two-step', {password, code: '000000'})
  const first = await Promise.all([1, 2, 3, 4, 5].map(guess))
  expect(first.map(({status}) => status)).toEqual([401, 401, 401, 401, 401])
  expect(await guess()).toMatchObject({status: 429, json: {code: 'too_many_attempts'}})
  const right = () => ask('mia', 'DELETE', '/two-step', {password, code: shown(secret)})
  expect((await right()).status).toBe(429)
  await clock.advance(60_000)
  expect((await right()).status).toBe(204)
})

test('where it is on already nothing begins, and the password is not even looked at', async () => {
  await switchedOn()
  const before = await entriesOf(store)
  for (const given of [password, 'guess']) {
    expect(await ask('mia', 'POST', '/two-step/start', {password: given})).toMatchObject({
      status: 409,
      json: {code: 'changed_meanwhile'},
    })
  }
  expect(await entriesOf(store)).toEqual(before)
})

test.each(['key of mia', 'mia by proxy', 'token'])('%s cannot change a second step', async (who) => {
  for (const [method, url, body] of [
    ['POST', '/two-step/start', {password}],
    ['POST', '/two-step/confirm', {code: '123456'}],
    ['DELETE', '/two-step', {password, code: '123456'}],
  ] as const) {
    expect(await ask(who, method, url, body)).toMatchObject({status: 403, json: {code: 'session_required'}})
  }
})

test('a user who logs in elsewhere is shown that their second step belongs there', async () => {
  expect(await ask('olga', 'POST', '/two-step/start', {password: ''})).toMatchObject({
    status: 403,
    json: {code: 'forbidden'},
  })
})

test('an administrator resets it for others, not for themselves, and no one else does', async () => {
  await switchedOn()
  const url = `/users/${mia.id}/two-step/reset`
  expect((await ask('mia', 'POST', url)).json).toMatchObject({code: 'forbidden'})
  expect((await ask('ada', 'POST', `/users/${ada.id}/two-step/reset`)).json).toMatchObject({
    code: 'forbidden',
  })
  for (const who of ['key of ada', 'token'])
    expect((await ask(who, 'POST', url)).json).toMatchObject({code: 'session_required'})
  expect((await ask('ada', 'POST', '/users/nobody/two-step/reset')).json).toMatchObject({
    code: 'user_unknown',
  })
  expect((await ask('mia', 'GET', '/two-step')).json.on).toBe(true)
  expect((await ask('ada', 'POST', url)).status).toBe(204)
  expect((await ask('mia', 'GET', '/two-step')).json.on).toBe(false)
})

test('a token without an account has no second step', async () => {
  expect((await ask('token', 'GET', '/two-step')).json).toEqual({on: false, recovery_codes: 0})
})
