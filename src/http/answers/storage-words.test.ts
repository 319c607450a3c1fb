import {afterEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {asUserId, type Role} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {StorageState} from '#model/services.ts'
import {fakeHarness, hashOf, startOfTime, type FakeHarness} from '#test/http/http-fakes.ts'
import {codesOf, expectProblem} from '#test/http/expect-problem.ts'
import {openToAnyone} from '../security/route-access.ts'
import {sendLogInPage} from '../sign-in/log-in-page.ts'

/** As the database itself would tell it. */
const itsOwnWords = 'connect ECONNREFUSED 10.1.2.3:5432 as "keeper", /srv/data/commodarr.db'
const away: StorageState = {ok: false, since: startOfTime + 5, code: 'storage_unavailable'}

let harness: FakeHarness
afterEach(() => harness.http.close())

/** Whoever asks has an account with this role. */
async function harnessOf(role: Role, storage: StorageState): Promise<FakeHarness> {
  const userId = asUserId('u1')
  harness = await fakeHarness({
    storage: () => storage,
    authentication: {
      signIns: [
        () => ({
          actor: {name: 'Olga', origin: 'user', userId, address: null},
          access: accessOf({userId, role, scopes: null, servers: null}, harness.registry),
          userId,
          name: 'Olga',
          role,
          via: 'session',
          credentialId: 's1',
        }),
      ],
      hosts: [],
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  return harness
}

const read = async (url: string) => {
  const answer = await harness.http.app.inject(url)
  return {status: answer.statusCode, body: answer.json<Record<string, unknown>>()}
}

test('administrators are shown how the database does and since when', async () => {
  await harnessOf('administrator', {ok: true, since: startOfTime, code: null})
  const well = {ok: true, since: startOfTime, code: null, message: ''}
  expect((await read('/api/status')).body['storage']).toEqual(well)
  await harness.http.close()
  await harnessOf('administrator', away)
  expect((await read('/api/status')).body['storage']).toEqual({
    ok: false,
    since: startOfTime + 5,
    code: 'storage_unavailable',
    message: 'The database does not answer. Commodarr tries again automatically.',
  })
})

test.each(['member', 'viewer'] as const)('a %s is not shown the database', async (role) => {
  await harnessOf(role, away)
  expect((await read('/api/status')).body).not.toHaveProperty('storage')
  expect(await read('/ready')).toEqual({status: 200, body: {ready: true, reasons: []}})
})

test('it serves while the database is away, and says to administrators why nothing can be changed', async () => {
  await harnessOf('administrator', away)
  expect(await read('/ready')).toEqual({
    status: 200,
    body: {
      ready: true,
      reasons: [
        'Nothing can be changed, but what is shown goes on: The database does not answer. Commodarr tries again automatically.',
      ],
    },
  })
  expect((await read('/api/status')).body['ready']).toBe(true)
})

const codes = codesOf(
  'storage_unavailable',
  'storage_full',
  'storage_read_only',
  'storage_busy',
  'storage_newer',
  'storage_damaged',
)

test.each(codes)('of %s no one is shown the words of the database', async (code) => {
  await harnessOf('administrator', {ok: false, since: 0, code})
  const {message} = (await read('/api/status')).body['storage'] as {message: string}
  expect(message).toMatch(/^(The|Another) .*\.$/)
  harness.executor.add = () => Promise.reject(new CommodarrError(code, itsOwnWords))
  const magnet = `magnet:?xt=urn:btih:${hashOf('e')}`
  const refused = await harness.http.app.inject({
    method: 'POST',
    url: '/api/torrents',
    payload: {server_id: 'qBit', magnet},
  })
  expectProblem(refused, code)
  expect(refused.json()).toMatchObject({detail: message})
  const form = new FormData()
  form.append('server_id', 'qBit')
  form.append('file', new Blob(['d4:infode']), 'a.torrent')
  const request = new Request('http://localhost/', {method: 'POST', body: form})
  const uploaded = await harness.http.app.inject({
    method: 'POST',
    url: '/api/torrents/upload',
    headers: Object.fromEntries(request.headers),
    payload: Buffer.from(await request.arrayBuffer()),
  })
  expect(uploaded.json()).toMatchObject({results: [{code, message}]})
})

test('nor is who came back from a provider', async () => {
  harness = await fakeHarness({
    pages: [
      async (app) => {
        app.get('/back', {schema: {hide: true}, config: openToAnyone}, (_request, reply) =>
          sendLogInPage(reply, new CommodarrError('storage_unavailable', itsOwnWords), ''),
        )
      },
    ],
  })
  const {body} = await harness.http.app.inject('/back')
  expect(body).toContain('The database does not answer.')
  expect(body).not.toContain('10.1.2.3')
})
