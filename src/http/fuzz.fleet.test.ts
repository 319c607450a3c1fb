import {afterAll, beforeAll, expect, test} from 'vitest'
import {fuzz, reported, type FuzzReport} from '#test/http/fuzz.fixture.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {seedOfRun} from '#test/proof.ts'
import type {HttpDeps} from './parts.ts'

const seed = seedOfRun()
const perRoute = Number(process.env['COMMODARR_FUZZ_RUNS'] ?? 60)

let harness: FakeHarness
let report: FuzzReport

const key = {server_id: 'qBit', info_hash: hashOf('a')}

/** Longer runs than the usual one are made by hand. */
const runMs = 30 * 60_000

beforeAll(async () => {
  harness = await fakeHarness()
  const [address] = await harness.http.listen({host: '127.0.0.1', port: 0})
  report = await fuzz(
    {
      address: address!,
      routes: harness.http.routes,
      principals: [{name: 'somebody at this machine', proof: async () => ({})}],
      known: {
        id: ['qBit', 'box', 'down', 'nowhere'],
        server_id: ['qBit', 'box', 'down'],
        hash: [hashOf('a'), hashOf('b'), hashOf('c')],
        info_hash: [hashOf('a'), hashOf('b'), hashOf('c')],
        magnet: [`magnet:?xt=urn:btih:${hashOf('d')}`],
        url: ['http://127.0.0.1:1/a.torrent'],
        'selections.id': [await madeId('/api/torrents/selections', 'selection_id', {q: ''})],
        'actions.id': [await madeId('/api/torrents/actions', 'action_id', {verb: 'stop', keys: [key]})],
      },
      canaries: ['hunter2', 'hunter3'],
      tidy: () => {
        harness.executor.orders.length =
          harness.executor.serverOrders.length =
          harness.executor.added.length =
            0
        harness.logged.length = 0
      },
    },
    seed,
    perRoute,
    400,
  )
  process.stdout.write(reported(report))
}, runMs)
afterAll(() => harness.http.close())

/** Of something that is there before the others ask for it. */
async function madeId(url: string, name: string, payload: object): Promise<string> {
  const headers = {host: 'localhost'}
  const answer = await harness.http.app.inject({method: 'POST', url, headers, payload})
  return answer.json<Record<string, string>>()[name]!
}

test('whatever is asked, the answer is a good one or a refusal that says why and nothing else', () => {
  expect(report.objections).toEqual([])
})

test('the fuzzer gets behind the schemas: most routes were served', () => {
  // Chance leaves out some ten of 120, other ones with each seed.
  expect(report.neverServed.length).toBeLessThan(harness.http.routes.length / 4)
})

test('what breaks, and what leaks a secret, is found, and shown so that it can be done again', async () => {
  const reader = {
    freeSpace: async (_id: string, path: string | null) => {
      if (path?.includes('/')) throw new TypeError('nobody thought of this')
      return 1
    },
    preferences: async () => ({comment: 'hunter2'}),
  } as unknown as HttpDeps['reader']
  const broken = await fakeHarness({reader})
  const [address] = await broken.http.listen({host: '127.0.0.1', port: 0})
  const found = await fuzz(
    {
      address: address!,
      routes: broken.http.routes.filter(({url}) => /free-space|preferences/.test(url)),
      principals: [{name: 'somebody at this machine', proof: async () => ({})}],
      known: {id: ['qBit'], path: ['/data']},
      canaries: ['hunter2'],
    },
    7,
    60,
    1,
  )
  await broken.http.close()
  const all = found.objections.join('\n')
  expect(all).toMatch(
    /GET \/api\/servers\/:id\/free-space \(seed \d+\): Error: 500 internal: .*\n.*"target":"[^"]*path=/,
  )
  expect(all).toMatch(/GET \/api\/servers\/:id\/preferences \(seed \d+\): Error: tells the secret hunter2/)
})

test('while odd things are asked, plain ones are answered', () => {
  expect(report.heartbeats).toBeGreaterThan(report.requests / 50)
})

test('what was asked is forgotten', () => {
  expect(report.growth).toBeLessThan(1.5)
})
