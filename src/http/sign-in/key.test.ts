/** Keys and tokens that are refused: they are counted, whatever way they are sent in. */
import type {FastifyInstance} from 'fastify'
import {afterEach, expect, test} from 'vitest'
import {KeyAttempts} from '#accounts/attempts.ts'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import {tokenPrincipal} from '#accounts/principals.ts'
import {Secret} from '#model/secret.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {forVisitors} from '../security/route-access.ts'
import {keySignIn} from './key.ts'

let app: FastifyInstance
afterEach(() => app.close())

const TOKEN = 'of the configuration'
const KEY = 'cmdr_of-mia'
const servers = fakeServers({})
const mia = principalOf(person('mia', 'member'), servers, {via: 'api_key'})

async function rig(tokens: readonly string[] = [TOKEN]) {
  const clock = new VirtualClock()
  const refused: string[] = []
  app = await routeRig({
    clock,
    signIns: [
      keySignIn(
        tokens.map((it) => new Secret(it)),
        true,
        tokenPrincipal(servers),
        {principalOf: (key) => (key === KEY ? mia : null)},
        new KeyAttempts(clock, (address) => refused.push(address)),
      ),
    ],
    routes: [
      async (api) =>
        void api.get('/me', {config: forVisitors}, async ({principal}) => ({name: principal.name})),
    ],
  })
  const send = async (headers: Record<string, string>, url = '/api/me') => {
    const answer = await app.inject({url, headers})
    return [answer.statusCode, answer.json().name ?? answer.json().code, answer.headers['retry-after']]
  }
  return {clock, refused, send}
}

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`me:${password}`).toString('base64')}`,
})
const ways: readonly (readonly [string, (offered: string) => Record<string, string>])[] = [
  ['X-API-Token', (offered) => ({'x-api-token': offered})],
  ['X-Api-Key', (offered) => ({'x-api-key': offered})],
  ['Bearer', (offered) => ({authorization: `Bearer ${offered.replaceAll(' ', '-')}`})],
  ['Basic', basic],
]

test.each(ways)(
  'after five guesses by %s the token is not looked at for a while, by any way',
  async (_name, by) => {
    const {clock, refused, send} = await rig()
    for (let n = 0; n < 5; n++) expect(await send(by(`guess ${n}`))).toEqual([401, 'unauthorised', undefined])
    expect(refused).toEqual(['127.0.0.1'])
    expect(await send({'x-api-token': TOKEN})).toEqual([429, 'too_many_attempts', '1'])
    expect((await send({}, `/api/me?token=${encodeURIComponent(TOKEN)}`))[0]).toBe(429)
    // What may be a password for somebody else is not refused, and not looked at either.
    expect((await send(basic(TOKEN)))[0]).toBe(401)
    await clock.advance(1_000)
    for (const headers of [{'x-api-token': TOKEN}, basic(TOKEN)])
      expect(await send(headers)).toEqual([200, 'token', undefined])
  },
)

test('the key of a user lets in whatever others of their network try', async () => {
  const {send} = await rig()
  for (let n = 0; n < 50; n++) await send({'x-api-token': `guess ${n}`})
  expect(await send({'x-api-token': KEY})).toEqual([200, 'mia', undefined])
  expect(await send(basic(KEY))).toEqual([200, 'mia', undefined])
})

test('where no token is set passwords for a proxy in front are its business alone', async () => {
  const {refused, send} = await rig([])
  for (let n = 0; n < 10; n++) await send(basic(`of person ${n}`))
  expect(refused).toEqual([])
  expect((await send({'x-api-token': 'guess'}))[0]).toBe(401)
  expect(refused).toEqual(['127.0.0.1'])
})
