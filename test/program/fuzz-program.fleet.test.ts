/**
 * The fuzzer over the whole program: a database, people who log in, and simulated servers that are really commanded.
 * Left out is what makes Commodarr connect where a request says, or locks everybody out; `fuzz.fleet.test.ts` has that,
 * with made-up servers and a database that is frozen.
 */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {usualWebUi} from '#config/load.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {Secret} from '#model/secret.ts'
import {
  fuzz,
  fuzzRuns,
  seedOfFuzz,
  reported,
  type FuzzPrincipal,
  type FuzzReport,
} from '../http/fuzz.fixture.ts'
import {startTestApp, until, type TestApp} from './program.fixture.ts'

const token = 'canary-token-of-the-configuration'
const password = 'canary passphrase that nobody guesses'
const leftOut = /^(POST|PUT|PATCH) .*\/(servers|servers\/:id|servers\/test|settings)$|^POST .*\/torrents$/

let fleet: FleetProcess
let program: TestApp
let report: FuzzReport

/** Longer runs than the usual one are made by hand. */
const runMs = 30 * 60_000

beforeAll(async () => {
  fleet = await startFleetProcess({
    servers: [
      {name: 'qb', kind: 'qbittorrent', version: '5.3.0', count: 30, seed: 1},
      {name: 'tr', kind: 'transmission', version: '4.1.4', count: 30, seed: 2},
      {name: 'rt', kind: 'rtorrent', version: '0.9.8', count: 30, seed: 3},
    ],
  })
  // So that everybody may come from where he likes: attempts are counted by address.
  const webui = {...usualWebUi, Token: new Secret(token), TrustedProxies: ['127.0.0.1']}
  program = await startTestApp({servers: fleet.definitions, webui, isOpen: false, demo: false})
  await program.api.setUp({username: 'ada', password})
  const ask = asker(program.api.headers)
  for (const [name, role] of [
    ['mia', 'member'],
    ['vic', 'viewer'],
  ]) {
    await ask('POST', '/api/users', {name, role, password})
  }
  // One whom everybody may try to log in as, to change and to remove.
  const victim = {name: 'zoe', password: 'a passphrase that everybody knows'}
  const {id: victimId} = await ask<{id: string}>('POST', '/api/users', {...victim, role: 'member'})
  const key = await keyOf('ada')
  const list = await until(
    () => ask<{torrents: {info_hash: string}[]}>('GET', '/api/torrents?limit=1000'),
    ({torrents}) => torrents.length >= 90,
  )
  const hashes = list.torrents.map((it) => it.info_hash)
  report = await fuzz(
    {
      address: program.api.url,
      routes: program.app.http.routes.filter(({method, url}) => !leftOut.test(`${method} ${url}`)),
      principals: [
        {name: 'nobody', proof: async () => ({})},
        {name: 'the token', proof: async () => ({'x-api-token': token})},
        {name: 'a key', proof: async () => ({'x-api-token': key})},
        ...['ada', 'mia', 'vic'].map(loggedIn),
      ],
      known: {
        server_id: ['qb', 'tr', 'rt'],
        id: ['qb', 'tr', 'rt'],
        hash: hashes,
        info_hash: hashes,
        'users.id': [victimId],
        username: [victim.name],
        password: [victim.password, 'another passphrase'],
        yaml: ['name: a\nwhen: {fact: complete, op: eq, value: true}\ndo: [{action: stop}]'],
        name: ['a', 'b', victim.name],
        path: ['/data', '/'],
        url: ['http://127.0.0.1:1'],
      },
      canaries: [token, password, key],
    },
    seedOfFuzz,
    fuzzRuns(30),
    fuzzRuns(200),
  )
  process.stdout.write(reported(report))
}, runMs)

afterAll(async () => {
  await program?.stop()
  await fleet?.stop()
})

test('any request to the whole program gets a good answer or a refusal that says why', () => {
  expect(report.objections).toEqual([])
})

test('while odd things are asked, plain ones are answered', () => {
  expect(report.heartbeats).toBeGreaterThan(report.requests / 50)
})

test('after all of it the program knows its people and servers, and stops', async () => {
  const ask = asker({'x-api-token': token})
  const {users} = await ask<{users: {name: string}[]}>('GET', '/api/users')
  expect(users.map(({name}) => name)).toEqual(expect.arrayContaining(['ada', 'mia', 'vic']))
  const {servers} = await ask<{servers: {server_id: string}[]}>('GET', '/api/servers')
  expect(servers.map((it) => it.server_id)).toEqual(expect.arrayContaining(['qb', 'tr', 'rt']))
})

type Proof = Readonly<Record<string, string>>

function asker(proof: Proof) {
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = {...proof, ...(body && {'content-type': 'application/json'})}
    const answer = await fetch(`${program.api.url}${path}`, {
      method,
      headers,
      ...(body && {body: JSON.stringify(body)}),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
}

async function sessionOf(username: string): Promise<Proof> {
  const answer = await fetch(`${program.api.url}/api/session`, {
    method: 'POST',
    headers: {'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1'},
    body: JSON.stringify({username, password}),
  })
  const {csrf_token: csrf} = (await answer.json()) as {csrf_token?: string}
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
  // Who may not log in at the moment (too many attempts, passwords switched off) is a stranger until he may.
  return cookie === undefined || csrf === undefined ? {} : {cookie, 'x-csrf-token': csrf}
}

function loggedIn(name: string): FuzzPrincipal {
  return {name, proof: () => sessionOf(name)}
}

async function keyOf(name: string): Promise<string> {
  const ask = asker(await sessionOf(name))
  const made = await ask<{token: string}>('POST', '/api/keys', {
    name: 'for the fuzzer',
    scopes: ['admin'],
    password,
  })
  return made.token
}
