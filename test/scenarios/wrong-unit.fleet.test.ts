/** A rule with a wrong figure, and a whole server of which it is true. */
import {afterEach, expect, test} from 'vitest'
import {A, B, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** A tenth of those of the story: each costs a line in the journal. */
const MANY = 1_000
const ONE_RUN = 10

const seededFor = (value: string) => ({
  id: 'own',
  name: 'Seeded long enough',
  mode: 'live',
  reason: 'seedingDone',
  scope: {servers: [A]},
  when: {fact: 'seedingTime', op: 'gte', value},
  do: [{action: 'removeWithData'}],
})

interface Preview {
  readonly looked: number
  readonly matched: {readonly count: number}
  readonly would_act: {readonly count: number}
}

interface Rule {
  readonly mode: string
  readonly suspended: {readonly reason: string; readonly detail: object} | null
}

test('S19 a wrong unit is seen before it is saved, simulates for a day, and forced to act is held up after one run', async () => {
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: MANY},
      {name: B, torrents: 200},
    ],
    settled: 0,
  })
  const {api} = harness.acting
  const id = await harness.rule(seededFor('14d'))
  await harness.pass(33 * MINUTE)
  await harness.expectNothingDestructive()

  const wrong = {rule: seededFor('14s')}
  const {body: preview} = await api.send('POST', '/api/rules/preview', wrong)
  expect(preview as Preview).toMatchObject({matched: {count: MANY}, would_act: {count: ONE_RUN}})

  const {body: edited} = await api.send('PUT', `/api/rules/${id}`, wrong)
  expect((edited as Rule).mode).toBe('simulate')
  await harness.pass(3 * MINUTE)
  await harness.expectNothingDestructive()
  expect(await harness.lines('outcome=simulated')).toHaveLength(MANY)
  const [torrent] = await harness.journal('outcome=simulated')
  expect(await harness.ruleSays(A, torrent!.info_hash!, 'Seeded long enough')).toBe(
    'Would be removed with its data (its rule only simulates): it has seeded enough (seeding time is 9.96 d).',
  )

  const live = {mode: 'live'}
  const {status, body: refused} = await api.send('PATCH', `/api/rules/${id}`, live)
  expect({status, code: (refused as {code: string}).code}).toEqual({status: 409, code: 'rule_untried'})
  await api.send('PATCH', `/api/rules/${id}`, {...live, confirm: true})
  await harness.pass(MINUTE)
  expect(harness.destroyed()).toHaveLength(ONE_RUN)
  expect(await harness.alerts()).toEqual(['suspended Seeded long enough maxShare'])
  expect((await api.get<Rule>(`/api/rules/${id}`)).suspended).toMatchObject({
    reason: 'maxShare',
    detail: {done: ONE_RUN, most: Math.floor((MANY - ONE_RUN) / 20), share: 0.05},
  })
  expect(await harness.lines('outcome=done&class=destructive')).toHaveLength(ONE_RUN)
  // What nobody answered is decided again after ten minutes.
  await harness.pass(11 * MINUTE)
  expect(harness.destroyed()).toHaveLength(ONE_RUN)
  await harness.expectWell()
})
