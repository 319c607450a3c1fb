/** What rules tell people. */
import {afterEach, expect, test} from 'vitest'
import {A, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const reports = (more: object) => ({
  name: 'Tell',
  scope: {categories: ['films']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [{action: 'notify', template: 'It is here', ...more}],
})

test('a notification is a line in the journal and in the bell, once, and one that would go elsewhere is refused when it is saved', async () => {
  harness = await ScenarioHarness.start({servers: [{name: A, torrents: 5}], settled: 0})
  const {hash} = harness.put(A, 5_000, {category: 'films'})
  const rule = reports({target: 'phone'})
  const {status, body} = await harness.acting.api.send('POST', '/api/rules', {rule, confirm: true})
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('in the bell')])
  await harness.rule(reports({target: 'log'}))
  await harness.pass(30 * MINUTE)
  expect(await harness.journal(`info_hash=${hash}`)).toMatchObject([
    {verb: 'notify', phase: 'confirmed', message: 'It is here'},
  ])
  expect(await harness.notices()).toEqual([`rule_notifies Tell: It is here: ${A} 5000`])
})
