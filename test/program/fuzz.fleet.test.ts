/** The fuzzer of `http` with people: strangers, every role, keys of every kind, and the token of the configuration. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {isFull} from '#test/proof.ts'
import {arrKey, household} from '../access/access-belongings.fixture.ts'
import {accessHarness, type AccessHarness} from '../access/access-harness.fixture.ts'
import {ownPassword} from '../access/access-requests.fixture.ts'
import {commonHash, hashOn, idOf, serverNames} from '../access/access-servers.fixture.ts'
import {fuzz, fuzzRuns, seedOfFuzz, reported, type FuzzReport} from '../http/fuzz.fixture.ts'

const people = ['ada', 'olga', 'vic', 'token', 'key read', 'key manage', 'key admin']

let harness: AccessHarness
let report: FuzzReport

/** Longer runs than the usual one are made by hand. */
const runMs = 30 * 60_000

beforeAll(async () => {
  harness = await accessHarness()
  const [address] = await harness.http.listen({host: '127.0.0.1', port: 0})
  const servers = [...serverNames.map(idOf), idOf('ghost')]
  const hashes = [commonHash, hashOn('own'), hashOn('shown'), hashOn('secret')]
  report = await fuzz(
    {
      address: address!,
      // The made-up Arr reads no address but its own; the whole program is asked for it in `fuzz-program.fleet.test.ts`.
      routes: harness.http.routes.filter(({url}) => !url.endsWith('/servers/discover')),
      principals: [
        {name: 'nobody', proof: async () => ({})},
        {name: 'a bad key', proof: async () => ({'x-api-token': 'cmd_nonsense'})},
        ...people.map((name) => ({name, proof: async () => harness.headersOf(name)})),
      ],
      known: {
        server_id: servers,
        hash: hashes,
        info_hash: hashes,
        id: servers,
        'users.id': [household.olga.id, household.paul.id, household.ada.id, 'nobody'],
        'keys.id': await idsOf('/api/keys', 'keys'),
        'sessions.id': await idsOf('/api/sessions', 'sessions'),
        'selections.id': [await madeId('/api/torrents/selections', 'selection_id', {q: ''})],
        'actions.id': [await madeId('/api/torrents/actions', 'action_id', {verb: 'stop', keys: [ownKey]})],
        name: ['ada', 'olga', 'a new name'],
        category_source: ['label', 'path'],
        current: [ownPassword],
        next: ['a new and good passphrase'],
        kind: serverKinds,
        user_id: [household.olga.id, household.vic.id, 'nobody'],
        password: [ownPassword, 'a new and good passphrase'],
        // No request leads to another machine.
        url: ['http://127.0.0.1:1/a.torrent', 'http://127.0.0.1:1'],
        host: ['127.0.0.1', 'localhost'],
        magnet: [`magnet:?xt=urn:btih:${'d'.repeat(40)}`],
        yaml: ['name: a\nwhen: {fact: complete, op: eq, value: true}\ndo: [{action: stop}]'],
      },
      canaries: ['the-token-of-the-configuration', ownPassword, arrKey],
      // The household's database is frozen, so that nobody loses what he comes in with.
      meant: ['storage_read_only'],
      tidy: () => {
        harness.links.calls.length = 0
      },
    },
    seedOfFuzz,
    fuzzRuns(200),
    fuzzRuns(200),
  )
  process.stdout.write(reported(report))
}, runMs)
afterAll(() => harness.close())

/** Of what Olga has. */
async function idsOf(url: string, list: string): Promise<string[]> {
  const answer = await harness.http.app.inject({
    url,
    headers: {host: 'localhost', ...harness.headersOf('olga')},
  })
  return answer.json<Record<string, {id: string}[]>>()[list]!.map(({id}) => id)
}

const ownKey = {server_id: idOf('own'), info_hash: hashOn('own')}

/** Of something of Olga's that is there before the others ask for it. */
async function madeId(url: string, name: string, payload: object): Promise<string> {
  const headers = {host: 'localhost', ...harness.headersOf('olga')}
  const answer = await harness.http.app.inject({method: 'POST', url, headers, payload})
  return answer.json<Record<string, string>>()[name]!
}

test('any request gets a good answer or a refusal that says why and nothing else', () => {
  expect(report.objections).toEqual([])
})

test.runIf(isFull)(
  'the fuzzer gets behind schemas and rights: nearly every route was served to some user',
  () => {
    expect(report.neverServed.length).toBeLessThan(harness.http.routes.length / 8)
  },
)

test('while odd things are asked, plain ones are answered', () => {
  expect(report.heartbeats).toBeGreaterThan(report.requests / 50)
})

test.runIf(isFull)('what was asked is forgotten', () => {
  expect(report.growth).toBeLessThan(1.5)
})
